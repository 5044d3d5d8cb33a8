import type { StoreCredentials } from '../stores/store.ts';
import type { StoreAccess } from '../woocommerce/store-access.ts';

/** Why keys don't open a shop far enough. */
export interface AccessProblem {
  /** For programs, stable: `read_only`, `no_role`, `bad_key`, or another word that names the cause. */
  readonly kind: string;
  /** What is, and what to do: one sentence for people or two, without any secret. */
  readonly message: string;
}

/** What came of trying keys on a shop, which is left as it was. */
export type AccessReading =
  | {
      readonly ok: true;
      readonly access: StoreAccess;
      /** The shop's own address: where it redirects to `www.` or to https, another than the one that was asked. Without a trailing slash. */
      readonly home: string;
    }
  | { readonly ok: false; readonly problem: AccessProblem };

/**
 * Finds out how a shop is spoken to, and whether the keys may read and write there.
 *
 * @param url checked by address-guard.ts already
 */
export type FindAccess = (url: string, credentials: StoreCredentials) => Promise<AccessReading>;
