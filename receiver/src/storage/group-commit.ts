import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';
import { StorageUnavailable } from './storage-unavailable.ts';

/** A piece of writing. It must use nothing but the handle that it is given. */
export type Write<T> = (trx: Kysely<Schema>) => Promise<T>;

interface Waiting {
  readonly write: Write<unknown>;
  resolve(value: unknown): void;
  reject(reason: unknown): void;
}

/** Runs a write; resolves once it is committed, rejects if it, or the commit, failed (then nothing of it is stored). */
export type GroupCommit = <T>(write: Write<T>) => Promise<T>;

/**
 * Collects the writes of one turn of the event loop into one transaction, since the price of a durable commit is the flush to disk
 * and not the rows. Each write has a savepoint of its own, so that one that fails takes nothing else with it.
 *
 * @param begin opens a transaction that ends when `work` does: committed if it resolves, rolled back if it rejects
 */
export function createGroupCommit(
  begin: (work: (trx: Kysely<Schema>) => Promise<void>) => Promise<void>,
  savepoint: <T>(trx: Kysely<Schema>, work: () => Promise<T>) => Promise<T>,
): GroupCommit {
  let queue: Waiting[] = [];
  let flushing = false;

  async function flush(): Promise<void> {
    while (queue.length > 0) {
      const batch = queue;
      queue = [];
      const settle: (() => void)[] = [];
      try {
        await begin(async (trx) => {
          for (const { write, resolve, reject } of batch) {
            try {
              // A lone write is its own transaction: it fails with it, and the savepoint would be two statements for nothing.
              const value = batch.length === 1 ? await write(trx) : await savepoint(trx, () => write(trx));
              settle.push(() => resolve(value));
            } catch (error) {
              // No room or no lock concerns every write alike.
              if (batch.length === 1 || error instanceof StorageUnavailable) throw error;
              settle.push(() => reject(error));
            }
          }
        });
        for (const done of settle) done();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    flushing = false;
  }

  return <T>(write: Write<T>) =>
    new Promise<T>((resolve, reject) => {
      queue.push({ write, resolve: resolve as (value: unknown) => void, reject });
      if (flushing) return;
      flushing = true;
      setImmediate(() => void flush());
    });
}
