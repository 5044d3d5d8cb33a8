import type { Kysely } from 'kysely';
import { describe, expect, test } from 'vitest';
import { createGroupCommit } from './group-commit.ts';
import type { Schema } from './schema.ts';
import { StorageUnavailable } from './storage-unavailable.ts';

/** A database that only notes what happens to it. */
function fakeDatabase(commit: () => Promise<void> = async () => {}) {
  const log: string[] = [];
  const trx = {} as Kysely<Schema>;
  const write = createGroupCommit(
    async (work) => {
      log.push('begin');
      try {
        await work(trx);
        await commit();
        log.push('commit');
      } catch (error) {
        log.push('rollback');
        throw error;
      }
    },
    async (_trx, work) => {
      try {
        return await work();
      } catch (error) {
        log.push('undo one');
        throw error;
      }
    },
  );
  const row = (name: string) =>
    write(async () => {
      log.push(name);
      return name;
    });
  const failing = (error: Error) =>
    write(async () => {
      throw error;
    });
  return { log, row, failing };
}

describe('group commit', () => {
  test('the writes of one turn share a transaction and resolve after its commit', async () => {
    const { log, row } = fakeDatabase();
    const values = await Promise.all([row('a'), row('b').finally(() => log.push('b is told')), row('c')]);
    expect(values).toEqual(['a', 'b', 'c']);
    expect(log).toEqual(['begin', 'a', 'b', 'c', 'commit', 'b is told']);
  });

  test('what arrives during a commit goes into the next one', async () => {
    const { log, row } = fakeDatabase();
    await Promise.all([row('a'), new Promise(setImmediate).then(() => row('b'))]);
    await row('c');
    expect(log.filter((line) => line === 'commit').length).toBeGreaterThanOrEqual(2);
    expect(log.filter((line) => line.length === 1)).toEqual(['a', 'b', 'c']);
  });

  test('a poisoned write fails alone', async () => {
    const { log, row, failing } = fakeDatabase();
    const poison = new TypeError("can't be stored");
    const results = await Promise.allSettled([row('a'), failing(poison), row('b')]);
    expect(results).toEqual([
      { status: 'fulfilled', value: 'a' },
      { status: 'rejected', reason: poison },
      { status: 'fulfilled', value: 'b' },
    ]);
    expect(log).toEqual(['begin', 'a', 'undo one', 'b', 'commit']);
  });

  test('a lone poisoned write rolls its transaction back, and the next is none the worse', async () => {
    const { log, row, failing } = fakeDatabase();
    await expect(failing(new TypeError('no'))).rejects.toThrow('no');
    expect(log).toEqual(['begin', 'rollback']);
    await expect(row('a')).resolves.toBe('a');
  });

  test('no room or no lock fails all of them', async () => {
    const { log, row, failing } = fakeDatabase();
    const full = new StorageUnavailable(new Error('database or disk is full'));
    const results = await Promise.allSettled([row('a'), failing(full), row('b')]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(log).not.toContain('commit');
  });

  test('nobody is told "stored" when the commit itself fails', async () => {
    const { row } = fakeDatabase(() => Promise.reject(new Error('disk gone')));
    const results = await Promise.allSettled([row('a'), row('b')]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
