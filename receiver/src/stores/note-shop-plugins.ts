import type { Storage } from '../storage/storage.ts';
import type { SystemStatus } from '../woocommerce/read-system-status.ts';

/** Takes down which plugins run in a shop, as far as it says so, so that a later look can tell which are new. */
export async function noteShopPlugins(
  { storage, clock }: { readonly storage: Pick<Storage, 'shopPlugins'>; readonly clock: () => number },
  storeId: string,
  { active_plugins: active }: SystemStatus,
): Promise<void> {
  const plugins = (active ?? [])
    .filter(({ plugin }) => plugin !== '')
    .map(({ plugin, name }) => ({ file: plugin, name }));
  // WooCommerce itself runs there: a list without anything is no list.
  if (plugins.length > 0) await storage.shopPlugins.see(storeId, plugins, clock());
}
