/** See {@link readShopAddress}. `reason`: what is wrong with it, for whoever typed it. */
export type ShopAddressReading =
  | { readonly ok: true; readonly url: string }
  | { readonly ok: false; readonly reason: string };

/** Longest address that is taken, in characters. */
const LONGEST = 500;

/** Parts of wp-admin, of the REST API and of a shop's pages that people copy along with the address, and what follows them. */
const NOT_HOME = /\/(wp-admin|wp-login\.php|wp-json|wc-api|index\.php)(\/.*)?$/i;

/**
 * Reads a shop's address as people type or paste it: with spaces around it, without a scheme (then it is https), as an address of its
 * wp-admin. The path stays: WordPress may be in a subfolder. Whether it may be called at all is up to address-guard.ts.
 *
 * @returns the address without query, fragment and trailing slash
 */
export function readShopAddress(text: string): ShopAddressReading {
  const typed = text.trim();
  const url = URL.parse(/^[a-z][a-z\d+.-]*:\/\//i.test(typed) ? typed : `https://${typed}`);
  const isName = url !== null && (url.hostname.includes('.') || /^(localhost|\[.*\])$/i.test(url.hostname));
  // Where a scheme was typed, a single word is somebody's own network, which other words are for.
  if (
    url === null ||
    typed.length > LONGEST ||
    !/^https?:$/.test(url.protocol) ||
    (!isName && !typed.includes('://'))
  ) {
    return { ok: false, reason: 'must be the address of the shop, such as https://shop.example' };
  }
  if (url.username !== '' || url.password !== '') {
    return { ok: false, reason: 'must not carry a user name or password' };
  }
  const path = url.pathname.replace(NOT_HOME, '').replace(/\/+$/, '');
  return { ok: true, url: `${url.origin}${path}` };
}
