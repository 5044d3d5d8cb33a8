import type { CatalogBatcher } from '../woocommerce/catalog-batcher.ts';
import type { GroupReader, GroupReading } from './group-reader.ts';

/** Reads groups over a store's API, whichever it is, many at once. */
export function createStoreReader(batcher: Pick<CatalogBatcher, 'read'>): GroupReader {
  return {
    async read(store, { groupId }): Promise<GroupReading> {
      const reading = await batcher.read(store, groupId);
      if (reading.kind !== 'failure') return reading;
      const { failure, outage } = reading;
      const { message, retryAfterMs } = failure;
      return { kind: 'failure', reason: message, outage, ...(retryAfterMs !== undefined && { retryAfterMs }) };
    },
  };
}
