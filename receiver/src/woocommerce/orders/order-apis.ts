import type { Store } from '../../stores/store.ts';
import { legacyRoot } from '../legacy/legacy-root.ts';
import { createOlderClient } from '../rest/older-client.ts';
import type { StoreClients } from '../store-clients.ts';
import { createLegacyOrderApi } from './legacy-order-api.ts';
import type { OrderApi } from './order-api.ts';
import { createWcOrderApi } from './wc-order-api.ts';

/** The APIs by which orders get into a store without the plugin: wc/v3, v2 or v1, or the Legacy API. */
export type ApiName = 'api' | 'legacy';

/** Gives a store's API of that name; null: the store has no keys. */
export type OrderApis = (store: Store, name: ApiName) => OrderApi | null;

/** By which API a store takes orders: the one by which its products are read (see detect-access.ts). */
export function orderApiOf({ access }: Pick<Store, 'access'>): ApiName {
  return access?.api.startsWith('legacy/') ? 'legacy' : 'api';
}

/** The APIs over a process's connections to its stores. */
export function createOrderApis(clients: StoreClients): OrderApis {
  return (store, name) => {
    const { access, url } = store;
    if (name === 'legacy') {
      // An order that was begun over the Legacy API is finished there, though the store has another one by now.
      const known = orderApiOf(store) === 'legacy' ? access : null;
      const authentication = url.startsWith('https:') ? 'basic' : 'oauth1';
      const client = clients.at(store, known ?? { restUrl: legacyRoot(url, '/wc-api/', 'legacy/v3'), authentication });
      return client && createLegacyOrderApi(client);
    }
    const client = clients.of(store);
    if (client === null) return null;
    const older = access?.api === 'wc/v2' || access?.api === 'wc/v1' ? access.api : null;
    return createWcOrderApi(older === null ? client : createOlderClient(client, older));
  };
}
