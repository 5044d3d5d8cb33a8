import type { ListingContext } from '../catalog/build-listing.ts';
import type { PollRow, PollStep, Storage } from '../storage/storage.ts';
import type { Store } from '../stores/store.ts';
import { isAboutTheShop } from '../woocommerce/about-the-shop.ts';
import type { StoreApi } from '../woocommerce/store-api.ts';
import type { StoreFailure } from '../woocommerce/store-failure.ts';
import { nextPollMs, type PollIntervals, retryPollMs } from './next-poll.ts';
import { silenceOf } from './silence.ts';
import { sweepPart } from './sweep-part.ts';
import type { WebhooksVisit } from './visit-webhooks.ts';

/** How long one turn goes on with a sweep before others have theirs, in milliseconds. */
const TURN_MS = 20_000;
/** How long a store is left to whoever polls it, from one request of his to the next, in milliseconds: longer than any request may take. */
export const HOLD_MS = 180_000;
/** Answers in a row that can't be followed, after which polling begins anew. */
const MOST_MISMATCHES = 3;
/** Pages of changes in one turn: a store that says each time that there is more is not asked for ever. */
const MOST_PAGES = 200;
/** The longest pause between two requests of a sweep, in milliseconds. */
const LONGEST_PAUSE_MS = 5_000;
/** How often a store's own webhooks are looked at, in milliseconds. */
const WEBHOOKS_MS = 60 * 60_000;

/** What polling one store takes. */
export interface PollTools {
  readonly storage: Pick<Storage, 'polls' | 'stores' | 'lastDelivery'>;
  readonly apiOf: (store: Store) => StoreApi | null;
  readonly contextOf: (store: Store) => Promise<ListingContext>;
  readonly intervals: PollIntervals;
  /** How long after a sweep began the next one does, in milliseconds. */
  readonly sweepEveryMs: number;
  /** Looks after the webhooks of a store without the plugin; null: there is nothing to look after. */
  readonly visitWebhooks: (store: Store, before: PollRow['webhooks']) => Promise<WebhooksVisit | null>;
  /** DSTNC's orders that may have changed. */
  readonly markOrders: (storeId: string, orderIds: readonly number[]) => Promise<void>;
  /** Groups were marked. */
  readonly onMarked: (storeId: string) => void;
  /** Raises a flag or, without a detail, lowers it. */
  readonly flag: (store: Store, kind: 'stale' | 'credentials_invalid', detail: string | null) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly pause: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
  readonly observe?: (event: PollEvent) => void;
}

/** Told of each turn, for the metrics. */
export type PollEvent =
  | {
      readonly on: 'poll';
      readonly outcome: 'changes' | 'idle' | 'reset' | StoreFailure['kind'];
      readonly groups: number;
    }
  | { readonly on: 'sweep'; readonly walked: number; readonly differing: number };

/** A sweep of which nothing is done yet. */
const BEGINNING = { cursor: 0, walked: 0, total: 0, differing: 0, failures: 0, retryAt: null };

/** The store's row went to somebody else, or with the store: whatever was found since is theirs to find again. */
class RowLost extends Error {
  readonly type = 'row-lost';
}

/**
 * One turn with a store: what changed since the last one is marked, a sweep goes on by some pages, its webhooks are looked at now and
 * then, and how long it has been silent is told. Each step keeps what it found together with where to go on, so a process that is killed
 * in between loses nothing.
 */
export async function pollStore(tools: PollTools, claimed: PollRow): Promise<void> {
  const store = await tools.storage.stores.byId(claimed.storeId);
  if (store === null || store.disconnectedAt !== null) return;
  const turn = new Turn(tools, store, claimed);
  try {
    await turn.take();
  } catch (error) {
    if (!(error instanceof RowLost)) throw error;
  }
}

class Turn {
  readonly #tools: PollTools;
  #store: Store;
  #row: PollRow;

  constructor(tools: PollTools, store: Store, row: PollRow) {
    this.#tools = tools;
    this.#store = store;
    this.#row = row;
  }

