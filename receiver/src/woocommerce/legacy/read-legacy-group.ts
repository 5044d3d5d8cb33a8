import { readStoreProduct } from '@dstnc/shared';
import type { StoreItem } from '../group-snapshot.ts';
import type { StoreReading } from '../read-group.ts';
import type { RawProduct } from '../rest/older-words.ts';
import type { StoreClient } from '../store-client.ts';
import { legacyProduct, legacyVariations } from './legacy-product.ts';

/**
 * The codes by which the Legacy API says, with status 404, that a product doesn't exist: there is nothing by that id, or something that is
 * no product (WC_API_Resource::validate_request() of v3, v2 and v1 in 3.9.1 and 8.9.3; 2.x had the last for both).
 */
const GONE = new Set([
  'woocommerce_api_no_product_found',
  'woocommerce_api_invalid_product',
  'woocommerce_api_invalid_product_id',
]);

/** Reads a product with all its variations, which the Legacy API nests: one request. */
export async function readLegacyGroup(client: StoreClient, id: number): Promise<StoreReading> {
  const readAt = Date.now();
  const answer = await client.get(`products/${id}`);
  if (!answer.ok) {
    const { failure } = answer;
    return failure.kind === 'not_found' && GONE.has(failure.code)
      ? { kind: 'gone', because: 'deleted' }
      : { kind: 'failure', failure };
  }
  const { product } = (answer.body ?? {}) as { product?: unknown };
  return legacyReading(product, id, readAt);
}

/** What a product of the Legacy API says. @param asked the id that it was asked for by */
export function legacyReading(raw: unknown, asked: number, readAt: number): StoreReading {
  if (typeof raw !== 'object' || raw === null) return mismatch(`The store did not answer with product ${asked}.`);
  const read = readStoreProduct(legacyProduct(raw as RawProduct));
  if (!read.ok) return mismatch(`The store did not answer with product ${asked}: ${read.reason}.`);
  const { product, issues } = read;
  if (product.id !== asked) {
    return mismatch(`The store was asked for product ${asked} and answered with ${product.id}. Check its caches.`);
  }
  if (product.type === 'variation') {
    return product.parent_id > 0 && product.parent_id !== asked
      ? { kind: 'variation', parentId: product.parent_id }
      : { kind: 'gone', because: 'deleted' };
  }
  if (product.status === 'trash') return { kind: 'gone', because: 'trashed' };
  const variations: StoreItem[] = [];
  const leftOut: string[] = [];
  for (const [index, entry] of (product.type === 'variable' ? legacyVariations(raw as RawProduct) : []).entries()) {
    const one = readStoreProduct(entry);
    if (one.ok) variations.push({ product: one.product, issues: one.issues });
    else leftOut.push(`variation ${index + 1} can't be read (${one.reason}) and was left out`);
  }
  const item: StoreItem = { product, issues: [...issues, ...leftOut] };
  return { kind: 'group', snapshot: { item, variations, readAt } };
}

function mismatch(message: string): StoreReading {
  return { kind: 'failure', failure: { kind: 'mismatch', message, retryable: true } };
}
