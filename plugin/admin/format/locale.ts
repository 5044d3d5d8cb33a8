/** The language of wp-admin for this user, as Intl takes it. */
export function locale(): string {
  const language = document.documentElement.lang;
  try {
    return Intl.getCanonicalLocales(language)[0] ?? 'en';
  } catch {
    return 'en';
  }
}
