import type { Logger } from 'pino';
import type { Storage } from '../storage/storage.ts';

/** How often a process says that it is alive, and for how long each word is good, in milliseconds. */
const [EVERY_MS, GOOD_MS] = [5_000, 20_000];

/** See {@link createLiveness}. */
export interface LivenessOptions {
  readonly storage: Pick<Storage, 'shared' | 'workers' | 'groups'>;
  /** The name by which this process holds its leases. */
  readonly owner: string;
  readonly log: Logger;
  readonly clock: () => number;
  /** Before each word: to go by the database's time. Rejects if the database can't be asked. */
  readonly syncClock: () => Promise<void>;
  /** Leases of a process that died are free. */
  readonly onFreed: () => void;
}

/** Says that this process is alive, and looks after those that are not. */
export interface Liveness {
  /** Resolves once the first word is stored. @throws StorageUnavailable */
  start(): Promise<void>;
  /** Gives everything back that is held under the owner's name. */
  stop(): Promise<void>;
}

/**
 * Leases hold for as long as their owner is alive, so that what a dead process held is taken over within 30 s: 20 s until its word is
 * void, and 5 s until somebody looks. A process that was only stopped for that long finds its leases lost, and its results are dropped.
 * Where one process alone uses the database, leases found at its start are void, and nothing has to be said.
 */
export function createLiveness({ storage, owner, log, clock, syncClock, onFreed }: LivenessOptions): Liveness {
  let timer: NodeJS.Timeout | undefined;
  let under: Promise<void> = Promise.resolve();

  async function sayAndLook(): Promise<void> {
    await syncClock();
    const now = clock();
    await storage.workers.alive(owner, now + GOOD_MS);
    await look(now);
  }

  async function look(now: number): Promise<void> {
    const freed = await storage.groups.voidLeases(now);
    if (freed === 0) return;
    log.info({ groups: freed }, 'groups of a process that died are taken up again');
    onFreed();
  }

  return {
    async start() {
      if (!storage.shared) return look(clock());
      await sayAndLook();
      timer = setInterval(() => {
        under = sayAndLook().catch((error: unknown) => {
          log.warn({ err: error }, 'this process could not say that it is alive');
        });
      }, EVERY_MS);
    },
    async stop() {
      clearInterval(timer);
      await under;
      if (storage.shared) await storage.workers.gone(owner).catch(() => {});
    },
  };
}
