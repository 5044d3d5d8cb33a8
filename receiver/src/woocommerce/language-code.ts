const CODE = /^[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8})*$/;

/** A language as a store names it (`de`, `pt-br`, `de_DE`), or null for what can't be one. */
export function languageCode(text: unknown): string | null {
  return typeof text === 'string' && text.length <= 40 && CODE.test(text) ? text : null;
}

/**
 * The one of some languages that is meant: `pt-BR`, `pt_BR` and `pt-br` are one, and `de` is `de-DE` where no other German is there.
 * Null: none of them.
 */
export function languageAmong(wanted: string, codes: readonly string[]): string | null {
  const same = codes.find((code) => plain(code) === plain(wanted));
  if (same !== undefined) return same;
  const near = codes.filter(
    (code) => plain(code).startsWith(`${plain(wanted)}-`) || plain(wanted).startsWith(`${plain(code)}-`),
  );
  return near.length === 1 ? (near[0] ?? null) : null;
}

function plain(code: string): string {
  return code.replaceAll('_', '-').toLowerCase();
}
