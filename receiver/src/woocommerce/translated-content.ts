import { readStoreProduct, type StoreProduct } from '@dstnc/shared';
import type { GroupLanguage } from './group-language.ts';
import type { GroupSnapshot, StoreItem } from './group-snapshot.ts';
import { languageAmong, languageCode } from './language-code.ts';
import { readShopLanguages } from './read-shop-languages.ts';
import { readVariations } from './read-variations.ts';
import type { StoreClient } from './store-client.ts';
import type { StoreFailure } from './store-failure.ts';

/** What a language plugin's additions to wc/v3 say of a product. */
export type TranslationReading =
  /** It is a translation: the product that it translates is the one to list. */
  | { readonly kind: 'translation'; readonly originalId: number }
  /** It is listed by itself; `words`: its translation into the language that was asked for, null: its own words are to be shown. */
  | { readonly kind: 'original'; readonly language: GroupLanguage; readonly words: Words | null }
  | { readonly kind: 'failure'; readonly failure: StoreFailure };

/** A translation of a product. */
export interface Words {
  readonly language: string;
  readonly product: StoreProduct;
  readonly variations: readonly StoreItem[];
}

/** How long a store's own language is believed, in milliseconds. */
const KEPT_MS = 60 * 60_000;

const ownLanguages = new WeakMap<StoreClient, { readonly until: number; readonly language: string | null }>();

/**
 * Reads what a product is called in another language, over wc/v3. WPML (with WooCommerce Multilingual) and Polylang Pro add `translations` to a
 * product, the ids of all of its languages, and mostly `lang`; both keep each translation as a product of its own. `?lang=` on a product's own
 * address changes the names of its terms at most, so the translation's id is read. What is shown of it is put in by {@link inWordsOf}.
 *
 * Costs nothing for a product without translations, and one question an hour to a store that has them.
 *
 * @param product as wc/v3 gave it
 * @param language null: the product's own
 */
export async function readTranslation(
  client: StoreClient,
  product: StoreProduct,
  language: string | null,
): Promise<TranslationReading> {
  const original = await originalOf(client, product);
  if (typeof original !== 'number') return { kind: 'failure', failure: original };
  if (original !== product.id) return { kind: 'translation', originalId: original };

  const { translations } = product;
  const own = Object.keys(translations).find((code) => translations[code] === product.id) ?? product.lang;
  const locale = languageCode(own);
  const asItIs = (missing: string | null): TranslationReading => ({
    kind: 'original',
    language: { locale, missing },
    words: null,
  });
  if (language === null) return asItIs(null);
  const wanted = languageAmong(
    language,
    locale === null ? Object.keys(translations) : [locale, ...Object.keys(translations)],
  );
  if (wanted === null) return asItIs(language);
  if (wanted === locale) return asItIs(null);

  // The names of its terms are the current language's, whatever the product's is.
  const speaking = inLanguage(client, wanted);
  const id = translations[wanted];
  const answer = await speaking.get(`wc/v3/products/${id}`);
  if (!answer.ok) {
    return answer.failure.kind === 'not_found' ? asItIs(language) : { kind: 'failure', failure: answer.failure };
  }
  const read = readStoreProduct(answer.body);
  if (!read.ok || read.product.id !== id) return asItIs(language);
  // One that is still being written is none yet, unless the original is being written, too.
  if (read.product.status !== 'publish' && read.product.status !== product.status) return asItIs(language);
  let variations: readonly StoreItem[] = [];
  if (product.type === 'variable' && read.product.type === 'variable') {
    const reading = await readVariations(speaking, read.product.id, read.product.variations);
    if (!reading.ok) return { kind: 'failure', failure: reading.failure };
    variations = reading.items;
  }
  return {
    kind: 'original',
    language: { locale: wanted, missing: null },
    words: { language: wanted, product: read.product, variations },
  };
}

/**
 * The product that is listed of those that translate each other: that in the store's own language, or, where none is or nobody knows which
 * that is, the oldest. The rule is the plugin's, too: Languages::originalOf().
 */
async function originalOf(client: StoreClient, { id, translations }: StoreProduct): Promise<number | StoreFailure> {
  const family = [...new Set([...Object.values(translations), id])];
  if (family.length === 1) return id;
  const own = await ownLanguage(client);
  if (typeof own === 'object' && own !== null) return own;
  const code = own === null ? null : languageAmong(own, Object.keys(translations));
  return (code === null ? undefined : translations[code]) ?? Math.min(...family);
}

/** A store's own language; null: it doesn't say. A failure that passes is none to guess after: listings would move to other ids and back. */
async function ownLanguage(client: StoreClient): Promise<string | null | StoreFailure> {
  const held = ownLanguages.get(client);
  if (held !== undefined && held.until > performance.now()) return held.language;
  const reading = await readShopLanguages(client);
  if (!reading.ok && reading.failure.retryable) return reading.failure;
  const language = reading.ok ? reading.languages.default : null;
  ownLanguages.set(client, { until: performance.now() + KEPT_MS, language });
  return language;
}

/** A client that says with each request which language it is in. */
function inLanguage(client: StoreClient, lang: string): StoreClient {
  return {
    ...client,
    get: (path, query, options) => client.get(path, { ...query, lang }, options),
    get headerStripped() {
      return client.headerStripped;
    },
  };
}

/** A group with the words that {@link readTranslation} found. What it is (ids, stock, prices) stays the original's. */
export function inWordsOf(
  snapshot: GroupSnapshot,
  { language, words }: Extract<TranslationReading, { kind: 'original' }>,
): GroupSnapshot {
  if (words === null) return { ...snapshot, language };
  const { product } = snapshot.item;
  const said = words.product;
  const variations = product.type === 'variable' ? variationsInWords(snapshot.variations, words) : [];
  const issues =
    variations === null
      ? [
          `its options are not shown in ${words.language}: the variations of its translation can't be told apart (give each the SKU of its original)`,
        ]
      : [];
  return {
    ...snapshot,
    item: {
      product: {
        ...product,
        name: said.name,
        permalink: said.permalink,
        description: said.description,
        short_description: said.short_description,
        categories: said.categories.length > 0 ? said.categories : product.categories,
        brands: said.brands.length > 0 ? said.brands : product.brands,
        images: said.images.length > 0 ? said.images : product.images,
        attributes: variations === null ? product.attributes : said.attributes,
      },
      issues: [...snapshot.item.issues, ...issues],
    },
    variations: variations ?? snapshot.variations,
    language,
  };
}

/** Null: not each of them has a translation that is certainly its own, and a wrong option is worse than a foreign one. */
function variationsInWords(
  variations: readonly StoreItem[],
  { language, variations: theirs }: Words,
): StoreItem[] | null {
  const byId = new Map(theirs.map(({ product }) => [product.id, product]));
  const bySku = Map.groupBy(
    theirs.filter(({ product }) => product.sku !== ''),
    ({ product }) => product.sku,
  );
  const ownSkus = Map.groupBy(variations, ({ product }) => product.sku);
  const translated: StoreItem[] = [];
  for (const { product, issues } of variations) {
    const id = product.translations[language];
    const same = ownSkus.get(product.sku)?.length === 1 ? bySku.get(product.sku) : undefined;
    const said = (id === undefined ? undefined : byId.get(id)) ?? (same?.length === 1 ? same[0]?.product : undefined);
    if (said === undefined) return null;
    translated.push({
      product: { ...product, attributes: said.attributes, image: said.image ?? product.image },
      issues,
    });
  }
  return translated;
}
