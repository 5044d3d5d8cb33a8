import type { Storage } from '../storage/storage.ts';
import type { Store } from './store.ts';

/** How long another process's change to a store may go unnoticed, in milliseconds. */
const FRESH_MS = 1_000;

/** Stores by webhook key, kept for a moment: every delivery asks. */
export interface StoreDirectory {
  byWebhookKey(key: string): Promise<Store | null>;
  /** The same, and as it is at this moment. */
  byWebhookKeyNow(key: string): Promise<Store | null>;
  /** After a change made here, so that it counts at once. */
  forget(): void;
}

/** Unknown keys are asked of the storage every time: what doesn't exist must not fill the memory. */
export function createStoreDirectory({ stores }: Pick<Storage, 'stores'>): StoreDirectory {
  const held = new Map<string, { store: Store; until: number }>();

  async function lookUp(name: string, ask: () => Promise<Store | null>): Promise<Store | null> {
    const entry = held.get(name);
    if (entry !== undefined && entry.until > performance.now()) return entry.store;
    const store = await ask();
    // One that is disconnected may be connected again by another process, and then its deliveries must not be turned away.
    if (store === null || store.disconnectedAt !== null) held.delete(name);
    else held.set(name, { store, until: performance.now() + FRESH_MS });
    return store;
  }

  return {
    byWebhookKey: (key) => lookUp(key, () => stores.byWebhookKey(key)),
    async byWebhookKeyNow(key) {
      held.delete(key);
      return lookUp(key, () => stores.byWebhookKey(key));
    },
    forget: () => held.clear(),
  };
}
