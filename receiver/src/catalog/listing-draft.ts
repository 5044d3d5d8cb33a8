import type { Inventory, Product, Variant } from '@dstnc/shared';

/** A product as DSTNC should have it, before it is sent: without the rev and times that each send adds. */
export interface ListingDraft {
  readonly product: Omit<Product, 'rev' | 'variants'>;
  /** One entry an item of the store, also for those that aren't sold. */
  readonly items: readonly ListingItem[];
  /** What was odd about the product's data, one sentence each. */
  readonly notes: readonly string[];
}

/** An item's part of a {@link ListingDraft}, with its explanation. */
export interface ListingItem {
  readonly itemId: number;
  readonly externalId: string;
  readonly title: string;
  readonly sku: string;
  /** Null: not sold on DSTNC; `omitted` says why. */
  readonly variant: (Omit<Variant, 'inventory'> & { readonly inventory: InventoryDraft }) | null;
  readonly omitted?: string;
  readonly rule: 1 | 2 | 3;
  readonly because: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly notes: readonly string[];
}

/** See {@link ListingDraft}. */
export type InventoryDraft = Omit<Inventory, 'rev' | 'readAt'>;
