import type { RawProduct } from '../rest/older-words.ts';
import type { StoreAnswer } from '../store-answer.ts';
import type { RequestOptions, StoreClient, StoreQuery } from '../store-client.ts';
import type { StoreFailure } from '../store-failure.ts';

/** What came of a request for products. */
export type LegacyProducts =
  | {
      readonly ok: true;
      readonly products: readonly RawProduct[];
      readonly headers: Extract<StoreAnswer, { ok: true }>['headers'];
    }
  | { readonly ok: false; readonly failure: StoreFailure };

/** Asks for a list of products, and takes it out of its envelope. @param filter names as in `limit`, without the brackets */
export async function listLegacyProducts(
  client: StoreClient,
  { filter, fields }: { filter: StoreQuery; fields?: string },
  options?: RequestOptions,
): Promise<LegacyProducts> {
  // In the order of their names: v2 sorts the parameters that it has to verify, v3 leaves those in brackets as they came.
  const sorted = Object.entries(filter).sort(([a], [b]) => (a < b ? -1 : 1));
  const query = Object.fromEntries(sorted.map(([name, value]) => [`filter[${name}]`, value]));
  const answer = await client.get('products', { ...query, fields }, options);
  if (!answer.ok) return answer;
  const { products } = (answer.body ?? {}) as { products?: unknown };
  if (!Array.isArray(products)) return mismatch('did not answer with a list of its products');
  return { ok: true, products: products as RawProduct[], headers: answer.headers };
}

/** An answer to another question. */
export function mismatch(what: string): { readonly ok: false; readonly failure: StoreFailure } {
  return { ok: false, failure: { kind: 'mismatch', message: `The store ${what}. Check its caches.`, retryable: true } };
}