  async take(): Promise<void> {
    const { clock, apiOf, intervals } = this.#tools;
    const api = apiOf(this.#store);
    const silentMs = (this.#store.settings.pollSeconds ?? intervals.silent) * 1000;
    if (api === null) {
      // Known by its webhooks alone: there is nothing to ask, and its silence is told all the same.
      await this.#tellSilence();
      await this.#keep({}, clock() + silentMs);
      return;
    }
    const asked = await this.#changes(api);
    if (!asked.ok && asked.failure.kind === 'mismatch' && this.#row.failures >= MOST_MISMATCHES) await this.#forget();
    // What a sweep finds doesn't depend on whether the store can say what changed.
    if (asked.ok || !isAboutTheShop(asked.failure)) {
      await this.#visitWebhooks();
      await this.#sweep(api, silentMs);
    }
    if (asked.ok) {
      await this.#tellSilence();
      const lastDelivery = await this.#tools.storage.lastDelivery(this.#store.id);
      const wait = nextPollMs({
        setting: this.#store.settings.pollSeconds,
        intervals,
        foundAny: asked.found > 0,
        lastDelivery,
        heardBefore: asked.heardBefore,
        now: clock(),
      });
      // What is left of a sweep goes on at once, after whoever waits for a turn.
      await this.#keep({}, this.#isSweeping() ? clock() : clock() + wait);
      return;
    }
    await this.#tellSilence(asked.failure);
    await this.#putOff(asked.failure, silentMs);
  }

  /** Marks what changed since the last poll. */
  async #changes(
    api: StoreApi,
  ): Promise<
    | { readonly ok: true; readonly found: number; readonly heardBefore: number | null }
    | { readonly ok: false; readonly failure: StoreFailure }
  > {
    const { clock, signal, markOrders, onMarked, observe } = this.#tools;
    const heardBefore = this.#row.heardAt;
    const began = clock();
    let found = 0;
    for (let page = 0; page < MOST_PAGES; page++) {
      const reading = await api.changes(this.#row.cursor, { signal });
      if (!reading.ok) {
        observe?.({ on: 'poll', outcome: reading.failure.kind, groups: found });
        return reading;
      }
      const { groupIds, orderIds, next, more, reset } = reading;
      found += groupIds.length + orderIds.length;
      if (orderIds.length > 0) await markOrders(this.#store.id, orderIds);
      const first = this.#row.cursor === null;
      await this.#keep({
        cursor: next,
        failures: 0,
        failure: null,
        ...(!more && { heardAt: began }),
        ...(reset &&
          !(first && (await this.#isImportAhead())) &&
          this.#doubt(first ? 'polling began' : 'the store does not know what changed', heardBefore ?? began)),
        marks: { groupIds, cause: 'poll', bulk: false },
      });
      if (groupIds.length > 0) onMarked(this.#store.id);
      if (!more) {
        observe?.({ on: 'poll', outcome: reset ? 'reset' : found > 0 ? 'changes' : 'idle', groups: found });
        break;
      }
    }
    return { ok: true, found, heardBefore };
  }

  /** An import that has marked nothing yet reads everything later than now: what polling begins with needs no comparing. */
  async #isImportAhead(): Promise<boolean> {
    const walk = (await this.#tools.storage.stores.byId(this.#store.id))?.import ?? null;
    return walk !== null && walk.walkedAt === null && walk.cursor === 0;
  }

  /** What the store says of what changed makes no sense, time and again: the next poll begins anew, and has everything compared. */
  async #forget(): Promise<void> {
    await this.#keep({ cursor: null });
  }

  /** Has the whole catalogue compared, from its beginning: something may have been missed since. */
  #doubt(cause: string, since: number): Pick<PollStep, 'sweep'> {
    const doubtSince = Math.min(since, this.#row.sweep?.doubtSince ?? since);
    return { sweep: { ...BEGINNING, cause, startedAt: this.#tools.clock(), doubtSince } };
  }

  async #visitWebhooks(): Promise<void> {
    const { clock, visitWebhooks } = this.#tools;
    const before = this.#row.webhooks;
    if (this.#store.plugin !== null || (before !== null && clock() - before.at < WEBHOOKS_MS)) return;
    const visit = await visitWebhooks(this.#store, before);
    if (visit === null) return;
    const webhooks = { at: clock(), found: visit.found };
    const doubt = visit.doubt === null ? {} : this.#doubt(visit.doubt, before?.at ?? this.#store.createdAt);
    await this.#keep({ webhooks, ...doubt });
  }

  /** Goes on with the sweep that is under way, or begins the daily one. */
  async #sweep(api: StoreApi, intervalMs: number): Promise<void> {
    const { storage, clock, contextOf, pause, signal, onMarked, observe } = this.#tools;
    // An import reads everything anyway, and what is hidden is compared with nothing.
    if (this.#store.import?.walkedAt === null || this.#store.withheld !== null) return;
    if (this.#row.sweep === null && this.#isSweepDue()) {
      await this.#keep({ sweep: { ...BEGINNING, cause: 'daily sweep', startedAt: clock(), doubtSince: null } });
    }
    const context = this.#isSweeping() ? await contextOf(this.#store) : null;
    const until = performance.now() + TURN_MS;
    while (this.#row.sweep !== null && context !== null && !signal.aborted && performance.now() < until) {
      const began = performance.now();
      const part = await sweepPart(
        { api, storage, context, clock, held: () => this.#keep({}), options: { signal } },
        this.#store.id,
        this.#row.sweep,
      );
      if (!part.ok) return this.#stall(part.failure, intervalMs);
      await this.#keep(part.step);
      if ((part.step.marks?.groupIds.length ?? 0) > 0) onMarked(this.#store.id);
      if (part.step.lastSweep !== undefined) observe?.({ on: 'sweep', ...part.step.lastSweep });
      // As long as the store needed for it: a sweep never takes more than half of it.
      else await pause(Math.min(performance.now() - began, LONGEST_PAUSE_MS));
    }
  }

  /** Something is left of a sweep that can be done now. */
  #isSweeping(): boolean {
    const { sweep } = this.#row;
    return sweep !== null && (sweep.retryAt ?? 0) <= this.#tools.clock();
  }

  /** The sweep waits, longer each time; polls go on meanwhile. */
  async #stall({ kind, message, retryAfterMs }: StoreFailure, intervalMs: number): Promise<void> {
    const { sweep } = this.#row;
    if (sweep === null) return;
    const failures = sweep.failures + 1;
    const wait = retryPollMs({ failures, intervalMs, refused: kind === 'unauthorized', retryAfterMs });
    await this.#keep({ sweep: { ...sweep, failures, retryAt: this.#tools.clock() + wait }, failure: message });
  }

  #isSweepDue(): boolean {
    const { sweepEveryMs, clock } = this.#tools;
    const last = Math.max(
      this.#row.lastSweep?.startedAt ?? 0,
      this.#store.import?.startedAt ?? 0,
      this.#store.createdAt,
    );
    return clock() - last >= sweepEveryMs;
  }

  /** Tells how long the store has been silent, and hides or shows its listings accordingly. */
  async #tellSilence(failure?: StoreFailure): Promise<void> {
    const { storage, clock, flag, onMarked } = this.#tools;
    // As it is now: what was just asked may have raised or lowered a flag.
    const store = await storage.stores.byId(this.#store.id);
    if (store === null) throw new RowLost();
    this.#store = store;
    const now = clock();
    const lastDelivery = await storage.lastDelivery(store.id);
    const silence = silenceOf(store, {
      heardAt: this.#row.heardAt,
      lastDelivery,
      failure: failure?.message ?? null,
      now,
    });
    await flag(store, 'stale', silence.flag);
    // Whoever raised it may never ask this store again.
    if (failure === undefined && this.#row.heardAt !== null) await flag(store, 'credentials_invalid', null);
    if ((silence.withheld === null) === (store.withheld === null)) return;
    const withheld = silence.withheld === null ? null : { since: now, because: silence.withheld };
    const cause = withheld === null ? 'the store is heard of again' : 'nothing was heard of the store for too long';
    await storage.stores.update(store.id, { withheld }, { cause, now });
    this.#store = { ...store, withheld };
    // What came into the shop meanwhile is in no list of ours.
    if (withheld === null) await this.#keep(this.#doubt(cause, store.withheld?.since ?? now));
    onMarked(store.id);
  }

  async #putOff({ message, kind, retryAfterMs }: StoreFailure, intervalMs: number): Promise<void> {
    const failures = this.#row.failures + 1;
    const wait = retryPollMs({ failures, intervalMs, refused: kind === 'unauthorized', retryAfterMs });
    await this.#keep({ failures, failure: message }, this.#tools.clock() + wait);
  }

  /** @throws RowLost */
  async #keep(step: PollStep, dueAt?: number): Promise<void> {
    const now = this.#tools.clock();
    // Times of two steps may fall on one millisecond, and a row is known by its time.
    const until = dueAt ?? Math.max(now + HOLD_MS, this.#row.dueAt + 1);
    const kept = await this.#tools.storage.polls.step(this.#row, step, { now, dueAt: until });
    if (kept === null) throw new RowLost();
    this.#row = kept;
  }
}
