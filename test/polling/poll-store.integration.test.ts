import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PollTools, pollStore } from '@dstnc/receiver/polling/poll-store.ts';
import { createStorage } from '@dstnc/receiver/storage/create-storage.ts';
import { openSqlite } from '@dstnc/receiver/storage/sqlite/open-sqlite.ts';
import type { PollRow, Storage } from '@dstnc/receiver/storage/storage.ts';
import { createSecretBox } from '@dstnc/receiver/stores/secret-box.ts';
import type { StoreFailure } from '@dstnc/receiver/woocommerce/store-failure.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { aStore } from '../behaviour/a-store.ts';
import { FakeApi } from './fake-api.ts';

const STORE = 'st_lamps';
const T = 1_790_000_000_000;
const DAY = 86_400_000;
const REFUSED: StoreFailure = {
  kind: 'unauthorized',
  status: 401,
  code: 'woocommerce_rest_authentication_error',
  message: 'The store refuses the key.',
  retryable: false,
};

let folder: string;
let storage: Storage;
let api: FakeApi;
let now: number;
let flags: (string | null)[];
let tools: PollTools;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dstnc-polling-'));
  const box = createSecretBox(new Map([['k1', randomBytes(32)]]));
  storage = createStorage(await openSqlite(join(folder, 'receiver.db')), box);
  await storage.stores.add(aStore({ createdAt: T }));
  await storage.polls.enrol(T, 0);
  api = new FakeApi();
  now = T;
  flags = [];
  tools = {
    storage,
    apiOf: () => api,
    contextOf: async ({ settings }) => ({ currency: 'EUR', taxIncluded: true, settings }),
    intervals: { silent: 60, healthy: 300 },
    sweepEveryMs: DAY,
    visitWebhooks: async () => null,
    markOrders: async () => {},
    onMarked() {},
    async flag(store, kind, detail) {
      flags.push(detail);
      await storage.stores.flag(store.id, kind, detail === null ? null : { since: now, detail });
    },
    clock: () => now,
    pause: async () => {},
    signal: new AbortController().signal,
  };
});
afterEach(async () => {
  await storage.close();
  rmSync(folder, { recursive: true });
});

/** A turn at a later time. */
async function turn(later = 120_000): Promise<PollRow> {
  now += later;
  const [row] = await storage.polls.claim({ now, limit: 1, holdMs: 90_000 });
  if (row === undefined) throw new Error('the store is not due');
  await pollStore(tools, row);
  return (await storage.polls.byStore(STORE)) as PollRow;
}

const marked = async () => {
  const claims = await storage.groups.claim({ storeId: STORE, owner: 'w', now, leaseMs: 1, limit: 100 });
  for (const claim of claims) await storage.groups.finish(claim, { kind: 'forgotten' }, now);
  return claims.map(({ groupId }) => groupId).sort((a, b) => a - b);
};

