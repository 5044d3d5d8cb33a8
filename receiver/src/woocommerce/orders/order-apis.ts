import type { Store } from '../../stores/store.ts';
import type { StoreClients } from '../store-clients.ts';
import { createLegacyOrderApi } from './legacy-order-api.ts';
import type { OrderApi } from './order-api.ts';
import { createWcOrderApi } from './wc-order-api.ts';

/** The APIs by which orders get into a store without the plugin. */
export type ApiName = 'api' | 'legacy';

/** Gives a store's API of that name; null: the store has no keys. */
export type OrderApis = (store: Store, name: ApiName) => OrderApi | null;

/** The APIs over a process's connections to its stores. */
export function createOrderApis(clients: StoreClients): OrderApis {
  return (store, name) => {
    const client = clients.of(store);
    if (client === null) return null;
    if (name === 'api') return createWcOrderApi(client);
    const root = { version: '', contractVersion: 0, woocommerce: '', restUrl: `${store.url}/wc-api/` };
    return createLegacyOrderApi(clients.fresh({ ...store, plugin: root }));
  };
}

/** Finds out by which API a store takes orders, and remembers it: the Legacy API only where wc/v3 isn't there. */
export function createApiFinder(apis: OrderApis): (store: Store) => Promise<ApiName> {
  const known = new Map<string, ApiName>();
  return async (store) => {
    const before = known.get(store.id);
    if (before !== undefined) return before;
    const newest = await apis(store, 'api')?.newestId();
    if (newest === undefined) return 'api';
    if (newest.ok) {
      known.set(store.id, 'api');
      return 'api';
    }
    const { failure } = newest;
    // Nothing else says that there is no such API: a store that is out of order for a while is no reason to go another way.
    if (failure.kind !== 'not_found' && !(failure.kind === 'not_json' && failure.status === 404)) return 'api';
    const found = await apis(store, 'legacy')?.find('nothing of this name', {});
    return found?.ok ? 'legacy' : 'api';
  };
}
