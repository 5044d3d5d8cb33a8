import { readStoreProduct } from '@dstnc/shared';
import { isAboutTheShop } from '../about-the-shop.ts';
import type { CatalogReading } from '../catalog-reading.ts';
import type { StoreItem } from '../group-snapshot.ts';
import { readGroup, type StoreReading } from '../read-group.ts';
import { readVariations } from '../read-variations.ts';
import { someAtOnce } from '../some-at-once.ts';
import type { RequestOptions, StoreClient } from '../store-client.ts';
import type { StoreFailure } from '../store-failure.ts';
import { withOptions } from '../with-options.ts';
import { PRODUCT_FIELDS } from './product-fields.ts';
import { readVariationsTogether } from './read-variations-together.ts';

/** Requests to a store at a time on behalf of one reading; there may be two of them. A shared host has some PHP workers to spare. */
const MOST_AT_ONCE = 3;

/** See {@link readProducts}. */
export interface ReadProductsOptions extends RequestOptions {
  /** `wc/v3/variations` is there: WooCommerce 10.3 and newer. */
  readonly variationsTogether: boolean;
  /** That words are to be in, as far as they are translated; null: each product's own. */
  readonly language: string | null;
}

/**
 * Reads whole product groups over wc/v3: the products in one request, then their variations, in as few as the store allows. What isn't
 * in the list is asked for by itself: a variation, in the trash, gone, or hidden by a plugin, and only WooCommerce's own word tells which.
 *
 * @param ids of products or variations, each once; at most 100
 */
export async function readProducts(
  client: StoreClient,
  ids: readonly number[],
  { variationsTogether, language, ...options }: ReadProductsOptions,
): Promise<CatalogReading> {
  const limited = withOptions(client, options);
  const found = new Map<number, StoreReading>();
  // A lone product is asked for by itself: one request, and an address that is short enough for every firewall. So is each one where
  // another language is wanted: its words are another product's.
  if (ids.length > 1 && language === null) {
    const failure = await readListed(limited, ids, { variationsTogether, found });
    if (failure !== null) return { ok: false, failure, whole: false };
  }
  const others = ids.filter((id) => !found.has(id));
  let fatal: StoreFailure | null = null;
  await someAtOnce(others, MOST_AT_ONCE, async (id) => {
    if (fatal !== null) return;
    const reading = await readGroup(limited, id, language);
    found.set(id, reading);
    if (reading.kind !== 'failure') return;
    // Asked for alone, a product's failure is that of the request; what it means is for whoever asked to find out.
    if (ids.length === 1 || isAboutTheShop(reading.failure)) fatal = reading.failure;
  });
  if (fatal !== null) return { ok: false, failure: fatal, whole: false };
  return { ok: true, readings: found };
}

interface Listed {
  readonly variationsTogether: boolean;
  /** Filled with what was read. */
  readonly found: Map<number, StoreReading>;
}

/** @returns why nothing can be said; null: what was listed is in `found` */
async function readListed(
  client: StoreClient,
  ids: readonly number[],
  { variationsTogether, found }: Listed,
): Promise<StoreFailure | null> {
  const readAt = Date.now();
  const query = { include: ids.join(','), per_page: 100, status: 'any', _fields: PRODUCT_FIELDS };
  const answer = await client.get('wc/v3/products', query);
  if (!answer.ok) return answer.failure;
  if (!Array.isArray(answer.body)) {
    return { kind: 'mismatch', message: 'The store did not answer with a list of products.', retryable: true };
  }
  const asked = new Set(ids);
  const variable: (StoreItem & { readonly product: { readonly variations: readonly number[] } })[] = [];
  for (const entry of answer.body) {
    const read = readStoreProduct(entry);
    // What can't be read, or wasn't asked for, or is in no list (the trash, variations), is asked for by itself.
    if (!read.ok || !asked.has(read.product.id)) continue;
    const { product, issues } = read;
    if (product.status === 'trash' || product.type === 'variation') continue;
    // It has translations, or is one: which of them is the listing takes a look at each.
    if (Object.keys(product.translations).length > 0) continue;
    const item: StoreItem = { product, issues };
    if (product.type === 'variable') variable.push(item);
    else found.set(product.id, { kind: 'group', snapshot: { item, variations: [], readAt } });
  }
  const listed = new Map(variable.map(({ product }) => [product.id, product.variations]));
  const together = variationsTogether && listed.size > 1 ? await readVariationsTogether(client, listed) : new Map();
  let fatal: StoreFailure | null = null;
  await someAtOnce(variable, MOST_AT_ONCE, async ({ product, issues }) => {
    if (fatal !== null) return;
    const { id } = product;
    const held: readonly StoreItem[] | undefined = together.get(id);
    const read =
      held === undefined
        ? await readVariations(client, id, product.variations)
        : { ok: true as const, items: held, issues: [], moved: null };
    if (!read.ok && isAboutTheShop(read.failure)) fatal = read.failure;
    // Moved, or failing: it is read by itself, from its beginning.
    if (!read.ok || read.moved !== null) return;
    const item = { product, issues: [...issues, ...read.issues] };
    found.set(id, { kind: 'group', snapshot: { item, variations: read.items, readAt } });
  });
  return fatal;
}
