import type { Logger } from 'pino';
import type { CircuitBreaker } from '../delivery/circuit-breaker.ts';
import type { Wakeup } from '../queue/wakeup.ts';
import type { Claim, ClaimResult, Storage } from '../storage/storage.ts';
import { StorageUnavailable } from '../storage/storage-unavailable.ts';
import type { Store } from '../stores/store.ts';
import { GIVE_UP_AFTER, giveUp, type StepResult } from './give-up.ts';
import { createPeerHealth } from './peer-health.ts';
import { type ReconcileEvent, type ReconcileTools, reconcileGroup } from './reconcile-group.ts';

/** How often the storage is looked through for work that nobody announced, in milliseconds. */
const LOOK_MS = 2_000;
/**
 * How long a worker may hold a group at most: far longer than a step can take, as its calls all have time-outs. Milliseconds. What a
 * process held that died is free long before (see queue/liveness.ts).
 */
const LEASE_MS = 15 * 60_000;
/** A place for a group that is read by itself takes as much as this many that are read together. */
const PLACE = 16;
/** Stores' first groups go beyond the room, to so many times as much. */
const MOST_OVER = 2;
/** How often leases are looked for that this process holds and doesn't know of, in milliseconds. */
const AUDIT_MS = 5_000;
/** Stores that groups are taken up from at the same time: what each waits for is the database's answer. */
const CLAIMS = 4;
/** Groups of a store that are taken up in its turn at least, where they are read and sent together: one by one costs several times as much. */
const LEAST_SHARE = 8;
/** How long after the clock was put back something may come in that was stamped before, in milliseconds. */
const RESTLESS_MS = 20_000;
/** How long running steps are waited for at shut-down before they are given back, in milliseconds. */
const GRACE_MS = 8_000;

/** See {@link createReconciler}. */
export interface ReconcilerOptions {
  readonly storage: Storage;
  readonly wakeup: Wakeup;
  /** The name by which this process holds its leases. */
  readonly owner: string;
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
  /** See give-up.ts. */
  readonly giveUpAfterMs?: number;
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
  /** Looks for work now: more of it may be free. */
  look(): void;
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
  const { storage, wakeup, owner, log, observe, batches = () => false } = options;
  const [room, roomPerStore] = [(options.concurrency ?? 32) * PLACE, (options.perStore ?? 8) * PLACE];
  const { clock } = options.tools;
  const running = new Map<Claim, Promise<void>>();
  /** What runs of each store: groups, and the room that they take. */
  const byStore = new Map<string, { groups: number; taken: number }>();
  let taken = 0;
  /** Stores that were probed with their newest mark last time. */
  const probedNewest = new Set<string>();
  /** The store that had its turn last. */
  let lastTurn = '';
  let seen = 0;
  /** Of the monotonic clock: until when the time of day is not trusted, and when what waits was woken last because of that. */
  let restlessUntil = Number.NEGATIVE_INFINITY;
  let wokenAt = Number.NEGATIVE_INFINITY;
  let stopping = false;
  let filling: Promise<void> | undefined;
  let again = false;
  let timer: NodeJS.Timeout | undefined;
  let auditAt = performance.now() + AUDIT_MS;
  /** Sends to an address that another process has given up. */
  let idle = false;
  /** Waiting for room. */
  let roomless: (() => void)[] = [];

  const { giveUpAfterMs = GIVE_UP_AFTER } = options;
  const peers = createPeerHealth({
    storage,
    log,
    clock,
    giveUpAfterMs,
    onRecovered: (storeId) => void wakeWaiting(storeId),
  });

  /** Whether a failure is about the product: nothing that it needs is down as a whole. */
  const counts = (storeId: string, failure?: unknown) =>
    !(failure instanceof StorageUnavailable) && peers.target.down === null && !peers.store(storeId)?.down;

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

  /** Something that should not happen: the group is tried again, and after days a person is told. */
  function failed(claim: Claim, error: unknown): ClaimResult {
    const reason = error instanceof Error ? error.message : String(error);
    const step = {
      kind: 'retry',
      waitingFor: `internal error: ${reason}`,
      // The database was away, and is there again as soon as this can be stored; anything else may go on for longer.
      dueAt: clock() + (error instanceof StorageUnavailable ? 1_000 : 30_000),
      inDoubt: true,
    } as const;
    return giveUp(claim, step, { now: clock(), counts: counts(claim.storeId, error), afterMs: giveUpAfterMs });
  }

