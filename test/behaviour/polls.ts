import type { ClaimResult, PollRow, Storage } from '@dstnc/receiver/storage/storage.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { aStore } from './a-store.ts';
import type { OpenedStorage } from './storage.ts';

const STORE = 'st_lamps';
const HOLD = 60_000;
const T = 1_790_000_000_000;
const FRESH = { cursor: 0, walked: 0, total: 0, differing: 0, failures: 0, retryAt: null };

/** What every engine of the storage must do alike about polls. */
export function pollsBehaviour(name: string, open: () => Promise<OpenedStorage>): void {
  describe(`polls on ${name}`, () => {
    let opened: OpenedStorage;
    let storage: Storage;

    beforeEach(async () => {
      opened = await open();
      storage = opened.storage;
      await storage.stores.add(aStore());
    });
    afterEach(() => opened.destroy());

    const claim = (now = T, limit = 10) => storage.polls.claim({ now, limit, holdMs: HOLD });
    const row = async () => (await storage.polls.byStore(STORE)) as PollRow;
    const claimOne = async (now = T) => {
      const [one] = await claim(now);
      return one as PollRow;
    };
    /** Makes a group known and accepted. */
    async function accept(groupId: number, over: Partial<Extract<ClaimResult, { kind: 'agreed' }>> = {}) {
      await storage.ingest.mark([{ storeId: STORE, groupId }], 'test', T);
      const [one] = await storage.groups.claim({ storeId: STORE, owner: 'w', now: T, leaseMs: 1000, limit: 1 });
      if (one === undefined) throw new Error('nothing to claim');
      const result: ClaimResult = {
        kind: 'agreed',
        listingJson: '{}',
        contentHash: `hash of ${groupId}`,
        inventoryJson: '{}',
        state: 'active',
        purchasable: true,
        items: [],
        readAt: T,
        sent: { sentAt: T, acceptedAt: T, history: [] },
        ...over,
      };
      await storage.groups.finish(one, result, T);
    }

    test('every connected store gets a row once, at times of their own', async () => {
      await storage.stores.add(aStore({ id: 'st_2' }));
      await storage.stores.add(aStore({ id: 'st_3' }));
      await storage.stores.add(aStore({ id: 'st_gone', disconnectedAt: T }));
      expect(await storage.polls.enrol(T, 60_000)).toBe(3);
      expect(await storage.polls.enrol(T, 60_000)).toBe(0);
      const due = await Promise.all(['st_2', 'st_3', STORE].map((id) => storage.polls.byStore(id)));
      expect(due.map((one) => (one?.dueAt ?? 0) - T)).toEqual([0, 20_000, 40_000]);
      expect(await storage.polls.byStore('st_gone')).toBeNull();
      expect(await storage.polls.nextDue()).toBe(T);
    });

    test('a store is given to one of several that ask at once, until its time is over', async () => {
      await storage.polls.enrol(T, 0);
      expect(await claim(T - 1)).toEqual([]);
      const both = await Promise.all([claim(), claim()]);
      expect(both.flat().map(({ storeId }) => storeId)).toEqual([STORE]);
      expect(await claim(T + HOLD - 1)).toEqual([]);
      expect((await claim(T + HOLD)).map(({ storeId }) => storeId)).toEqual([STORE]);
    });

    test('a disconnected store is not polled', async () => {
      await storage.polls.enrol(T, 0);
      await storage.stores.update(STORE, { disconnectedAt: T });
      expect(await claim()).toEqual([]);
      expect(await storage.polls.nextDue()).toBeNull();
    });

    test('what a poll found is marked together with where to go on', async () => {
      await storage.polls.enrol(T, 0);
      const held = await claimOne();
      const marks = { groupIds: [4, 2], cause: 'poll', bulk: false };
      const kept = await storage.polls.step(held, { cursor: 'c1', heardAt: T, marks }, { now: T, dueAt: T + 9 });
      expect(kept).toEqual(await row());
      expect(kept).toMatchObject({ cursor: 'c1', heardAt: T, dueAt: T + 9, failures: 0, sweep: null });
      const claims = await storage.groups.claim({ storeId: STORE, owner: 'w', now: T, leaseMs: 1, limit: 9 });
      expect(claims.map(({ groupId, cause }) => [groupId, cause])).toEqual([
        [2, 'poll'],
        [4, 'poll'],
      ]);
    });

    test('a step changes only what it names', async () => {
      await storage.polls.enrol(T, 0);
      const sweep = { ...FRESH, cause: 'x', startedAt: T, doubtSince: T - 5 };
      const first = await storage.polls.step(
        await claimOne(),
        { cursor: 'c', heardAt: T, failures: 2, failure: 'away', sweep, webhooks: { at: T, found: null } },
        { now: T, dueAt: T + 1 },
      );
      const second = await storage.polls.step(first as PollRow, {}, { now: T, dueAt: T + 2 });
      expect(second).toEqual({ ...(first as PollRow), dueAt: T + 2 });
      const lastSweep = { cause: 'x', startedAt: T, walked: 3, differing: 1, endedAt: T + 3 };
      const third = await storage.polls.step(
        second as PollRow,
        { sweep: null, lastSweep, failure: null },
        { now: T, dueAt: T + 3 },
      );
      expect(third).toMatchObject({ sweep: null, lastSweep, failure: null, failures: 2, cursor: 'c' });
    });

    test('who lost a store to another writes nothing, not even marks', async () => {
      await storage.polls.enrol(T, 0);
      const late = await claimOne();
      const other = await claimOne(T + HOLD);
      const marks = { groupIds: [7], cause: 'poll', bulk: false };
      expect(await storage.polls.step(late, { cursor: 'late', marks }, { now: T, dueAt: T + 1 })).toBeNull();
      expect(await storage.groups.backlog(STORE)).toEqual({ dirty: 0, oldestMarkedAt: null });
      expect(await storage.polls.step(other, { cursor: 'other' }, { now: T, dueAt: T + 1 })).not.toBeNull();
      expect((await row()).cursor).toBe('other');
    });

    test('a store can be demanded, with or without a sweep, and a doubt stays until it is swept', async () => {
      await storage.polls.demand(STORE, T);
      expect(await row()).toMatchObject({ dueAt: T, sweep: null });
      await storage.polls.demand(STORE, T + 1, { cause: 'asked for', doubtSince: T - 100 });
      await storage.polls.demand(STORE, T + 2, { cause: 'daily', doubtSince: null });
      expect((await row()).sweep).toEqual({ ...FRESH, cause: 'daily', startedAt: T + 2, doubtSince: T - 100 });
      // Without one, what is under way goes on.
      await storage.polls.demand(STORE, T + 3);
      expect((await row()).sweep?.startedAt).toBe(T + 2);
    });

    test('where polling begins is kept once', async () => {
      await storage.polls.begin(STORE, 'first', T);
      await storage.polls.begin(STORE, 'second', T + 1);
      expect(await row()).toMatchObject({ cursor: 'first', heardAt: T });
    });

    test('what is known of groups is told by ranges of ids', async () => {
      for (const id of [3, 5, 9]) await accept(id);
      await storage.ingest.mark([{ storeId: STORE, groupId: 7 }], 'test', T);
      await storage.ingest.mark([{ storeId: 'st_other', groupId: 4 }], 'test', T);
      const ids = async (after: number, to: number | null) =>
        (await storage.polls.held(STORE, after, to)).map(({ groupId }) => groupId);
      expect(await ids(3, 7)).toEqual([5, 7]);
      expect(await ids(0, null)).toEqual([3, 5, 7, 9]);
      const [five, seven] = await storage.polls.held(STORE, 3, 7);
      expect(five).toEqual({
        groupId: 5,
        unsettled: false,
        state: 'active',
        contentHash: 'hash of 5',
        inventoryJson: '{}',
        rejectedListingJson: null,
      });
      expect(seven).toMatchObject({ unsettled: true, state: null, contentHash: null });
    });

    test('freshness is told of each store, and of one', async () => {
      await storage.stores.add(aStore({ id: 'st_2' }));
      await storage.stores.add(aStore({ id: 'st_gone', disconnectedAt: T }));
      const quiet = { oldestMarkedAt: null, heardAt: null, doubtSince: null };
      expect(await storage.polls.freshness('st_2')).toEqual([{ storeId: 'st_2', ...quiet }]);
      await storage.ingest.mark([{ storeId: STORE, groupId: 1 }], 'test', T + 5);
      await storage.ingest.mark([{ storeId: STORE, groupId: 2 }], 'test', T + 4);
      await storage.polls.begin(STORE, 'c', T + 9);
      await storage.polls.demand(STORE, T, { cause: 'reset', doubtSince: T + 2 });
      const all = await storage.polls.freshness();
      expect(Object.fromEntries(all.map(({ storeId, ...one }) => [storeId, one]))).toEqual({
        [STORE]: { oldestMarkedAt: T + 4, heardAt: T + 9, doubtSince: T + 2 },
        st_2: quiet,
      });
    });

    test('an import under way leaves in doubt what came since it began', async () => {
      const walk = {
        cause: 'imported',
        startedAt: T + 1,
        cursor: 0,
        walked: 0,
        total: 0,
        walkedAt: null,
        waitingFor: null,
      };
      await storage.stores.update(STORE, { import: walk });
      expect((await storage.polls.freshness(STORE))[0]?.doubtSince).toBe(T + 1);
      await storage.stores.update(STORE, { import: { ...walk, walkedAt: T + 2 } });
      expect((await storage.polls.freshness(STORE))[0]?.doubtSince).toBeNull();
    });

    test('go with their store', async () => {
      await storage.polls.enrol(T, 0);
      await storage.stores.update(STORE, { disconnectedAt: T });
      expect(await storage.stores.remove(STORE)).toBe(true);
      expect(await storage.polls.byStore(STORE)).toBeNull();
    });
  });
}
