import type { Store } from '../stores/store.ts';
import { readGroup } from '../woocommerce/read-group.ts';
import { createStoreClient, type StoreClient } from '../woocommerce/store-client.ts';
import type { StoreFailure } from '../woocommerce/store-failure.ts';
import type { GroupReader, GroupReading } from './group-reader.ts';

/** Failures that are about the one product that was asked for. */
const ABOUT_THE_PRODUCT = new Set<StoreFailure['kind']>(['mismatch', 'refused', 'truncated', 'too_large']);

/** Store clients, one a store, made anew when its keys or address change. */
export interface StoreClients {
  /** @returns null for a store without credentials */
  of(store: Store): StoreClient | null;
  close(): Promise<void>;
}

/** Keeps the connections to the stores. */
export function createStoreClients({ allowPrivate }: { allowPrivate: boolean }): StoreClients {
  const clients = new Map<string, { made: string; client: StoreClient }>();
  return {
    of({ id, url, credentials }) {
      if (credentials === null) return null;
      const made = `${url} ${credentials.consumerKey} ${credentials.consumerSecret}`;
      const held = clients.get(id);
      if (held?.made === made) return held.client;
      void held?.client.close();
      const client = createStoreClient({ home: url, credentials, allowPrivate });
      clients.set(id, { made, client });
      return client;
    },
    async close() {
      await Promise.all([...clients.values()].map(({ client }) => client.close()));
      clients.clear();
    },
  };
}

/** Reads groups over the store's REST API. */
export function createApiReader(clients: StoreClients): GroupReader {
  return {
    async read(store, { groupId }): Promise<GroupReading> {
      const client = clients.of(store);
      if (client === null) throw new TypeError(`store ${store.id} has no credentials to read with`);
      const reading = await readGroup(client, groupId);
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
