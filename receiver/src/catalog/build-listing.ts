import {
  externalId,
  type Product,
  type StateReason,
  type StockOutcome,
  type StoreProduct,
  stockRules,
  type Variant,
} from '@dstnc/shared';
import type { StoreSettings } from '../stores/store.ts';
import type { GroupSnapshot, StoreItem } from '../woocommerce/group-snapshot.ts';
import type { InventoryDraft, ListingDraft, ListingItem } from './listing-draft.ts';
import { plainText } from './plain-text.ts';

/** What a listing depends on beside the product. */
export interface ListingContext {
  readonly currency: string | null;
  readonly taxIncluded: boolean | null;
  readonly settings: Pick<StoreSettings, 'backorders'>;
}

/** Product types whose id is all that it takes to buy one. Others need a choice that DSTNC can't make (bundle, subscription …). */
const BUYABLE = new Set(['simple', 'variable']);

/**
 * Turns what a store says into what DSTNC should show: pure, and the same for every wire form that the snapshot came from.
 * Whether a product is shown (`state`) is apart from the stock rules; a variation that can't be bought is left out.
 */
export function buildListing(snapshot: GroupSnapshot, context: ListingContext): ListingDraft {
  const { product, issues } = snapshot.item;
  const variable = product.type === 'variable';
  const notes = [...issues];
  const title = plainText(product.name);
  if (title !== product.name.trim()) notes.push('control characters were taken out of the name');

  const { locale = null, missing = null } = snapshot.language ?? {};
  if (missing !== null) notes.push(`not translated into ${missing}: shown in ${locale ?? "the store's own language"}`);

  const items = variable
    ? snapshot.variations.map((variation) => variationItem(variation, snapshot.item, context))
    : [simpleItem(snapshot.item, context)];
  const stateReason = hiddenBecause(product, items);
  // Even a product with nothing to sell must be found, and say why it isn't shown.
  if (items.length === 0)
    items.push({ ...simpleItem(snapshot.item, context), variant: null, omitted: 'the product has no variations' });
  const [brand] = product.brands;
  return {
    product: {
      groupId: String(product.id),
      state: stateReason === undefined ? 'active' : 'hidden',
      ...(stateReason && { stateReason }),
      title,
      descriptionHtml: product.description === '' ? product.short_description : product.description,
      url: product.permalink,
      locale,
      ...(brand && { brand: plainText(brand.name) }),
      categories: product.categories.map(({ name }) => plainText(name)),
      images: product.images.map(({ src, alt }) => ({ src, alt: plainText(alt) })),
      options: variable
        ? product.attributes
            .filter(({ variation }) => variation)
            .map(({ name, options }) => ({ name: plainText(name), values: options.map(plainText) }))
        : [],
    },
    items,
    notes,
  };
}

/** The tombstone of a product that DSTNC was told of before: its last words, with nothing left to buy. */
export function buildTombstone(last: ListingDraft | null, groupId: number, stateReason: StateReason): ListingDraft {
  return {
    product: {
      ...(last?.product ?? {
        groupId: String(groupId),
        title: '',
        descriptionHtml: '',
        url: '',
        locale: null,
        categories: [],
        images: [],
        options: [],
      }),
      state: 'deleted',
      stateReason,
    },
    items: (last?.items ?? []).map((item) => ({
      ...item,
      variant: null,
      omitted: 'the product is no longer in the store',
    })),
    notes: [],
  };
}

/**
 * The listing of a product whose store may not be shown for now: all that was known of it, hidden. One that was withdrawn stays so.
 *
 * @returns null: nothing is known of it
 */
export function buildWithheld(last: ListingDraft | null): ListingDraft | null {
  if (last === null || last.product.state === 'deleted') return last;
  return { ...last, product: { ...last.product, state: 'hidden', stateReason: 'stale' } };
}

