import type { Store } from '../stores/store.ts';
import { createStoreClient, type StoreClient } from './store-client.ts';
import { storeDispatcher } from './store-dispatcher.ts';

/** Store clients, one a store, made anew when its keys or address change; they share their connections' dispatcher. */
export interface StoreClients {
  /** @returns null for a store without credentials */
  of(store: Store): StoreClient | null;
  /**
   * One that is kept by nobody and remembers nothing, for a store that isn't connected yet or is examined.
   *
   * @throws TypeError without credentials
   */
  fresh(store: Pick<Store, 'url' | 'credentials' | 'plugin'>): StoreClient;
  /** Breaks off what is still under way. */
  close(): Promise<void>;
}

/** Keeps the connections to the stores. */
export function createStoreClients({ allowPrivate }: { allowPrivate: boolean }): StoreClients {
  const dispatcher = storeDispatcher({ allowPrivate });
  const clients = new Map<string, { made: string; client: StoreClient }>();
  return {
    of({ id, url, credentials, plugin }) {
      if (credentials === null) return null;
      const restUrl = plugin?.restUrl;
      const made = `${url} ${restUrl ?? ''} ${credentials.consumerKey} ${credentials.consumerSecret}`;
      const held = clients.get(id);
      if (held?.made === made) return held.client;
      const client = createStoreClient({ home: url, restUrl, credentials, allowPrivate, dispatcher });
      clients.set(id, { made, client });
      return client;
    },
    fresh({ url, credentials, plugin }) {
      if (credentials === null) throw new TypeError('a client needs credentials');
      return createStoreClient({ home: url, restUrl: plugin?.restUrl, credentials, allowPrivate, dispatcher });
    },
    close: () => dispatcher.destroy(),
  };
}
