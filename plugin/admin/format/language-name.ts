import { locale } from './locale.ts';

/** What a language is called in the language of the page: `pt-br` is "Brazilian Portuguese"; the code where nobody knows. */
export function languageName(code: string): string {
  try {
    return new Intl.DisplayNames([locale()], { type: 'language' }).of(code.replaceAll('_', '-')) ?? code;
  } catch {
    return code;
  }
}
