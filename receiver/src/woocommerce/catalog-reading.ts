import type { StoreReading } from './read-group.ts';
import type { StoreFailure } from './store-failure.ts';

/** What came of asking a store about several ids at once. */
export type CatalogReading =
  /** One reading for each id that was asked for. */
  | { readonly ok: true; readonly readings: ReadonlyMap<number, StoreReading> }
  /** It is about the request: which of the ids is to blame, if any, it doesn't say. `whole`: none is, it is about the shop. */
  | { readonly ok: false; readonly failure: StoreFailure; readonly whole: boolean };
