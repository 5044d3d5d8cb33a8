/** The REST APIs that WooCommerce has had: those of WordPress's REST API, newest first, and the Legacy API under `/wc-api/`. */
export type ApiVersion = 'wc/v3' | 'wc/v2' | 'wc/v1' | 'legacy/v3' | 'legacy/v2' | 'legacy/v1';

/** How a store is spoken to without the plugin, as it was found out by asking: see detect-access.ts. */
export interface StoreAccess {
  readonly api: ApiVersion;
  /** Its root: WordPress's (see rest-root.ts), or the Legacy API's, up to and with its version. */
  readonly restUrl: string;
  /** How the key is sent. `query`: something in front of the store strips the Authorization header. */
  readonly authentication: 'basic' | 'query' | 'oauth1';
  /** The version of WooCommerce; null: the store doesn't tell. */
  readonly woocommerce: string | null;
  /** Whether one request gives the variations of many products (`wc/v3/variations`, WooCommerce 10.3 and newer). */
  readonly variationsTogether: boolean;
  /** Whether products can be asked for by when they changed (`modified_after`, WooCommerce 5.8 and newer; the Legacy API always). */
  readonly modifiedAfter: boolean;
  /** What had to be put up with, one sentence each, for people: PHP warnings before the JSON, a clock that is off. */
  readonly oddities: readonly string[];
  /** When that was found out, milliseconds since 1970. */
  readonly foundAt: number;
}
