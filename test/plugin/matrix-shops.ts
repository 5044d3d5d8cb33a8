import type { StoreOptions } from '../store/store-options.ts';

/** One shop of the matrix. */
export interface MatrixShop {
  /** As in `11.0.1:hpos:pretty`. */
  readonly name: string;
  readonly options: StoreOptions & Required<Pick<StoreOptions, 'woocommerce' | 'hpos' | 'permalinks' | 'fpm'>>;
}

/** Pretty permalinks on PHP-FPM, which can answer first and deliver then; plain ones on a server that can't. */
const shops: readonly MatrixShop[] = [
  shop('11.0.1', true, 'pretty'),
  shop('11.0.1', true, 'plain'),
  shop('11.0.1', false, 'pretty'),
  shop('11.0.1', false, 'plain'),
  shop('8.9.3', true, 'pretty'),
  shop('8.9.3', true, 'plain'),
  shop('8.9.3', false, 'pretty'),
  shop('8.9.3', false, 'plain'),
  // No HPOS yet.
  shop('5.9.0', false, 'pretty'),
];

/**
 * The shops that `$DSTNC_MATRIX` asks for: `all`, names or beginnings of names separated by commas (`8.9.3,11.0.1:posts`); by default
 * the first one, for the others take minutes each.
 */
export function matrixShops(): readonly MatrixShop[] {
  const asked = process.env.DSTNC_MATRIX?.split(',').filter(Boolean) ?? [];
  if (asked.length === 0) return shops.slice(0, 1);
  if (asked.includes('all')) return shops;
  return shops.filter(({ name }) => asked.some((beginning) => name.startsWith(beginning)));
}

function shop(woocommerce: string, hpos: boolean, permalinks: 'pretty' | 'plain'): MatrixShop {
  return {
    name: `${woocommerce}:${hpos ? 'hpos' : 'posts'}:${permalinks}`,
    options: { woocommerce, hpos, permalinks, fpm: permalinks === 'pretty' },
  };
}
