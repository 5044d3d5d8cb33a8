/** How a store's addresses look. `index` is `/index.php/…`, which needs no rewriting by the web server. */
export type Permalinks = 'pretty' | 'index' | 'plain';

/** What store to start. Everything but `woocommerce` has a default. */
export interface StoreOptions {
  /** Version of WooCommerce, as in `11.0.1`. */
  readonly woocommerce: string;
  /** Version of WordPress; by default the newest cached one that this WooCommerce works with. */
  readonly wordpress?: string;
  /** High-Performance Order Storage; by default on where the version has it. */
  readonly hpos?: boolean;
  /** Default `pretty`. */
  readonly permalinks?: Permalinks;
  /** How many products to make, one in ten variable. Default 0. */
  readonly seed?: number;
  /** nginx and PHP-FPM, as hosts run it, in place of PHP's built-in server. */
  readonly fpm?: boolean;
  /**
   * Let visits run WP-Cron, and wp-admin the Action Scheduler, as in a real store. Off by default: deliveries then go out
   * in `runQueue()` only, and a test knows when.
   */
  readonly cron?: boolean;
  /** Plugins to install and activate, in this order: folders, or slugs in the cache's `plugins` folder. */
  readonly plugins?: readonly string[];
  /** Further PHP files for `wp-content/mu-plugins`. */
  readonly muPlugins?: readonly string[];
  /** `WP_DEBUG`: notices and deprecations reach the log. Default off. */
  readonly debug?: boolean;
  /** TCP port of the store; by default a free one. */
  readonly port?: number;
  /** PHP processes that answer requests. Default 4. */
  readonly workers?: number;
}
