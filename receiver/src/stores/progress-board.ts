import type { Storage } from '../storage/storage.ts';
import type { Store } from './store.ts';
import { type StoreProgress, storeProgress } from './store-progress.ts';

/** How long a count holds, in milliseconds: a page that is open in several tabs must not become a load. */
const FRESH_MS = 1_000;

/** How far DSTNC has come with stores, counted at most once a second each. */
export interface ProgressBoard {
  of(store: Store): Promise<StoreProgress>;
  /** After a change made here, so that it shows at once. */
  forget(storeId: string): void;
}

/** Keeps the counts of the stores that were asked for in the last moment. */
export function createProgressBoard(
  storage: Pick<Storage, 'groups' | 'listings' | 'polls' | 'lastDelivery'>,
  clock: () => number,
): ProgressBoard {
  const held = new Map<string, { until: number; progress: Promise<StoreProgress> }>();
  return {
    of(store) {
      const now = performance.now();
      const entry = held.get(store.id);
      if (entry !== undefined && entry.until > now) return entry.progress;
      for (const [id, { until }] of held) if (until <= now) held.delete(id);
      const progress = storeProgress(storage, store, clock());
      held.set(store.id, { until: now + FRESH_MS, progress });
      progress.catch(() => held.delete(store.id));
      return progress;
    },
    forget: (storeId) => void held.delete(storeId),
  };
}
