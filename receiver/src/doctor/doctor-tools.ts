import type { FindAccess } from '../connections/access-reading.ts';
import type { Storage } from '../storage/storage.ts';
import type { Store } from '../stores/store.ts';
import type { StoreClient } from '../woocommerce/store-client.ts';

/** What it takes to examine a store: see examine-store.ts. */
export interface DoctorTools {
  readonly storage: Pick<Storage, 'groups' | 'deadLetters' | 'lastDelivery' | 'orders' | 'shopPlugins'>;
  /** A client that remembers nothing, so that what is found is true now; closed after use. */
  readonly clientFor: (store: Store) => StoreClient;
  /** What is wrong with DSTNC itself, null if nothing; left out where that can't be told (the command line). */
  readonly targetDown?: () => { readonly since: number; readonly reason: string } | null;
  /** Tries keys anew: all that can be asked of a shop that is spoken to by the Legacy API. */
  readonly findAccess: FindAccess;
  /** Where stores reach the receiver. */
  readonly publicUrl: string;
  /** Up to when the store's word is marked, milliseconds since 1970, null if it was never asked; left out where nobody asks stores. */
  readonly heardAt?: (storeId: string) => Promise<number | null>;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}
