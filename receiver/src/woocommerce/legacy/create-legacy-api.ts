import { isAboutTheShop } from '../about-the-shop.ts';
import { scanChanges } from '../modified/scan-changes.ts';
import type { StoreReading } from '../read-group.ts';
import { currencyCode } from '../read-store-facts.ts';
import { someAtOnce } from '../some-at-once.ts';
import type { StoreApi } from '../store-api.ts';
import type { StoreClient } from '../store-client.ts';
import type { StoreFailure } from '../store-failure.ts';
import { withOptions } from '../with-options.ts';
import { listLegacyProducts } from './legacy-client.ts';
import { modifiedLegacyProducts } from './modified-legacy-products.ts';
import { legacyReading, readLegacyGroup } from './read-legacy-group.ts';
import { walkLegacyProducts } from './walk-legacy-products.ts';

/** Requests to a store at a time. */
const MOST_AT_ONCE = 2;

/**
 * A store over the Legacy API. v3 (WooCommerce 2.4 and newer) and v2 (2.2) are asked alike; v1, of before that, lists published products
 * alone, by date, and takes no order: its walks would miss some, so detect-access.ts doesn't choose it.
 *
 * @param client of the root of its version
 */
export function createLegacyApi(client: StoreClient): StoreApi {
  return {
    readGroup: (id) => readLegacyGroup(client, id),
    async readGroups(ids, options) {
      const limited = withOptions(client, options);
      const readings = new Map<number, StoreReading>();
      if (ids.length > 1) {
        const readAt = Date.now();
        const filter = { in: ids.join(','), limit: ids.length, post_status: 'any' };
        const answer = await listLegacyProducts(limited, { filter });
        if (!answer.ok) return { ...answer, whole: false };
        const asked = new Set(ids);
        for (const product of answer.products) {
          const id = Number(product.id);
          if (asked.has(id)) readings.set(id, legacyReading(product, id, readAt));
        }
      }
      // A variation, in the trash, gone: only what WooCommerce says of it by itself tells which.
      const others = ids.filter((id) => !readings.has(id));
      let failure: StoreFailure | null = null;
      await someAtOnce(others, MOST_AT_ONCE, async (id) => {
        if (failure !== null) return;
        const reading = await readLegacyGroup(limited, id);
        readings.set(id, reading);
        if (reading.kind === 'failure' && (ids.length === 1 || isAboutTheShop(reading.failure))) {
          failure = reading.failure;
        }
      });
      return failure === null ? { ok: true, readings } : { ok: false, failure, whole: false };
    },
    walk: (place, options) => walkLegacyProducts(client, place, options),
    // A variation that is saved moves its product's date, too: see rest/create-rest-api.ts.
    changes(after, options) {
      const lists = (['any', 'trash'] as const).map((status) => modifiedLegacyProducts(client, status, options));
      return scanChanges(lists, after);
    },
    async facts() {
      const answer = await client.get('');
      const { store } = (answer.ok ? (answer.body ?? {}) : {}) as { store?: { meta?: Record<string, unknown> } };
      const { currency, tax_included } = store?.meta ?? {};
      return {
        currency: currencyCode(currency),
        taxIncluded: typeof tax_included === 'boolean' ? tax_included : null,
      };
    },
  };
}
