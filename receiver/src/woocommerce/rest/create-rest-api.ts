import { scanChanges } from '../modified/scan-changes.ts';
import { readGroup } from '../read-group.ts';
import { readStoreFacts } from '../read-store-facts.ts';
import type { StoreAccess } from '../store-access.ts';
import type { StoreApi } from '../store-api.ts';
import type { StoreClient } from '../store-client.ts';
import { type ModifiedKind, modifiedProducts } from './modified-products.ts';
import { createOlderClient } from './older-client.ts';
import { readProducts } from './read-products.ts';
import { walkProducts } from './walk-products.ts';
import { walkedChanges } from './walked-changes.ts';

/** How wc/v3, v2 or v1 is spoken to. */
export type RestAccess = Pick<StoreAccess, 'variationsTogether' | 'modifiedAfter'> & {
  readonly api: 'wc/v3' | 'wc/v2' | 'wc/v1';
};

/** A store over WooCommerce's own REST API. @param client of its WordPress REST API @param language that words are to be in; null: each product's own */
export function createRestApi(
  client: StoreClient,
  { api, variationsTogether, modifiedAfter }: RestAccess,
  language: string | null,
): StoreApi {
  const asked = api === 'wc/v3' ? client : createOlderClient(client, api);
  return {
    readGroup: (id) => readGroup(asked, id, language),
    readGroups: (ids, options) => readProducts(asked, ids, { ...options, variationsTogether, language }),
    walk: (place, options) => walkProducts(asked, place, options),
    changes(after, options) {
      if (!modifiedAfter) return walkedChanges(asked, after, options);
      // A variation that is saved or sold moves its product's date, too (measured in 8.9.3, and in 3.9.1). Where variations can be asked
      // for it isn't relied on. What goes into the trash is in no list but its own; what is deleted for good is in none.
      const kinds: readonly ModifiedKind[] = [
        'products',
        'trash',
        ...(variationsTogether ? ['variations' as const] : []),
      ];
      return scanChanges(
        kinds.map((kind) => modifiedProducts(asked, kind, options)),
        after,
      );
    },
    facts: () => readStoreFacts(asked),
  };
}
