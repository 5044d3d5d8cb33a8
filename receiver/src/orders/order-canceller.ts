import type { OrderClaim, PlacingProgress } from '../storage/order-rows.ts';
import type { Storage } from '../storage/storage.ts';
import type { Store } from '../stores/store.ts';
import { type OrderApis, orderApiOf } from '../woocommerce/orders/order-apis.ts';
import type { StoreClient } from '../woocommerce/store-client.ts';
import { cancelOrder } from './cancel-order.ts';
import { isUntouched } from './is-untouched.ts';
import { UNDER_WAY_MS } from './may-have-run.ts';

/** How long after a cancellation that failed the next one is tried, at least and at most. Milliseconds. */
const [SOON_MS, LATE_MS] = [5_000, 10 * 60_000];

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
    const facts = { progress: wanted(claim.progress, clock()) };
    await storage.orders.finish(claim, { facts, dueAt: clock(), what: WANTED }, clock());
    const reason = 'it is on its way there, and is taken back as soon as the store answers';
    return { kind: 'unsettled', reason, retryAfterMs: SOON_MS };
  }

  /** What else there is to do about the order goes on meanwhile. */
  async function later(
    claim: OrderClaim,
    progress: PlacingProgress,
    reason: string,
    waitMs: number,
  ): Promise<CancelResult> {
    const now = clock();
    const { unwantedAt = now } = progress;
    const retryAfterMs = Math.max(waitMs, Math.min(LATE_MS, Math.max(SOON_MS, (now - unwantedAt) / 4)));
    const facts = { progress: { ...progress, cancelAt: now + retryAfterMs } };
    await storage.orders.finish(claim, { facts, dueAt: now, failed: true }, now);
    return { kind: 'unsettled', reason, retryAfterMs };
  }

  return async (store, claim) => {
    const { phase } = claim;
    if (phase === 'refused' || phase === 'withdrawn') return takeBack(claim);
    if (phase === 'placing') return isUntouched(claim.progress) ? takeBack(claim) : takeBackLater(claim);
    const progress = wanted(claim.progress, clock());
    const client = clientOf(store);
    const api = apis(store, orderApiOf(store));
    if (client === null || api === null) return later(claim, progress, 'the store has no keys any more', 0);
    const askedAt = progress.cancelledAt;
    const pending = askedAt !== undefined && clock() - askedAt < UNDER_WAY_MS;
    const asking = pending ? progress : { ...progress, cancelledAt: clock() };
    const what = claim.progress.unwantedAt === undefined ? WANTED : undefined;
    await storage.orders.save(claim, { progress: asking }, clock(), what);
    const done = await cancelOrder({ client, api, pending }, store, claim).catch(async (error: unknown) => {
      await later(claim, asking, 'it failed', 0);
      throw error;
    });
    const { cancelledAt: _asked, ...unasked } = asking;
    if (done.kind === 'failure') {
      const over = !done.mayHaveRun && !pending;
      return later(claim, over ? unasked : asking, done.reason, done.retryAfterMs);
    }
    const { unwantedAt: _wish, cancelAt: _next, ...settled } = unasked;
    const said =
      done.kind === 'cancelled' ? 'cancelled for DSTNC' : `can't be cancelled any more: it is "${done.status}"`;
    const facts = { progress: settled, status: done.status };
    await storage.orders.finish(claim, { facts, dueAt: clock(), what: said }, clock());
    return done;
  };
}

/** Whether it is time to try again to cancel an order that is in its store. */
export function isCancellationDue({ phase, progress }: Pick<OrderClaim, 'phase' | 'progress'>, now: number): boolean {
  return phase === 'placed' && progress.unwantedAt !== undefined && (progress.cancelAt ?? 0) <= now;
}

function wanted(progress: PlacingProgress, now: number): PlacingProgress {
  return { ...progress, unwantedAt: progress.unwantedAt ?? now };
}

const WANTED = 'DSTNC wants it cancelled';
