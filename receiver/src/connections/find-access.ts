import type { StoreClients } from '../woocommerce/store-clients.ts';
import type { FindAccess } from './access-reading.ts';

/** Milliseconds and bytes: whoever asks is waiting. */
const PATIENCE = { timeoutMs: 20_000, maxBytes: 1024 * 1024 };

/**
 * Tries keys on a shop, over whichever API it has: reads, and writes nothing into products and orders, which a key that may only read is
 * refused.
 */
export function createFindAccess(clients: Pick<StoreClients, 'detect' | 'fresh'>): FindAccess {
  return async (url, credentials) => {
    const found = await clients.detect({ url, credentials, plugin: null });
    if (!found.ok) return found;
    const client = clients.fresh({ url: found.home, credentials, plugin: null, access: found.access });
    try {
      for (const path of ['wc/v3/products/batch', 'wc/v3/orders/batch']) {
        if (found.access.api !== 'wc/v3') break;
        const written = await client.post(path, {}, PATIENCE);
        if (!written.ok) return { ok: false, problem: { kind: 'read_only', message: written.failure.message } };
      }
      return found;
    } finally {
      await client.close();
    }
  };
}
