import { readStoreProduct } from '@dstnc/shared';
import { countHeader } from './count-header.ts';
import type { StoreItem } from './group-snapshot.ts';
import type { StoreClient } from './store-client.ts';
import type { StoreFailure } from './store-failure.ts';

/** See {@link readVariations}. */
export type VariationsReading =
  | {
      readonly ok: true;
      /** Each id once, as it was read last. */
      readonly items: readonly StoreItem[];
      /** What was left out, one sentence each. */
      readonly issues: readonly string[];
      /**
       * Why this may not be all. `total`: their number changed between two pages. `listed`: one that the product lists was on none
       * of several pages. null: it is all.
       */
      readonly moved: 'total' | 'listed' | null;
    }
  | { readonly ok: false; readonly failure: StoreFailure };

const PER_PAGE = 100;
const MAX_PAGES = 100;

/**
 * Reads all variations of a product, page by page in the order of their ids. `status` is left at its default, `any`, which in every
 * version of wc/v3 includes disabled (private) variations and leaves out the trash.
 *
 * @param listed the ids that the product itself names: where the store doesn't send `X-WP-TotalPages`, a short page is the last one
 *   only if they were all seen, since WooCommerce drops from a full page what can't be shown
 */
export async function readVariations(
  client: StoreClient,
  productId: number,
  listed: readonly number[],
): Promise<VariationsReading> {
  const items = new Map<number, StoreItem>();
  const issues: string[] = [];
  const totals = new Set<string>();
  const unseen = () => listed.some((id) => !items.has(id));

  for (let page = 1; ; page++) {
    const answer = await client.get(`wc/v3/products/${productId}/variations`, {
      per_page: PER_PAGE,
      orderby: 'id',
      order: 'asc',
      page,
    });
    if (!answer.ok) return answer;
    const { body, headers } = answer;
    if (!Array.isArray(body)) {
      const message = `The store did not answer with a list of the variations of product ${productId}.`;
      return { ok: false, failure: { kind: 'mismatch', message, retryable: true } };
    }
    const before = items.size;
    for (const [index, entry] of body.entries()) {
      const read = readStoreProduct(entry);
      if (read.ok) items.set(read.product.id, { product: read.product, issues: read.issues });
      else issues.push(`variation ${index + 1} on page ${page} can't be read (${read.reason}) and was left out`);
    }
    const total = headers['x-wp-total'];
    if (typeof total === 'string') totals.add(total);

    const pages = countHeader(headers, 'x-wp-totalpages');
    // A page with nothing new ends it, too: a store that ignores `page` sends the same one for ever.
    const last = pages === null ? items.size === before || (body.length < PER_PAGE && !unseen()) : page >= pages;
    if (!last && page < MAX_PAGES) continue;
    if (!last) issues.push(`the product has more than ${PER_PAGE * MAX_PAGES} variations, and the rest was left out`);
    // One page with some of the listed ids is the list's staleness; one with none of them may be the store's slip, and believing it
    // would withdraw the product.
    const complete = !last || issues.length > 0 || (page === 1 && items.size > 0) || !unseen();
    return {
      ok: true,
      items: [...items.values()],
      issues,
      moved: totals.size > 1 ? 'total' : complete ? null : 'listed',
    };
  }
}
