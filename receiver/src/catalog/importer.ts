import { setTimeout } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Storage } from '../storage/storage.ts';
import type { Store, StoreImport } from '../stores/store.ts';
import type { StoreApi } from '../woocommerce/store-api.ts';
import type { StoreApis } from '../woocommerce/store-apis.ts';
import { backoffMs } from './backoff.ts';

/** More groups than any shop has: a catalogue that goes on beyond is made up as it is read. */
const MOST_GROUPS = 1_000_000;

/** See {@link createImporter}. */
export interface ImporterOptions {
  readonly storage: Pick<Storage, 'stores' | 'leases'>;
  /** The name by which this process holds its leases. */
  readonly owner: string;
  readonly apis: Pick<StoreApis, 'of'>;
  /** Called before a catalogue's first page is read: what changes from then on is for polls to find. */
  readonly beforeFirst: (store: Store, api: StoreApi, signal: AbortSignal) => Promise<void>;
  /** A page's groups are marked. */
  readonly onMarked: (storeId: string) => void;
  readonly log: Logger;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** Walks through stores' catalogues and marks all that is there. What each walk has come to stands in its store's row. */
export interface Importer {
  /** Takes up what the store's row says is under way, at once: a walk that waits, or waits for the store, begins anew from the row. */
  resume(storeId: string): void;
  /** Takes up every walk that is under way, or waits, and that nobody is at: what a process that died has begun, or one that walks nothing. */
  resumeAll(): Promise<void>;
  /** Breaks off; the next start goes on from the last page that was marked. */
  stop(): Promise<void>;
}

/** A store that is being walked. */
interface Walk {
  /** Ends its waits: whatever it waits for, its store's row says something else by now. */
  turn: AbortController;
  ended: Promise<void>;
}

/** A walk marks, and the reconciler does the rest: an import is nothing but many changes at once. */
export function createImporter(options: ImporterOptions): Importer {
  const { storage, owner, apis, beforeFirst, onMarked, log, clock } = options;
  const walks = new Map<string, Walk>();
  let stopping = false;

  /** Returns when there is nothing left to walk, or when it is aborted. */
  async function walkOn(storeId: string, signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; ) {
      // As it is now: it may have been disconnected, got new keys, or another walk.
      const store = await storage.stores.byId(storeId);
      const held = store?.import ?? null;
      if (store === null || store.disconnectedAt !== null || held === null || held.walkedAt !== null) return;
      const api = apis.of(store);
      if (api === null) return;
      if (held.cursor === 0) await beforeFirst(store, api, signal);
      const page = await api.walk(held, { signal });
      // What was read after the walk was given up is another's.
      if (signal.aborted) return;
      if (page.ok) {
        failures = 0;
        await take(storeId, held, page);
        continue;
      }
      const { message, retryAfterMs = 0, kind } = page.failure;
      log.warn({ store: storeId, kind, reason: message }, 'a catalogue could not be read on');
      await storage.stores.stallImport(storeId, held.startedAt, message);
      await pause(Math.max(backoffMs(failures), retryAfterMs), signal);
      failures += 1;
    }
  }

  async function take(
    storeId: string,
    { startedAt, walked, cursor }: StoreImport,
    page: { groupIds: readonly number[]; next: number | null; total: number },
  ): Promise<void> {
    const { groupIds, total } = page;
    const endless = walked + groupIds.length > MOST_GROUPS;
    if (endless) log.warn({ store: storeId, groups: walked }, 'a catalogue has no end; what follows is left out');
    const step = { startedAt, after: cursor, groupIds, next: endless ? null : page.next, total, now: clock() };
    const now = await storage.stores.advanceImport(storeId, step);
    if (groupIds.length > 0) onMarked(storeId);
    if (now?.walkedAt !== null && now !== null) {
      log.info({ store: storeId, groups: now.walked, ms: now.walkedAt - now.startedAt }, 'a catalogue is walked');
    }
  }

  /** Whatever goes wrong here (the database is locked) is tried again; it is not the walk's end. */
  async function insist(storeId: string, walk: Walk): Promise<void> {
    const lease = `walk ${storeId}`;
    for (let failures = 0; !stopping; ) {
      const { signal } = walk.turn;
      try {
        // Another process is at it: it sees for itself what the store's row says.
        if (!(await storage.leases.take(lease, owner, clock()))) break;
        await walkOn(storeId, signal);
        if (!signal.aborted || stopping) await storage.leases.release(lease, owner);
        if (!signal.aborted) break;
        failures = 0;
      } catch (error) {
        log.error({ err: error, store: storeId }, 'an import was interrupted');
        await pause(backoffMs(failures), signal);
        failures += 1;
      }
      // Nothing is awaited in between, so that no call to resume() is missed.
      if (signal.aborted) walk.turn = new AbortController();
    }
    walks.delete(storeId);
  }

  function begin(storeId: string): void {
    if (stopping || walks.has(storeId)) return;
    const walk: Walk = { turn: new AbortController(), ended: Promise.resolve() };
    walks.set(storeId, walk);
    walk.ended = insist(storeId, walk);
  }

  return {
    resume(storeId) {
      walks.get(storeId)?.turn.abort();
      begin(storeId);
    },
    async resumeAll() {
      for (const storeId of await storage.stores.importing()) begin(storeId);
    },
    async stop() {
      stopping = true;
      const all = [...walks.values()];
      for (const { turn } of all) turn.abort();
      await Promise.all(all.map(({ ended }) => ended));
    },
  };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  // Rejects when it is aborted, and that ends the pause as well.
  await setTimeout(ms, undefined, { signal }).catch(() => {});
}
