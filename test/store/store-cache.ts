import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The folder with the unpacked code of WordPress, WooCommerce and other plugins: `$STORE_CACHE` or ~/.cache/dstnc-store. */
export function storeCache(): string {
  return process.env.STORE_CACHE ?? join(homedir(), '.cache', 'dstnc-store');
}

/** One unpacked archive of the cache. */
export interface CachedCode {
  readonly what: string;
  readonly folder: string;
  /** A file that is there once the archive is unpacked. */
  readonly marker: string;
  readonly url: string;
}

/** Where this WordPress lies, and where it comes from. */
export function wordpressCode(version: string): CachedCode {
  return {
    what: `WordPress ${version}`,
    folder: join(storeCache(), `wordpress-${version}`),
    marker: 'wp-load.php',
    url: `https://wordpress.org/wordpress-${version}.tar.gz`,
  };
}

/** Where this WooCommerce lies, and where it comes from. */
export function woocommerceCode(version: string): CachedCode {
  return {
    what: `WooCommerce ${version}`,
    folder: join(storeCache(), `woocommerce-${version}`),
    marker: 'woocommerce.php',
    url: `https://downloads.wordpress.org/plugin/woocommerce.${version}.zip`,
  };
}

/** Whether it is in the cache. */
export function isCached(code: CachedCode): boolean {
  return existsSync(join(code.folder, code.marker));
}
