import type { StoreFailure } from './store-failure.ts';

/** What came of one request to a store. */
export type StoreAnswer =
  | {
      readonly ok: true;
      readonly status: number;
      /** Parsed JSON, otherwise unchecked. */
      readonly body: unknown;
      /** Names in small letters. */
      readonly headers: Readonly<Record<string, string | string[] | undefined>>;
      /** From the request to the last byte, both attempts included where there were two. */
      readonly durationMs: number;
      /** PHP's warnings stood before or behind the JSON, and were cut off. */
      readonly stripped?: true;
    }
  | { readonly ok: false; readonly failure: StoreFailure };
