import { readStoreProduct } from '@dstnc/shared';
import type { Storage, StoredPayload } from '../storage/storage.ts';
import type { StoreItem } from '../woocommerce/group-snapshot.ts';
import type { GroupReader, GroupReading } from './group-reader.ts';

/**
 * "Reads" a store without credentials: the payloads that it sent are all there is to know. A group is its product's newest payload
 * plus its variations as far as they were seen; nothing is told as long as the product itself wasn't.
 */
export function createPayloadReader(storage: Storage): GroupReader {
  return {
    async read(_store, key): Promise<GroupReading> {
      const payloads = await storage.ingest.payloads(key);
      const parent = payloads.find(({ itemId }) => itemId === key.groupId);
      // No payload at all: the id was this group's and has moved to another.
      if (parent === undefined)
        return payloads.length === 0 ? { kind: 'gone', because: 'deleted' } : { kind: 'unseen' };
      if (parent.deleted) return { kind: 'gone', because: 'deleted' };

      const item = read(parent);
      if (item === null) return { kind: 'unseen' };
      if (item.product.status === 'trash') return { kind: 'gone', because: 'trashed' };
      const listed = new Set(item.product.variations);
      const variations = payloads
        .filter((payload) => payload !== parent && !payload.deleted)
        // A product that no longer names a variation has lost it, unless the variation is the newer news.
        .filter((payload) => listed.has(payload.itemId) || payload.modified > parent.modified)
        .sort((a, b) => a.itemId - b.itemId)
        .flatMap((payload) => read(payload) ?? []);
      const readAt = Math.max(...payloads.map(({ arrivedAt }) => arrivedAt));
      return { kind: 'group', snapshot: { item, variations, readAt } };
    },
  };
}

function read({ body }: StoredPayload): StoreItem | null {
  const reading = readStoreProduct(JSON.parse(body));
  return reading.ok ? { product: reading.product, issues: reading.issues } : null;
}
