import { z } from 'zod';
import { id } from '../woocommerce/tolerant.ts';

/**
 * Answer of the plugin's `wc-dstnc/v1/catalog`: whole product groups, in the words of wc/v3 (fields that DSTNC has no use for are
 * left out), so that one reader understands both.
 *
 * With `after`/`limit`: all groups but trashed ones, by ascending id. With `include` (ids of products or variations): those groups
 * that exist, `gone` for those that don't, `belongsTo` for those that were a variation's, or a translation's; every id asked for is found
 * in one of the three. With `lang`, names, texts and pictures are in that language where they are translated; ids, stock and prices are
 * always the original's.
 *
 * `next` and `total` are always said: half an answer must not look like the end of a catalogue, or like an empty shop.
 */
export const catalogPage = z.looseObject({
  groups: z.array(
    z.looseObject({
      groupId: id,
      /** As `wc/v3/products/<id>`; left out with `_fields=groups.groupId`. */
      product: z.unknown().optional(),
      /** As `wc/v3/products/<id>/variations`, all of them, also those switched off. */
      variations: z.array(z.unknown()).default([]),
      /** The language that it is in, as the shop names it; null: the shop has one only, or its plugin doesn't say. */
      locale: z.string().nullable().default(null),
      /** It isn't translated into `lang`, and is in another language therefore. */
      fallback: z.boolean().default(false),
    }),
  ),
  gone: z.array(z.looseObject({ id, because: z.enum(['deleted', 'trashed']) })).default([]),
  belongsTo: z
    .array(z.looseObject({ id, groupId: id, because: z.enum(['variation', 'translation']).default('variation') }))
    .default([]),
  /** `after` of the next page; null: this was the last. */
  next: z.int().nullable(),
  /** Groups in the whole catalogue, whatever the page. */
  total: z.int(),
  /** ISO 4217. */
  currency: z.string().nullable().default(null),
  taxIncluded: z.boolean().nullable().default(null),
});

/** See {@link catalogPage}. */
export type CatalogPage = z.infer<typeof catalogPage>;
