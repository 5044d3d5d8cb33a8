import type { OrderIn, OrderView } from '@dstnc/shared';
import type { OrderClaim, OrderFacts, PlacingProgress } from '../storage/order-rows.ts';
import type { StoreFailure } from '../woocommerce/store-failure.ts';
import type { OrderRefusal } from './order-refusal.ts';

/** How a try to place an order ended. */
export type PlacingEnd =
  /** It is in the store, once. */
  | { readonly kind: 'placed'; readonly facts: Partial<OrderFacts> & Pick<OrderFacts, 'storeOrderId' | 'status'> }
  /** It is not, and won't be. */
  | { readonly kind: 'refused'; readonly refusal: OrderRefusal; readonly progress?: PlacingProgress }
  /** DSTNC doesn't want it any more, and it is not in the store. */
  | { readonly kind: 'withdrawn'; readonly progress: PlacingProgress }
  /** Not known yet: it is gone on with after so many milliseconds. */
  | { readonly kind: 'waiting'; readonly reason: string; readonly afterMs: number; readonly outage: boolean };

/** What placing needs, whichever way it goes. */
export interface Placing {
  readonly claim: OrderClaim;
  readonly order: OrderIn;
  /** The status that orders get: WooCommerce's own word. */
  readonly status: string;
  readonly clock: () => number;
  /**
   * Writes down how far it has come, durably, before the next step is taken.
   *
   * @throws LeaseLost: somebody else is at it
   */
  save(facts: Partial<OrderFacts>, what?: string): Promise<void>;
  /** Waits. @returns false: there is no time left for it */
  wait(ms: number): Promise<boolean>;
}

/** One step of placing: an end, or another step after so many milliseconds. */
export type PlacingStep =
  | PlacingEnd
  | { readonly kind: 'again'; readonly afterMs: number; readonly reason: string; readonly outage: boolean };

/** The claim is somebody else's by now: nothing more may be done under it. */
export class LeaseLost extends Error {
  readonly type = 'lease-lost';

  constructor() {
    super('The lease on an order was lost');
    this.name = 'LeaseLost';
  }
}

/** Takes steps until one is an end, or there is no time left. */
export async function inSteps(wait: Placing['wait'], step: () => Promise<PlacingStep>): Promise<PlacingEnd> {
  for (;;) {
    const { kind, ...rest } = await step();
    if (kind !== 'again') return { kind, ...rest } as PlacingEnd;
    const { afterMs } = rest as Extract<PlacingStep, { kind: 'again' }>;
    if (afterMs === 0) continue;
    if (!(await wait(afterMs)))
      return { kind: 'waiting', ...(rest as Omit<Extract<PlacingEnd, { kind: 'waiting' }>, 'kind'>) };
  }
}

/** Another step at once. */
export const NEXT: PlacingStep = { kind: 'again', afterMs: 0, reason: '', outage: false };

/** Another step a little later, as the store has failed. @param failures in a row, this one included */
export function afterFailure({ message, retryAfterMs = 0 }: StoreFailure, failures: number): PlacingStep {
  const afterMs = Math.max(retryAfterMs, Math.min(30_000, 500 * 2 ** Math.min(failures - 1, 8)));
  return { kind: 'again', afterMs, reason: message, outage: true };
}

/** What is known of an order that is in the store, from the store's view of it. */
export function factsOf(view: OrderView): Pick<OrderFacts, 'storeOrderId' | 'storeOrderNumber' | 'status'> {
  return { storeOrderId: view.orderId, storeOrderNumber: view.number || String(view.orderId), status: view.status };
}
