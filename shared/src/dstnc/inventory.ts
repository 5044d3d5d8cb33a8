import { z } from 'zod';
import { externalId, instant, rev } from './scalars.ts';

/** How much of one item may be sold, the rule that decided, and when the store was read. */
export const inventory = z
  .strictObject({
    externalId,
    rev,
    tracked: z.boolean(),
    quantity: z.int().nonnegative().nullable().meta({ description: 'Whole units; null where stock is not tracked' }),
    purchasable: z.boolean(),
    poolId: externalId.optional().meta({ description: 'Items with the same poolId share the same units' }),
    rule: z.union([z.literal(1), z.literal(2), z.literal(3)]),
    readAt: instant,
  })
  .meta({ id: 'Inventory' });

/** See {@link inventory}. */
export type Inventory = z.infer<typeof inventory>;

/** Body of `POST /v1/vendors/:vendor/inventory`. */
export const inventoryBatch = z
  .strictObject({ items: z.array(inventory).min(1).max(50) })
  .meta({ id: 'InventoryBatch' });

/** See {@link inventoryBatch}. */
export type InventoryBatch = z.infer<typeof inventoryBatch>;

/** What became of one item of an inventory batch. */
export const inventoryResult = z.looseObject({
  externalId: z.string(),
  status: z.enum(['accepted', 'stale', 'rejected', 'unknown']),
  reason: z.string().nullish(),
});

/** See {@link inventoryResult}. */
export type InventoryResult = z.infer<typeof inventoryResult>;

/** Answer to an inventory batch. An item without an entry, or an answer without `results`, means accepted. */
export const inventoryResults = z
  .looseObject({
    results: z.array(inventoryResult).optional(),
  })
  .meta({ id: 'InventoryResults' });

/** See {@link inventoryResults}. */
export type InventoryResults = z.infer<typeof inventoryResults>;
