/** The longest that a `Retry-After` is obeyed, in milliseconds: a typing error there must not silence a store for a year. */
const LONGEST = 60 * 60 * 1000;

/**
 * Reads a `Retry-After` header: seconds or an HTTP date (RFC 9110 10.2.3).
 *
 * @returns milliseconds from now, at most an hour; undefined if there is none, or it can't be read
 */
export function retryAfterMs(value: string | string[] | undefined, now: number): number | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), LONGEST) : undefined;
}
