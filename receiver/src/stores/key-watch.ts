import type { Logger } from 'pino';
import type { Storage } from '../storage/storage.ts';
import type { StoreAnswer } from '../woocommerce/store-answer.ts';
import type { Store } from './store.ts';

/** The flag of a store whose key doesn't open it any more. */
const FLAG = 'credentials_invalid';

/** After how long what is known of a store has what was written here, in milliseconds. */
const FRESH_MS = 60_000;

/** Notices a dead key at the next call, whoever makes it. */
export interface KeyWatch {
  /** What a store answered to its key. */
  follow(store: Pick<Store, 'id' | 'flags'>, answer: StoreAnswer): void;
}

/** See {@link createKeyWatch}. */
export interface KeyWatchOptions {
  readonly storage: Pick<Storage, 'stores'>;
  readonly onChanged: (storeId: string) => void;
  readonly log: Logger;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/**
 * Raises and lowers the flag `credentials_invalid` of stores: a key dies with its user, or is revoked, and from then on everything is
 * refused to it. Only what changes is written, so thousands of answers cost nothing.
 */
export function createKeyWatch({ storage, onChanged, log, clock }: KeyWatchOptions): KeyWatch {
  /** What was written last by this process, and when (performance.now()): what a caller knows of a store may be a moment older. */
  const written = new Map<string, { readonly refused: boolean; readonly at: number }>();

  async function write(storeId: string, detail: string | null): Promise<void> {
    try {
      await storage.stores.flag(storeId, FLAG, detail === null ? null : { since: clock(), detail });
      if (detail === null) log.info({ store: storeId }, 'the store takes its key again');
      else log.warn({ store: storeId, reason: detail }, 'the store refuses its key');
      onChanged(storeId);
    } catch (error) {
      // The next answer tells it again.
      written.delete(storeId);
      log.warn({ err: error, store: storeId }, 'a flag could not be changed yet');
    }
  }

  return {
    follow({ id, flags }, answer) {
      const isRefused = !answer.ok && answer.failure.kind === 'unauthorized';
      // An answer that never came from WooCommerce says nothing about the key.
      if (!answer.ok && !isRefused) return;
      const last = written.get(id);
      const fresh = last !== undefined && performance.now() - last.at < FRESH_MS;
      if ((fresh ? last.refused : flags[FLAG] !== undefined) === isRefused) return;
      written.set(id, { refused: isRefused, at: performance.now() });
      void write(id, answer.ok ? null : answer.failure.message);
    },
  };
}
