import type { NumberedShipment, OrderChange, OrderState } from '@dstnc/shared';
import type { OrderRefusal } from '../orders/order-refusal.ts';

/** One order of DSTNC's, by the reference that DSTNC gave it. */
export interface OrderKey {
  readonly storeId: string;
  readonly reference: string;
}

/**
 * Where an order stands with the store. `placing`: on its way there, or not known to be there. `placed`: it is there. `refused`: it is not
 * there and won't be, for `lastError`. `withdrawn`: DSTNC took it back before it was placed.
 */
export type OrderPhase = 'placing' | 'placed' | 'refused' | 'withdrawn';

/** How far the placing of an order is: written before each step that changes something in the store. Times in milliseconds since 1970. */
export interface PlacingProgress {
  /** What it is placed by: an order that may have been placed one way is never placed another way. */
  readonly via?: 'plugin' | 'api' | 'legacy';
  /** The highest id of an order in the store before the first try: ours has a higher one. */
  readonly baseline?: number;
  /** The plugin was asked for it first, and may have left half of it there, which has taken its stock. */
  readonly halfByPlugin?: boolean;
  /** Ours was not made before that; there where no such id is known. */
  readonly since?: number;
  /** When the creation was asked for last, or may have been. */
  readonly createdAt?: number;
  /** One that was asked for has no answer: it may still come into being. */
  readonly inDoubt?: boolean;
  /** When the last one was asked for that may still be under way in the store. */
  readonly unansweredAt?: number;
  /** Drafts that the store has begun and never ended. */
  readonly halves?: number;
  /** The order that is, or will be, the one. */
  readonly chosen?: number;
  /** Its net totals were corrected. */
  readonly corrected?: boolean;
  /** When its promotion was asked for last. */
  readonly promotedAt?: number;
  /** When DSTNC first wanted it cancelled. */
  readonly unwantedAt?: number;
  /** When the next try is due to cancel what is in the store. */
  readonly cancelAt?: number;
  /** When its cancellation was asked for, and may still be under way. */
  readonly cancelledAt?: number;
  /** Why it is being taken out of the store again. */
  readonly removing?: OrderRefusal;
  /** When it is to be looked for stragglers again. */
  readonly looks?: readonly number[];
}

/** What DSTNC was told of something, or is to be told. */
export interface Told<Draft> {
  readonly draft: Draft;
  /** The rev that DSTNC accepted; null: it has not accepted this. */
  readonly acceptedRev: number | null;
  /** When it did, milliseconds since 1970. */
  readonly acceptedAt: number | null;
  /** DSTNC's reason, where it refuses this as it is. */
  readonly rejected?: string;
}

/** A parcel, and whether DSTNC knows. */
export type HeldShipment = Told<NumberedShipment['draft']> & Pick<NumberedShipment, 'key'>;

/** A cancellation or refund, and whether DSTNC knows. */
export type HeldChange = Told<Omit<OrderChange, 'rev'>>;

/** What may change about an order. */
export interface OrderFacts {
  readonly phase: OrderPhase;
  readonly progress: PlacingProgress;
  readonly storeOrderId: number | null;
  readonly storeOrderNumber: string | null;
  /** WooCommerce's own word; null: not in the store. */
  readonly status: string | null;
  readonly shipments: readonly HeldShipment[];
  readonly change: HeldChange | null;
  /** What went wrong last and still matters, in words for people, without personal data. */
  readonly lastError: string | null;
  readonly placedAt: number | null;
  readonly completedAt: number | null;
}

