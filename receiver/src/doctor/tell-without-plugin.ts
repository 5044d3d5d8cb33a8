import type { StoreFailure } from '../woocommerce/store-failure.ts';
import { tellVendor, type VendorWords } from '../woocommerce/tell-vendor.ts';

/** What a vendor does about a key where there is no page of the plugin to renew it on. */
export const NEW_KEY =
  'Under WooCommerce > Settings > Advanced > REST API, make a key with the permissions Read/Write for an administrator or shop manager, and give key and secret to DSTNC.';

/** {@link tellVendor} for shops without the plugin: there is no page of it to send the vendor to, and it can't be what doesn't answer. */
export function tellWithoutPlugin(failure: StoreFailure): VendorWords {
  const told = tellVendor(failure);
  if (failure.kind === 'unauthorized' && told.title === "Your shop doesn't accept DSTNC's key.") {
    return { ...told, advice: NEW_KEY };
  }
  if (failure.kind === 'not_found' && failure.code === 'rest_no_route') {
    return {
      title: "WooCommerce's REST API doesn't answer in your shop.",
      advice: 'Check under Plugins that WooCommerce is active, and look for a setting that restricts the REST API.',
    };
  }
  return told;
}
