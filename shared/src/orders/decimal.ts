/** Digits behind the point that are kept. */
const PLACES = 10;
const ONE = 10n ** BigInt(PLACES);

/**
 * A decimal number as text, exactly, in units of 10⁻¹⁰: money is never added as floats. Digits beyond are cut off.
 *
 * @returns null for what is no plain decimal number; a sign is understood
 */
export function readDecimal(text: string): bigint | null {
  const [, sign, whole = '', part = ''] = /^(-?)(\d{1,15})(?:\.(\d*))?$/.exec(text.trim()) ?? [];
  if (sign === undefined) return null;
  const value = BigInt(whole) * ONE + BigInt(part.slice(0, PLACES).padEnd(PLACES, '0'));
  return sign === '-' ? -value : value;
}

/** @param places digits behind the point, rounded half up; 10 at most */
export function writeDecimal(value: bigint, places: number): string {
  const rounded = roundDecimal(value, places);
  const size = rounded < 0n ? -rounded : rounded;
  const digits = (size / 10n ** BigInt(PLACES - places)).toString().padStart(places + 1, '0');
  const text = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
  return rounded < 0n ? `-${text}` : text;
}

/** Rounds half away from zero, as WooCommerce does. */
export function roundDecimal(value: bigint, places: number): bigint {
  const unit = 10n ** BigInt(PLACES - places);
  const half = value < 0n ? -unit / 2n : unit / 2n;
  return ((value + half) / unit) * unit;
}

/** `value` by `over / under`, rounded to 10⁻¹⁰. */
export function scaleDecimal(value: bigint, over: bigint, under: bigint): bigint {
  const product = value * over;
  const half = under / 2n;
  return product < 0n ? (product - half) / under : (product + half) / under;
}

/** How many digits behind the point a number is written with. */
export function placesOf(text: string): number {
  return Math.min(PLACES, /\.(\d+)$/.exec(text.trim())?.[1]?.length ?? 0);
}

/** Whether two numbers are the same, however they are written. */
export function sameDecimal(one: string, other: string): boolean {
  const [a, b] = [readDecimal(one), readDecimal(other)];
  return a !== null && a === b;
}