describe('a turn', () => {
  test('the first one has everything compared: nobody knows what changed before it', async () => {
    for (const id of [3, 5, 9]) api.put(id);
    const row = await turn();
    expect(await marked()).toEqual([3, 5, 9]);
    expect(row).toMatchObject({ cursor: '3', sweep: null, lastSweep: { walked: 3, differing: 3 } });
  });

  test.each([
    ['has marked nothing yet compares nothing', 0, false],
    ['has marked some has everything compared after it', 3, true],
  ])('the first one beside an import that %s', async (_what, cursor, compares) => {
    const walk = { cause: 'import', startedAt: T, walked: cursor, total: 9, walkedAt: null, waitingFor: null };
    await storage.stores.update(STORE, { import: { ...walk, cursor } });
    api.put(3);
    const { sweep, heardAt } = await turn();
    expect([sweep !== null, heardAt]).toEqual([compares, now]);
    expect(api.calls).toEqual(['changes']);
    expect(await marked()).toEqual([]);
  });

  test('then marks what changed since, and no more', async () => {
    api.put(3);
    await turn();
    await marked();
    api.put(4);
    api.put(4);
    const row = await turn();
    expect(await marked()).toEqual([4]);
    expect(row.heardAt).toBe(now);
    expect(row.dueAt - now).toBeGreaterThan(50_000);
    api.calls.length = 0;
    await turn();
    expect(await marked()).toEqual([]);
    // An idle poll costs the store one request.
    expect(api.calls).toEqual(['changes']);
  });

  test('where the store has forgotten what changed, everything is compared', async () => {
    await turn();
    api.put(7, {}, { told: false });
    api.forgetful = true;
    const row = await turn();
    expect(await marked()).toEqual([7]);
    expect(row.lastSweep?.cause).toBe('the store does not know what changed');
  });

  test('a day after the last sweep there is another, which finds what nobody told', async () => {
    await turn();
    api.put(7, {}, { told: false });
    await turn();
    expect(await marked()).toEqual([]);
    const row = await turn(DAY);
    expect(await marked()).toEqual([7]);
    expect(row.lastSweep?.cause).toBe('daily sweep');
  });

  test('a sweep goes on where a killed process left it', async () => {
    for (const id of [1, 2, 3, 4, 5]) api.put(id);
    const end = new AbortController();
    const pause = async () => end.abort();
    tools = { ...tools, pause, signal: end.signal };
    const half = await turn();
    expect(half.sweep).toMatchObject({ cursor: 2, walked: 2 });
    // What is left goes on at once.
    expect(half.dueAt).toBe(now);
    tools = { ...tools, pause: async () => {}, signal: new AbortController().signal };
    api.calls.length = 0;
    const row = await turn();
    expect(api.calls.filter((call) => call === 'walk')).toHaveLength(2);
    expect(row.lastSweep).toMatchObject({ walked: 5 });
    expect(await marked()).toEqual([1, 2, 3, 4, 5]);
  });

  test('a store that fails is asked less and less often, and says why', async () => {
    await turn();
    api.failure = REFUSED;
    const first = await turn();
    const second = await turn();
    expect(second).toMatchObject({ failures: 2, failure: 'The store refuses the key.', cursor: '0' });
    expect(second.dueAt - now).toBeGreaterThan(1.5 * (first.dueAt - (now - 120_000)));
    api.failure = null;
    expect(await turn(200_000)).toMatchObject({ failures: 0, failure: null });
  });

  test('webhooks that were lost are a reason to compare everything', async () => {
    await turn();
    api.put(7, {}, { told: false });
    tools = { ...tools, visitWebhooks: async () => ({ found: null, doubt: 'a webhook was switched off' }) };
    const row = await turn();
    expect(await marked()).toEqual([7]);
    expect(row.lastSweep?.cause).toBe('a webhook was switched off');
    // Once an hour is enough.
    expect((await turn()).webhooks).toEqual(row.webhooks);
  });

  test('a product that breaks every answer ends no sweep, and is told of', async () => {
    for (const id of [1, 2, 3, 4, 5]) api.put(id);
    api.broken.add(3);
    const row = await turn();
    expect(row.lastSweep).toMatchObject({ walked: 5, differing: 5 });
    expect(await marked()).toEqual([1, 2, 3, 4, 5]);
  });

  test('a store whose word of what changed makes no sense is swept all the same, and asked anew in the end', async () => {
    await turn();
    api.changesFailure = { kind: 'mismatch', message: 'Out of order.', retryable: true };
    api.put(7, {}, { told: false });
    await turn(DAY);
    expect(await marked()).toEqual([7]);
    const failures: number[] = [];
    for (let turns = 0; turns < 5; turns++) failures.push((await turn(DAY)).failures);
    expect(failures).toContain(0);
  });

  test('a sweep that fails waits longer each time, while polls go on', async () => {
    await turn();
    await storage.polls.demand(STORE, now, { cause: 'asked for', doubtSince: null });
    api.walk = async () => ({ ok: false, failure: REFUSED });
    const first = await turn(0);
    const second = await turn(150_000);
    expect(second.sweep).toMatchObject({ failures: 2 });
    expect((second.sweep?.retryAt ?? 0) - now).toBeGreaterThan((first.sweep?.retryAt ?? 0) - (now - 150_000));
    expect(second.heardAt).toBe(now);
  });
});

describe('silence', () => {
  test('is told after a day, and over with the first answer', async () => {
    await turn();
    api.failure = REFUSED;
    await turn(DAY - 1);
    expect(flags.at(-1)).toBeNull();
    await turn(200_000);
    expect(flags.at(-1)).toContain('Nothing was heard of this store since');
    expect((await storage.stores.byId(STORE))?.withheld).toBeNull();
    api.failure = null;
    await turn(DAY);
    expect(flags.at(-1)).toBeNull();
  });

  test('hides the listings where that was asked for, and shows them again with everything compared', async () => {
    const { settings } = aStore();
    await storage.stores.update(STORE, { settings: { ...settings, onStale: 'withdraw' } });
    api.put(3);
    await turn();
    const [claim] = await storage.groups.claim({ storeId: STORE, owner: 'w', now, leaseMs: 1, limit: 1 });
    if (claim === undefined) throw new Error('nothing to claim');
    const agreed = {
      kind: 'agreed' as const,
      listingJson: '{}',
      contentHash: 'h',
      inventoryJson: '{}',
      state: 'active' as const,
      purchasable: true,
      items: [],
      readAt: now,
      sent: { sentAt: now, acceptedAt: now, history: [] },
    };
    await storage.groups.finish(claim, agreed, now);
    api.failure = REFUSED;
    await turn(DAY + 1);
    expect((await storage.stores.byId(STORE))?.withheld).toEqual({ since: now, because: 'silent' });
    expect(await storage.groups.backlog(STORE)).toMatchObject({ dirty: 1 });
    api.failure = null;
    api.put(9, {}, { told: false });
    await turn(DAY);
    const back = await turn(1);
    expect((await storage.stores.byId(STORE))?.withheld).toBeNull();
    expect(back.lastSweep?.cause).toBe('the store is heard of again');
    expect(await marked()).toEqual([3, 9]);
  });

  test('of a store without keys is told, too', async () => {
    await storage.stores.update(STORE, { credentials: null });
    tools = { ...tools, apiOf: () => null };
    await turn(DAY + 1);
    expect(flags.at(-1)).toContain('Nothing was heard of this store since');
    expect(api.calls).toEqual([]);
  });
});
