/**
 * Whether two addresses name the same shop: scheme, `www.`, case and a trailing slash apart. A delivery whose Source is another
 * home comes from a clone, as a staging copy that still has the live shop's webhooks.
 */
export function sameHome(one: string, other: string): boolean {
  return bare(one) === bare(other);
}

function bare(home: string): string {
  return home
    .trim()
    .toLowerCase()
    .replace(/^[a-z][a-z0-9+.-]*:\/\//, '')
    .replace(/^www\./, '')
    .replace(/\/+$/, '');
}
