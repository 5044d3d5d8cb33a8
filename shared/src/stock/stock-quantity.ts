import { shown } from '../shown.ts';

/** A plain decimal number as WooCommerce writes it: no exponent, no sign but a minus, no spaces. */
const PLAIN_DECIMAL = /^(-?)(\d+)(?:\.\d+)?$/;

/** A stock quantity as the rules see it: whole units, never negative, with what was odd about the value that it came from. */
export interface StockQuantity {
  /** Whole sellable units, 0 or more. */
  readonly units: number;
  /** Why `units` is not simply what the store said, in words for people; absent when it is. */
  readonly note?: string;
}

/**
 * Reads WooCommerce's `stock_quantity`: max(0, floor(value)). Missing or anything but a plain decimal number, or its string,
 * counts as 0, since an item that can't be counted must not be oversold. Fractions are floored: half a lamp can't be sold.
 *
 * The digits are read as text, so that "9.999999999999999999" floors to 9 and not to 10.
 *
 * @param value whatever the store sent: number, string, null, anything
 */
export function stockQuantity(value: unknown): StockQuantity {
  if (value === null || value === undefined || value === '') {
    return { units: 0, note: 'the store sent no quantity, so it counts as 0' };
  }
  const match =
    typeof value === 'number' || typeof value === 'string'
      ? PLAIN_DECIMAL.exec(String(value))
      : /* objects, booleans */ null;
  const [, sign, whole] = match ?? [];
  if (whole === undefined) {
    return {
      units: 0,
      note: `the quantity ${shown(value)} is not a plain number, so it counts as 0`,
    };
  }
  if (sign === '-') {
    return Number(whole) === 0
      ? { units: 0 }
      : { units: 0, note: `the quantity ${value} is below 0, so it counts as 0` };
  }
  const units = Number(whole);
  if (!Number.isSafeInteger(units)) {
    return {
      units: Number.MAX_SAFE_INTEGER,
      note: `the quantity ${String(value).slice(0, 60)} is too large to count, so it is capped`,
    };
  }
  return String(value) === String(units)
    ? { units }
    : { units, note: `the quantity ${value} is rounded down to ${units}` };
}
