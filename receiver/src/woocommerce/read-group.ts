import { readStoreProduct } from '@dstnc/shared';
import type { GroupSnapshot, StoreItem } from './group-snapshot.ts';
import { readVariations } from './read-variations.ts';
import type { StoreClient } from './store-client.ts';
import type { StoreFailure } from './store-failure.ts';
import { inWordsOf, readTranslation } from './translated-content.ts';

/** What a store says about one product id. */
export type StoreReading =
  | { readonly kind: 'group'; readonly snapshot: GroupSnapshot }
  /** WooCommerce itself says that the product is no more, or is in the trash. The words are those of a listing's `stateReason`. */
  | { readonly kind: 'gone'; readonly because: 'deleted' | 'trashed' }
  /** The id is a variation's: the product to read is `parentId`. */
  | { readonly kind: 'variation'; readonly parentId: number }
  /** The id is a translation's: the product to read is `originalId`. */
  | { readonly kind: 'translation'; readonly originalId: number }
  | { readonly kind: 'failure'; readonly failure: StoreFailure };

/**
 * With status 404, the only code by which WooCommerce says that a product doesn't exist: WC_REST_CRUD_Controller::get_item() in
 * 3.9.1, 8.9.3 and 11.0.1. `rest_no_route` means that WooCommerce is switched off, and an HTML 404 means nothing at all.
 */
const GONE = 'woocommerce_rest_product_invalid_id';

/** Times that a product is read again when its variations move between pages. */
const ROUNDS = 3;

/**
 * Reads a product with all its variations over wc/v3, also the disabled ones. Where variations were added or removed between two
 * pages the whole is read again; where that goes on it is a retryable `mismatch`.
 *
 * @param language that its words are to be in, as far as they are translated; null: the product's own
 */
export async function readGroup(
  client: StoreClient,
  productId: number,
  language: string | null = null,
): Promise<StoreReading> {
  const readAgain = () => readOnce(client, productId, language);
  let reading = await readAgain();
  for (let round = 1; round < ROUNDS && reading.kind === 'moved'; round++) reading = await readAgain();
  if (reading.kind !== 'moved') return reading;
  // A list that goes on naming what nobody can read is a stale one: WooCommerce keeps it in a transient.
  if (reading.onlyListed) return { kind: 'group', snapshot: reading.snapshot };
  return mismatch(`The variations of product ${productId} changed while they were being read.`);
}

async function readOnce(
  client: StoreClient,
  productId: number,
  language: string | null,
): Promise<StoreReading | { kind: 'moved'; onlyListed: boolean; snapshot: GroupSnapshot }> {
  const readAt = Date.now();
  const answer = await client.get(`wc/v3/products/${productId}`);
  if (!answer.ok) {
    const { failure } = answer;
    return failure.kind === 'not_found' && failure.code === GONE
      ? { kind: 'gone', because: 'deleted' }
      : { kind: 'failure', failure };
  }
  const parsed = readStoreProduct(answer.body);
  if (!parsed.ok) return mismatch(`The store did not answer with product ${productId}: ${parsed.reason}.`);
  const { product, issues } = parsed;
  if (product.id !== productId) {
    return mismatch(`The store was asked for product ${productId} and answered with ${product.id}. Check its caches.`);
  }
  if (product.type === 'variation') {
    if (product.parent_id > 0 && product.parent_id !== productId)
      return { kind: 'variation', parentId: product.parent_id };
    // A variation of nothing is no product that could be sold.
    if ((answer.body as { parent_id?: unknown }).parent_id === 0) return { kind: 'gone', because: 'deleted' };
    return mismatch(`The store calls ${productId} a variation and doesn't say of which product.`);
  }
  if (product.status === 'trash') return { kind: 'gone', because: 'trashed' };

  const translation = await readTranslation(client, product, language);
  if (translation.kind !== 'original') return translation;

  const item: StoreItem = { product, issues };
  if (product.type !== 'variable') {
    return { kind: 'group', snapshot: inWordsOf({ item, variations: [], readAt }, translation) };
  }
  const variations = await readVariations(client, productId, product.variations);
  if (!variations.ok) return { kind: 'failure', failure: variations.failure };
  const read: GroupSnapshot = {
    item: { product, issues: [...issues, ...variations.issues] },
    variations: variations.items,
    readAt,
  };
  const snapshot = inWordsOf(read, translation);
  return variations.moved === null
    ? { kind: 'group', snapshot }
    : { kind: 'moved', onlyListed: variations.moved === 'listed', snapshot };
}

function mismatch(message: string): StoreReading {
  return { kind: 'failure', failure: { kind: 'mismatch', message, retryable: true } };
}
