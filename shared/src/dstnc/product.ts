import { z } from 'zod';
import { inventory } from './inventory.ts';
import { currency, externalId, groupId, money, rev } from './scalars.ts';

/** Why a product is not shown. */
export const stateReason = z.enum([
  'draft',
  'private',
  'password',
  'no_price',
  'not_purchasable',
  'no_variations',
  'grouped',
  'external',
  'unsupported_type',
  'invalid_data',
  'stale',
  'trashed',
  'deleted',
  'disconnected',
]);

/** See {@link stateReason}. */
export type StateReason = z.infer<typeof stateReason>;

/** A picture; `alt` is empty where the store has none. */
export const image = z.strictObject({ src: z.string(), alt: z.string() }).meta({ id: 'Image' });

/** Prices of one item as the store asks them now. Unknown parts are null; nothing is withheld for that. */
export const price = z
  .strictObject({
    regular: money.nullable(),
    sale: money.optional().meta({ description: 'Present while a sale is running' }),
    effective: money.nullable().meta({ description: 'What a shopper pays now' }),
    currency: currency.nullable(),
    taxIncluded: z.boolean().nullable(),
  })
  .meta({ id: 'Price' });

/** One item that can be bought: a simple product, or one variation of a variable one. */
export const variant = z
  .strictObject({
    externalId,
    sku: z.string().optional(),
    gtin: z.string().optional(),
    options: z.record(z.string(), z.string()),
    price,
    weight: z.string().optional().meta({ description: "In the store's own unit" }),
    dimensions: z
      .strictObject({ length: z.string(), width: z.string(), height: z.string() })
      .optional()
      .meta({ description: "In the store's own unit" }),
    images: z.array(image),
    inventory,
  })
  .meta({ id: 'Variant' });

/** See {@link variant}. */
export type Variant = z.infer<typeof variant>;

/** Body of `PUT /v1/vendors/:vendor/products/:groupId`: the whole product with all its variants, also as tombstone. */
export const product = z
  .strictObject({
    groupId,
    rev,
    state: z.enum(['active', 'hidden', 'deleted']),
    stateReason: stateReason.optional(),
    title: z.string(),
    descriptionHtml: z.string(),
    url: z.string(),
    locale: z
      .string()
      .nullable()
      .meta({ description: 'The language of its texts, as the store names it; null: unknown' }),
    brand: z.string().optional(),
    categories: z.array(z.string()),
    images: z.array(image),
    options: z.array(z.strictObject({ name: z.string(), values: z.array(z.string()) })),
    variants: z.array(variant),
  })
  .meta({ id: 'Product' });

/** See {@link product}. */
export type Product = z.infer<typeof product>;
