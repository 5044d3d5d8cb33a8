import type { OrderClaim, OrderRequest } from '@dstnc/receiver/storage/order-rows.ts';
import type { IngestRecord, Storage } from '@dstnc/receiver/storage/storage.ts';
import { createSecretBox, type SecretBox } from '@dstnc/receiver/stores/secret-box.ts';
import type { Store } from '@dstnc/receiver/stores/store.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { aStore } from './a-store.ts';
import type { OpenedStorage } from './storage.ts';

const STORE = 'st_lamps';
const VENDOR = `vendor-of-${STORE}`;
const LEASE_MS = 1_000;
const T = 1_790_000_000_000;
const DAY = 86_400_000;
const BODY = JSON.stringify({ billing: { lastName: 'Quillfeather' } });

const request = (over: Partial<OrderRequest> = {}): OrderRequest => ({
  storeId: STORE,
  reference: 'PO-1',
  key: 'key-1',
  fingerprint: 'f1',
  body: BODY,
  currency: 'EUR',
  total: '44.88',
  ...over,
});
const lease = (now = T, owner = 'one') => ({ owner, now, leaseMs: LEASE_MS });
const PO_1 = { storeId: STORE, reference: 'PO-1' };

/** What every engine has to do with orders. */
export function orderBehaviour(engine: string, open: () => Promise<OpenedStorage>): void {
  describe(`orders on ${engine}`, () => {
    let opened: OpenedStorage;
    let storage: Storage;
    beforeEach(async () => {
      opened = await open();
      storage = opened.storage;
      await storage.stores.add(aStore({ id: STORE }));
      for (const owner of ['one', 'two']) await storage.workers.alive(owner, T + 30_000);
    });
    afterEach(() => opened.destroy());

    async function begun(over: Partial<OrderRequest> = {}, by = lease()): Promise<OrderClaim> {
      const beginning = await storage.orders.begin(request(over), by);
      if (beginning.kind !== 'claimed') throw new Error(beginning.kind);
      return beginning.claim;
    }

    async function placed(reference = 'PO-1', storeOrderId = 8): Promise<void> {
      const claim = await begun({ reference, key: `key-${reference}` });
      const facts = { phase: 'placed', storeOrderId, status: 'processing', placedAt: T } as const;
      expect(await storage.orders.finish(claim, { facts, dueAt: null }, T)).toBe(true);
    }

    const due = (now: number, owner = 'one', except: string[] = []) =>
      storage.orders.claim({ ...lease(now, owner), limit: 10, except });

    test('an order is one: of many that ask for it at once, one has it', async () => {
      const all = await Promise.all(Array.from({ length: 10 }, () => storage.orders.begin(request(), lease())));
      expect(all.map(({ kind }) => kind).sort()).toEqual(['claimed', ...Array<string>(9).fill('in_progress')]);
    });

    test('a key stands for one request, and so does a reference', async () => {
      await placed();
      const kinds = async (over: Partial<OrderRequest>) => (await storage.orders.begin(request(over), lease())).kind;
      expect(await kinds({ key: 'key-PO-1' })).toBe('known');
      expect(await kinds({ key: 'key-2' })).toBe('known');
      expect(await kinds({ key: 'key-PO-1', fingerprint: 'f2' })).toBe('key_reused');
      expect(await kinds({ key: 'key-PO-1', reference: 'PO-2' })).toBe('key_reused');
      expect(await kinds({ key: 'key-3', fingerprint: 'f2' })).toBe('reference_reused');
      expect(await storage.orders.byReference({ storeId: STORE, reference: 'PO-2' })).toBeNull();
    });

    test('one that was refused may be asked for again, and as another order under another key', async () => {
      const claim = await begun();
      await storage.orders.finish(claim, { facts: { phase: 'refused', lastError: 'too few' }, dueAt: null }, T);
      expect(await storage.orders.byReference(PO_1)).toMatchObject({
        phase: 'refused',
        state: 'attention',
        lastError: 'too few',
      });
      const again = await begun({ key: 'key-2', fingerprint: 'f2', total: '40.00' });
      expect(again).toMatchObject({
        phase: 'placing',
        state: 'placing',
        lastError: null,
        total: '40.00',
        fingerprint: 'f2',
      });
      expect((await storage.orders.begin(request({ fingerprint: 'f3' }), lease())).kind).toBe('key_reused');
    });

    test('but not from whoever is looking for what came into being late of the refused one', async () => {
      const claim = await begun();
      await storage.orders.finish(
        claim,
        { facts: { phase: 'refused', progress: { looks: [T + 5] } }, dueAt: T + 5 },
        T,
      );
      const [looking] = await due(T + 5);
      expect(await storage.orders.begin(request({ key: 'again' }), lease(T + 6))).toEqual({ kind: 'in_progress' });
      if (looking === undefined) throw new Error('nothing was due');
      expect(await storage.orders.finish(looking, { dueAt: null }, T + 6)).toBe(true);
    });

    test('but not while something of the refused one may still come into being in the store', async () => {
      const claim = await begun();
      const progress = { via: 'api', baseline: 5, inDoubt: true, looks: [T + 500] } as const;
      await storage.orders.finish(claim, { facts: { phase: 'refused', progress }, dueAt: T + 500 }, T);
      expect((await storage.orders.begin(request({ key: 'key-2', fingerprint: 'f2' }), lease())).kind).toBe(
        'reference_reused',
      );
      expect((await begun({ key: 'key-2' })).progress).toEqual(progress);
    });

    test('a lease keeps others away until it ends, or its owner dies', async () => {
      const claim = await begun();
      expect(await storage.orders.take(PO_1, lease(T + 1))).toBe('in_progress');
      expect(await due(T + 1)).toEqual([]);
      const [later] = await due(T + LEASE_MS);
      expect(later).toMatchObject({ ...PO_1, phase: 'placing', body: BODY });
      expect(later?.rev).toBeGreaterThan(claim.rev);
      expect(await storage.orders.save(claim, { status: 'x' }, T)).toBe(false);
      expect(await storage.orders.finish(claim, { dueAt: null }, T)).toBe(false);
      await storage.workers.gone('one');
      expect(await due(T + LEASE_MS + 1, 'two')).toHaveLength(1);
    });

    test('how far it has come is kept, whoever goes on', async () => {
      const claim = await begun();
      expect(await storage.orders.save(claim, { progress: { via: 'api', baseline: 7 } }, T, 'asked the store')).toBe(
        true,
      );
      storage = await opened.reopen();
      const [later] = await due(T + LEASE_MS, 'two');
      expect(later).toMatchObject({ progress: { via: 'api', baseline: 7 }, body: BODY });
      expect(later?.history.map(({ what }) => what)).toEqual(['asked for by DSTNC', 'asked the store']);
    });

    test('a delivery marks the orders that are DSTNC’s, and no others, together with its record', async () => {
      await placed();
      const record: IngestRecord = {
        storeId: STORE,
        receivedAt: T + 5,
        topic: 'action.woocommerce_order_status_completed',
        deliveryId: 'd-1',
        outcome: 'noted',
        bytes: 10,
        cause: 'webhook',
        marks: [],
        orders: [8, 9],
      };
      expect(await due(T + 5)).toEqual([]);
      await storage.ingest.record([record]);
      expect(await due(T + 5)).toMatchObject([{ ...PO_1, storeOrderId: 8, cause: 'webhook' }]);
      expect(await storage.orders.mark(STORE, [9, 10], 'poll', T)).toBe(0);
      expect(await storage.orders.mark('st_other', [8], 'poll', T)).toBe(0);
    });

    test('a mark that comes while somebody is at it causes another round', async () => {
      await placed();
      await storage.orders.mark(STORE, [8], 'first', T);
      const [claim] = await due(T);
      await storage.orders.mark(STORE, [8], 'second', T + 1);
      if (claim === undefined) throw new Error('nothing was due');
      await storage.orders.finish(claim, { dueAt: T + DAY }, T + 2);
      const [next] = await due(T + 2);
      expect(next).toMatchObject({ cause: 'second' });
      if (next === undefined) throw new Error('nothing was due');
      await storage.orders.finish(next, { dueAt: T + DAY }, T + 3);
      expect(await due(T + 3)).toEqual([]);
      expect(await storage.orders.nextDue()).toBe(T + DAY);
    });

    test('what failed waits for its time, and other stores go on meanwhile', async () => {
      await placed();
      await storage.orders.mark(STORE, [8], 'webhook', T);
      expect(await due(T, 'one', [STORE])).toEqual([]);
      const [claim] = await due(T);
      if (claim === undefined) throw new Error('nothing was due');
      await storage.orders.finish(claim, { dueAt: T + 50, failed: true, heldRev: claim.rev + 500 }, T);
      await storage.orders.mark(STORE, [8], 'webhook', T + 1);
      expect(await due(T + 49)).toEqual([]);
      const [again] = await due(T + 50);
      expect(again).toMatchObject({ attempts: 1 });
      expect(again?.rev).toBeGreaterThan(claim.rev + 500);
    });

    test('sending again makes DSTNC’s acceptance count for nothing', async () => {
      await placed();
      const claim = await storage.orders.take(PO_1, lease());
      if (claim === null || claim === 'in_progress') throw new Error('not taken');
      const draft = {
        shipmentId: 'PO-1:1',
        orderReference: 'PO-1',
        lines: null,
        carrier: null,
        trackingNumber: null,
        trackingUrl: null,
        shippedAt: new Date(T).toISOString(),
        source: 'status_completed' as const,
      };
      const told = { key: 'rest', draft, acceptedRev: claim.rev, acceptedAt: T };
      await storage.orders.finish(claim, { facts: { shipments: [told], status: 'completed' }, dueAt: null }, T);
      expect(await storage.orders.counts(STORE)).toEqual({ toShip: 0, shipped: 1, attention: 0 });
      expect(await storage.orders.resend(PO_1, 'sent again', T + 1)).toBe(true);
      expect(await due(T + 1)).toMatchObject([{ shipments: [{ draft, acceptedRev: null }] }]);
      expect(await storage.orders.resend({ storeId: STORE, reference: 'PO-9' }, 'sent again', T)).toBe(false);
    });

    test('are listed page by page, the newest first', async () => {
      for (const [index, reference] of ['PO-1', 'PO-2', 'PO-3', 'PO-4', 'PO-5'].entries()) {
        await begun({ reference, key: reference }, lease(T + Math.floor(index / 2)));
      }
      const seen: string[] = [];
      for (let before: string | undefined; ; ) {
        const page = await storage.orders.list(STORE, { limit: 2, ...(before !== undefined && { before }) });
        seen.push(...page.orders.map(({ reference }) => reference));
        if (page.next === null) break;
        before = page.next;
      }
      expect(seen).toEqual(['PO-5', 'PO-4', 'PO-3', 'PO-2', 'PO-1']);
      expect(await storage.orders.counts(STORE)).toEqual({ toShip: 5, shipped: 0, attention: 0 });
      expect((await storage.orders.list('st_other', { limit: 2 })).orders).toEqual([]);
    });

    test('keep addresses as long as they are needed, and no longer', async () => {
      const claim = await begun();
      expect(await storage.orders.erase(PO_1)).toBe('needed');
      expect(await storage.orders.eraseOlder(T + DAY)).toBe(0);
      await storage.orders.finish(claim, { facts: { phase: 'placed', storeOrderId: 8, placedAt: T }, dueAt: null }, T);
      await placed('PO-2', 9);
      expect(await storage.orders.erase(PO_1)).toBe('erased');
      expect(await storage.orders.erase({ storeId: STORE, reference: 'PO-9' })).toBe('unknown');
      expect(await storage.orders.byReference(PO_1)).toMatchObject({ personal: false, storeOrderId: 8 });
      expect(await storage.orders.eraseOlder(T)).toBe(0);
      expect(await storage.orders.eraseOlder(T + 1)).toBe(1);
      // It is known all the same: the same order is the same, and another one is another.
      expect((await storage.orders.begin(request(), lease())).kind).toBe('known');
      expect((await storage.orders.begin(request({ key: 'k', fingerprint: 'f2' }), lease())).kind).toBe(
        'reference_reused',
      );
    });

    test('have their addresses encrypted anew with a new key', async () => {
      const [old, fresh] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
      storage = await opened.reopen(createSecretBox(new Map([['old', old]])));
      await storage.stores.add(aStore({ id: 'st_two', vendor: 'two' }));
      await begun({ storeId: 'st_two' });
      const both: SecretBox = createSecretBox(
        new Map([
          ['fresh', fresh],
          ['old', old],
        ]),
      );
      storage = await opened.reopen(both);
      await storage.secrets.rotate('st_lamps', 10);
      storage = await opened.reopen(createSecretBox(new Map([['fresh', fresh]])));
      expect((await storage.secrets.sealedUnder()).stores.get('old')).toBeUndefined();
      const claims = await storage.orders.claim({ ...lease(T + LEASE_MS, 'two'), limit: 10, except: [STORE] });
      expect(claims).toMatchObject([{ storeId: 'st_two', body: BODY }]);
    });

    test('are counted, the oldest that is not placed is known, and those that something may be wrong with', async () => {
      expect(await storage.orders.figures()).toEqual({ states: {}, oldestUnplacedAt: null });
      await placed();
      await placed('PO-2', 9);
      const [shipped] = [await storage.orders.take({ storeId: STORE, reference: 'PO-2' }, lease())];
      if (shipped === null || shipped === 'in_progress') throw new Error('not taken');
      await storage.orders.finish(shipped, { facts: { status: 'completed', completedAt: T }, dueAt: null }, T);
      await begun({ reference: 'PO-3', key: 'key-3' }, lease(T + 3));
      await begun({ reference: 'PO-4', key: 'key-4' }, lease(T + 4));
      expect(await storage.orders.figures()).toEqual({
        states: { placed: 1, completed: 1, placing: 2 },
        oldestUnplacedAt: T + 3,
      });
      const doubtful = await storage.orders.doubtful(STORE, T);
      expect(doubtful.map(({ reference }) => reference)).toEqual(['PO-4', 'PO-3', 'PO-2']);
      expect(await storage.orders.doubtful('st_other', T)).toEqual([]);
      await storage.stores.update(STORE, { disconnectedAt: T });
      await storage.orders.letGo(STORE, 'let go of', T);
      await storage.stores.remove(STORE);
      expect(await storage.orders.figures()).toEqual({ states: {}, oldestUnplacedAt: null });
    });

    describe('whose store is disconnected', () => {
      const disconnect = () => storage.stores.update(STORE, { disconnectedAt: T });
      /** The vendor connects a shop, as another store than before. */
      const connectAnew = (over: Partial<Store> = {}) =>
        storage.stores.add(aStore({ id: 'st_anew', vendor: VENDOR, ...over }));
      const NEW_1 = { storeId: 'st_anew', reference: 'PO-1' };
      const ask = (over: Partial<OrderRequest> = {}) =>
        storage.orders.begin(request({ storeId: 'st_anew', key: 'anew', ...over }), lease(T + DAY));

      test('hold it while there is something to do about them', async () => {
        const claim = await begun();
        await disconnect();
        expect(await storage.stores.remove(STORE)).toBe(false);
        const facts = { phase: 'placed', storeOrderId: 8, status: 'processing', placedAt: T } as const;
        await storage.orders.finish(claim, { facts, dueAt: T + DAY }, T);
        expect(await storage.stores.remove(STORE)).toBe(false);
        const [due8] = await due(T + DAY);
        if (due8 === undefined) throw new Error('nothing was due');
        expect(await storage.stores.remove(STORE)).toBe(false);
        await storage.orders.finish(due8, { facts: { status: 'completed' }, dueAt: null }, T + DAY);
        expect(await storage.stores.remove(STORE)).toBe(true);
      });

      test('are let go of at once where an operator says so, and whoever is at one has lost it', async () => {
        const claim = await begun();
        await begun({ reference: 'PO-2', key: 'key-2' });
        await disconnect();
        expect(await storage.orders.letGo(STORE, 'let go of by an operator', T + 1)).toBe(2);
        expect(await storage.orders.finish(claim, { dueAt: T }, T + 1)).toBe(false);
        expect((await storage.orders.byReference(PO_1))?.history.at(-1)?.what).toBe('let go of by an operator');
        expect(await storage.stores.remove(STORE)).toBe(true);
      });

      test('are looked at as it is disconnected where something is left to do, and all that are not long over as it is back', async () => {
        await placed();
        await placed('PO-2', 9);
        await begun({ reference: 'PO-3', key: 'key-3' });
        expect(await storage.orders.wake(STORE, 'the store was disconnected', T + DAY)).toBe(1);
        await disconnect();
        const back = (now: number) => storage.stores.connect({ invitationId: null, store: aStore({ id: STORE }), now });
        expect(await back(T + DAY + 1)).toBe('connected');
        const taken = await due(T + 2 * DAY);
        expect(taken.map(({ reference }) => reference).sort()).toEqual(['PO-1', 'PO-2', 'PO-3']);
        for (const one of taken)
          await storage.orders.finish(one, { facts: { phase: 'placed' }, dueAt: null }, T + 2 * DAY);
        expect(await back(T + 100 * DAY)).toBe('connected');
        expect(await due(T + 101 * DAY)).toEqual([]);
      });

      test('take no new one', async () => {
        await disconnect();
        expect(await storage.orders.begin(request(), lease())).toEqual({ kind: 'disconnected' });
        expect(await storage.orders.byReference(PO_1)).toBeNull();
        expect(await storage.stores.remove(STORE)).toBe(true);
        expect(await storage.orders.begin(request(), lease())).toEqual({ kind: 'disconnected' });
      });

      test('are kept without their addresses when it is removed, and are the same orders when it is back', async () => {
        await placed();
        await disconnect();
        expect(await storage.stores.remove(STORE)).toBe(true);
        expect(await storage.orders.byReference(PO_1)).toMatchObject({ personal: false, dueAt: null });
        expect(await storage.orders.nextDue()).toBeNull();
        expect(await connectAnew({ url: 'https://www.shop.example/', createdAt: T + 5 })).toBe(true);
        expect(await storage.orders.byReference(NEW_1)).toMatchObject({ storeOrderId: 8, dueAt: T + 5 });
        expect(await ask({ key: 'key-PO-1' })).toMatchObject({ kind: 'known', row: { storeOrderId: 8 } });
        expect((await ask()).kind).toBe('known');
        expect((await ask({ key: 'other', fingerprint: 'f9' })).kind).toBe('reference_reused');
        expect(await storage.orders.mark('st_anew', [8], 'webhook', T)).toBe(1);
      });

      test('go on where they were, once they are asked for again', async () => {
        const claim = await begun();
        const progress = { via: 'plugin', inDoubt: true } as const;
        await storage.orders.finish(claim, { facts: { progress, lastError: 'let go of' }, dueAt: null }, T);
        await disconnect();
        expect(await storage.stores.remove(STORE)).toBe(true);
        await connectAnew();
        // It is looked for by its reference, as its addresses are gone.
        expect(await storage.orders.nextDue()).not.toBeNull();
        expect(await ask()).toMatchObject({ kind: 'claimed', claim: { progress, body: BODY, storeId: 'st_anew' } });
      });

      test('are not placed in another shop of the vendor', async () => {
        await placed();
        const refused = await begun({ reference: 'PO-2', key: 'key-2' });
        await storage.orders.finish(refused, { facts: { phase: 'refused' }, dueAt: null }, T);
        await disconnect();
        await storage.stores.remove(STORE);
        await connectAnew({ url: 'https://other.example' });
        expect((await ask()).kind).toBe('reference_reused');
        expect(await storage.orders.byReference(NEW_1)).toBeNull();
        expect((await ask({ reference: 'PO-2' })).kind).toBe('claimed');
        await storage.stores.add(aStore({ id: 'st_third', vendor: 'another vendor' }));
        expect((await storage.orders.begin(request({ storeId: 'st_third' }), lease(T + DAY))).kind).toBe('claimed');
      });
    });
  });
}
