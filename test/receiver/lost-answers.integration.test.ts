import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createReconciler, type ReconcilerOptions } from '@dstnc/receiver/catalog/reconciler.ts';
import { createStorage } from '@dstnc/receiver/storage/create-storage.ts';
import type { Storage } from '@dstnc/receiver/storage/storage.ts';
import { StorageUnavailable } from '@dstnc/receiver/storage/storage-unavailable.ts';
import { createSecretBox } from '@dstnc/receiver/stores/secret-box.ts';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { aStore } from '../behaviour/a-store.ts';
import { openPair, type Pair } from '../rig/open-pair.ts';
import { poll } from '../rig/poll.ts';

const key = { storeId: 'st_1', groupId: 7 };

let folder: string;
let pair: Pair;
let storage: Storage;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dstnc-lost-'));
  pair = await openPair(folder);
  storage = createStorage(pair.engine, createSecretBox(new Map([['k1', randomBytes(32)]])));
  await storage.ingest.mark([key], 'test', Date.now());
});
afterEach(async () => {
  await storage.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a worker that finds no product in its store any more, and a DSTNC that takes everything, until the condition holds. */
async function workUntil(groups: Partial<Storage['groups']>, what: string, condition: () => Promise<boolean>) {
  const wakeup = pair.wakeup();
  const reconciler = createReconciler({
    storage: { ...storage, groups: { ...storage.groups, ...groups } },
    wakeup,
    owner: 'this process',
    storeOf: async (id) => aStore({ id }),
    tools: {
      clock: Date.now,
      reader: { read: async () => ({ kind: 'unseen' }) },
      target: { putProduct: async () => ({ kind: 'accepted' }) },
    } as unknown as ReconcilerOptions['tools'],
    observe() {},
    log: pino({ level: 'silent' }),
  });
  await storage.workers.alive('this process', Date.now() + 600_000);
  await reconciler.start();
  await poll(condition, { timeoutMs: 20_000, what });
  await reconciler.stop();
  await wakeup.close();
}

const clean = async () => (await storage.groups.backlog()).dirty === 0;

test('groups that were claimed, and nobody was told, are worked on within seconds', async () => {
  let lost = 0;
  const claim: Storage['groups']['claim'] = async (options) => {
    const claims = await storage.groups.claim(options);
    if (claims.length === 0 || lost > 0) return claims;
    lost += claims.length;
    throw new StorageUnavailable(new Error('Connection terminated unexpectedly'));
  };
  await workUntil({ claim }, 'the group whose claim got lost', clean);
  expect(lost).toBe(1);
});

test('a result that the database never takes leaves a group that waits for its next try, and says why', async () => {
  const finish: Storage['groups']['finish'] = async (claim, result, now) => {
    if (result.kind !== 'retry') throw new Error('value out of range');
    return storage.groups.finish(claim, result, now);
  };
  const waitingFor = async () => (await storage.listings.group(key))?.waitingFor;
  await workUntil({ finish }, 'the group to wait', async () => (await waitingFor()) !== null);
  expect(await waitingFor()).toBe('internal error: value out of range');
});
