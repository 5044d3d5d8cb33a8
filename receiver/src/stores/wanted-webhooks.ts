import { checkStoreUrl } from '../woocommerce/address-guard.ts';
import { STORE_TOPICS, type WantedWebhooks } from '../woocommerce/keep-webhooks.ts';
import type { Store } from './store.ts';

/** Ports that WooCommerce calls unless a filter says otherwise. */
const PORTS = new Set(['', '80', '443', '8080']);

/**
 * The webhooks that a store is to have. The plugin makes its own: there they are only kept alive.
 *
 * @param publicUrl where stores reach the receiver
 */
export function wantedWebhooks(
  store: Pick<Store, 'url' | 'webhookKey' | 'webhookSecrets' | 'plugin' | 'access'>,
  publicUrl: string,
): WantedWebhooks {
  return {
    topics: store.plugin === null ? STORE_TOPICS : [],
    webhookKey: store.webhookKey,
    deliveryUrl: `${publicUrl}/v1/webhooks/${store.webhookKey}`,
    secret: store.webhookSecrets[0] ?? '',
    api: store.access?.api ?? null,
    hindrance: hindrance(store.url, publicUrl),
  };
}

/** WooCommerce calls no private address and no other port. In somebody's own network filters may let it; there the try tells. */
function hindrance(storeUrl: string, publicUrl: string): string | null {
  const { hostname, port } = new URL(publicUrl);
  if (isPrivate(new URL(storeUrl).hostname)) return null;
  if (isPrivate(hostname)) {
    return `The shop can't reach DSTNC at ${hostname}, which is inside a private network: it is asked for changes instead. Set PUBLIC_URL.`;
  }
  if (PORTS.has(port)) return null;
  return `WooCommerce delivers to the ports 80, 443 and 8080 only, not to ${port}: the shop is asked for changes instead. Change PUBLIC_URL.`;
}

function isPrivate(hostname: string): boolean {
  return !checkStoreUrl(`https://${hostname}`, { allowPrivate: false }).ok;
}
