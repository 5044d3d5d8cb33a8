import { setTimeout } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { PollRow, Storage, Sweep } from '../storage/storage.ts';
import type { Store } from '../stores/store.ts';
import type { StoreApi } from '../woocommerce/store-api.ts';
import { HOLD_MS, type PollTools, pollStore } from './poll-store.ts';

/** How often it is looked for stores that nobody announced, in milliseconds. */
const LOOK_MS = 5_000;
/** Stores polled at a time. */
const AT_ONCE = 16;
/** How long a store is left alone after a turn that broke off by a fault of ours, in milliseconds. */
const BROKEN_MS = 30_000;

/** See {@link createPoller}. */
export interface PollerOptions extends Omit<PollTools, 'storage' | 'signal' | 'pause'> {
  readonly storage: Pick<Storage, 'polls' | 'stores' | 'lastDelivery'>;
  readonly log: Logger;
}

/** Asks stores what changed, each in its time. */
export interface Poller {
  start(): void;
  /** Polls a store at once; with a cause, its whole catalogue is compared, too. */
  demand(storeId: string, sweep?: Pick<Sweep, 'cause' | 'doubtSince'>): Promise<void>;
  /** Keeps where polling begins, before a catalogue is walked: what changes while that goes on is found by the first poll. */
  begin(store: Store, api: StoreApi): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Works off the stores that are due. Any number of processes may: each takes some, for as long as it goes on with them. That each
 * store is due at a time of its own spreads thousands of them evenly.
 */
export function createPoller({ storage, log, ...options }: PollerOptions): Poller {
  const { clock, intervals } = options;
  const end = new AbortController();
  const running = new Map<string, Promise<void>>();
  let wake = new AbortController();
  let working: Promise<void> | undefined;

  const sleep = (ms: number, signal: AbortSignal) => setTimeout(ms, undefined, { signal }).catch(() => {});
  const tools: PollTools = {
    ...options,
    storage,
    signal: end.signal,
    pause: (ms) => sleep(ms, end.signal),
  };

  async function turn(row: PollRow): Promise<void> {
    try {
      await pollStore(tools, row);
    } catch (error) {
      log.error({ err: error, store: row.storeId }, 'a store could not be polled');
      const now = clock();
      await storage.polls.step(row, {}, { now, dueAt: now + BROKEN_MS }).catch(() => null);
    }
  }

  async function work(): Promise<void> {
    while (!end.signal.aborted) {
      wake = new AbortController();
      let waitMs = LOOK_MS;
      try {
        await storage.polls.enrol(clock(), intervals.silent * 1000);
        const free = AT_ONCE - running.size;
        const rows = free > 0 ? await storage.polls.claim({ now: clock(), limit: free, holdMs: HOLD_MS }) : [];
        for (const row of rows) {
          // The turn before it gives way: its row is another's now.
          const ended = (running.get(row.storeId) ?? Promise.resolve())
            .then(() => turn(row))
            .finally(() => {
              if (running.get(row.storeId) === ended) running.delete(row.storeId);
              wake.abort();
            });
          running.set(row.storeId, ended);
        }
        if (rows.length > 0 && rows.length === free) continue;
        const next = running.size < AT_ONCE ? await storage.polls.nextDue() : null;
        if (next !== null) waitMs = Math.min(LOOK_MS, Math.max(0, next - clock()));
      } catch (error) {
        log.warn({ err: error }, 'stores could not be polled yet');
      }
      await sleep(Math.max(waitMs, 5), AbortSignal.any([wake.signal, end.signal]));
    }
  }

  return {
    start() {
      working ??= work();
    },
    async demand(storeId, sweep) {
      await storage.polls.demand(storeId, clock(), sweep);
      wake.abort();
    },
    async begin(store, api) {
      if (((await storage.polls.byStore(store.id))?.cursor ?? null) !== null) return;
      const began = clock();
      const reading = await api.changes(null, { signal: end.signal });
      // Where it can't be told yet, the first poll has everything compared instead.
      if (reading.ok) await storage.polls.begin(store.id, reading.next, began);
    },
    async stop() {
      end.abort();
      await working;
      await Promise.all(running.values());
    },
  };
}
