/** The longest that is obeyed, in milliseconds: a slip of the pen there must not silence a store for a year. */
const LONGEST = 60 * 60_000;

/**
 * Reads a `Retry-After` header: seconds or an HTTP date (RFC 9110, 10.2.3).
 *
 * @returns milliseconds from `now`, 0 to an hour; undefined where the header is absent or says nothing
 */
export function retryAfter(header: string | readonly string[] | undefined, now = Date.now()): number | undefined {
  const value = (typeof header === 'string' ? header : header?.[0])?.trim();
  if (value === undefined || value === '') return undefined;
  if (/^\d{1,10}$/.test(value)) return Math.min(Number(value) * 1000, LONGEST);
  // Date.parse would take "-5" for a year.
  const date = /^[A-Za-z]{3}/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.min(Math.max(0, date - now), LONGEST);
}
