import type { Logger } from 'pino';
import { backoffMs } from '../catalog/backoff.ts';
import { createCircuitBreaker } from '../delivery/circuit-breaker.ts';
import type { OrderTarget } from '../delivery/target.ts';
import type { OrderClaim, OrderEnd, PlacingProgress } from '../storage/order-rows.ts';
import type { Storage } from '../storage/storage.ts';
import { StorageUnavailable } from '../storage/storage-unavailable.ts';
import type { Store } from '../stores/store.ts';
import type { OrderApis } from '../woocommerce/orders/order-apis.ts';
import { leaveStore } from './leave-store.ts';
import { isCancellationDue, type OrderCanceller } from './order-canceller.ts';
import type { OrderPlacer } from './order-placer.ts';
import { isLookDue, removeStragglers } from './stragglers.ts';
import { type SyncTools, syncOrder } from './sync-order.ts';

/** How often the storage is looked through for orders that nobody announced, in milliseconds. */
const LOOK_MS = 1_000;
/** How long an order may be held at most: far longer than anything done about it takes. Milliseconds. */
export const ORDER_LEASE_MS = 10 * 60_000;
/** How long the worker goes on with the placing of an order in one go, in milliseconds. */
const PLACING_MS = 60_000;
/**
 * Orders of one store that are taken up at a time. A slow one with hundreds that are due, as after an outage, leaves room for the others'
 * completed orders; with one short of its share it gets that many more.
 */
const A_STORES_SHARE = 4;
/** How long after a look for late orders that failed the next one is taken at least, and at most: a tenth of the order's age. Milliseconds. */
const [SOON_MS, LATE_MS] = [10_000, 60 * 60_000];
/** How long DSTNC is left alone between two tries while it is down, in milliseconds. */
const PROBE_MS = 5_000;
/** How long what runs is waited for at shut-down, in milliseconds. */
const GRACE_MS = 8_000;

/** See {@link createOrdersWorker}. */
export interface OrdersWorkerOptions {
  readonly storage: Pick<Storage, 'orders'>;
  readonly owner: string;
  readonly storeOf: (id: string) => Promise<Store | null>;
  readonly placer: OrderPlacer;
  readonly cancel: OrderCanceller;
  readonly read: SyncTools['read'];
  readonly apis: OrderApis;
  readonly target: OrderTarget;
  readonly log: Logger;
  readonly clock: () => number;
  /** An order of a store that is disconnecting was worked on: it may have been what held the store. */
  readonly onLeaving: (storeId: string) => Promise<void>;
  /** Told how long after its completion DSTNC took the first shipment of an order, in milliseconds. */
  readonly onShipped?: (lateMs: number) => void;
  /** Orders worked on at once. */
  readonly concurrency?: number;
}

/** Works off what is due about orders. */
export interface OrdersWorker {
  start(): void;
  /** Looks for work now. */
  look(): void;
  /** Stops taking work, and waits a while for what runs. */
  stop(): Promise<void>;
}

/**
 * A worker for orders, level-triggered as the reconciler is: whatever made an order due, it is read as it is now, and DSTNC is told what
 * it doesn't know. Orders whose placing was broken off are gone on with, whoever began them.
 */
