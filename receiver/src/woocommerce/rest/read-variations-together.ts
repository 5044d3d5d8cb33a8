import { readStoreProduct } from '@dstnc/shared';
import { countHeader } from '../count-header.ts';
import type { StoreItem } from '../group-snapshot.ts';
import type { StoreClient } from '../store-client.ts';
import { PRODUCT_FIELDS } from './product-fields.ts';

const PER_PAGE = 100;
const MOST_PAGES = 50;

/**
 * Reads the variations of several products at once over `wc/v3/variations`.
 *
 * @param listed by product, the variations that it names itself
 * @returns by product; those are left out of which not all that they name was found, or something that can't be read, or of which the
 *   store didn't say whose they are: they are to be read one by one. Empty where the store failed, for the same reason
 */
export async function readVariationsTogether(
  client: StoreClient,
  listed: ReadonlyMap<number, readonly number[]>,
): Promise<Map<number, readonly StoreItem[]>> {
  const found = new Map<number, StoreItem[]>([...listed.keys()].map((id) => [id, []]));
  const totals = new Set<number | null>();
  for (let page = 1; ; page++) {
    const answer = await client.get('wc/v3/variations', {
      parent: [...listed.keys()].join(','),
      per_page: PER_PAGE,
      orderby: 'id',
      order: 'asc',
      page,
      _fields: PRODUCT_FIELDS,
    });
    if (!answer.ok || !Array.isArray(answer.body)) return new Map();
    for (const entry of answer.body) {
      const read = readStoreProduct(entry);
      const items = read.ok ? found.get(read.product.parent_id) : undefined;
      if (!read.ok || items === undefined) return new Map();
      items.push({ product: read.product, issues: read.issues });
    }
    const pages = countHeader(answer.headers, 'x-wp-totalpages');
    totals.add(countHeader(answer.headers, 'x-wp-total'));
    // They moved between two pages, or there is no telling which page is the last.
    if (totals.size > 1 || pages === null || page >= MOST_PAGES) return new Map();
    if (page >= pages) break;
  }
  for (const [id, items] of found) {
    const ids = new Set(items.map(({ product }) => product.id));
    if (ids.size !== items.length || !(listed.get(id) ?? []).every((one) => ids.has(one))) found.delete(id);
  }
  return found;
}
