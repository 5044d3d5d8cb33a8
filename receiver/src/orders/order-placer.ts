import type { OrderIn } from '@dstnc/shared';
import type { Logger } from 'pino';
import type { ListingContext } from '../catalog/build-listing.ts';
import type { GroupReader } from '../catalog/group-reader.ts';
import type { OrderClaim, OrderEnd, OrderFacts, PlacingProgress } from '../storage/order-rows.ts';
import type { Storage } from '../storage/storage.ts';
import type { Store } from '../stores/store.ts';
import { type OrderApis, orderApiOf } from '../woocommerce/orders/order-apis.ts';
import type { StoreClient } from '../woocommerce/store-client.ts';
import { checkOrder } from './check-order.ts';
import { findPlacedOrder } from './find-placed-order.ts';
import { isUntouched } from './is-untouched.ts';
import { orderAlias } from './order-alias.ts';
import { notThere, type OrderRefusal } from './order-refusal.ts';
import type { OrderSettings } from './order-settings.ts';
import { placeByApi } from './place-by-api.ts';
import { placeByPlugin } from './place-by-plugin.ts';
import { LeaseLost, type Placing, type PlacingEnd } from './placing.ts';
import { refusedAtSight } from './refused-at-sight.ts';
import { withoutPlugin } from './without-plugin.ts';

/** How long, and how many times an order is tried before people see that it doesn't get on. Milliseconds. */
const PATIENCE_MS = 10 * 60_000;
const PATIENCE = 5;
/** The longest time between two tries, in milliseconds. */
const LONGEST_MS = 5 * 60_000;

/** See {@link createOrderPlacer}. */
export interface OrderPlacerOptions {
  readonly storage: Pick<Storage, 'orders'>;
  readonly clientOf: (store: Store) => StoreClient | null;
  readonly apis: OrderApis;
  /** Reads products afresh. */
  readonly reader: GroupReader;
  readonly contextOf: (store: Store) => Promise<ListingContext>;
  /** What the store sells in now, of which its listings are told, too; null: nobody knows. */
  readonly refreshCurrency: (store: Store) => Promise<string | null>;
  readonly settings: OrderSettings;
  readonly clock: () => number;
  readonly log: Logger;
  /** Told how each try has ended. */
  readonly observe?: (outcome: PlacingResult['kind']) => void;
}

/** What came of a claim, and is stored. */
export type PlacingResult =
  | { readonly kind: 'placed' }
  | { readonly kind: 'refused'; readonly refusal: OrderRefusal }
  /** DSTNC has taken it back. */
  | { readonly kind: 'withdrawn' }
  /** It is gone on with by itself. */
  | { readonly kind: 'waiting'; readonly reason: string; readonly outage: boolean }
  /** Somebody else is at it. */
  | { readonly kind: 'lost' };

/** Places orders: see {@link createOrderPlacer}. */
export interface OrderPlacer {
  /**
   * Goes on with an order that is being placed, for so many milliseconds at most beside the request that is under way then, and stores
   * what came of it.
   */
  place(store: Store, claim: OrderClaim, budgetMs: number): Promise<PlacingResult>;
  /** Lets what waits end at once. */
  stop(): void;
}

