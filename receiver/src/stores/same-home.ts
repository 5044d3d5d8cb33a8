/**
 * Whether two addresses name the same shop: scheme, its usual port, `www.`, case and a trailing slash apart. A delivery whose Source
 * is another home comes from a clone, as a staging copy that still has the live shop's webhooks.
 */
export function sameHome(one: string, other: string): boolean {
  return bare(one) === bare(other);
}

function bare(home: string): string {
  const text = home.trim().toLowerCase();
  const url = URL.parse(text);
  return (url === null ? text : url.host + url.pathname).replace(/^www\./, '').replace(/\/+$/, '');
}
