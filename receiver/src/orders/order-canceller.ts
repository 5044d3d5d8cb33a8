import { backoffMs } from '../catalog/backoff.ts';
import type { OrderClaim } from '../storage/order-rows.ts';
import type { Storage } from '../storage/storage.ts';
import type { Store } from '../stores/store.ts';
import { type OrderApis, orderApiOf } from '../woocommerce/orders/order-apis.ts';
import type { StoreClient } from '../woocommerce/store-client.ts';
import { cancelOrder } from './cancel-order.ts';
import { isUntouched } from './is-untouched.ts';
import { UNDER_WAY_MS } from './place-by-api.ts';

/** See {@link createOrderCanceller}. */
export interface OrderCancellerOptions {
  readonly storage: Pick<Storage, 'orders'>;
  readonly clientOf: (store: Store) => StoreClient | null;
  readonly apis: OrderApis;
  readonly clock: () => number;
}

/** What came of a cancellation, and is stored. */
export type CancelResult =
  /** It was not in the store, and won't be. */
  | { readonly kind: 'taken_back' }
  | { readonly kind: 'cancelled'; readonly status: string }
  | { readonly kind: 'too_late'; readonly status: string }
  /** What the store has done is not known: it is gone on with by itself. */
  | { readonly kind: 'unsettled'; readonly reason: string; readonly retryAfterMs: number };

/**
 * Cancels orders for DSTNC, wherever they are. That DSTNC wants it is written down until it is done, or too late. The claim is given back,
 * whatever comes.
 */
export type OrderCanceller = (store: Store, claim: OrderClaim) => Promise<CancelResult>;

/** See {@link OrderCanceller}. */
export function createOrderCanceller({ storage, clientOf, apis, clock }: OrderCancellerOptions): OrderCanceller {
  async function takeBack(claim: OrderClaim): Promise<CancelResult> {
    // What may still come into being in the store is looked for as before.
    const dueAt = claim.phase === 'placing' ? null : claim.dueAt;
    const facts = { phase: 'withdrawn', lastError: null } as const;
    await storage.orders.finish(claim, { facts, dueAt, what: 'taken back by DSTNC' }, clock());
    return { kind: 'taken_back' };
  }

  /** It may be there already, or come into being yet: whoever places it finds out, and takes it back. */
  async function takeBackLater(claim: OrderClaim): Promise<CancelResult> {
    const facts = { progress: { ...claim.progress, unwanted: true } };
    await storage.orders.finish(claim, { facts, dueAt: clock(), what: WANTED }, clock());
    return {
      kind: 'unsettled',
      reason: 'it is on its way there, and is taken back as soon as the store answers',
      retryAfterMs: 5_000,
    };
  }

  return async (store, claim) => {
    const { phase, progress, attempts } = claim;
    if (phase === 'refused' || phase === 'withdrawn') return takeBack(claim);
    if (phase === 'placing') return isUntouched(progress) ? takeBack(claim) : takeBackLater(claim);
    const client = clientOf(store);
    const api = apis(store, orderApiOf(store));
    if (client === null || api === null) {
      const dueAt = clock() + backoffMs(attempts + 1);
      await storage.orders.finish(claim, { dueAt, failed: true }, clock());
      return { kind: 'unsettled', reason: 'the store has no keys any more', retryAfterMs: backoffMs(1) };
    }
    const askedAt = progress.cancelledAt;
    const pending = askedAt !== undefined && clock() - askedAt < UNDER_WAY_MS;
    if (!pending) {
      const facts = { progress: { ...progress, unwanted: true, cancelledAt: clock() } };
      await storage.orders.save(claim, facts, clock(), progress.unwanted === true ? undefined : WANTED);
    }
    const done = await cancelOrder({ client, api, pending }, store, claim).catch(async (error: unknown) => {
      await storage.orders.finish(claim, { dueAt: clock() + backoffMs(attempts + 1), failed: true }, clock());
      throw error;
    });
    const { cancelledAt: _asked, unwanted: _unwanted, ...settled } = progress;
    if (done.kind !== 'failure') {
      const what =
        done.kind === 'cancelled' ? 'cancelled for DSTNC' : `can't be cancelled any more: it is "${done.status}"`;
      const facts = { progress: settled, status: done.status };
      await storage.orders.finish(claim, { facts, dueAt: clock(), what }, clock());
      return done;
    }
    const over = !done.mayHaveRun && !pending;
    const dueAt = clock() + Math.max(done.retryAfterMs, backoffMs(attempts + 1));
    const facts = { progress: { ...settled, unwanted: true } };
    await storage.orders.finish(claim, { ...(over && { facts }), dueAt, failed: true }, clock());
    return { kind: 'unsettled', reason: done.reason, retryAfterMs: done.retryAfterMs };
  };
}

const WANTED = 'DSTNC wants it cancelled';
