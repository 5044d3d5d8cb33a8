import { z } from 'zod';
import { product, variant } from './product.ts';
import { externalId, instant } from './scalars.ts';

/** DSTNC's refusal of a product or item, as it was given. */
export const rejection = z.strictObject({ status: z.int(), reason: z.string(), at: instant }).meta({ id: 'Rejection' });

/** See {@link rejection}. */
export type Rejection = z.infer<typeof rejection>;

/** One entry of an item's history, newest first: what DSTNC was told, and from when on it held. */
export const historyEntry = z.strictObject({
  at: instant,
  cause: z.string(),
  state: z.string(),
  rule: z.int().nullable(),
  tracked: z.boolean().nullable(),
  quantity: z.int().nullable(),
  purchasable: z.boolean().nullable(),
});

/** See {@link historyEntry}. */
export type HistoryEntry = z.infer<typeof historyEntry>;

/** Answer of `GET /v1/stores/:id/listings/:externalId`: the item as DSTNC has it, and the whole story of how it came to that. */
export const listing = z
  .strictObject({
    externalId,
    groupId: z.string(),
    product: product.omit({ variants: true }).nullable().meta({ description: 'null: the store has not been read yet' }),
    variant: variant.nullable().meta({ description: 'null: the item is not sold on DSTNC; `omitted` says why' }),
    omitted: z.string().optional(),
    rule: z.union([z.literal(1), z.literal(2), z.literal(3)]).nullable(),
    because: z.string(),
    fields: z
      .record(z.string(), z.unknown())
      .meta({ description: "WooCommerce's fields that decided, as the store sent them" }),
    notes: z.array(z.string()).meta({ description: "What was odd about the store's data" }),
    cause: z.string(),
    readAt: instant.nullable(),
    sentAt: instant.nullable(),
    acceptedAt: instant.nullable(),
    lateMs: z.int().nullable().meta({
      description: 'From the first mark of the change that was accepted last to its acceptance, in milliseconds',
    }),
    attempts: z.int(),
    pending: z.strictObject({ since: instant, waitingFor: z.string().nullable() }).optional(),
    rejected: rejection.optional(),
    discarded: z
      .strictObject({ at: instant, reason: z.string() })
      .optional()
      .meta({ description: 'What an operator has given up waiting for; the next change is tried again' }),
    history: z.array(historyEntry),
  })
  .meta({ id: 'Listing' });

/** See {@link listing}. */
export type Listing = z.infer<typeof listing>;
