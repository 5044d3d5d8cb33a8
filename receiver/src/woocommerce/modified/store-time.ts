/**
 * Times of a store to the second, as seconds since 1970. WooCommerce writes them in UTC without saying so ("2026-03-04T10:00:00"), the
 * Legacy API with a Z.
 *
 * @returns null for what is no such time
 */
export function readStoreTime(text: unknown): number | null {
  if (typeof text !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|\+00:00)?$/.test(text)) return null;
  const time = Date.parse(`${text.slice(0, 19)}Z`);
  return Number.isNaN(time) ? null : time / 1000;
}

/** As WooCommerce takes it, with `dates_are_gmt`. @param seconds since 1970 */
export function storeTimeText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19);
}

/** The store's own clock, by its `Date` header, in seconds since 1970; null where it doesn't say. */
export function storeClock(headers: Readonly<Record<string, string | string[] | undefined>>): number | null {
  const { date } = headers;
  const time = typeof date === 'string' ? Date.parse(date) : Number.NaN;
  return Number.isNaN(time) ? null : Math.floor(time / 1000);
}
