import type { StateReason } from '@dstnc/shared';
import type { GroupKey } from '../storage/storage.ts';
import type { Store } from '../stores/store.ts';
import type { GroupSnapshot } from '../woocommerce/group-snapshot.ts';

/** What is known of a product id now, however the store could be asked. */
export type GroupReading =
  | { readonly kind: 'group'; readonly snapshot: GroupSnapshot }
  /** It is not, or no longer, to be shown: the store itself says so, or the store is no longer connected. */
  | { readonly kind: 'gone'; readonly because: StateReason }
  /** The id is a variation's. */
  | { readonly kind: 'variation'; readonly parentId: number }
  /** The id is that of a translation of another product. */
  | { readonly kind: 'translation'; readonly originalId: number }
  /** Not enough has been seen yet to tell anything (only without credentials). */
  | { readonly kind: 'unseen' }
  | {
      readonly kind: 'failure';
      /** In words for people. */
      readonly reason: string;
      readonly retryAfterMs?: number;
      /** It may concern the store as a whole, as opposed to this one product. */
      readonly outage: boolean;
    };

/** Reads the current state of product groups. */
export interface GroupReader {
  read(store: Store, key: GroupKey): Promise<GroupReading>;
}
