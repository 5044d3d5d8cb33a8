/**
 * What a store says about the stock of one item, as it said it: the three fields that the rules are made of, in wc/v3's words.
 * Older APIs name the same facts otherwise and are mapped to these at the edge.
 */
export interface StockFacts {
  /** `true`, `false`, or `"parent"` on a variation whose stock is its product's. Other spellings are read tolerantly. */
  readonly manage_stock: unknown;
  /** `instock`, `outofstock`, `onbackorder`, or whatever a plugin put there. */
  readonly stock_status: unknown;
  readonly stock_quantity: unknown;
  /** `no`, `notify` or `yes`. */
  readonly backorders?: unknown;
}
