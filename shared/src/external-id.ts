/** `{productId}:{variationId|0}` within a vendor. */
export type ExternalId = `${number}:${number}`;

/**
 * Names an item to DSTNC.
 *
 * @param productId WooCommerce's id of the product, or of the variation's parent
 * @param variationId the variation's id; 0 for a product without variations
 */
export function externalId(productId: number, variationId = 0): ExternalId {
  return `${productId}:${variationId}`;
}

/** Reads an external id back; null for anything else. */
export function parseExternalId(value: string): { productId: number; variationId: number } | null {
  const [, product, variation] = /^(\d{1,15}):(\d{1,15})$/.exec(value) ?? [];
  return product === undefined || variation === undefined
    ? null
    : { productId: Number(product), variationId: Number(variation) };
}
