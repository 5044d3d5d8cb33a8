import type { Logger } from 'pino';
import type { Storage } from '../storage/storage.ts';

/** Removes disconnected stores once all of their listings are withdrawn. */
export async function retireStores(storage: Storage, log: Logger): Promise<void> {
  for (const store of await storage.stores.list()) {
    if (store.disconnectedAt === null) continue;
    const { dirty } = await storage.groups.backlog(store.id);
    if (dirty > 0) continue;
    await storage.stores.remove(store.id);
    log.info({ store: store.id }, 'a disconnected store is withdrawn whole and removed');
  }
}
