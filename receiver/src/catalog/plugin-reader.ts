import type { Store } from '../stores/store.ts';
import type { CatalogBatcher } from '../woocommerce/catalog-batcher.ts';
import type { GroupReader, GroupReading } from './group-reader.ts';

/** Told the shop's operator, and the vendor by the doctor, while the plugin doesn't answer. */
const SWITCHED_OFF =
  'The DSTNC plugin in the shop does not answer: it is switched off, or its part of the REST API is blocked. Products are read the slower way until it does.';

/** See {@link createPluginReader}. */
export interface PluginReaderOptions {
  readonly batcher: CatalogBatcher;
  /** wc/v3, where the plugin is switched off. */
  readonly fallback: GroupReader;
  /** Something that an operator should look at; null: it is over. */
  readonly flag: (store: Store, kind: 'plugin_off', detail: string | null) => Promise<void>;
}

/** Reads groups through the store's plugin, many at once; one at a time over wc/v3 where that is switched off. */
export function createPluginReader({ batcher, fallback, flag }: PluginReaderOptions): GroupReader {
  return {
    async read(store, key): Promise<GroupReading> {
      const reading = await batcher.read(store, key.groupId);
      if (reading.kind === 'no_plugin') {
        await flag(store, 'plugin_off', SWITCHED_OFF);
        return fallback.read(store, key);
      }
      if (reading.kind !== 'failure') {
        await flag(store, 'plugin_off', null);
        return reading;
      }
      const { failure, outage } = reading;
      const { message, retryAfterMs } = failure;
      return { kind: 'failure', reason: message, outage, ...(retryAfterMs !== undefined && { retryAfterMs }) };
    },
  };
}
