import type { Inventory, InventoryResult, OrderChange, Product, Shipment } from '@dstnc/shared';

/** Why a send brought no answer that settles it; the same may be sent again. */
export interface SendFailure {
  readonly kind: 'retry';
  /** In words for people: "DSTNC answered 503". */
  readonly reason: string;
  /** How long the target asked to be left alone, in milliseconds. */
  readonly retryAfterMs?: number;
  /** The target as a whole doesn't work (down, too busy, our token refused), as opposed to this one request. */
  readonly outage: boolean;
  /** Its answer's HTTP status and words, where it gave any. */
  readonly status?: number;
  readonly detail?: string;
}

/** What became of a product, a shipment or an order's change that was sent. Every one but `retry` is DSTNC's own word. */
export type SendOutcome =
  | { readonly kind: 'accepted' }
  /** DSTNC holds a newer rev. */
  | { readonly kind: 'stale'; readonly heldRev: number }
  | { readonly kind: 'rejected'; readonly status: number; readonly reason: string }
  | SendFailure;

/** What became of an inventory batch. */
export type BatchOutcome =
  | { readonly kind: 'answered'; readonly results: readonly InventoryResult[] }
  | { readonly kind: 'rejected'; readonly status: number; readonly reason: string }
  | SendFailure;

/** Where listings go. DSTNC is one; another marketplace is another adapter. One call is one attempt: trying again is the caller's. */
export interface Target {
  putProduct(vendor: string, product: Product): Promise<SendOutcome>;
  /** @param items at most 50 */
  postInventory(vendor: string, items: readonly Inventory[]): Promise<BatchOutcome>;
  /** Breaks off what is still under way. */
  close(): Promise<void>;
}

/** Where what becomes of orders goes: one call is one attempt here, too. */
export interface OrderTarget {
  putShipment(vendor: string, shipment: Shipment): Promise<SendOutcome>;
  putOrder(vendor: string, change: OrderChange): Promise<SendOutcome>;
}
