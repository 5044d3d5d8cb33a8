import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { CircuitBreaker } from '../delivery/circuit-breaker.ts';
import type { Wakeup } from '../queue/wakeup.ts';
import type { Claim, ClaimResult, Storage } from '../storage/storage.ts';
import { StorageUnavailable } from '../storage/storage-unavailable.ts';
import type { Store } from '../stores/store.ts';
import { createPeerHealth } from './peer-health.ts';
import { type ReconcileEvent, type ReconcileTools, reconcileGroup } from './reconcile-group.ts';

/** How often the storage is looked through for work that nobody announced, in milliseconds. */
const LOOK_MS = 2_000;
/** How long a worker may hold a group: far longer than a step can take, as its calls all have time-outs. Milliseconds. */
const LEASE_MS = 15 * 60_000;
/** A place for a group that is read by itself takes as much as this many that are read together. */
const PLACE = 16;
/** Stores' first groups go beyond the room, to so many times as much. */
const MOST_OVER = 2;
/** How long running steps are waited for at shut-down before they are given back, in milliseconds. */
const GRACE_MS = 8_000;

/** See {@link createReconciler}. */
export interface ReconcilerOptions {
  readonly storage: Storage;
  readonly wakeup: Wakeup;
  /** As it is now: a change that a claim's mark stands for must not be missed. */
  readonly storeOf: (id: string) => Promise<Store | null>;
  readonly tools: Omit<ReconcileTools, 'observe' | 'markParent'>;
  readonly observe: (event: ReconcileEvent | FinishEvent) => void;
  readonly log: Logger;
  /** Groups worked on at once, in all and of one store. */
  readonly concurrency?: number;
  readonly perStore?: number;
  /** Whether a store's groups are read many at a time: they are taken up in greater numbers then. */
  readonly batches?: (storeId: string) => boolean;
}

/** A step is over and its result is stored. */
export interface FinishEvent {
  readonly on: 'finish';
  readonly claim: Claim;
  /** As it was for the step; null: it is removed. */
  readonly store: Store | null;
  readonly result: ClaimResult;
}

/** Works off the dirty groups, one at a time a group, several at once. */
export interface Reconciler {
  start(): Promise<void>;
  /** Stops taking work; finishes or gives back what runs. */
  stop(): Promise<void>;
  /** What is wrong with DSTNC; null while it works. */
  readonly targetDown: CircuitBreaker['down'];
}

/**
 * A worker: takes what is due, store by store so that none waits for another's import, and steps it. It sleeps until something is
 * announced or falls due, and looks through the storage by itself now and then, since an announcement is only a hint.
 */
