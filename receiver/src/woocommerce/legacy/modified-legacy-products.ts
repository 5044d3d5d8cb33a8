import { countHeader } from '../count-header.ts';
import type { ScannedList } from '../modified/scan-changes.ts';
import type { ModifiedEntry } from '../modified/scan-modified.ts';
import { readStoreTime, storeClock, storeTimeText } from '../modified/store-time.ts';
import type { RequestOptions, StoreClient, StoreQuery } from '../store-client.ts';
import { listLegacyProducts, mismatch } from './legacy-client.ts';
import { LEGACY_PER_PAGE, walkLegacyProducts } from './walk-legacy-products.ts';

/** Products by when they were modified, over the Legacy API, v2 or v3. @param status `any` is all but the trash */
export function modifiedLegacyProducts(
  client: StoreClient,
  status: 'any' | 'trash',
  options: RequestOptions | undefined,
): ScannedList {
  async function list(filter: StoreQuery) {
    const query = { limit: LEGACY_PER_PAGE, post_status: status, ...filter };
    const answer = await listLegacyProducts(client, { filter: query, fields: 'id,updated_at' }, options);
    if (!answer.ok) return answer;
    const entries = answer.products.map(entryOf);
    if (entries.some((entry) => entry === null)) return mismatch('did not answer with when its products changed');
    const total = countHeader(answer.headers, 'x-wc-total');
    const full = total === null ? entries.length >= LEGACY_PER_PAGE : total > LEGACY_PER_PAGE;
    return { ok: true as const, entries: entries as ModifiedEntry[], full, clock: storeClock(answer.headers) };
  }

  return {
    async newest() {
      const page = await list({ orderby: 'modified', order: 'DESC', limit: 1 });
      if (!page.ok) return page;
      const newest = page.entries[0]?.modified ?? 0;
      return { ok: true, second: Math.min(newest, page.clock ?? newest) };
    },
    async since(after) {
      // Inclusive, as opposed to wc/v3.
      const page = await list({ orderby: 'modified', order: 'ASC', updated_at_min: `${storeTimeText(after + 1)}Z` });
      if (!page.ok) return page;
      const late = page.entries.some(({ modified }, index) => modified < (page.entries[index - 1]?.modified ?? after));
      return late ? mismatch('did not list its products in the order in which they changed') : page;
    },
    within(second, place, onEntry) {
      const time = `${storeTimeText(second)}Z`;
      return walkLegacyProducts(client, place, {
        ...options,
        filter: { updated_at_min: time, updated_at_max: time, post_status: status },
        onId: (id) => onEntry({ id, groupId: id, modified: second }),
      });
    },
  };
}

function entryOf({ id, updated_at }: Readonly<Record<string, unknown>>): ModifiedEntry | null {
  const modified = readStoreTime(updated_at);
  return Number.isSafeInteger(id) && modified !== null ? { id: id as number, groupId: id as number, modified } : null;
}
