import type { Logger } from 'pino';
import type { Storage } from '../storage/storage.ts';
import type { StoreImport } from '../stores/store.ts';
import type { StoreClients } from '../woocommerce/store-clients.ts';
import { backoffMs } from './backoff.ts';
import { walkPage } from './walk-page.ts';

/** More groups than any shop has: a catalogue that goes on beyond is made up as it is read. */
const MOST_GROUPS = 1_000_000;

/** See {@link createImporter}. */
export interface ImporterOptions {
  readonly storage: Pick<Storage, 'stores'>;
  readonly clients: StoreClients;
  /** A page's groups are marked. */
  readonly onMarked: (storeId: string) => void;
  readonly log: Logger;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** Walks through stores' catalogues and marks all that is there. What each walk has come to stands in its store's row. */
export interface Importer {
  /** Takes up what the store's row says is under way; nothing happens if nothing is, or if it is being walked already. */
  resume(storeId: string): void;
  /** Breaks off; the next start goes on from the last page that was marked. */
  stop(): Promise<void>;
}

/** A walk marks, and the reconciler does the rest: an import is nothing but many changes at once. */
export function createImporter({ storage, clients, onMarked, log, clock }: ImporterOptions): Importer {
  const walks = new Map<string, Promise<void>>();
  const stopping = new AbortController();
  /** Asked to take up anew while a walk was ending. */
  const again = new Set<string>();

  async function walk(storeId: string): Promise<void> {
    for (let failures = 0; !stopping.signal.aborted; ) {
      // As it is now: it may have been disconnected, got new keys, or another walk.
      const store = await storage.stores.byId(storeId);
      const held = store?.import ?? null;
      if (store === null || store.disconnectedAt !== null || held === null || held.walkedAt !== null) return;
      const client = store.plugin === null ? null : clients.of(store);
      if (client === null) return;
      const page = await walkPage(client, held.cursor);
      if (page.ok) {
        failures = 0;
        await take(storeId, held, page);
        continue;
      }
      const { message, retryAfterMs = 0, kind } = page.failure;
      if (stopping.signal.aborted) return;
      log.warn({ store: storeId, kind, reason: message }, 'a catalogue could not be read on');
      await storage.stores.stallImport(storeId, held.startedAt, message);
      await pause(Math.max(backoffMs(failures), retryAfterMs));
      failures += 1;
    }
  }

  async function take(
    storeId: string,
    { startedAt, walked }: StoreImport,
    page: { groupIds: readonly number[]; next: number | null; total: number },
  ): Promise<void> {
    const { groupIds, total } = page;
    const endless = walked + groupIds.length > MOST_GROUPS;
    if (endless) log.warn({ store: storeId, groups: walked }, 'a catalogue has no end; what follows is left out');
    const step = { startedAt, groupIds, next: endless ? null : page.next, total, now: clock() };
    const now = await storage.stores.advanceImport(storeId, step);
    if (groupIds.length > 0) onMarked(storeId);
    if (now?.walkedAt !== null && now !== null) {
      log.info({ store: storeId, groups: now.walked, ms: now.walkedAt - now.startedAt }, 'a catalogue is walked');
    }
  }

  async function pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      stopping.signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Whatever goes wrong here (the database is locked) is tried again; it is not the walk's end. */
  async function insist(storeId: string): Promise<void> {
    for (let failures = 0; !stopping.signal.aborted; failures += 1) {
      try {
        do {
          again.delete(storeId);
          await walk(storeId);
        } while (again.has(storeId) && !stopping.signal.aborted);
        return;
      } catch (error) {
        log.error({ err: error, store: storeId }, 'an import was interrupted');
        await pause(backoffMs(failures));
      }
    }
  }

  return {
    resume(storeId) {
      if (stopping.signal.aborted) return;
      again.add(storeId);
      if (walks.has(storeId)) return;
      walks.set(
        storeId,
        insist(storeId).finally(() => walks.delete(storeId)),
      );
    },
    async stop() {
      stopping.abort();
      await Promise.all(walks.values());
    },
  };
}
