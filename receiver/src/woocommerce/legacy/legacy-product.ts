import { nameAttributes } from '../rest/name-attributes.ts';
import { pictureOf, type RawProduct, stockStatusOf, withoutPlaceholder } from '../rest/older-words.ts';

/**
 * A product of the Legacy API in the words of wc/v3, so that readStoreProduct() reads it like any other (read in the source of 3.9.1, where
 * v1, v2 and v3 differ in what they leave out).
 *
 * What it doesn't say stays unsaid: a password, brands, a GTIN, and whether a variation is switched off, except by `visible`. So a product
 * with a password looks like any other that is published.
 */
export function legacyProduct(raw: RawProduct): RawProduct {
  const { dimensions, categories, attributes, images, variations, parent } = raw;
  return {
    ...common(raw),
    name: raw.title,
    type: raw.type,
    status: raw.status,
    parent_id: raw.parent_id ?? (parent as RawProduct | null)?.id,
    short_description: raw.short_description,
    description: raw.description,
    dimensions,
    categories: Array.isArray(categories) ? categories.map((name) => ({ name })) : categories,
    attributes,
    images: withoutPlaceholder(images),
    variations: nested(variations).map(({ id }) => id),
  };
}

/** The variations that a product of the Legacy API holds, in the words of wc/v3. */
export function legacyVariations(product: RawProduct): RawProduct[] {
  const parents = Array.isArray(product.attributes) ? (product.attributes as RawProduct[]) : [];
  return nested(product.variations).map((raw) => ({
    ...common(raw),
    type: 'variation',
    parent_id: product.id,
    // It is asked for its price and its status in one: where it has a price and isn't visible, it is switched off.
    status: raw.visible === false && Number(raw.price ?? 0) !== 0 ? 'private' : 'publish',
    dimensions: raw.dimensions,
    image: pictureOf(raw.image),
    attributes: nameAttributes(raw.attributes, parents),
  }));
}

function common(raw: RawProduct): RawProduct {
  return {
    id: raw.id,
    permalink: raw.permalink,
    sku: raw.sku,
    price: priced(raw.price, raw),
    regular_price: priced(raw.regular_price, raw),
    sale_price: raw.sale_price,
    on_sale: raw.on_sale,
    purchasable: raw.purchaseable,
    // "parent" where the product's own stock counts for a variation.
    manage_stock: raw.managing_stock,
    stock_quantity: raw.stock_quantity,
    stock_status: stockStatusOf(raw),
    backorders: raw.backorders_allowed === undefined ? undefined : raw.backorders_allowed === true ? 'yes' : 'no',
    weight: raw.weight,
    date_modified_gmt: typeof raw.updated_at === 'string' ? raw.updated_at.replace(/Z$/, '') : raw.updated_at,
  };
}

/** v1 and v2 write "no price" as "0.00". Only that such a product can't be bought tells it from one that is free. */
function priced(price: unknown, { purchaseable }: RawProduct): unknown {
  return purchaseable === false && Number(price) === 0 ? '' : price;
}

function nested(variations: unknown): RawProduct[] {
  return Array.isArray(variations) ? variations.filter((one) => typeof one === 'object' && one !== null) : [];
}
