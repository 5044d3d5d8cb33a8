import type { Logger } from 'pino';
import type { Storage } from '../storage/storage.ts';

/** How often stores that nobody marks on are looked for, in milliseconds. */
const LOOK_MS = 5_000;

/** See {@link createMarkFinisher}. */
export interface MarkFinisherOptions {
  readonly storage: { readonly stores: Pick<Storage['stores'], 'marking' | 'markOn'> };
  /** A store is marked whole. */
  readonly onFinished: (storeId: string) => void;
  readonly log: Logger;
}

/** Marks on what was left half marked. */
export interface MarkFinisher {
  /** Looks now, and then now and then. */
  start(): void;
  /** Ends after the piece that is under way; the rest is found again. */
  stop(): Promise<void>;
}

/**
 * Finishes the marks of whole stores that were begun and not ended: by a process that died, or whose database failed it. Where somebody
 * is still at one, it helps, which does no harm.
 */
export function createMarkFinisher({ storage: { stores }, onFinished, log }: MarkFinisherOptions): MarkFinisher {
  let timer: NodeJS.Timeout | undefined;
  let under: Promise<void> | undefined;
  let stopping = false;

  async function finish(storeId: string): Promise<void> {
    let more = true;
    while (more && !stopping) more = await stores.markOn(storeId);
    if (!more) onFinished(storeId);
  }

  async function finishAll(): Promise<void> {
    for (const storeId of await stores.marking()) {
      await finish(storeId).catch((error: unknown) =>
        log.warn({ err: error, store: storeId }, 'a store could not be marked whole yet'),
      );
    }
  }

  function look(): void {
    under ??= finishAll()
      .catch((error: unknown) => log.warn({ err: error }, 'stores that are not marked whole could not be looked for'))
      .finally(() => {
        under = undefined;
      });
  }

  return {
    start() {
      look();
      timer = setInterval(look, LOOK_MS);
    },
    async stop() {
      stopping = true;
      clearInterval(timer);
      await under;
    },
  };
}
