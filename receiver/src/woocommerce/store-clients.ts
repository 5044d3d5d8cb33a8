import type { Store } from '../stores/store.ts';
import { createStoreClient, type StoreClient } from './store-client.ts';
import { storeDispatcher } from './store-dispatcher.ts';

/** Store clients, one a store, made anew when its keys or address change; they share their connections' dispatcher. */
export interface StoreClients {
  /** @returns null for a store without credentials */
  of(store: Store): StoreClient | null;
  /** Breaks off what is still under way. */
  close(): Promise<void>;
}

/** Keeps the connections to the stores. */
export function createStoreClients({ allowPrivate }: { allowPrivate: boolean }): StoreClients {
  const dispatcher = storeDispatcher({ allowPrivate });
  const clients = new Map<string, { made: string; client: StoreClient }>();
  return {
    of({ id, url, credentials }) {
      if (credentials === null) return null;
      const made = `${url} ${credentials.consumerKey} ${credentials.consumerSecret}`;
      const held = clients.get(id);
      if (held?.made === made) return held.client;
      const client = createStoreClient({ home: url, credentials, allowPrivate, dispatcher });
      clients.set(id, { made, client });
      return client;
    },
    close: () => dispatcher.destroy(),
  };
}