export function createReconciler(options: ReconcilerOptions): Reconciler {
  const { storage, wakeup, log, observe, batches = () => false } = options;
  const [room, roomPerStore] = [(options.concurrency ?? 32) * PLACE, (options.perStore ?? 8) * PLACE];
  const { clock } = options.tools;
  const owner = randomUUID();
  const running = new Map<Claim, Promise<void>>();
  /** What runs of each store: groups, and the room that they take. */
  const byStore = new Map<string, { groups: number; taken: number }>();
  let taken = 0;
  /** Stores that were probed with their newest mark last time. */
  const probedNewest = new Set<string>();
  let turn = 0;
  let seen = 0;
  let stopping = false;
  let filling: Promise<void> | undefined;
  let again = false;
  let timer: NodeJS.Timeout | undefined;

  const peers = createPeerHealth({ storage, log, clock, onRecovered: (storeId) => void wakeWaiting(storeId) });

  async function wakeWaiting(storeId?: string): Promise<void> {
    try {
      await storage.groups.wake(clock(), storeId);
    } catch (error) {
      // They wake by themselves, only later.
      log.warn({ err: error }, 'waiting groups could not be woken');
    }
    kick();
  }

  const tools: ReconcileTools = {
    ...options.tools,
    markParent: (storeId, parentId, cause) => storage.ingest.mark([{ storeId, groupId: parentId }], cause, clock()),
    observe(event) {
      observe(event);
      peers.follow(event);
    },
  };

  /** Steps a claim and stores its result, however long the storage takes to be there again. */
  async function work(storeRead: Promise<Store | null>, claim: Claim): Promise<void> {
    let store: Store | null = null;
    let result: ClaimResult;
    try {
      store = await storeRead;
      result = store === null ? { kind: 'forgotten' } : await reconcileGroup(tools, store, claim);
    } catch (error) {
      log.error({ err: error, store: claim.storeId, group: claim.groupId }, 'a reconcile step failed unexpectedly');
      const reason = error instanceof Error ? error.message : String(error);
      result = { kind: 'retry', waitingFor: `internal error: ${reason}`, dueAt: clock() + 30_000, inDoubt: true };
    }
    for (;;) {
      try {
        const held = await storage.groups.finish(claim, result, clock());
        if (held) observe({ on: 'finish', claim, store, result });
        else log.warn({ store: claim.storeId, group: claim.groupId }, 'a lease was lost; its result was dropped');
        return;
      } catch (error) {
        if (!(error instanceof StorageUnavailable)) throw error;
        if (stopping) return;
        log.error({ err: error }, 'a result could not be stored yet');
        await new Promise((resolve) => setTimeout(resolve, 1_000));
      }
    }
  }

  /** The room that a group of the store takes. */
  const costOf = (storeId: string) => (batches(storeId) ? 1 : PLACE);

  function occupy(storeId: string, groups: 1 | -1, cost: number): void {
    const of = byStore.get(storeId) ?? { groups: 0, taken: 0 };
    of.groups += groups;
    of.taken += groups * cost;
    taken += groups * cost;
    if (of.groups === 0) byStore.delete(storeId);
    else byStore.set(storeId, of);
  }

  function start(store: Promise<Store | null>, claim: Claim): void {
    const cost = costOf(claim.storeId);
    occupy(claim.storeId, 1, cost);
    const step = work(store, claim)
      .catch((error: unknown) => log.error({ err: error }, 'a result could not be stored'))
      .finally(() => {
        running.delete(claim);
        occupy(claim.storeId, -1, cost);
        kick();
      });
    running.set(claim, step);
  }

  /**
   * How many more groups of a store may be taken up now. One of which nothing runs may always begin with one, though there is no room:
   * places come free one by one where groups are read many at a time, so a store that takes a whole one would never find it.
   */
  function placesFor(storeId: string, now: number): number {
    const { groups, taken: ofStore } = byStore.get(storeId) ?? { groups: 0, taken: 0 };
    const first = groups === 0 && taken < MOST_OVER * room ? 1 : 0;
    const free = Math.max(first, Math.floor(Math.min(room - taken, roomPerStore - ofStore) / costOf(storeId)));
    const breaker = peers.store(storeId);
    if (breaker === undefined) return free;
    if (breaker.closedUntil > now) return 0;
    return breaker.down === null ? free : Math.min(free, 1 - groups);
  }

  /** Waits are kept as times of day: a clock that was put back would stretch each by as much. */
  async function followClock(now: number): Promise<void> {
    const back = seen - now;
    seen = now;
    if (back < LOOK_MS) return;
    log.warn({ ms: back }, 'the clock was put back: nothing waits for the old time');
    peers.reopen();
    await storage.groups.wake(now);
  }

  /** @returns whether anything was taken up */
  async function fillOnce(): Promise<boolean> {
    const now = clock();
    await followClock(now);
    if (peers.target.closedUntil > now) return false;
    const probing = peers.target.down !== null;
    const free = room - taken;
    if (probing && running.size > 0) return false;
    const full = [...byStore.keys(), ...peers.failing()].filter((id) => placesFor(id, now) <= 0);
    const due = await storage.groups.dueStores(now, full);
    if (due.length === 0) return false;
    // Each round begins with another store, and takes no more of one than its share.
    turn += 1;
    const order = due.map((_, i) => due[(i + turn) % due.length] as string);
    let some = false;
    for (const storeId of order) {
      const share = Math.max(1, Math.ceil(free / order.length / costOf(storeId)));
      const limit = probing ? 1 : Math.min(placesFor(storeId, now), share);
      if (limit <= 0) continue;
      const newestFirst = peers.isProbed(storeId) && !probedNewest.delete(storeId);
      if (newestFirst) probedNewest.add(storeId);
      try {
        const claims = await storage.groups.claim({ storeId, owner, now, leaseMs: LEASE_MS, limit, newestFirst });
        if (claims.length === 0) continue;
        // Only now: what changed about the store before is among what the claims cover, and nothing would look at it again.
        const store = options.storeOf(storeId);
        for (const claim of claims) start(store, claim);
        some = true;
      } catch (error) {
        if (error instanceof StorageUnavailable) throw error;
        // One store's trouble is no reason to leave the others waiting.
        log.error({ err: error, store: storeId }, 'work of a store could not be taken up');
      }
      if ((probing && some) || stopping) break;
    }
    return some;
  }

  async function fill(): Promise<void> {
    do {
      again = false;
      try {
        while (!stopping && (await fillOnce()));
      } catch (error) {
        log.error({ err: error }, 'work could not be taken up');
      }
    } while (again && !stopping);
    filling = undefined;
    await sleepUntilDue();
  }

  /**
   * Sleeps until something can be taken up that can't be now. A worker that is full needs no timer, as each step that ends kicks;
   * neither does one whose peers are down need to know what is due before they are probed.
   */
  async function sleepUntilDue(): Promise<void> {
    clearTimeout(timer);
    const now = clock();
    let next = now + LOOK_MS;
    if (peers.target.closedUntil > now) {
      next = peers.target.closedUntil;
    } else if (taken < room) {
      const due = await storage.groups.nextDue().catch(() => null);
      if (stopping || filling !== undefined) return;
      const probes = peers.failing().map((id) => peers.store(id)?.closedUntil ?? 0);
      next = Math.min(next, ...probes.filter((at) => at > now), ...(due !== null && due > now ? [due] : []));
    }
    clearTimeout(timer);
    timer = setTimeout(kick, Math.min(Math.max(next - clock(), 5), LOOK_MS));
  }

  function kick(): void {
    if (stopping) return;
    again = true;
    if (filling) return;
    // A turn of the event loop, so that steps that end together are replaced together.
    filling = new Promise(setImmediate).then(fill);
  }

  return {
    get targetDown() {
      return peers.target.down;
    },
    async start() {
      const voided = await storage.groups.voidLeases(clock());
      if (voided > 0) log.info({ groups: voided }, 'groups of a process that died are taken up again');
      await storage.groups.wake(clock());
      wakeup.listen(kick);
      kick();
    },
    async stop() {
      stopping = true;
      clearTimeout(timer);
      await filling;
      clearTimeout(timer);
      const grace = new Promise((resolve) => setTimeout(resolve, GRACE_MS).unref());
      await Promise.race([Promise.all(running.values()), grace]);
      for (const claim of running.keys()) {
        // Whatever is still under way may have been sent: the next process sends the whole product.
        const result = {
          kind: 'retry',
          waitingFor: 'the receiver was stopped',
          dueAt: clock(),
          inDoubt: true,
        } as const;
        await storage.groups.finish(claim, result, clock()).catch(() => false);
      }
    },
  };
}
