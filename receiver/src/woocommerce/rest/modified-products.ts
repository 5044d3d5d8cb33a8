import { countHeader } from '../count-header.ts';
import type { ScannedList } from '../modified/scan-changes.ts';
import type { ModifiedEntry } from '../modified/scan-modified.ts';
import { readStoreTime, storeClock, storeTimeText } from '../modified/store-time.ts';
import type { RequestOptions, StoreClient, StoreQuery } from '../store-client.ts';
import type { StoreFailure } from '../store-failure.ts';
import { walkProducts } from './walk-products.ts';

const PER_PAGE = 100;

/** What is listed: products but those in the trash, those in the trash, or variations. */
export type ModifiedKind = 'products' | 'trash' | 'variations';

/** Products, or variations, by when they were modified, over wc/v3 of WooCommerce 5.8 (variations: 10.3) and newer. */
export function modifiedProducts(
  client: StoreClient,
  kind: ModifiedKind,
  options: RequestOptions | undefined,
): ScannedList {
  const path = kind === 'variations' ? 'wc/v3/variations' : 'wc/v3/products';
  const status = kind === 'trash' ? 'trash' : 'any';
  const common: StoreQuery = { status, dates_are_gmt: true, _fields: 'id,parent_id,date_modified_gmt' };

  function entryOf(entry: unknown): ModifiedEntry | null {
    const { id, parent_id, date_modified_gmt } = (entry ?? {}) as Record<string, unknown>;
    const modified = readStoreTime(date_modified_gmt);
    const groupId = kind === 'variations' ? parent_id : id;
    if (!isId(id) || modified === null) return null;
    // A variation without a product says of itself, when it is read, that it is nobody's.
    return { id, groupId: isId(groupId) ? groupId : id, modified };
  }

  async function list(query: StoreQuery) {
    const answer = await client.get(path, { ...common, per_page: PER_PAGE, ...query }, options);
    if (!answer.ok) return answer;
    const { body, headers } = answer;
    const entries = Array.isArray(body) ? body.map(entryOf) : [null];
    if (entries.some((entry) => entry === null)) return mismatch();
    const total = countHeader(headers, 'x-wp-total');
    // A page may be short of what the key's user may not see.
    const full = total === null ? entries.length >= PER_PAGE : total > PER_PAGE;
    return { ok: true as const, entries: entries as ModifiedEntry[], full, clock: storeClock(headers) };
  }

  return {
    async newest() {
      const page = await list({ orderby: 'modified', order: 'desc', per_page: 1 });
      if (!page.ok) return page;
      const newest = page.entries[0]?.modified ?? 0;
      return { ok: true, second: Math.min(newest, page.clock ?? newest) };
    },
    async since(after) {
      const page = await list({ orderby: 'modified', order: 'asc', modified_after: storeTimeText(after) });
      if (!page.ok) return page;
      // WooCommerce filters by GMT and sorts by the shop's own time, which goes back when summer ends or the shop moves to another time
      // zone. Where all that changed is on this page, its order says nothing.
      if (!page.full) return { ...page, entries: inOrder(page.entries) };
      const { entries } = page;
      if (entries.some(({ modified }, index) => modified < (entries[index - 1]?.modified ?? after))) return mismatch();
      return page;
    },
    within(second, place, onEntry) {
      const filter = {
        ...common,
        modified_after: storeTimeText(second - 1),
        modified_before: storeTimeText(second + 1),
      };
      return walkProducts(client, place, {
        ...options,
        path,
        filter,
        onEntry(raw) {
          const entry = entryOf(raw);
          if (entry !== null) onEntry(entry);
        },
      });
    },
  };
}

function inOrder(entries: readonly ModifiedEntry[]): ModifiedEntry[] {
  return [...entries].sort((a, b) => a.modified - b.modified);
}

function isId(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function mismatch(): { readonly ok: false; readonly failure: StoreFailure } {
  const message = 'The store did not answer with its products in the order in which they changed. Check its caches.';
  return { ok: false, failure: { kind: 'mismatch', message, retryable: true } };
}
