import { z } from 'zod';
import { id, jsonObject, list, optionalId, readTolerantly, text } from './tolerant.ts';

const fields = {
  number: text.default(''),
  status: text.default(''),
  currency: text.default(''),
  total: text.default(''),
  date_completed_gmt: text.default(''),
  date_modified_gmt: text.default(''),
  meta_data: list(z.looseObject({ key: text, value: z.unknown() })).default([]),
  line_items: list(
    z.looseObject({
      id,
      product_id: optionalId.default(0),
      variation_id: optionalId.default(0),
      quantity: z.coerce.number().default(0),
    }),
  ).default([]),
};

/** An order as a store describes it over wc/v3: only what concerns DSTNC, and nothing about the shopper. */
export type StoreOrder = { readonly id: number } & ReturnType<typeof readTolerantly<typeof fields>>['value'];

/** See {@link readStoreOrder}. */
export type StoreOrderReading =
  | { readonly ok: true; readonly order: StoreOrder; readonly issues: readonly string[] }
  | { readonly ok: false; readonly reason: string };

/** Reads a wc/v3 order tolerantly, dropping the shopper's data on the way. */
export function readStoreOrder(input: unknown): StoreOrderReading {
  const object = jsonObject(input);
  if (object === null) return { ok: false, reason: 'not a JSON object' };
  const read = id.safeParse(object.id);
  if (!read.success) return { ok: false, reason: 'no usable order id' };
  const { value, issues } = readTolerantly(fields, object);
  return { ok: true, order: { id: read.data, ...value }, issues };
}
