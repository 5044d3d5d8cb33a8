import { downloadCode } from './download-code.ts';
import { programs } from './programs.ts';
import { woocommerceCode, wordpressCode } from './store-cache.ts';
import type { StoreOptions } from './store-options.ts';
import { StoreUnavailable } from './store-unavailable.ts';
import { wordpressFor } from './wordpress-for.ts';

/** Whether a store can be started, and otherwise why not, in words for the one who runs the tests. */
export type StoreAvailability = { readonly available: true } | { readonly available: false; readonly reason: string };

/**
 * Whether `startStore` would find what it needs; missing code is downloaded for it. For suites:
 * `const store = await storeAvailability({ woocommerce }); describe.skipIf(!store.available)(…)`.
 */
export async function storeAvailability(
  options: Pick<StoreOptions, 'woocommerce' | 'wordpress' | 'fpm'>,
): Promise<StoreAvailability> {
  try {
    await requireStoreParts(options);
    return { available: true };
  } catch (error) {
    if (error instanceof StoreUnavailable) return { available: false, reason: error.message };
    throw error;
  }
}

/**
 * Finds every program and all code of a store, downloading what is missing.
 * @throws StoreUnavailable that says what is missing
 */
export async function requireStoreParts({
  woocommerce,
  wordpress,
  fpm,
}: Pick<StoreOptions, 'woocommerce' | 'wordpress' | 'fpm'>): Promise<void> {
  programs.php();
  programs.mariadbd();
  programs.mariadbInstallDb();
  programs.mariadb();
  if (fpm) {
    programs.phpFpm();
    programs.nginx();
  }
  await downloadCode(wordpressCode(wordpress ?? wordpressFor(woocommerce)));
  await downloadCode(woocommerceCode(woocommerce));
}
