import { z } from 'zod';
import { shown } from '../shown.ts';
import { amount, bool, id, jsonObject, list, optionalId, readTolerantly, text } from './tolerant.ts';

const named = z.looseObject({ name: text });
const picture = z.looseObject({ src: text, alt: text.default('') });
const attribute = z.looseObject({
  id: optionalId.default(0),
  name: text.default(''),
  variation: bool.default(false),
  options: list(text).default([]),
  /** On a variation: the one value that it has. `""` means any. */
  option: text.default(''),
});

/** PHP sends `[]` for an empty one, and ids as strings. Bad entries are left out. */
const idsByLanguage = z
  .union([
    z.record(z.string(), z.unknown()),
    z.array(z.unknown()).transform(() => ({})),
    z.null().transform(() => ({})),
  ])
  .transform(
    (ids): Readonly<Record<string, number>> =>
      Object.fromEntries(
        Object.entries(ids).flatMap(([language, value]) => {
          const read = id.safeParse(value);
          return read.success ? [[language, read.data]] : [];
        }),
      ),
  );

/**
 * The fields of a wc/v3 product or variation that DSTNC has use for. The stock fields stay raw: the stock rules read them, and an
 * explanation shows them as the store sent them.
 */
const fields = {
  parent_id: optionalId.default(0),
  type: text.default('simple'),
  status: text.default('publish'),
  post_password: text.default(''),
  name: text.default(''),
  permalink: text.default(''),
  description: text.default(''),
  short_description: text.default(''),
  sku: text.default(''),
  global_unique_id: text.default(''),
  price: amount.default(null),
  regular_price: amount.default(null),
  sale_price: amount.default(null),
  on_sale: bool.default(false),
  purchasable: bool.default(true),
  manage_stock: z.unknown(),
  stock_status: z.unknown(),
  stock_quantity: z.unknown(),
  backorders: z.unknown(),
  weight: text.default(''),
  dimensions: z
    .looseObject({ length: text.default(''), width: text.default(''), height: text.default('') })
    .default({ length: '', width: '', height: '' }),
  categories: list(named).default([]),
  brands: list(named).default([]),
  images: list(picture).default([]),
  /** A variation's one picture, where it is read through its product's `/variations`. */
  image: z
    .union([picture, z.literal([null, false, '']).transform(() => null), z.array(z.unknown()).transform(() => null)])
    .default(null),
  attributes: list(attribute).default([]),
  variations: list(id).default([]),
  date_modified_gmt: text.default(''),
  /** Where a language plugin adds it: the product's language, as `de`. */
  lang: text.default(''),
  /** Where a language plugin adds it: the ids of the product and its translations by language. */
  translations: idsByLanguage.default({}),
};

/** A product, or a variation, as a store describes it over wc/v3, over a webhook (the same form), or mapped from an older API. */
export type StoreProduct = { readonly id: number } & ReturnType<typeof readTolerantly<typeof fields>>['value'];

/** See {@link readStoreProduct}. */
export type StoreProductReading =
  | { readonly ok: true; readonly product: StoreProduct; readonly issues: readonly string[] }
  | { readonly ok: false; readonly reason: string };

/**
 * Reads a wc/v3 product or variation tolerantly. Only an object with an id can be a product; of everything else a bad field is
 * left out and named in `issues`.
 */
export function readStoreProduct(input: unknown): StoreProductReading {
  const object = jsonObject(input);
  if (object === null) return { ok: false, reason: 'not a JSON object' };
  const read = id.safeParse(object.id);
  if (!read.success) return { ok: false, reason: `no usable product id (${shown(object.id)})` };
  const { value, issues } = readTolerantly(fields, object);
  return { ok: true, product: { id: read.data, ...value }, issues };
}
