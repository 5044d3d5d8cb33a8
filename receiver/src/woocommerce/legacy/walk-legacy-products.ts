import { countHeader } from '../count-header.ts';
import type { WalkedPage, WalkPlace } from '../store-api.ts';
import type { RequestOptions, StoreClient, StoreQuery } from '../store-client.ts';
import { type ListedIds, walkById } from '../walk-by-id.ts';
import { listLegacyProducts, mismatch } from './legacy-client.ts';

/** The Legacy API builds each product whole, variations and all, whatever is asked of it. */
export const LEGACY_PER_PAGE = 30;

/** The next page of a walk over the Legacy API, v2 or v3, by ascending id. */
export function walkLegacyProducts(
  client: StoreClient,
  place: WalkPlace,
  { filter, onId, ...options }: RequestOptions & { filter?: StoreQuery; onId?: (id: number) => void } = {},
): Promise<WalkedPage> {
  async function read(offset: number, count: number): Promise<ListedIds> {
    const query = { orderby: 'ID', order: 'ASC', limit: count, offset, post_status: 'any', ...filter };
    const answer = await listLegacyProducts(client, { filter: query, fields: 'id' }, options);
    if (!answer.ok) return answer;
    const ids = answer.products.map(({ id }) => Number(id));
    if (!ids.every((id) => Number.isSafeInteger(id) && id > 0)) {
      return mismatch('did not answer with a list of its products');
    }
    for (const id of ids) if (id > place.cursor) onId?.(id);
    return { ok: true, ids, total: countHeader(answer.headers, 'x-wc-total') };
  }

  return walkById(place, { perPage: LEGACY_PER_PAGE, read });
}
