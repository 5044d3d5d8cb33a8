/** A product as some API sends it: nothing about it is certain. */
export type RawProduct = Readonly<Record<string, unknown>>;

/**
 * A stock status out of the two facts by which APIs older than wc/v3 tell it. While stock is managed the status says the same as the
 * quantity, and nothing is derived from it.
 */
export function stockStatusOf({ in_stock, backordered }: RawProduct): string | undefined {
  if (in_stock === undefined) return undefined;
  if (in_stock !== true) return 'outofstock';
  return backordered === true ? 'onbackorder' : 'instock';
}

/** Without the picture that WooCommerce puts where there is none: it has id 0. */
export function withoutPlaceholder(images: unknown): unknown {
  return Array.isArray(images) ? images.filter((image) => image?.id !== 0) : images;
}

/** A product or variation of wc/v2 or wc/v1 in the words of wc/v3. v1 nests whole variations, and says its dates in UTC under the plain name. */
export function inNewWords(product: unknown, version: 'wc/v2' | 'wc/v1'): unknown {
  if (product === null || typeof product !== 'object') return product;
  const raw = product as RawProduct;
  const { image, images, variations } = raw;
  return {
    ...raw,
    ...(raw.stock_status === undefined && { stock_status: stockStatusOf(raw) }),
    ...(images !== undefined && { images: withoutPlaceholder(images) }),
    ...(image !== undefined && { image: pictureOf(image) }),
    ...(version === 'wc/v1' && raw.date_modified_gmt === undefined && { date_modified_gmt: raw.date_modified }),
    ...(Array.isArray(variations) && {
      variations: variations.map((one) => (typeof one === 'object' && one !== null ? one.id : one)),
    }),
  };
}

/** A variation's one picture: a list in v1 and in the Legacy API. */
export function pictureOf(image: unknown): unknown {
  if (Array.isArray(image)) return (withoutPlaceholder(image) as unknown[])[0] ?? null;
  return (image as { id?: unknown } | null)?.id === 0 ? null : image;
}
