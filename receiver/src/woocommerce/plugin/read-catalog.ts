import { type CatalogPage, catalogPage, readStoreProduct } from '@dstnc/shared';
import type { CatalogReading } from '../catalog-reading.ts';
import type { GroupLanguage } from '../group-language.ts';
import type { GroupSnapshot, StoreItem } from '../group-snapshot.ts';
import { languageCode } from '../language-code.ts';
import { readGroup, type StoreReading } from '../read-group.ts';
import type { RequestOptions, StoreClient } from '../store-client.ts';
import type { StoreFailure } from '../store-failure.ts';

/** See {@link readCatalog}. */
export interface CatalogOptions extends RequestOptions {
  /** That words are to be in, as far as they are translated; null: each product's own. */
  readonly language?: string | null;
}

/**
 * Reads whole product groups through the plugin, in one request: the same snapshots that wc/v3 gives, and all as of one moment.
 *
 * That everything asked for is gone and nothing is left is what a plugin says, too, that can't see its database. It is believed where
 * WooCommerce says the same of each; so the last product of a shop can go.
 *
 * @param ids of products or variations, each once; at most 100
 */
export async function readCatalog(
  client: StoreClient,
  ids: readonly number[],
  { language = null, ...options }: CatalogOptions = {},
): Promise<CatalogReading> {
  const readAt = Date.now();
  const query = { include: ids.join(','), lang: language ?? undefined };
  const answer = await client.get('wc-dstnc/v1/catalog', query, options);
  if (!answer.ok) return { ...answer, whole: false };
  const read = catalogPage.safeParse(answer.body);
  if (!read.success) {
    const failure = mismatch('The store did not answer with a page of its catalogue. Check its caches.');
    // A single group may break its own entry, and nothing beside the list.
    return { ok: false, failure, whole: read.error.issues.some(({ path }) => path.length < 2) };
  }
  const page = read.data;
  const found = new Map<number, StoreReading>();
  for (const { id, because } of page.gone) found.set(id, { kind: 'gone', because });
  for (const { id, groupId, because } of page.belongsTo) {
    // A variation of itself would be marked, read and marked again for ever.
    if (id === groupId) continue;
    found.set(
      id,
      because === 'translation' ? { kind: because, originalId: groupId } : { kind: because, parentId: groupId },
    );
  }
  if (page.total === 0 && ids.every((id) => found.get(id)?.kind === 'gone')) {
    const failure = await doubt(client, ids);
    if (failure !== null) return { ok: false, failure, whole: true };
  }
  for (const group of page.groups) found.set(group.groupId, groupReading({ page, readAt, language }, group));
  const readings = ids.map((id) => {
    const failure = mismatch(`The store was asked for product ${id} and did not answer about it. Check its caches.`);
    return [id, found.get(id) ?? ({ kind: 'failure', failure } as const)] as const;
  });
  return { ok: true, readings: new Map(readings) };
}

/** Asks WooCommerce itself, one by one, whether all of them are gone. @returns why that can't be believed; null: they are */
async function doubt(client: StoreClient, ids: readonly number[]): Promise<StoreFailure | null> {
  for (const id of ids) {
    const reading = await readGroup(client, id);
    if (reading.kind === 'gone') continue;
    if (reading.kind === 'failure') return reading.failure;
    // What somebody has begun to write is a product to WooCommerce, and none yet to the plugin.
    if (reading.kind === 'group' && reading.snapshot.item.product.status === 'auto-draft') continue;
    return mismatch(
      `The plugin says that the shop has no products, and WooCommerce that it has product ${id}. Check the shop's database and its caches.`,
    );
  }
  return null;
}

function groupReading(
  { page, readAt, language }: { page: CatalogPage; readAt: number; language: string | null },
  { groupId, product: raw, variations, ...said }: CatalogPage['groups'][number],
): StoreReading {
  const read = readStoreProduct(raw);
  if (!read.ok || read.product.id !== groupId || read.product.type === 'variation') {
    const what = read.ok ? `${read.product.type} ${read.product.id}` : read.reason;
    return { kind: 'failure', failure: mismatch(`The store's plugin describes product ${groupId} wrongly (${what}).`) };
  }
  const { product, issues } = read;
  if (product.status === 'trash') return { kind: 'gone', because: 'trashed' };
  const items = new Map<number, StoreItem>();
  const leftOut: string[] = [];
  for (const [index, entry] of (product.type === 'variable' ? variations : []).entries()) {
    const one = readStoreProduct(entry);
    if (one.ok) items.set(one.product.id, { product: one.product, issues: one.issues });
    else leftOut.push(`variation ${index + 1} can't be read (${one.reason}) and was left out`);
  }
  const snapshot: GroupSnapshot = {
    item: { product, issues: [...issues, ...leftOut] },
    variations: [...items.values()],
    readAt,
    prices: pricesOf(page),
    language: languageOf(said, language),
  };
  return { kind: 'group', snapshot };
}

/** A plugin that doesn't know of languages says nothing, and has translated nothing. */
function languageOf(
  said: Pick<CatalogPage['groups'][number], 'locale' | 'fallback'>,
  wanted: string | null,
): GroupLanguage {
  const locale = languageCode(said.locale);
  return { locale, missing: wanted !== null && (said.fallback || locale === null) ? wanted : null };
}

/** What the page says of all its prices; what it doesn't say is left out. */
function pricesOf({ currency, taxIncluded }: CatalogPage): NonNullable<GroupSnapshot['prices']> {
  return {
    ...(currency !== null && /^[A-Z]{3}$/.test(currency) && { currency }),
    ...(taxIncluded !== null && { taxIncluded }),
  };
}

function mismatch(message: string): StoreFailure {
  return { kind: 'mismatch', message, retryable: true };
}
