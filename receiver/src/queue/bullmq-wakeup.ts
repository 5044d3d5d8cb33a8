import { type ConnectionOptions, Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Wakeup } from './wakeup.ts';

/** Stores that one process looks after at once because it was woken; those beyond are another process's, or wait in the queue. */
const CONCURRENCY = 4;
/** How long Redis is waited for when something is announced, in milliseconds. What it wasn't told is found by the next look. */
const COMMAND_MS = 2_000;

/**
 * How long a connection may leave a question unanswered before it counts as dead, in milliseconds: a half-open one never answers. Who
 * waits for jobs asks anew every 5 s.
 */
const SILENT_MS = 15_000;

/** See {@link createBullmqWakeup}. */
export interface BullmqWakeupOptions {
  /** redis://user:password@host:port/db */
  readonly url: string;
  readonly log: Logger;
  /** Begins the names of all keys, so that several receivers can share a Redis. */
  readonly prefix?: string;
}

/**
 * Wakes one of many processes: a job says no more than "something is due in this store", and whoever takes it looks into the storage.
 *
 * Jobs of a store that waits are one job, and an announcement while its job runs makes another one afterwards, so none goes unheard
 * (`keepLastIfActive`); the payload is never read, since of several announcements BullMQ keeps the first one's. Without Redis nothing
 * is thrown: workers look through the storage by themselves.
 */
export function createBullmqWakeup({ url, log, prefix = 'dstnc' }: BullmqWakeupOptions): Wakeup {
  const listeners = new Set<() => void | Promise<void>>();
  let closed = false;
  let worker: Worker | undefined;
  let away = false;

  /** One line when Redis goes, and one when it is back. */
  function noticed(error: Error): void {
    if (away || closed) return;
    away = true;
    log.warn({ reason: error.message }, 'Redis does not answer: changes are found by looking, within seconds');
  }
  function back(): void {
    if (away) log.info('Redis answers again');
    away = false;
  }

  // A command that can't be sent fails at once instead of waiting for Redis: the marks are durable already.
  const telling = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: COMMAND_MS,
    socketTimeout: SILENT_MS,
    retryStrategy,
  });
  telling.on('error', noticed);
  let queue: Queue | undefined;
  // Only what happens before the first connection waits for it, and that not for long.
  const connected = new Promise<void>((resolve) => {
    const patience = setTimeout(resolve, COMMAND_MS).unref();
    telling.on('ready', () => {
      back();
      queue ??= openQueue();
      clearTimeout(patience);
      resolve();
      void checkPolicy(telling, log);
    });
  });

  /** Asks Redis for its version at once, and is of no use where that fails: so it is made when Redis is there. */
  function openQueue(): Queue {
    const opened = new Queue(QUEUE, { connection: telling as ConnectionOptions, prefix });
    opened.on('error', noticed);
    opened.waitUntilReady().catch(() => {
      queue = undefined;
    });
    return opened;
  }

  return {
    async announce(keys) {
      if (closed || keys.length === 0) return;
      const stores = new Set(keys.map(({ storeId }) => storeId));
      try {
        await connected;
        await queue?.addBulk(
          [...stores].map((storeId) => ({
            name: 'due',
            data: {},
            opts: {
              deduplication: { id: storeId, keepLastIfActive: true },
              removeOnComplete: true,
              removeOnFail: true,
            },
          })),
        );
        back();
      } catch (error) {
        noticed(error as Error);
      }
    },

    listen(onWork) {
      listeners.add(onWork);
      if (worker !== undefined || closed) return;
      // Its own connection: it waits in Redis for jobs, and for Redis as long as it takes.
      const waiting = new Redis(url, { maxRetriesPerRequest: null, socketTimeout: SILENT_MS, retryStrategy });
      waiting.on('error', noticed);
      worker = new Worker(
        QUEUE,
        async () => {
          await Promise.all([...listeners].map((listener) => listener()));
        },
        {
          connection: waiting as ConnectionOptions,
          prefix,
          concurrency: CONCURRENCY,
          // A job that was under way in a process that died is run by another one; twice does no harm.
          maxStalledCount: Number.MAX_SAFE_INTEGER,
        },
      );
      worker.on('error', noticed);
      worker.once('closed', () => waiting.disconnect());
    },

    async close() {
      closed = true;
      listeners.clear();
      // Whoever waits in Redis needn't be waited for: its jobs are pointers.
      await Promise.all([worker?.close(true), queue?.close()].map((end) => end?.catch(() => {})));
      telling.disconnect();
    },
  };
}

const QUEUE = 'due-stores';

/** Milliseconds until the next try to connect: often enough that Redis is missed for a second at most after it is back. */
function retryStrategy(tries: number): number {
  return Math.min(1_000, 50 * tries);
}

/** A Redis that may throw keys away would throw jobs away: that costs seconds, not data, but nobody should have to find it out. */
async function checkPolicy(redis: Redis, log: Logger): Promise<void> {
  try {
    const [, policy] = (await redis.config('GET', 'maxmemory-policy')) as [string, string];
    if (policy !== 'noeviction') {
      log.warn(
        { policy },
        'Redis may drop jobs when its memory is full: set maxmemory-policy to noeviction (redis.conf, or CONFIG SET)',
      );
    }
  } catch {
    // Hosted ones often refuse CONFIG; whether they evict is on their own page.
    log.info('Redis does not tell its maxmemory-policy: see to it that it is noeviction');
  }
}
