import type { Check, ShopLanguages } from '@dstnc/shared';
import { languageAmong } from '../woocommerce/language-code.ts';
import { fine, unclear, wrong } from './make-check.ts';

/** Why a language is what it is, whatever it is. */
const WHY = 'Nothing is translated automatically: DSTNC shows what your shop has.';

/**
 * Whether the shop's products are shown in the language that they should be.
 *
 * @param wanted the language that an operator has set; null: the shop's own
 * @param languages null: the shop doesn't say
 * @returns nothing where there is nothing to say: one language, and no other wanted
 */
export function examineLanguage(wanted: string | null, languages: ShopLanguages | null): Check[] {
  if (languages === null) {
    return wanted === null
      ? []
      : [unclear('language', `Whether your shop is translated into ${wanted} can't be told yet.`)];
  }
  const { name, supported, available } = languages;
  const own =
    languages.default === null ? "your shop's own language" : `your shop's own language (${languages.default})`;
  if (wanted === null) {
    if (name === '') return [];
    return supported
      ? [
          fine(
            'language',
            `DSTNC shows your products in ${own}.`,
            `${name} translates your shop; a product and its translations are one.`,
          ),
        ]
      : [fine('language', `DSTNC can't read the translations of ${name}.`, `Your products are shown in ${own}.`)];
  }
  const shown = { detail: `Your products are shown in ${own} instead of ${wanted}.`, why: WHY };
  if (name === '') {
    return [
      wrong('language', 'warning', {
        ...shown,
        title: `Your shop is not translated into ${wanted}.`,
        advice: 'Tell DSTNC, or translate your products with WPML or Polylang for WooCommerce.',
        technical: 'no language plugin',
      }),
    ];
  }
  if (!supported) {
    return [
      wrong('language', 'warning', {
        ...shown,
        title: `DSTNC can't read the translations of ${name}.`,
        advice:
          'This language plugin is not supported. Tell DSTNC, or translate your products with WPML or Polylang for WooCommerce.',
        technical: name,
      }),
    ];
  }
  const among = languages.default === null ? available : [languages.default, ...available];
  // Without the plugin nobody says which languages there are; each product tells for itself.
  if (available.length > 0 && languageAmong(wanted, among) === null) {
    return [
      wrong('language', 'warning', {
        ...shown,
        title: `Your shop has no language ${wanted}.`,
        advice: `Tell DSTNC, or add the language in ${name}.`,
        technical: `${name}: ${available.join(', ').slice(0, 200)}`,
      }),
    ];
  }
  const detail = `By the translations of ${name}; what is not translated is shown in ${own}.`;
  return [fine('language', `DSTNC shows your products in ${wanted}.`, detail)];
}
