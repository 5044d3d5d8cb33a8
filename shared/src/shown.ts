/** Longest that a value is shown, in characters. */
const LONGEST = 60;

/**
 * A hostile value in words for people: scalars as JSON, cut; lists and objects by kind only, since one nested deep enough overflows
 * the stack of whoever serialises it.
 */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return (
    JSON.stringify(typeof value === 'string' ? value.slice(0, LONGEST) : value)?.slice(0, LONGEST + 2) ?? typeof value
  );
}
