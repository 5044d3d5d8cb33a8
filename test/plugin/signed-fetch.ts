import { signOAuth1 } from '../../receiver/src/woocommerce/oauth1.ts';
import { fetchWhole, type WholeAnswer } from '../store/fetch-whole.ts';
import type { StoreKeys } from '../store/store.ts';

/** Calls an address of a shop with keys, as WooCommerce wants it over plain http. */
export function signedFetch(
  { consumerKey, consumerSecret }: StoreKeys,
  url: string,
  method = 'GET',
): Promise<WholeAnswer> {
  return fetchWhole(signOAuth1({ method, url, consumerKey, consumerSecret }), { method });
}
