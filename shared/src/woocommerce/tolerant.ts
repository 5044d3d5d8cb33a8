import { z } from 'zod';
import { shown } from '../shown.ts';

/**
 * The scalars of WooCommerce's REST API as stores really send them. Plugins send numbers as strings, `""` for null, `"yes"` for
 * true; what can be read without guessing is read, anything else is an issue of that one field (see {@link readTolerantly}).
 */

/** A WordPress id: a positive integer, or its decimal string. */
export const id = z.union([
  z.int().positive(),
  z
    .string()
    .regex(/^[1-9]\d{0,14}$/)
    .transform(Number),
]);

/**
 * A JSON object; null for anything else. By hand, as zod would copy the whole payload, which is most of the cost of a delivery.
 */
export function jsonObject(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}

/** An id where 0, `""`, null and false mean "none". */
export const optionalId = z.union([z.literal([0, '0', '', null, false]).transform(() => 0), id]);

/** Text; numbers become text, null and false become "". Unpaired surrogates, which no UTF-8 can carry, are replaced. */
export const text = z.union([
  z.string().transform((value) => value.toWellFormed()),
  z.number().transform(String),
  z.literal([null, false]).transform(() => ''),
]);

/** A WooCommerce boolean, as wc_string_to_bool() reads it. */
export const bool = z.union([
  z.boolean(),
  z.literal(['yes', 'true', '1', 1]).transform(() => true),
  z.literal(['no', 'false', '0', '', 0, null]).transform(() => false),
]);

/** A price: a plain decimal string or number that isn't negative, as a decimal string; `""` and null are "no price". */
export const amount = z.union([
  z.literal(['', null, false]).transform(() => null),
  z.string().regex(/^\d+(\.\d+)?$/, 'is not a plain decimal number'),
  z
    .number()
    .nonnegative()
    .transform(String)
    .pipe(z.string().regex(/^\d+(\.\d+)?$/, 'is not a plain decimal number')),
]);

/** A list; PHP sends `{}` or `""` for an empty one, and an object with numeric keys for one with holes. Bad entries are left out. */
export function list<Entry extends z.ZodType>(entry: Entry) {
  return z
    .union([
      z.array(z.unknown()),
      z.literal(['', null, false]).transform((): unknown[] => []),
      z.record(z.string(), z.unknown()).transform((value) => Object.values(value)),
    ])
    .transform((values) =>
      values.flatMap((value) => {
        const read = entry.safeParse(value);
        return read.success ? [read.data] : [];
      }),
    );
}

/** What {@link readTolerantly} makes of an object. */
export interface TolerantReading<Shape extends z.ZodRawShape> {
  readonly value: { readonly [Key in keyof Shape]: z.infer<Shape[Key]> };
  /** One sentence a field that couldn't be read; such a field has its default. */
  readonly issues: readonly string[];
}

/**
 * Reads an object field by field: a field that can't be read takes its default and is named in `issues`, and never spoils the rest.
 *
 * @param shape a schema for each field; each must accept `undefined` (`.default(…)` or `.prefault(…)`)
 */
export function readTolerantly<Shape extends z.ZodRawShape>(
  shape: Shape,
  input: Readonly<Record<string, unknown>>,
): TolerantReading<Shape> {
  const issues: string[] = [];
  const value: Record<string, unknown> = {};
  for (const [field, schema] of Object.entries(shape)) {
    const read = z.safeParse(schema, input[field]);
    if (read.success) {
      value[field] = read.data;
    } else {
      value[field] = z.parse(schema, undefined);
      issues.push(`${field} can't be read (${shown(input[field])}) and was left out`);
    }
  }
  return { value: value as TolerantReading<Shape>['value'], issues };
}
