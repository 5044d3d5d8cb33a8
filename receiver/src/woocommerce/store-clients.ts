import type { Store, StoreCredentials } from '../stores/store.ts';
import { createStoreClient, type StoreClient } from './store-client.ts';
import { storeDispatcher } from './store-dispatcher.ts';
import { createTwoKeyClient } from './two-key-client.ts';

/** Where a store is and what opens it. With `previous`, the keys of the connection before are tried, too. */
export type Reachable = Pick<Store, 'url' | 'credentials' | 'plugin'> & Partial<Pick<Store, 'previous'>>;

/** Store clients, one a store, made anew when its keys or address change; they share their connections' dispatcher. */
export interface StoreClients {
  /** @returns null for a store without credentials */
  of(store: Store): StoreClient | null;
  /**
   * One that is kept by nobody and remembers nothing, for a store that isn't connected yet or is examined.
   *
   * @throws TypeError without credentials
   */
  fresh(store: Reachable): StoreClient;
  /** Breaks off what is still under way. */
  close(): Promise<void>;
}

/** Keeps the connections to the stores. */
export function createStoreClients({ allowPrivate }: { allowPrivate: boolean }): StoreClients {
  const dispatcher = storeDispatcher({ allowPrivate });
  const clients = new Map<string, { made: string; client: StoreClient }>();

  function make({ url, plugin, previous }: Reachable, credentials: StoreCredentials): StoreClient {
    const by = (keys: StoreCredentials) =>
      createStoreClient({ home: url, restUrl: plugin?.restUrl, credentials: keys, allowPrivate, dispatcher });
    const before = previous?.credentials ?? null;
    return before === null ? by(credentials) : createTwoKeyClient(by(credentials), by(before));
  }

  return {
    of(store) {
      const { id, url, credentials, plugin, previous } = store;
      if (credentials === null) return null;
      const made = JSON.stringify([url, plugin?.restUrl, credentials, previous?.credentials]);
      const held = clients.get(id);
      if (held?.made === made) return held.client;
      const client = make(store, credentials);
      clients.set(id, { made, client });
      return client;
    },
    fresh(store) {
      if (store.credentials === null) throw new TypeError('a client needs credentials');
      return make(store, store.credentials);
    },
    close: () => dispatcher.destroy(),
  };
}
