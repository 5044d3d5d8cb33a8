import type { ConnectionRequest } from '@dstnc/shared';
import { checkStoreUrl } from '../woocommerce/address-guard.ts';
import { readRestRoot, restRootText } from '../woocommerce/rest-root.ts';

/** Where the shop says it is, checked: the REST API must be the shop's own, so it can't be somewhere else. */
export function storeAddress(
  { url, restUrl }: Pick<ConnectionRequest['store'], 'url' | 'restUrl'>,
  allowPrivate: boolean,
): { ok: true; url: string; restUrl: string } | { ok: false; reason: string } {
  const home = checkStoreUrl(url, { allowPrivate });
  if (!home.ok) return home;
  const root = readRestRoot(restUrl);
  if (root === null) return { ok: false, reason: "The address of the shop's REST API is not a web address." };
  const rest = checkStoreUrl(root.url, { allowPrivate });
  if (!rest.ok) return rest;
  // WordPress names the REST API with https where the page was opened with it, whatever the home address says.
  const sameHost =
    rest.url.host === home.url.host && (rest.url.protocol === home.url.protocol || rest.url.protocol === 'https:');
  if (!sameHost) {
    return {
      ok: false,
      reason: `The shop is at ${home.url.origin}, but its REST API at ${rest.url.origin}: both must have the same address. Check Settings > General.`,
    };
  }
  return { ok: true, url: home.url.href.replace(/\/+$/, ''), restUrl: restRootText(root) };
}
