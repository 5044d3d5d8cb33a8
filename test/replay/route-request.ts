import { listProducts } from './list-products.ts';
import type { RecordedCatalog } from './recorded-catalog.ts';
import { type ReplayAnswer, restError } from './replay-answer.ts';

/** A call of wc/v3. */
export interface ReplayRequest {
  readonly method: string;
  /** Below wc/v3, without a leading slash: `products/12`. */
  readonly path: string;
  readonly query: URLSearchParams;
}

/** What the recorded store answers to a call, in the words of WooCommerce also where nothing is recorded. */
export function routeRequest(catalog: RecordedCatalog, { method, path, query }: ReplayRequest): ReplayAnswer {
  // What a client sends to learn whether its key may write: nothing to do, so nothing is answered.
  if (method === 'POST' && path === 'products/batch') return { status: 200, body: [] };
  if (method !== 'GET') return noRoute();

  if (path === 'products') return page(listProducts(catalog.products(), query), query);
  const [, productId, variations, variationId] = /^products\/(\d+)(\/variations)?(?:\/(\d+))?$/.exec(path) ?? [];
  if (productId === undefined) return catalog.answer(path) ?? noRoute();
  if (variationId !== undefined) return variation(catalog, productId, variationId);
  if (variations !== undefined) return variationsPage(catalog, productId, query);
  return (
    catalog.answer(`products/${productId}`) ?? restError(404, 'woocommerce_rest_product_invalid_id', 'Invalid ID.')
  );
}

function variationsPage(catalog: RecordedCatalog, productId: string, query: URLSearchParams): ReplayAnswer {
  const recorded = catalog.answer(`products/${productId}/variations`);
  if (recorded && recorded.status !== 200) return recorded;
  return page(Array.isArray(recorded?.body) ? recorded.body : [], query);
}

function variation(catalog: RecordedCatalog, productId: string, variationId: string): ReplayAnswer {
  const all = catalog.answer(`products/${productId}/variations`)?.body;
  const found = (Array.isArray(all) ? (all as unknown as { id: number }[]) : []).find(
    ({ id }) => id === Number(variationId),
  );
  return found
    ? { status: 200, body: found }
    : restError(404, 'woocommerce_rest_product_variation_invalid_id', 'Invalid ID.');
}

function page(all: readonly unknown[], query: URLSearchParams): ReplayAnswer {
  const perPage = Number(query.get('per_page') ?? 10);
  const number = Number(query.get('page') ?? 1);
  const offset = query.has('offset') ? Number(query.get('offset')) : (number - 1) * perPage;
  for (const [name, value, limit] of [
    ['per_page', perPage, 100],
    ['page', number, Number.MAX_SAFE_INTEGER],
  ] as const) {
    if (!Number.isInteger(value) || value < 1 || value > limit) {
      return restError(400, 'rest_invalid_param', `Invalid parameter(s): ${name}`);
    }
  }
  return {
    status: 200,
    body: all.slice(offset, offset + perPage),
    headers: { 'x-wp-total': String(all.length), 'x-wp-totalpages': String(Math.ceil(all.length / perPage)) },
  };
}

function noRoute(): ReplayAnswer {
  return restError(404, 'rest_no_route', 'No route was found matching the URL and request method.');
}
