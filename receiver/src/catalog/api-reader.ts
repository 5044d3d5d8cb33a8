import { readGroup } from '../woocommerce/read-group.ts';
import type { StoreClients } from '../woocommerce/store-clients.ts';
import type { StoreFailure } from '../woocommerce/store-failure.ts';
import type { GroupReader, GroupReading } from './group-reader.ts';

/** Failures that are about the one product that was asked for. */
const ABOUT_THE_PRODUCT = new Set<StoreFailure['kind']>(['mismatch', 'refused', 'truncated', 'too_large']);

/** Reads groups over the store's REST API. */
export function createApiReader(clients: StoreClients): GroupReader {
  return {
    async read(store, { groupId }): Promise<GroupReading> {
      const client = clients.of(store);
      if (client === null) throw new TypeError(`store ${store.id} has no credentials to read with`);
      const reading = await readGroup(client, groupId, store.settings.language);
      if (reading.kind !== 'failure') return reading;
      const { kind, message, retryAfterMs } = reading.failure;
      return {
        kind: 'failure',
        reason: message,
        outage: !ABOUT_THE_PRODUCT.has(kind),
        ...(retryAfterMs !== undefined && { retryAfterMs }),
      };
    },
  };
}