function hiddenBecause(product: StoreProduct, items: readonly ListingItem[]): Product['stateReason'] {
  if (product.status === 'private') return 'private';
  if (product.status !== 'publish') return 'draft';
  if (product.post_password !== '') return 'password';
  if (product.type === 'grouped') return 'grouped';
  if (product.type === 'external') return 'external';
  if (!BUYABLE.has(product.type)) return 'unsupported_type';
  if (product.type === 'variable') {
    if (items.length === 0) return 'no_variations';
    // WooCommerce calls a variable product purchasable only if one of its variations has a price.
    return items.some(({ variant }) => variant !== null) ? undefined : 'no_price';
  }
  if (product.price === null) return 'no_price';
  return product.purchasable ? undefined : 'not_purchasable';
}

function simpleItem(item: StoreItem, context: ListingContext): ListingItem {
  const { product } = item;
  const stock = stockRules(product, { backorders: context.settings.backorders });
  return explained({ item, stock, id: externalId(product.id), title: plainText(product.name) }, context);
}

function variationItem(item: StoreItem, parent: StoreItem, context: ListingContext): ListingItem {
  const { product } = item;
  const stock = stockRules(product, { backorders: context.settings.backorders, parent: parent.product });
  const options = variationOptions(product);
  const title = [plainText(parent.product.name), ...Object.values(options)].join(', ');
  const poolId = stock.pool === 'parent' ? externalId(parent.product.id) : undefined;
  const listed = explained(
    { item, stock, id: externalId(parent.product.id, product.id), title, options, ...(poolId && { poolId }) },
    context,
  );
  const omitted = omittedBecause(product);
  return omitted === undefined ? listed : { ...listed, variant: null, omitted };
}

/** A variant has no state of its own in the contract: what can't be bought isn't sent. */
function omittedBecause({ status, price, purchasable }: StoreProduct): string | undefined {
  if (status !== 'publish') return 'the variation is switched off';
  if (price === null) return 'the variation has no price';
  return purchasable ? undefined : 'WooCommerce says that the variation can\'t be bought ("purchasable": false)';
}

interface Explaining {
  readonly item: StoreItem;
  readonly stock: StockOutcome;
  readonly id: string;
  readonly title: string;
  readonly options?: Record<string, string>;
  readonly poolId?: string;
}

function explained({ item, stock, id, title, options = {}, poolId }: Explaining, context: ListingContext): ListingItem {
  const { product, issues } = item;
  const inventory: InventoryDraft = {
    externalId: id,
    tracked: stock.tracked,
    quantity: stock.quantity,
    purchasable: stock.purchasable,
    ...(poolId && { poolId }),
    rule: stock.rule,
  };
  const sku = plainText(product.sku);
  const gtin = plainText(product.global_unique_id);
  const { length, width, height } = product.dimensions;
  return {
    itemId: product.id,
    externalId: id,
    title,
    sku,
    variant: {
      externalId: id,
      ...(sku && { sku }),
      ...(gtin && { gtin }),
      options,
      price: priceOf(product, context),
      ...(product.weight && { weight: product.weight }),
      ...((length || width || height) && { dimensions: { length, width, height } }),
      images: (product.image ? [product.image] : product.images).map(({ src, alt }) => ({ src, alt: plainText(alt) })),
      inventory,
    },
    rule: stock.rule,
    because: stock.because,
    fields: stock.fields,
    notes: [...issues, ...stock.notes],
  };
}

function priceOf(product: StoreProduct, { currency, taxIncluded }: ListingContext): Variant['price'] {
  const { regular_price: regular, sale_price: sale, price: effective, on_sale } = product;
  return { regular, ...(on_sale && sale !== null && { sale }), effective, currency, taxIncluded };
}

/** `""` means "any value": such an option isn't fixed by the variation and is left to the shopper. */
function variationOptions({ attributes }: StoreProduct): Record<string, string> {
  return Object.fromEntries(
    attributes.filter(({ option }) => option !== '').map(({ name, option }) => [plainText(name), plainText(option)]),
  );
}
