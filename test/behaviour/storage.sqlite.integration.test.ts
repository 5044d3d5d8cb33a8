import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createStorage } from '@dstnc/receiver/storage/create-storage.ts';
import type { Engine } from '@dstnc/receiver/storage/engine.ts';
import { openSqlite } from '@dstnc/receiver/storage/sqlite/open-sqlite.ts';
import type { IngestRecord, Storage } from '@dstnc/receiver/storage/storage.ts';
import { StorageUnavailable } from '@dstnc/receiver/storage/storage-unavailable.ts';
import { createSecretBox, type SecretBox } from '@dstnc/receiver/stores/secret-box.ts';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { aStore } from './a-store.ts';
import { pollsBehaviour } from './polls.ts';
import { type OpenedStorage, storageBehaviour } from './storage.ts';

const box = createSecretBox(new Map([['k1', randomBytes(32)]]));

async function openOne() {
  const folder = mkdtempSync(join(tmpdir(), 'dstnc-storage-'));
  const open = async (sealing: SecretBox = box) =>
    createStorage(await openSqlite(join(folder, 'receiver.db')), sealing);
  const first = await open();
  let current = first;
  return {
    storage: first,
    async reopen(sealing?: SecretBox) {
      await current.close();
      current = await open(sealing);
      return current;
    },
    async destroy() {
      await current.close();
      rmSync(folder, { recursive: true });
    },
  } satisfies OpenedStorage;
}

storageBehaviour('SQLite', openOne);
pollsBehaviour('SQLite', openOne);

describe('SQLite', () => {
  let folder: string;
  let engine: Engine;
  let storage: Storage;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dstnc-sqlite-'));
    engine = await openSqlite(join(folder, 'receiver.db'));
    storage = createStorage(engine, box);
  });
  afterEach(async () => {
    await storage.close();
    rmSync(folder, { recursive: true });
  });

  const record = (groupId: number, body = '{}'): IngestRecord => ({
    storeId: 'st_1',
    receivedAt: 1,
    topic: 'product.updated',
    deliveryId: 'd-1',
    outcome: 'marked',
    bytes: body.length,
    cause: 'webhook',
    marks: [{ itemId: groupId, groupId }],
    payload: { itemId: groupId, groupId, modified: '2026', restored: false, body },
  });

  test('no secret stands in its files', async () => {
    const secrets = ['secret-of-the-webhook', 'secret-in-rotation', 'ck_of_the_store', 'cs_of_the_store'];
    const [webhook = '', rotated = '', consumerKey = '', consumerSecret = ''] = secrets;
    await storage.stores.add(aStore({ webhookSecrets: [webhook], credentials: { consumerKey, consumerSecret } }));
    await storage.stores.update(aStore().id, { webhookSecrets: [rotated, webhook] });
    const files = readdirSync(folder);
    expect(files).toContain('receiver.db-wal');
    const bytes = Buffer.concat(files.map((file) => readFileSync(join(folder, file))));
    // The store is there …
    expect(bytes.includes(aStore().webhookKey)).toBe(true);
    // … and what opens it isn't.
    for (const secret of secrets) expect(bytes.includes(secret)).toBe(false);
  });

  test('one process alone uses it: leases found at its start are void, though they have time left', async () => {
    await storage.ingest.mark([{ storeId: 'st_1', groupId: 7 }], 'test', 1);
    const options = { storeId: 'st_1', owner: 'dead', now: 1, leaseMs: 900_000, limit: 9 };
    await storage.groups.claim(options);
    expect(await storage.groups.voidLeases(2)).toBe(1);
    expect(await storage.groups.claim({ ...options, owner: 'next', now: 2 })).toMatchObject([
      { groupId: 7, inDoubt: true },
    ]);
  });

  test('locked by somebody else: unavailable, and nothing is stored; free again: it goes on', async () => {
    const other = new DatabaseSync(join(folder, 'receiver.db'));
    other.exec('begin exclusive');
    try {
      const lost = [storage.ingest.record([record(7)]), storage.ingest.record([record(8)]), storage.heartbeat(1)];
      for (const { status, ...rest } of await Promise.allSettled(lost)) {
        expect(status).toBe('rejected');
        expect((rest as { reason: unknown }).reason).toBeInstanceOf(StorageUnavailable);
      }
    } finally {
      other.exec('rollback');
      other.close();
    }
    expect((await storage.groups.backlog()).dirty).toBe(0);
    await storage.ingest.record([record(7)]);
    expect((await storage.groups.backlog()).dirty).toBe(1);
  });

  test.each([1, 3])(
    'a full disk, %i writes at once: unavailable, and nothing is stored; room again: it goes on',
    async (writes) => {
      const pages = await sql<{ page_count: number }>`pragma page_count`.execute(engine.db);
      await sql`pragma max_page_count = ${sql.lit(pages.rows[0]?.page_count ?? 0)}`.execute(engine.db);
      const large = 'x'.repeat(1_000_000);
      const lost = Array.from({ length: writes }, (_, i) => storage.ingest.record([record(i + 1, large)]));
      for (const { status, ...rest } of await Promise.allSettled(lost)) {
        expect(status).toBe('rejected');
        expect((rest as { reason: unknown }).reason).toBeInstanceOf(StorageUnavailable);
      }
      expect((await storage.groups.backlog()).dirty).toBe(0);
      expect(await storage.lastDeliveries()).toEqual(new Map());
      await sql`pragma max_page_count = 1000000`.execute(engine.db);
      await storage.ingest.record([record(1, large)]);
      expect(await storage.ingest.payloads({ storeId: 'st_1', groupId: 1 })).toMatchObject([{ body: large }]);
    },
  );

  test('claims walk their index, however much is due, and sort nothing', async () => {
    const prepare = vi.spyOn(DatabaseSync.prototype, 'prepare');
    await storage.groups.claim({ storeId: 'st_1', owner: 'worker', now: 1, leaseMs: 1, limit: 9 });
    const [claim = ''] = prepare.mock.calls
      .map(([statement]) => statement)
      .filter((one) => one.startsWith('with "picked"'));
    prepare.mockRestore();
    const other = new DatabaseSync(join(folder, 'receiver.db'));
    const steps = other.prepare(`explain query plan ${claim}`).all();
    other.close();
    const details = steps.map(({ detail }) => String(detail));
    expect(details).toContainEqual(expect.stringMatching(/groups USING (COVERING )?INDEX groups_claim/));
    expect(details).not.toContainEqual(expect.stringContaining('TEMP B-TREE'));
  });

  test('a file that is no database is unavailable rather than overwritten', async () => {
    await expect(openSqlite(folder)).rejects.toBeInstanceOf(StorageUnavailable);
  });
});
