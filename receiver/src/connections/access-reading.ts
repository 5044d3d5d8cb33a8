import type { StoreCredentials } from '../stores/store.ts';
import type { AccessDetection } from '../woocommerce/detect-access.ts';

/** What came of trying keys on a shop, which is left as it was: how it is spoken to, or why it can't be. */
export type AccessReading = AccessDetection;

/**
 * Finds out how a shop is spoken to, and whether the keys may read and write there.
 *
 * @param url checked by address-guard.ts already
 */
export type FindAccess = (url: string, credentials: StoreCredentials) => Promise<AccessReading>;
