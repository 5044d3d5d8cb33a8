import { readGroup } from '../read-group.ts';
import { readStoreFacts } from '../read-store-facts.ts';
import type { StoreApi } from '../store-api.ts';
import type { StoreClient } from '../store-client.ts';
import { readCatalog } from './read-catalog.ts';
import { readChanges } from './read-changes.ts';
import { walkCatalog } from './walk-catalog.ts';

/** A store through its plugin: whole groups in one request, and a list of what changed. One product alone is asked of WooCommerce itself. @param language that words are to be in; null: each product's own */
export function createPluginApi(client: StoreClient, language: string | null): StoreApi {
  return {
    readGroup: (id) => readGroup(client, id, language),
    readGroups: (ids, options) => readCatalog(client, ids, { ...options, language }),
    walk: (place, options) => walkCatalog(client, place, options),
    changes: (after, options) => readChanges(client, after, options),
    facts: () => readStoreFacts(client),
  };
}
