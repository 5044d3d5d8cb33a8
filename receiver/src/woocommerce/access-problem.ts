import type { StoreFailure } from './store-failure.ts';

/** Why a store can't be spoken to, or not as DSTNC needs it. */
export interface AccessProblem {
  readonly kind: /** The address can't be called: no address, private, http where https is demanded. */
    | 'address'
    /** The consumer key stands where the secret belongs. */
    | 'keys_swapped'
    /** The store doesn't know the key. */
    | 'unknown_key'
    /** It knows the key, and not this secret; or something changes requests on their way. */
    | 'wrong_secret'
    /** The key may only read, or only write. */
    | 'read_only'
    | 'write_only'
    /** The key's user may not see or edit products or orders. */
    | 'role'
    /** It redirects from https to http, to an address that may not be called, or to another site. */
    | 'redirect_http'
    | 'redirect_private'
    | 'redirect_elsewhere'
    /** A login page, or a page of any other kind, is all that answers. */
    | 'login_page'
    | 'not_a_shop'
    /** WordPress without WooCommerce; or with another shop plugin, or another shop system altogether. */
    | 'no_woocommerce'
    | 'other_shop'
    /** WooCommerce before 2.2. */
    | 'too_old'
    /** The standard API doesn't work here, and the Legacy API, which would do, is off. */
    | 'legacy_off'
    /** Something shuts the REST API: a firewall, a security plugin, maintenance. */
    | 'blocked'
    /** It doesn't answer, or not in time, or fails. */
    | 'unreachable';
  /** In a sentence or two, for operators: what is, and what to do. */
  readonly message: string;
  /** What an answer of the store showed of it. tell-vendor.ts has its words for vendors. */
  readonly failure?: StoreFailure;
}