  /** Steps a claim and stores its result, however long the storage takes to be there again. */
  async function work(storeRead: Promise<Store | null>, claim: Claim): Promise<void> {
    let store: Store | null = null;
    let result: ClaimResult;
    let storable = true;
    try {
      store = await storeRead;
      const step: StepResult = store === null ? { kind: 'forgotten' } : await reconcileGroup(tools, store, claim);
      result = giveUp(claim, step, { now: clock(), counts: counts(claim.storeId), afterMs: giveUpAfterMs });
    } catch (error) {
      log.error({ err: error, store: claim.storeId, group: claim.groupId }, 'a reconcile step failed unexpectedly');
      result = failed(claim, error);
    }
    for (;;) {
      try {
        const held = await storage.groups.finish(claim, result, clock());
        if (held) observe({ on: 'finish', claim, store, result });
        else log.warn({ store: claim.storeId, group: claim.groupId }, 'a lease was lost; its result was dropped');
        return;
      } catch (error) {
        if (!(error instanceof StorageUnavailable)) {
          if (!storable) throw error;
          // The database won't have this result. What can always be stored says so, and lets the group go.
          storable = false;
          log.error({ err: error, store: claim.storeId, group: claim.groupId }, 'a result can not be stored');
          result = failed(claim, error);
          continue;
        }
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
        if (taken < room) makeRoom();
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

  /**
   * Waits are kept as times of day: a clock that was put back would stretch each by as much. For a while after that it is looked again,
   * as what was marked by the old time may be stored only then.
   */
  async function followClock(now: number): Promise<void> {
    const back = seen - now;
    seen = now;
    const moment = performance.now();
    if (back >= LOOK_MS) {
      log.warn({ ms: back }, 'the clock was put back: nothing waits for the old time');
      restlessUntil = moment + RESTLESS_MS;
    } else if (moment > restlessUntil || moment - wokenAt < LOOK_MS) {
      return;
    }
    wokenAt = moment;
    peers.reopen();
    await storage.groups.wake(now);
  }

  /**
   * Where the answer to a claim got lost on its way, its groups are held by a process that is alive and doesn't know of it. Nothing is
   * being claimed meanwhile. And whoever takes up nothing, as others send elsewhere, should say so.
   */
  async function audit(now: number): Promise<void> {
    if (performance.now() < auditAt) return;
    const groups = await storage.groups.giveBack(owner, [...running.keys()], now);
    auditAt = performance.now() + AUDIT_MS;
    if (groups > 0) log.warn({ groups }, 'groups were held that nobody worked on');
    const retargeted = await storage.groups.retargeted();
    if (retargeted && !idle) {
      log.error(
        'another process sends to another address of DSTNC: this one takes up nothing until DSTNC_API_URL is the same in all',
      );
    }
    idle = retargeted;
  }

  /** @returns whether anything was taken up */
  async function fillOnce(): Promise<boolean> {
    const now = clock();
    await followClock(now);
    await audit(now);
    if (peers.target.closedUntil > now) return false;
    const probing = peers.target.down !== null;
    const free = room - taken;
    if (probing && running.size > 0) return false;
    const full = [...byStore.keys(), ...peers.failing()].filter((id) => placesFor(id, now) <= 0);
    const due = await storage.groups.dueStores(now, full);
    if (due.length === 0) return false;
    // Each round goes on after the store that came last in the one before, so that with more stores than there is room for each has its
    // turn; and it takes no more of one than its share.
    const first = due.findIndex((id) => id > lastTurn);
    const order = first > 0 ? [...due.slice(first), ...due.slice(0, first)] : due;
    let some = false;
    let failed: unknown;
    const left = order.values();
    async function takeTurns(): Promise<void> {
      for (const storeId of left) {
        if (stopping || failed !== undefined || (probing && some)) break;
        if (await takeFrom(storeId)) some = true;
      }
    }

    async function takeFrom(storeId: string): Promise<boolean> {
      const cost = costOf(storeId);
      const share = Math.max(cost === 1 ? LEAST_SHARE : 1, Math.ceil(free / order.length / cost));
      const limit = probing ? 1 : Math.min(placesFor(storeId, now), share);
      if (limit <= 0) return false;
      lastTurn = storeId;
      const newestFirst = peers.isProbed(storeId) && !probedNewest.delete(storeId);
      if (newestFirst) probedNewest.add(storeId);
      taken += limit * cost;
      try {
        const claims = await storage.groups
          .claim({ storeId, owner, now, leaseMs: LEASE_MS, limit, newestFirst })
          .finally(() => {
            taken -= limit * cost;
          });
        if (claims.length === 0) return false;
        // Only now: what changed about the store before is among what the claims cover, and nothing would look at it again.
        const store = options.storeOf(storeId);
        for (const claim of claims) start(store, claim);
        return true;
      } catch (error) {
        auditAt = 0;
        if (error instanceof StorageUnavailable) failed = error;
        // One store's trouble is no reason to leave the others waiting.
        else log.error({ err: error, store: storeId }, 'work of a store could not be taken up');
        return false;
      }
    }

    await Promise.all(Array.from({ length: probing ? 1 : CLAIMS }, takeTurns));
    if (failed !== undefined) throw failed;
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

  function makeRoom(): void {
    const waiting = roomless;
    roomless = [];
    for (const go of waiting) go();
  }

  /** Woken: resolves once this worker has looked and has room again, so that of several processes a full one is not woken next. */
  async function woken(): Promise<void> {
    kick();
    await filling;
    if (taken >= room && !stopping) await new Promise<void>((resolve) => roomless.push(resolve));
  }

  return {
    look: kick,
    get targetDown() {
      return peers.target.down;
    },
    async start() {
      // What a process alone left waiting goes on at once; of several, the others are at it.
      if (!storage.shared) await storage.groups.wake(clock());
      wakeup.listen(woken);
      kick();
    },
    async stop() {
      stopping = true;
      makeRoom();
      clearTimeout(timer);
      const grace = new Promise((resolve) => setTimeout(resolve, GRACE_MS).unref());
      // A database that is gone is waited for no longer than the stores and DSTNC.
      await Promise.race([filling, grace]);
      clearTimeout(timer);
      await Promise.race([Promise.all(running.values()), grace]);
      const givenBack = [...running.keys()].map((claim) => {
        // Whatever is still under way may have been sent: the next process sends the whole product.
        const result = {
          kind: 'retry',
          waitingFor: 'the receiver was stopped',
          dueAt: clock(),
          inDoubt: true,
        } as const;
        return storage.groups.finish(claim, result, clock()).catch(() => false);
      });
      await Promise.all(givenBack);
    },
  };
}
