/** A time for people, UTC: "2026-01-02 03:04:05". @param ms milliseconds since 1970 */
export function shortTime(ms: number | null | undefined): string {
  return ms === null || ms === undefined ? '—' : new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}
