import { createHash } from 'node:crypto';
import type { Inventory, Product } from '@dstnc/shared';
import type { InventoryDraft, ListingDraft } from './listing-draft.ts';

/** A draft in the form that differences are told by. */
export interface ListingState {
  /** Of everything but the inventories. */
  readonly contentHash: string;
  readonly inventory: ReadonlyMap<string, InventoryDraft>;
}

/** What of a draft counts as a difference: all of its content, and each item's inventory by itself. */
export function listingState(draft: ListingDraft): ListingState {
  const inventory = new Map<string, InventoryDraft>();
  const variants = draft.items.flatMap(({ variant }) => {
    if (variant === null) return [];
    const { inventory: stock, ...content } = variant;
    inventory.set(stock.externalId, stock);
    return [content];
  });
  const contentHash = createHash('sha256')
    .update(JSON.stringify([draft.product, variants]))
    .digest('base64url');
  return { contentHash, inventory };
}

/** The items whose inventory isn't the one that was accepted. */
export function changedInventory(
  state: ListingState,
  accepted: Readonly<Record<string, InventoryDraft>>,
): InventoryDraft[] {
  return [...state.inventory.values()].filter(
    (stock) => JSON.stringify(stock) !== JSON.stringify(accepted[stock.externalId]),
  );
}

/** What a send adds to a draft. */
export interface Stamp {
  readonly rev: number;
  /** Milliseconds since 1970. */
  readonly readAt: number;
}

/** An inventory as it goes over the wire. */
export function wireInventory(stock: InventoryDraft, { rev, readAt }: Stamp): Inventory {
  return { ...stock, rev, readAt: new Date(readAt).toISOString() };
}

/** A product as it goes over the wire. */
export function wireProduct({ product, items }: ListingDraft, stamp: Stamp): Product {
  const variants = items.flatMap(({ variant }) =>
    variant === null ? [] : [{ ...variant, inventory: wireInventory(variant.inventory, stamp) }],
  );
  return { ...product, rev: stamp.rev, variants };
}