/** Places orders in whatever way their store allows: through its plugin or over wc/v3. */
export function createOrderPlacer(options: OrderPlacerOptions): OrderPlacer {
  const { storage, clientOf, apis, reader, contextOf, refreshCurrency, settings, clock, log, observe } = options;
  const stopping = new AbortController();

  async function run(store: Store, claim: OrderClaim, budgetMs: number): Promise<PlacingEnd> {
    const client = clientOf(store);
    if (client === null) {
      const reason = 'The store has no keys by which orders could be placed.';
      return { kind: 'waiting', reason, afterMs: LONGEST_MS, outage: false };
    }
    if (claim.body === null) {
      return isUntouched(claim.progress)
        ? { kind: 'refused', refusal: notThere(), progress: {} }
        : findPlacedOrder({ store, client, apis }, claim);
    }
    // It was checked when it was taken.
    const order = JSON.parse(claim.body) as OrderIn;
    const atSight = isUntouched(claim.progress) ? refusedAtSight(order) : null;
    if (atSight !== null) return { kind: 'refused', refusal: atSight, progress: {} };
    const until = performance.now() + budgetMs;
    const placing: Placing = {
      claim,
      order,
      status: settings.status,
      clock,
      async save(facts, what) {
        if (!(await storage.orders.save(claim, facts, clock(), what))) throw new LeaseLost();
      },
      async wait(ms) {
        if (stopping.signal.aborted || performance.now() + ms > until) return false;
        return pause(ms, stopping.signal);
      },
    };
    if (store.plugin !== null && (claim.progress.via ?? 'plugin') === 'plugin') {
      const end = await placeByPlugin({ ...placing, client, backorders: store.settings.backorders });
      if (end !== 'no_plugin') return end;
      claim = { ...claim, progress: {} };
    } else if (claim.progress.via === 'plugin') {
      claim = { ...claim, progress: withoutPlugin(claim) };
    }
    const { via = orderApiOf(store) } = claim.progress;
    const name = via === 'legacy' ? 'legacy' : 'api';
    const api = apis(store, name);
    if (api === null) throw new TypeError('a store with keys has an API');
    return placeByApi({
      ...placing,
      claim,
      api,
      via: name,
      email: orderAlias(claim, settings.emailDomain),
      check: () => checkOrder({ reader, contextOf, refreshCurrency }, store, order),
    });
  }

  async function place(store: Store, claim: OrderClaim, budgetMs: number): Promise<PlacingResult> {
    let end: PlacingEnd;
    try {
      end = await run(store, claim, budgetMs);
    } catch (error) {
      if (error instanceof LeaseLost) return { kind: 'lost' };
      throw error;
    }
    const now = clock();
    const held = await storage.orders.finish(claim, endOf(claim, end, now), now);
    const about = { store: store.id, reference: claim.reference };
    if (!held) {
      log.warn(about, 'the lease on an order was lost; what came of it is found again');
      return { kind: 'lost' };
    }
    switch (end.kind) {
      case 'placed':
        log.info({ ...about, order: end.facts.storeOrderId }, 'an order is placed');
        return { kind: 'placed' };
      case 'refused':
        log.warn({ ...about, because: end.refusal.type }, 'an order is refused');
        return { kind: 'refused', refusal: end.refusal };
      case 'withdrawn':
        log.info(about, 'an order is taken back');
        return { kind: 'withdrawn' };
      case 'waiting':
        return { kind: 'waiting', reason: end.reason, outage: end.outage };
    }
  }

  return {
    async place(store, claim, budgetMs) {
      const result = await place(store, claim, budgetMs);
      observe?.(result.kind);
      return result;
    },
    stop: () => stopping.abort(),
  };
}

function endOf(claim: OrderClaim, end: PlacingEnd, now: number): OrderEnd {
  switch (end.kind) {
    case 'placed':
      return {
        facts: { phase: 'placed', lastError: null, placedAt: claim.placedAt ?? now, ...end.facts },
        // At once: it may have been completed before anybody knew that it was there.
        dueAt: now,
        what: `is in the store as order ${end.facts.storeOrderId}`,
      };
    case 'refused':
      return {
        ...notPlaced(end.progress ?? {}, { phase: 'refused', lastError: end.refusal.detail }),
        what: `is refused: ${end.refusal.detail}`,
      };
    case 'withdrawn':
      return { ...notPlaced(end.progress, { phase: 'withdrawn', lastError: null }), what: 'taken back by DSTNC' };
    case 'waiting': {
      const stuck = claim.attempts >= PATIENCE || now - claim.createdAt > PATIENCE_MS;
      return {
        facts: { lastError: stuck ? end.reason : null },
        dueAt: now + Math.min(LONGEST_MS, Math.max(end.afterMs, 500 * 2 ** Math.min(claim.attempts, 12))),
        failed: true,
        ...(end.outage && { what: `waits: ${end.reason}` }),
      };
    }
  }
}

/** Nothing of it is in the store; what may still come into being there is looked for. */
function notPlaced(progress: PlacingProgress, facts: Pick<OrderFacts, 'phase' | 'lastError'>): OrderEnd {
  return {
    facts: { ...facts, progress, storeOrderId: null, storeOrderNumber: null, status: null },
    dueAt: progress.looks?.[0] ?? null,
  };
}

/** @returns false: it was broken off */
function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (whole: boolean) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', broken);
      resolve(whole);
    };
    const broken = () => end(false);
    const timer = setTimeout(() => end(true), ms);
    signal.addEventListener('abort', broken);
  });
}
