/** A number that an answer's header holds, as `X-WP-Total`; null where it doesn't: hosts and proxies drop it. */
export function countHeader(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  name: string,
): number | null {
  const header = headers[name];
  return typeof header === 'string' && /^\d{1,9}$/.test(header.trim()) ? Number(header) : null;
}
