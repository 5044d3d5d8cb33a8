import type { OrderClaim } from '../storage/order-rows.ts';
import type { Storage } from '../storage/storage.ts';
import type { Store } from '../stores/store.ts';
import type { OrderApis } from '../woocommerce/orders/order-apis.ts';
import type { StoreClient } from '../woocommerce/store-client.ts';
import { cancelOrder } from './cancel-order.ts';
import { isUntouched } from './is-untouched.ts';

/** How long a cancellation that was asked for may still be under way, in milliseconds: see place-by-api.ts. */
const CANCELLATION_MS = 150_000;

/** See {@link createOrderCanceller}. */
export interface OrderCancellerOptions {
  readonly storage: Pick<Storage, 'orders'>;
  readonly apis: OrderApis;
  readonly clock: () => number;
}

/** What came of a cancellation, and is stored. */
export type CancelResult =
  /** It was not in the store, and won't be. */
  | { readonly kind: 'taken_back' }
  | { readonly kind: 'cancelled'; readonly status: string }
  | { readonly kind: 'too_late'; readonly status: string }
  /** It is being placed, which has to come to an end first. */
  | { readonly kind: 'in_progress' }
  /** What the store has done is not known: it is read again by itself. */
  | { readonly kind: 'unsettled'; readonly reason: string; readonly retryAfterMs: number };

/** Cancels orders for DSTNC, wherever they are. The claim is given back, whatever comes. */
export type OrderCanceller = (store: Store, client: StoreClient, claim: OrderClaim) => Promise<CancelResult>;

/** See {@link OrderCanceller}. */
export function createOrderCanceller({ storage, apis, clock }: OrderCancellerOptions): OrderCanceller {
  async function takeBack(claim: OrderClaim): Promise<CancelResult> {
    // What may still come into being in the store is looked for as before.
    const dueAt = claim.phase === 'placing' ? null : claim.dueAt;
    const facts = { phase: 'withdrawn', lastError: null } as const;
    await storage.orders.finish(claim, { facts, dueAt, what: 'taken back by DSTNC' }, clock());
    return { kind: 'taken_back' };
  }

  return async (store, client, claim) => {
    const { phase, progress } = claim;
    if (phase === 'refused' || phase === 'withdrawn') return takeBack(claim);
    if (phase === 'placing') {
      if (isUntouched(progress)) return takeBack(claim);
      await storage.orders.finish(claim, { dueAt: clock() }, clock());
      return { kind: 'in_progress' };
    }
    const api = apis(store, progress.via === 'legacy' ? 'legacy' : 'api');
    if (api === null) throw new TypeError('a store with keys has an API');
    const askedAt = progress.cancelledAt;
    const pending = askedAt !== undefined && clock() - askedAt < CANCELLATION_MS;
    if (!pending) {
      const facts = { progress: { ...progress, cancelledAt: clock() } };
      await storage.orders.save(claim, facts, clock(), 'DSTNC asks to cancel it');
    }
    const done = await cancelOrder({ client, api, pending }, store, claim).catch(async (error: unknown) => {
      await storage.orders.finish(claim, { dueAt: clock() }, clock());
      throw error;
    });
    const over = done.kind !== 'failure' || (!done.mayHaveRun && !pending);
    const { cancelledAt: _asked, ...settled } = progress;
    const facts = { ...(over && { progress: settled }), ...(done.kind !== 'failure' && { status: done.status }) };
    const what = done.kind === 'cancelled' ? { what: 'cancelled for DSTNC' } : {};
    await storage.orders.finish(claim, { facts, dueAt: clock(), ...what }, clock());
    if (done.kind !== 'failure') return done;
    return { kind: 'unsettled', reason: done.reason, retryAfterMs: done.retryAfterMs };
  };
}
