import { checkReadWrite } from '../woocommerce/check-read-write.ts';
import type { StoreClients } from '../woocommerce/store-clients.ts';
import type { FindAccess } from './access-reading.ts';

/**
 * Tries keys on a shop, over whichever API it has: reads, and writes nothing into products and orders, which a key that may only read is
 * refused.
 */
export function createFindAccess(clients: Pick<StoreClients, 'detect' | 'freshAt'>): FindAccess {
  return async (url, credentials) => {
    const found = await clients.detect({ url, credentials, plugin: null });
    if (!found.ok) return found;
    const client = clients.freshAt({ url: found.home, credentials, plugin: null }, found.access);
    try {
      const checked = await checkReadWrite(client, found.access);
      return checked.ok ? found : checked;
    } finally {
      await client.close();
    }
  };
}