export function createOrdersWorker(options: OrdersWorkerOptions): OrdersWorker {
  const { storage, owner, storeOf, placer, target, log, clock, concurrency = 16 } = options;
  /** What runs, and for which store. */
  const running = new Map<Promise<void>, string>();
  /** Stores that could not be read, and until when they are left alone. */
  const resting = new Map<string, number>();
  const dstnc = createCircuitBreaker({
    probeMs: PROBE_MS,
    onRecovered: () => log.info('DSTNC takes word of orders again'),
  });
  const tools: SyncTools = { read: options.read, target, clock, backoffMs };
  let timer: NodeJS.Timeout | undefined;
  let filling: Promise<void> | undefined;
  let again = false;
  let stopping = false;

  async function work(claim: OrderClaim): Promise<void> {
    const store = await storeOf(claim.storeId);
    if (store === null) return end(claim, { dueAt: null });
    const left = leaveStore(store, claim, clock());
    await (left === null ? goOn(store, claim) : end(claim, left));
    if (store.disconnectedAt !== null) await options.onLeaving(store.id);
  }

  async function goOn(store: Store, claim: OrderClaim): Promise<void> {
    if (claim.phase === 'placing') {
      await placer.place(store, claim, PLACING_MS);
      return;
    }
    if (isCancellationDue(claim, clock())) {
      await options.cancel(store, claim);
      return;
    }
    if (isLookDue(claim, clock())) return look(store, claim);
    return claim.phase === 'placed' ? sync(store, claim) : end(claim, { dueAt: claim.progress.looks?.[0] ?? null });
  }

  async function sync(store: Store, claim: OrderClaim): Promise<void> {
    if (dstnc.closedUntil > clock() && claim.attempts > 0) {
      return end(claim, { dueAt: dstnc.closedUntil + Math.round(Math.random() * 1_000), failed: true });
    }
    const { end: how, storeDown, sent, shippedLateMs } = await syncOrder(tools, store, claim);
    if (storeDown !== null) resting.set(store.id, clock() + Math.min(30_000, storeDown.retryAfterMs));
    else resting.delete(store.id);
    if (sent?.kind === 'retry' && sent.outage) {
      const wasDown = dstnc.down !== null;
      dstnc.failed(sent.reason, clock(), sent.retryAfterMs);
      if (!wasDown && dstnc.down !== null) log.warn({ reason: sent.reason }, 'DSTNC is down: word of orders waits');
    } else if (sent !== null && sent.kind !== 'retry') {
      dstnc.succeeded();
    }
    if (shippedLateMs !== undefined) options.onShipped?.(shippedLateMs);
    return end(claim, how);
  }

  /** Looks for stragglers. Where that fails it is put off, and what else there is to do about the order goes on in the next round. */
  async function look(store: Store, claim: OrderClaim): Promise<void> {
    const now = clock();
    const { progress, reference, phase } = claim;
    const api = options.apis(store, progress.via === 'legacy' ? 'legacy' : 'api');
    const looked = await (api === null ? null : removeStragglers(api, claim, now));
    const went = looked?.ok === true ? looked : { progress: putOff(claim, now), removed: [] };
    const { removed } = went;
    if (removed.length > 0)
      log.warn({ store: store.id, reference, removed }, 'orders that came into being late are removed');
    return end(claim, {
      facts: { progress: went.progress },
      dueAt: phase === 'placed' ? clock() : (went.progress.looks?.[0] ?? null),
      ...(looked?.ok !== true && { failed: true }),
      ...(removed.length > 0 && { what: `removed ${removed.join(', ')}, which came into being late` }),
    });
  }

  async function end(claim: OrderClaim, how: OrderEnd): Promise<void> {
    if (await storage.orders.finish(claim, how, clock())) return;
    log.warn(
      { store: claim.storeId, reference: claim.reference },
      'the lease on an order was lost; its result was dropped',
    );
  }

  function start(claim: OrderClaim): void {
    const about = { store: claim.storeId, reference: claim.reference };
    const step = work(claim)
      .catch(async (error: unknown) => {
        log.error({ err: error, ...about }, 'work on an order failed unexpectedly');
        const dueAt = clock() + (error instanceof StorageUnavailable ? 1_000 : 30_000);
        await end(claim, { dueAt, failed: true });
      })
      // Its lease ends by itself.
      .catch((error: unknown) => log.error({ err: error, ...about }, 'a result could not be stored'))
      .finally(() => {
        running.delete(step);
        kick();
      });
    running.set(step, claim.storeId);
  }

  /** Stores that have their share of what runs. */
  function busy(): string[] {
    const counts = new Map<string, number>();
    for (const id of running.values()) counts.set(id, (counts.get(id) ?? 0) + 1);
    return [...counts].flatMap(([id, count]) => (count >= A_STORES_SHARE ? [id] : []));
  }

  async function fill(): Promise<void> {
    do {
      again = false;
      try {
        const limit = Math.min(concurrency - running.size, A_STORES_SHARE);
        if (limit <= 0) break;
        const now = clock();
        const except = [...[...resting].flatMap(([id, until]) => (until > now ? [id] : [])), ...busy()];
        const claims = await storage.orders.claim({ owner, now, leaseMs: ORDER_LEASE_MS, limit, except });
        for (const claim of claims) start(claim);
        if (claims.length === limit) again = running.size < concurrency;
      } catch (error) {
        log.error({ err: error }, 'orders could not be taken up');
      }
    } while (again && !stopping);
  }

  function filled(): void {
    filling = undefined;
    clearTimeout(timer);
    if (stopping) return;
    // Somebody may have looked since the last round of it.
    if (again && running.size < concurrency) kick();
    else timer = setTimeout(kick, LOOK_MS).unref();
  }

  function kick(): void {
    if (stopping) return;
    again = true;
    // Its end comes after this: one that finds no room ends at once.
    filling ??= fill().then(filled);
  }

  return {
    start: kick,
    look: kick,
    async stop() {
      stopping = true;
      clearTimeout(timer);
      placer.stop();
      await filling;
      await Promise.race([
        Promise.all(running.keys()),
        new Promise<void>((resolve) => setTimeout(resolve, GRACE_MS).unref()),
      ]);
    },
  };
}

/** The look that was due comes later. */
function putOff({ progress, createdAt }: OrderClaim, now: number): PlacingProgress {
  const next = now + Math.round(Math.min(LATE_MS, Math.max(SOON_MS, (now - createdAt) / 10)));
  const later = (progress.looks ?? []).filter((at) => at > now);
  return { ...progress, looks: [next, ...later].sort((a, b) => a - b) };
}
