import type { CatalogReading } from './catalog-reading.ts';
import type { StoreReading } from './read-group.ts';
import type { StoreFacts } from './read-store-facts.ts';
import type { RequestOptions } from './store-client.ts';
import type { StoreFailure } from './store-failure.ts';

/** How far a walk through a catalogue has come. */
export interface WalkPlace {
  /** The last group's id that was seen; 0: none yet. */
  readonly cursor: number;
  /** How many groups were seen so far. */
  readonly walked: number;
}

/** Ids of the groups that follow a place, ascending, whatever their status but trashed. `next`: the place's cursor afterwards; null: these were the last. */
export type WalkedPage =
  | { readonly ok: true; readonly groupIds: readonly number[]; readonly next: number | null; readonly total: number }
  | { readonly ok: false; readonly failure: StoreFailure };

/** What changed in a store since a cursor. */
export type ChangesReading =
  | {
      readonly ok: true;
      /** Groups that may have changed, each once. Too many is no mistake, one too few is. */
      readonly groupIds: readonly number[];
      /** DSTNC's orders that may have changed: only the plugin tells of them. */
      readonly orderIds: readonly number[];
      /** What to ask with next time. Opaque to whoever keeps it. */
      readonly next: string;
      /** More waits behind `next`. */
      readonly more: boolean;
      /** Nobody knows what changed since the cursor: the whole catalogue has to be compared. */
      readonly reset: boolean;
    }
  | { readonly ok: false; readonly failure: StoreFailure };

/**
 * A store's API, whichever it is: the plugin's, wc/v3 … v1, or the Legacy API. All wire forms are mapped to the words of wc/v3 behind
 * it, so that nothing else has to know which it was. Nothing throws: whatever happens is in the answer.
 */
export interface StoreApi {
  /** One product with all its variations, as it is now. */
  readGroup(id: number): Promise<StoreReading>;
  /** Several, in few requests. @param ids of products or variations, each once; at most 100 */
  readGroups(ids: readonly number[], options?: RequestOptions): Promise<CatalogReading>;
  /** The next page of a walk through the catalogue: neither products that come nor those that go meanwhile make it miss another. */
  walk(place: WalkPlace, options?: RequestOptions): Promise<WalkedPage>;
  /** @param after null: nothing is told but where to go on from, with `reset` */
  changes(after: string | null, options?: RequestOptions): Promise<ChangesReading>;
  /** What products don't say of their prices. */
  facts(): Promise<StoreFacts>;
}