/** An order as it is kept. Nothing about the shopper but for `personal`. */
export interface OrderRow extends OrderKey, OrderFacts {
  /** SHA-256 of the request, in hex. */
  readonly fingerprint: string;
  readonly currency: string;
  readonly total: string;
  readonly state: OrderState;
  /** Whether the request, with its addresses, is still kept. */
  readonly personal: boolean;
  readonly history: readonly { readonly at: number; readonly what: string }[];
  readonly cause: string;
  readonly attempts: number;
  readonly dueAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** An order taken up under a lease. */
export interface OrderClaim extends OrderRow {
  readonly owner: string;
  /** The mark that it covers; later ones cause another round. */
  readonly seq: number;
  /** Of this claim alone: greater than all before. */
  readonly rev: number;
  /** The request as JSON text; null: erased. */
  readonly body: string | null;
}

/** An order as DSTNC asks for it. */
export interface OrderRequest extends OrderKey {
  /** DSTNC's `Idempotency-Key`. */
  readonly key: string;
  readonly fingerprint: string;
  /** As JSON text: is encrypted. */
  readonly body: string;
  readonly currency: string;
  readonly total: string;
}

/** Who takes up orders, until when. */
export interface OrderLease {
  readonly owner: string;
  readonly now: number;
  readonly leaseMs: number;
}

/** What came of asking for an order. */
export type OrderBeginning =
  | { readonly kind: 'claimed'; readonly claim: OrderClaim }
  /** It was settled before. */
  | { readonly kind: 'known'; readonly row: OrderRow }
  /** Somebody is at it. */
  | { readonly kind: 'in_progress' }
  /** Its store is gone, or disconnecting, and has nothing of it. */
  | { readonly kind: 'disconnected' }
  /** The key, or the reference, came with another request before. */
  | { readonly kind: 'key_reused' | 'reference_reused' };

/** How a claim ends: it gives its lease back. */
export interface OrderEnd {
  readonly facts?: Partial<OrderFacts>;
  /** When it is to be looked at again; null: not by itself. A mark that came meanwhile causes another round at once. */
  readonly dueAt: number | null;
  /** It failed for now, and is tried again; else it counts as done. */
  readonly failed?: boolean;
  /** DSTNC holds a newer rev: go on from there. */
  readonly heldRev?: number;
  /** For the order's story; without personal data. */
  readonly what?: string;
}

/** See {@link OrderStorage.counts}. */
export interface OrderCounts {
  readonly toShip: number;
  readonly shipped: number;
  readonly attention: number;
}

/** Of all stores together. */
export interface OrderFigures {
  readonly states: Readonly<Partial<Record<OrderState, number>>>;
  /** When the oldest one was asked for that is neither placed nor refused, milliseconds since 1970; null: there is none. */
  readonly oldestUnplacedAt: number | null;
}

/** DSTNC's orders. */
export interface OrderStorage {
  /**
   * Writes an order down before anything is done about it. One that was refused before begins anew, and may then be another one; of
   * all others, the same reference stands for the same request for ever, also after its store was removed: see gone_stores in schema.ts.
   */
  begin(request: OrderRequest, lease: OrderLease): Promise<OrderBeginning>;
  /** Takes up one, whatever is due. @returns `in_progress`: somebody is at it; null: there is none */
  take(key: OrderKey, lease: OrderLease): Promise<OrderClaim | 'in_progress' | null>;
  /** Takes up what is due, of other stores than these, the longest waiting first. */
  claim(
    lease: OrderLease & { readonly limit: number; readonly except: readonly string[] },
  ): Promise<readonly OrderClaim[]>;
  /** Writes down how far a claim has come. @returns false: its lease is lost, and nothing is written; stop */
  save(claim: OrderClaim, facts: Partial<OrderFacts>, now: number, what?: string): Promise<boolean>;
  /** @returns false: its lease is lost, and nothing is written */
  finish(claim: OrderClaim, end: OrderEnd, now: number): Promise<boolean>;
  /**
   * Orders may have changed in the store: they are read again soon. What isn't DSTNC's is left out.
   *
   * @param orderIds WooCommerce's
   * @returns how many were marked
   */
  mark(storeId: string, orderIds: readonly number[], cause: string, now: number): Promise<number>;
  /** The same of one by its reference; with `again`, DSTNC is told of all of it anew. @returns false: there is none */
  resend(key: OrderKey, cause: string, now: number): Promise<boolean>;
  byReference(key: OrderKey): Promise<OrderRow | null>;
  /** The newest first. @param before what a page before gave as `next` */
  list(
    storeId: string,
    page: { limit: number; before?: string },
  ): Promise<{ orders: readonly OrderRow[]; next: string | null }>;
  counts(storeId: string): Promise<OrderCounts>;
  figures(): Promise<OrderFigures>;
  /**
   * A store's orders that something may be wrong with, the newest thousand: those that are being placed, need attention or are completed and
   * not told of as shipped, and of those that were shipped the ones completed since then.
   */
  doubtful(storeId: string, since: number): Promise<readonly OrderRow[]>;
  /**
   * Has those of a store's orders looked at now that wait for their time.
   *
   * @returns how many
   */
  wake(storeId: string, cause: string, now: number): Promise<number>;
  /** Nothing more is done about a store's orders by itself; who is at one of them has lost it. @returns how many there were */
  letGo(storeId: string, what: string, now: number): Promise<number>;
  /** Forgets the request with its addresses. @returns `needed`: it isn't placed yet; `unknown`: there is none */
  erase(key: OrderKey): Promise<'erased' | 'needed' | 'unknown'>;
  /** Forgets the requests of all that were settled before. @returns how many */
  eraseOlder(before: number): Promise<number>;
  /** When the next one is due, milliseconds since 1970; null: none is. */
  nextDue(): Promise<number | null>;
}
