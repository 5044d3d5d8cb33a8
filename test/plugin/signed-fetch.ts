import { signOAuth1 } from '../../receiver/src/woocommerce/oauth1.ts';
import type { StoreKeys } from '../store/store.ts';

/** Calls an address of a shop with keys, as WooCommerce wants it over plain http. */
export function signedFetch(
  { consumerKey, consumerSecret }: StoreKeys,
  url: string,
  method = 'GET',
): Promise<Response> {
  return fetch(signOAuth1({ method, url, consumerKey, consumerSecret }), { method });
}
