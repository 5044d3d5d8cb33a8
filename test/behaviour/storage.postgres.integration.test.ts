import { randomBytes, randomUUID } from 'node:crypto';
import { createStorage } from '@dstnc/receiver/storage/create-storage.ts';
import type { Engine } from '@dstnc/receiver/storage/engine.ts';
import { openPostgres } from '@dstnc/receiver/storage/postgres/open-postgres.ts';
import type { Storage } from '@dstnc/receiver/storage/storage.ts';
import { StorageUnavailable } from '@dstnc/receiver/storage/storage-unavailable.ts';
import { createSecretBox } from '@dstnc/receiver/stores/secret-box.ts';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { poll } from '../rig/poll.ts';
import { type Postgres, postgresAvailability, startPostgres } from '../services/start-postgres.ts';
import { aStore } from './a-store.ts';
import { pollsBehaviour } from './polls.ts';
import { type OpenedStorage, storageBehaviour } from './storage.ts';

const availability = postgresAvailability();
const box = createSecretBox(new Map([['k1', randomBytes(32)]]));

describe.skipIf(!availability.available)(
  availability.available ? 'a real PostgreSQL' : `a real PostgreSQL (skipped: ${availability.reason})`,
  () => {
    let postgres: Postgres;
    const TEMPLATE = 'with_tables';
    const makeDatabase = () => postgres.createDatabase(randomUUID(), TEMPLATE);
    beforeAll(async () => {
      postgres = await startPostgres({ durable: false });
      await (await openPostgres(await postgres.createDatabase(TEMPLATE))).close();
    });
    afterAll(() => postgres?.stop());

    const openOne = async (): Promise<OpenedStorage> => {
      const url = await makeDatabase();
      const open = async (sealing = box) => createStorage(await openPostgres(url), sealing);
      const first = await open();
      let current = first;
      return {
        storage: first,
        async reopen(sealing) {
          await current.close();
          current = await open(sealing);
          return current;
        },
        destroy: () => current.close(),
      };
    };
    storageBehaviour('PostgreSQL', openOne);
    pollsBehaviour('PostgreSQL', openOne);

    describe('shared by several processes', () => {
      let url: string;
      let one: Storage;
      let other: Storage;
      const T = 1_790_000_000_000;
      const keys = Array.from({ length: 200 }, (_, i) => ({ storeId: 'st_1', groupId: i + 1 }));
      const claim = (storage: Storage, owner: string, now = T, limit = 500) =>
        storage.groups.claim({ storeId: 'st_1', owner, now, leaseMs: 900_000, limit });

      beforeEach(async () => {
        url = await makeDatabase();
        [one, other] = (await Promise.all([1, 2].map(async () => createStorage(await openPostgres(url), box)))) as [
          Storage,
          Storage,
        ];
      });
      afterEach(async () => {
        await Promise.all([one.close(), other.close()]);
      });

      test('that take work up at once never take the same', async () => {
        await one.ingest.mark(keys, 'test', T);
        const taken: number[] = [];
        while (taken.length < keys.length) {
          const both = await Promise.all([claim(one, 'one', T, 7), claim(other, 'other', T, 7)]);
          taken.push(...both.flat().map(({ groupId }) => groupId));
        }
        expect(taken.toSorted((a, b) => a - b)).toEqual(keys.map(({ groupId }) => groupId));
      });

      test('of which one dies: what it held is free when its word is void, and what the others hold is not', async () => {
        await one.ingest.mark(keys.slice(0, 2), 'test', T);
        await one.workers.alive('one', T + 20_000);
        await other.workers.alive('other', T + 20_000);
        const [[held], [kept]] = await Promise.all([claim(one, 'one', T, 1), claim(other, 'other', T, 1)]);
        await other.workers.alive('other', T + 40_000);
        expect(await other.groups.voidLeases(T + 19_999)).toBe(0);
        expect(await other.groups.voidLeases(T + 20_000)).toBe(1);
        expect(await claim(other, 'other', T + 20_000)).toMatchObject([{ groupId: held?.groupId, inDoubt: true }]);
        expect(await one.groups.finish(held as never, { kind: 'forgotten' }, T + 20_001)).toBe(false);
        expect(await other.groups.finish(kept as never, { kind: 'forgotten' }, T + 20_001)).toBe(true);
      });

      test('of which one ends in order: what it holds is free at once', async () => {
        await one.ingest.mark(keys.slice(0, 1), 'test', T);
        await one.workers.alive('one', T + 20_000);
        await claim(one, 'one');
        expect(await one.leases.take('walk st_1', 'one', T)).toBe(true);
        await one.workers.gone('one');
        expect(await other.groups.voidLeases(T + 1)).toBe(1);
        expect(await other.leases.take('walk st_1', 'other', T + 1)).toBe(true);
      });

      test('one of them at a time walks a store, and another takes over when it is dead', async () => {
        await one.workers.alive('one', T + 20_000);
        const both = await Promise.all([
          one.leases.take('walk st_1', 'one', T),
          one.leases.take('walk st_1', 'one', T),
        ]);
        expect(both).toEqual([true, true]);
        expect(await other.leases.take('walk st_1', 'other', T + 19_999)).toBe(false);
        expect(await other.leases.take('walk st_2', 'other', T)).toBe(true);
        expect(await other.leases.take('walk st_1', 'other', T + 20_000)).toBe(true);
        expect(await one.leases.take('walk st_1', 'one', T + 20_000)).toBe(true);
      });

      test('whose database’s clock was put back by an hour: what a dead one held is free all the same', async () => {
        await one.ingest.mark(keys.slice(0, 1), 'test', T - 3_600_000);
        await one.workers.alive('one', T + 20_000);
        await claim(one, 'one');
        expect(await one.leases.take('walk st_1', 'one', T)).toBe(true);
        const back = T - 3_600_000;
        await other.workers.alive('other', back + 20_000);
        expect(await other.groups.voidLeases(back)).toBe(1);
        expect(await other.leases.take('walk st_1', 'other', back)).toBe(true);
      });

      test('that mark the same groups in all orders, and a whole store, are never in each other’s way for good', async () => {
        await one.stores.add(aStore({ id: 'st_1' }));
        const shuffled = (seed: number) =>
          keys.toSorted((a, b) => ((a.groupId * seed) % 211) - ((b.groupId * seed) % 211));
        await Promise.all(
          Array.from({ length: 40 }, (_, i) => {
            const storage = i % 2 === 0 ? one : other;
            if (i % 5 === 4) return storage.stores.update('st_1', {}, { cause: 'all', now: T });
            return storage.ingest.mark(shuffled(i + 3), 'test', T);
          }),
        );
        expect((await one.groups.backlog('st_1')).dirty).toBe(keys.length);
      });

      test('that hear of the same products of a store without keys in all orders do not fail for it', async () => {
        const delivery = (itemId: number, receivedAt: number) => ({
          storeId: 'st_1',
          receivedAt,
          topic: 'product.updated',
          deliveryId: `${itemId} ${receivedAt}`,
          outcome: 'marked',
          bytes: 2,
          cause: 'webhook',
          marks: [{ itemId, groupId: itemId }],
          payload: { itemId, groupId: itemId, modified: '', restored: false, body: '{}' },
        });
        const ids = keys.map(({ groupId }) => groupId);
        const shuffled = (seed: number) => ids.toSorted((a, b) => ((a * seed) % 211) - ((b * seed) % 211));
        await Promise.all(
          Array.from({ length: 24 }, (_, i) => {
            // Some of them twice, as a shop tells of a product again and again.
            const told = [...shuffled(i + 3), ...shuffled(i + 5).slice(100)];
            return (i % 2 === 0 ? one : other).ingest.record(told.map((id) => delivery(id, T + i)));
          }),
        );
        expect(await one.ingest.payloads({ storeId: 'st_1', groupId: 7 })).toHaveLength(1);
      });

      test('of which one sends to another DSTNC: the others take up nothing any more, and what they held is sent again', async () => {
        for (const storage of [one, other]) expect(await storage.groups.retarget('https://dstnc.example', T)).toBe(0);
        await one.ingest.mark(keys.slice(0, 2), 'test', T);
        const [held] = await claim(one, 'one', T, 1);
        expect(await other.groups.retarget('https://new.example', T)).toBe(2);
        expect(await one.groups.finish(held as never, { kind: 'forgotten' }, T)).toBe(false);
        expect([await one.groups.retargeted(), await other.groups.retargeted()]).toEqual([true, false]);
        expect(await claim(one, 'one')).toEqual([]);
        expect(await claim(other, 'other')).toMatchObject([{ inDoubt: true }, { inDoubt: true }]);
      });

      test('of which one dies while it marks all for another DSTNC: the next one goes on', async () => {
        const stores = ['st_1', 'st_2', 'st_3'].map((storeId) => ({ storeId, groupId: 1 }));
        await one.groups.retarget('https://dstnc.example', T);
        await one.ingest.mark(stores, 'test', T);
        const engine = await openPostgres(url);
        let writes = 0;
        const dying: Engine = {
          ...engine,
          write(work) {
            writes += 1;
            return writes > 2 ? Promise.reject(new StorageUnavailable(new Error('killed'))) : engine.write(work);
          },
        };
        await expect(createStorage(dying, box).groups.retarget('https://new.example', T)).rejects.toThrow('killed');
        await engine.close();
        // One of the three was marked by then.
        expect(await other.groups.retarget('https://new.example', T)).toBe(2);
        expect(await one.groups.retarget('https://new.example', T)).toBe(0);
        for (const { storeId } of stores) {
          const options = { storeId, owner: 'other', now: T, leaseMs: 900_000, limit: 9 };
          expect(await other.groups.claim(options)).toMatchObject([{ inDoubt: true, seq: 2 }]);
        }
      });

      test('of which one marks a large store and is held up: what it has marked is free, and another helps', async () => {
        const groups = Array.from({ length: 2_500 }, (_, i) => ({ storeId: 'st_1', groupId: i + 1 }));
        await one.ingest.mark(groups, 'test', T);
        const client = new Client({ connectionString: url });
        await client.connect();
        await client.query("begin; select from groups where store_id = 'st_1' and group_id = 1500 for update");
        const marking = [one, other].map((storage) => storage.stores.update('st_1', {}, { cause: 'all', now: T + 1 }));
        await poll(async () => (await one.listings.group({ storeId: 'st_1', groupId: 1_000 }))?.cause === 'all', {
          timeoutMs: 10_000,
          what: 'the first piece to be marked',
        });
        // These would wait for a transaction that marks all.
        await other.ingest.mark([...groups.slice(0, 1_000), { storeId: 'st_2', groupId: 1 }], 'told', T + 2);
        expect(await other.stores.marking()).toEqual(['st_1']);
        await client.query('commit');
        await client.end();
        expect(await Promise.all(marking)).toEqual([2_500, 2_500]);
        expect((await one.listings.group({ storeId: 'st_1', groupId: 2_500 }))?.cause).toBe('all');
      });

      test('agree on the time', async () => {
        const [a, b] = await Promise.all([one.time(), other.time()]);
        expect(Math.abs(a - b)).toBeLessThan(5_000);
        expect(one.shared).toBe(true);
      });
    });

    test('several processes that open a new database at once all find it ready', async () => {
      const url = await makeDatabase();
      const opened = await Promise.all(
        Array.from({ length: 5 }, async () => createStorage(await openPostgres(url), box)),
      );
      for (const storage of opened) expect(await storage.stores.list()).toEqual([]);
      await Promise.all(opened.map((storage) => storage.close()));
    });

    test('a text with a NUL character, which PostgreSQL has none of, is stored all the same', async () => {
      const storage = createStorage(await openPostgres(await makeDatabase()), box);
      await storage.ingest.record([
        {
          storeId: 'st_1',
          receivedAt: 1,
          topic: 'product\0updated',
          deliveryId: 'd',
          outcome: 'unreadable',
          bytes: 1,
          cause: 'webhook',
          marks: [],
          deadLetter: { reason: 'no JSON', body: '{\0' },
        },
      ]);
      expect(await storage.deadLetters.list()).toMatchObject([{ body: '{\uFFFD' }]);
      await storage.close();
    });

    test('a commit is durable, whatever the database would do by default', async () => {
      const url = await postgres.createDatabase('careless');
      const client = new Client({ connectionString: url });
      await client.connect();
      await client.query('alter database careless set synchronous_commit = off');
      await client.end();
      const engine = await openPostgres(url);
      const setting = await engine.db.connection().execute((connection) =>
        connection.executeQuery<{ synchronous_commit: string }>({
          sql: 'show synchronous_commit',
          parameters: [],
          query: { kind: 'RawNode' },
        } as never),
      );
      expect(setting.rows).toEqual([{ synchronous_commit: 'on' }]);
      await engine.close();
    });

    test('a server that is gone: unavailable, and nothing is stored; there again: it goes on', async () => {
      const own = await startPostgres();
      const storage = createStorage(await openPostgres(own.url), box);
      await storage.ingest.mark([{ storeId: 'st_1', groupId: 1 }], 'test', 1);
      await own.kill();
      const lost = [
        storage.ingest.mark([{ storeId: 'st_1', groupId: 2 }], 'test', 1),
        storage.heartbeat(1),
        storage.stores.list(),
      ];
      for (const { status, ...rest } of await Promise.allSettled(lost)) {
        expect(status).toBe('rejected');
        expect((rest as { reason: unknown }).reason).toBeInstanceOf(StorageUnavailable);
      }
      await own.start();
      expect((await storage.groups.backlog()).dirty).toBe(1);
      await storage.ingest.mark([{ storeId: 'st_1', groupId: 2 }], 'test', 1);
      expect((await storage.groups.backlog()).dirty).toBe(2);
      await storage.close();
      await own.stop();
    });
  },
);
