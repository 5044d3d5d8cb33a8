import type { Storage } from '../storage/storage.ts';
import type { Store } from './store.ts';

/**
 * Removes a disconnected store, if DSTNC has accepted the withdrawal of all that it had: a withdrawal that waits, or that DSTNC
 * refused, keeps the store, since nobody could tell what is left without it.
 *
 * @returns whether it was removed
 */
export async function retireStore(storage: Storage, store: Store): Promise<boolean> {
  if (store.disconnectedAt === null) return false;
  const [{ dirty }, shown] = await Promise.all([storage.groups.backlog(store.id), storage.groups.shown(store.id)]);
  if (dirty > 0 || shown > 0) return false;
  await storage.stores.remove(store.id);
  return true;
}
