import type {
  Claim,
  ClaimResult,
  IngestRecord,
  ItemHistory,
  ItemRow,
  Storage,
  StoreMark,
} from '@dstnc/receiver/storage/storage.ts';
import { createSecretBox, type SecretBox } from '@dstnc/receiver/stores/secret-box.ts';
import type { Store } from '@dstnc/receiver/stores/store.ts';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { aStore } from './a-store.ts';
import { orderBehaviour } from './orders.ts';

/** An engine under test, on data of its own. */
export interface OpenedStorage {
  readonly storage: Storage;
  /** Closes it and opens the same data again, as a restart does. @param sealing with other keys */
  reopen(sealing?: SecretBox): Promise<Storage>;
  /** Closes it and removes its data. */
  destroy(): Promise<void>;
}

const STORE = 'st_lamps';
const LEASE_MS = 1_000;
const DAY = 86_400_000;
/** A plausible clock: revs are at least this. */
const T = 1_790_000_000_000;

type Agreed = Extract<ClaimResult, { kind: 'agreed' }>;

function aRecord(over: Partial<IngestRecord> = {}): IngestRecord {
  return {
    storeId: STORE,
    receivedAt: T,
    topic: 'product.updated',
    deliveryId: 'd-1',
    outcome: 'marked',
    bytes: 100,
    cause: 'webhook product.updated',
    marks: [],
    ...over,
  };
}

function aPayload(itemId: number, over: Partial<NonNullable<IngestRecord['payload']>> = {}, receivedAt = T) {
  const payload = { itemId, groupId: itemId, modified: '2026-01-01T00:00:00', restored: false, body: '{}', ...over };
  return aRecord({ receivedAt, marks: [{ itemId, groupId: payload.groupId }], payload });
}

function anItem(itemId: number, over: Partial<ItemRow> = {}): ItemRow {
  return { itemId, externalId: `${itemId}:0`, title: `Lamp ${itemId}`, sku: '', ...over };
}

function agreed(over: Partial<Agreed> = {}): Agreed {
  return {
    kind: 'agreed',
    listingJson: '{"listing":1}',
    contentHash: 'hash',
    inventoryJson: '{"inventory":1}',
    state: 'active',
    purchasable: true,
    items: [],
    readAt: T + 1,
    ...over,
  };
}

function sent(at: number, history: readonly ItemHistory[] = []): Pick<Agreed, 'sent'> {
  return { sent: { sentAt: at, acceptedAt: at + 5, history } };
}

function anEntry(at: number, over: Partial<ItemHistory> = {}): ItemHistory {
  return {
    externalId: '7:0',
    at: new Date(at).toISOString(),
    cause: 'poll',
    state: 'active',
    rule: 3,
    tracked: true,
    quantity: 4,
    purchasable: true,
    ...over,
  };
}

function retry(over: Partial<Extract<ClaimResult, { kind: 'retry' }>> = {}): ClaimResult {
  return { kind: 'retry', dueAt: T + 500, waitingFor: 'DSTNC answered 503', inDoubt: false, ...over };
}

function rejected(reason: string): Extract<ClaimResult, { kind: 'rejected' }> {
  return {
    kind: 'rejected',
    listingJson: '{"refused":1}',
    items: [anItem(7)],
    readAt: T + 1,
    sentAt: T + 2,
    rejection: { status: 422, reason, at: new Date(T).toISOString() },
    storyJson: '{"answer":422}',
    inDoubt: false,
  };
}

/** What every engine of the storage must do alike. */
export function storageBehaviour(name: string, open: () => Promise<OpenedStorage>): void {
  orderBehaviour(name, open);
  describe(`storage on ${name}`, () => {
    let opened: OpenedStorage;
    let storage: Storage;

    beforeEach(async () => {
      opened = await open();
      storage = opened.storage;
    });
    afterEach(() => opened.destroy());

    const mark = (groupId: number, at = T, storeId = STORE) =>
      storage.ingest.mark([{ storeId, groupId }], `mark at ${at - T}`, at);

    const claim = (now = T, over: { limit?: number; owner?: string; storeId?: string; newestFirst?: boolean } = {}) =>
      storage.groups.claim({ storeId: STORE, owner: 'worker', leaseMs: LEASE_MS, limit: 100, now, ...over });

    async function claimOne(now = T): Promise<Claim> {
      const claims = await claim(now);
      expect(claims).toHaveLength(1);
      return claims[0] as Claim;
    }

    const ids = (claims: readonly Claim[]) => claims.map(({ groupId }) => groupId).sort((a, b) => a - b);
    const dirty = async (groupId: number) => (await storage.listings.group({ storeId: STORE, groupId }))?.dirty ?? null;
    const dirtyIds = async () => {
      const all = await storage.groups.claim({ storeId: STORE, owner: 'look', leaseMs: 1, limit: 1000, now: T + DAY });
      return ids(all);
    };

    /** Makes a group known and clean, with these items. */
    async function settle(groupId: number, items: readonly ItemRow[], over: Partial<Agreed> = {}): Promise<void> {
      await mark(groupId);
      for (const one of await claim()) {
        expect(await storage.groups.finish(one, agreed({ items, ...sent(T), ...over }), T)).toBe(true);
      }
    }

    describe('stores', () => {
      test('come back as they were added', async () => {
        const one = aStore();
        const other = aStore({ id: 'st_2', credentials: null, currency: null, taxIncluded: null });
        expect(await storage.stores.add(one)).toBe(true);
        expect(await storage.stores.add(other)).toBe(true);
        expect(await storage.stores.byId(STORE)).toEqual(one);
        expect(await storage.stores.byWebhookKey('wh_st_2')).toEqual(other);
        expect(await storage.stores.byId('st_none')).toBeNull();
        expect(await storage.stores.byWebhookKey('wh_none')).toBeNull();
        expect((await storage.stores.list()).map(({ id }) => id).sort()).toEqual(['st_2', STORE]);
      });

      test('a vendor has one store', async () => {
        await storage.stores.add(aStore());
        expect(await storage.stores.add(aStore({ id: 'st_2', vendor: aStore().vendor }))).toBe(false);
        expect(await storage.stores.list()).toEqual([aStore()]);
      });

      test('change only in what is given', async () => {
        await storage.stores.add(aStore());
        await storage.stores.update(STORE, { webhookSecrets: ['new', 'old'], taxIncluded: false, currency: null });
        await storage.stores.update(STORE, {});
        await storage.stores.update(STORE, { disconnectedAt: 9 });
        expect(await storage.stores.byId(STORE)).toEqual(
          aStore({ webhookSecrets: ['new', 'old'], taxIncluded: false, currency: null, disconnectedAt: 9 }),
        );
      });

      test('have several webhook secrets for a time, the newest first', async () => {
        await storage.stores.add(aStore({ webhookSecrets: ['first'] }));
        const held = async () => {
          const { webhookSecrets, webhookSecretsUntil } = (await storage.stores.byId(STORE)) as Store;
          return { webhookSecrets, webhookSecretsUntil };
        };
        expect(await storage.stores.addWebhookSecret(STORE, 'second', T + DAY, T)).toEqual(
          aStore({ webhookSecrets: ['second', 'first'], webhookSecretsUntil: T + DAY }),
        );
        // Again, as after an answer that was lost: nothing is lost or twice.
        await storage.stores.addWebhookSecret(STORE, 'second', T + DAY, T + 1);
        expect(await held()).toEqual({ webhookSecrets: ['second', 'first'], webhookSecretsUntil: T + DAY });
        // What has ended by then is gone with the next one.
        await storage.stores.addWebhookSecret(STORE, 'third', T + 3 * DAY, T + DAY);
        expect(await held()).toEqual({ webhookSecrets: ['third', 'second'], webhookSecretsUntil: T + 3 * DAY });
        await storage.stores.retireWebhookSecrets(STORE);
        expect(await held()).toEqual({ webhookSecrets: ['third'], webhookSecretsUntil: null });
        expect(await storage.stores.addWebhookSecret('st_none', 'x', T, T)).toBeNull();
        expect(await storage.stores.retireWebhookSecrets('st_none')).toBeNull();
      });

      test('get all of the webhook secrets that are added at once', async () => {
        await storage.stores.add(aStore({ webhookSecrets: ['first'] }));
        const added = ['a', 'b', 'c', 'd'];
        await Promise.all(added.map((secret) => storage.stores.addWebhookSecret(STORE, secret, T + DAY, T)));
        const { webhookSecrets } = (await storage.stores.byId(STORE)) as Store;
        expect([...webhookSecrets].sort()).toEqual([...added, 'first'].sort());
      });

      test('a flag that is up keeps its time, and takes the newer words', async () => {
        await storage.stores.add(aStore());
        await storage.stores.flag(STORE, 'clone', { since: 5, detail: 'first' });
        await storage.stores.flag(STORE, 'clone', { since: 9, detail: 'second' });
        await storage.stores.flag(STORE, 'unreadable', { since: 7, detail: 'down' });
        expect((await storage.stores.byId(STORE))?.flags).toEqual({
          clone: { since: 5, detail: 'second' },
          unreadable: { since: 7, detail: 'down' },
        });
        await storage.stores.flag(STORE, 'clone', null);
        await storage.stores.flag('st_none', 'clone', { since: 1, detail: '' });
        expect(Object.keys((await storage.stores.byId(STORE))?.flags ?? {})).toEqual(['unreadable']);
      });

      test('go with everything that is kept of them, and take nothing of another', async () => {
        for (const id of [STORE, 'st_2']) {
          await storage.stores.add(aStore({ id }));
          const deadLetter = { reason: 'not JSON', body: 'x' };
          await storage.ingest.record([{ ...aPayload(7), storeId: id }, aRecord({ storeId: id, deadLetter })]);
          for (const one of await claim(T, { storeId: id })) {
            const history = [anEntry(T)];
            const state = 'deleted';
            await storage.groups.finish(one, agreed({ items: [anItem(7)], state, ...sent(T, history) }), T);
          }
          await storage.stores.update(id, { disconnectedAt: T });
        }
        expect(await storage.stores.remove(STORE)).toBe(true);
        const left = async (storeId: string) => ({
          store: (await storage.stores.byId(storeId)) !== null,
          group: (await storage.listings.group({ storeId, groupId: 7 })) !== null,
          items: (await storage.listings.search(storeId, 'lamp', 9)).length,
          history: (await storage.listings.history(storeId, '7:0', 9)).length,
          payloads: (await storage.ingest.payloads({ storeId, groupId: 7 })).length,
          letters: (await storage.deadLetters.list(storeId)).length,
          delivered: (await storage.lastDeliveries()).has(storeId),
        });
        expect(await left(STORE)).toEqual({
          store: false,
          group: false,
          items: 0,
          history: 0,
          payloads: 0,
          letters: 0,
          delivered: false,
        });
        expect(await left('st_2')).toEqual({
          store: true,
          group: true,
          items: 1,
          history: 1,
          payloads: 1,
          letters: 1,
          delivered: true,
        });
      });
    });

    describe('invitations', () => {
      const invitation = {
        id: 'in_1',
        vendor: 'lamps',
        tokenHash: 'hash',
        createdAt: T,
        expiresAt: T + DAY,
        url: 'https://lamps.example',
      };
      const connecting = (over: Partial<Store> = {}, now = T + 1) => ({
        invitationId: 'in_1',
        store: aStore({ vendor: 'lamps', tokenHash: 'token', ...over }),
        now,
      });
      beforeEach(() => storage.invitations.add(invitation));

      test('are found by the digest of their token', async () => {
        expect(await storage.invitations.byTokenHash('hash')).toEqual({ ...invitation, usedAt: null });
        expect(await storage.invitations.byTokenHash('other')).toBeNull();
      });

      test('connect a store, once', async () => {
        expect(await storage.stores.connect(connecting())).toBe('connected');
        expect(await storage.stores.byTokenHash('token')).toEqual(connecting().store);
        expect(await storage.stores.byVendor('lamps')).toEqual(connecting().store);
        expect(await storage.invitations.byTokenHash('hash')).toMatchObject({ usedAt: T + 1 });
        const again = connecting({ credentials: { consumerKey: 'ck_other', consumerSecret: 'cs_other' } });
        expect(await storage.stores.connect(again)).toBe('code_used');
        expect(await storage.stores.byVendor('lamps')).toEqual(connecting().store);
      });

      test('used by several at once connect one', async () => {
        const results = await Promise.all(
          ['st_a', 'st_b', 'st_c'].map((id) =>
            storage.stores.connect(connecting({ id, webhookKey: `wh_${id}`, tokenHash: id })),
          ),
        );
        expect([...results].sort()).toEqual(['code_used', 'code_used', 'connected']);
        expect(await storage.stores.list()).toHaveLength(1);
      });

      test('are not used up where the vendor has another store', async () => {
        await storage.stores.add(aStore({ id: 'st_2', vendor: 'lamps' }));
        expect(await storage.stores.connect(connecting())).toBe('vendor_taken');
        expect(await storage.invitations.byTokenHash('hash')).toMatchObject({ usedAt: null });
        expect((await storage.stores.list()).map(({ id }) => id)).toEqual(['st_2']);
      });

      test('give a store that is there its new connection, and mark all of it', async () => {
        await storage.stores.add(
          aStore({ vendor: 'lamps', disconnectedAt: T, flags: { clone: { since: 1, detail: '' } } }),
        );
        await settle(7, []);
        expect(await storage.stores.connect(connecting())).toBe('connected');
        expect(await storage.stores.byId(STORE)).toEqual(connecting().store);
        expect(await dirty(7)).toBe(true);
      });

      test('keep the connection before valid until the new one is settled', async () => {
        const previous = {
          tokenHash: 'old-token',
          credentials: { consumerKey: 'ck_old', consumerSecret: 'cs_old' },
          webhookSecrets: ['old-secret'],
        };
        await storage.stores.add(aStore({ vendor: 'lamps', tokenHash: 'old-token' }));
        const { store } = connecting({ previous });
        expect(await storage.stores.connect(connecting({ previous }))).toBe('connected');
        for (const hash of ['token', 'old-token']) expect(await storage.stores.byTokenHash(hash)).toEqual(store);
        await storage.stores.settle('old-token');
        expect(await storage.stores.byId(STORE)).toEqual(store);
        const renewed = { ...previous, credentials: null };
        await storage.stores.update(STORE, { previous: renewed });
        expect(await storage.stores.byId(STORE)).toEqual({ ...store, previous: renewed });
        await storage.stores.settle('token');
        expect(await storage.stores.byId(STORE)).toEqual({ ...store, previous: null });
        expect(await storage.stores.byTokenHash('old-token')).toBeNull();
      });

      test('are open until they are used or over', async () => {
        expect(await storage.invitations.openUntil(T)).toBe(T + DAY);
        expect(await storage.invitations.openUntil(T + DAY)).toBeNull();
        await storage.stores.connect(connecting());
        expect(await storage.invitations.openUntil(T)).toBeNull();
      });

      test("are not needed where an operator connects a store, which is the vendor's only one", async () => {
        const byOperator = { ...connecting(), invitationId: null };
        expect(await storage.stores.connect(byOperator)).toBe('connected');
        expect(await storage.stores.byVendor('lamps')).toEqual(byOperator.store);
        expect(await storage.invitations.byTokenHash('hash')).toMatchObject({ usedAt: null });
        const other = connecting({ id: 'st_2', webhookKey: 'wh_2', tokenHash: 'other' });
        expect(await storage.stores.connect({ ...other, invitationId: null })).toBe('vendor_taken');
        expect(await storage.stores.list()).toHaveLength(1);
      });

      describe('for keys', () => {
        const request = { shop: 'https://lamps.example', expiresAt: T + 60_000 };
        const pending = {
          invitation: { ...invitation, usedAt: null },
          request: { ...request, takenAt: null, outcome: null },
        };

        test('are found by what the shop brings back, which it can do once', async () => {
          expect(await storage.invitations.beginKeys('in_1', 'state', request)).toBe(true);
          expect(await storage.invitations.byKeyState('state')).toEqual(pending);
          expect(await storage.invitations.byKeyState('another')).toBeNull();
          const all = await Promise.all([1, 2, 3].map((later) => storage.invitations.takeKeys('state', T + later)));
          expect(all.filter((one) => one !== null)).toHaveLength(1);
          expect((await storage.invitations.byKeyState('state'))?.request.takenAt).toBeGreaterThan(T);
          await storage.invitations.endKeys('state', { kind: 'refused', reason: 'The key may only read.' });
          expect((await storage.invitations.byKeyState('state'))?.request).toMatchObject({
            shop: request.shop,
            outcome: { kind: 'refused', reason: 'The key may only read.' },
          });
        });

        test('give way to the next attempt', async () => {
          await storage.invitations.beginKeys('in_1', 'first', request);
          await storage.invitations.takeKeys('first', T);
          await storage.invitations.beginKeys('in_1', 'second', { ...request, shop: 'https://other.example' });
          expect(await storage.invitations.byKeyState('first')).toBeNull();
          await storage.invitations.endKeys('first', { kind: 'connected' });
          expect(await storage.invitations.takeKeys('second', T)).toMatchObject({
            request: { shop: 'https://other.example', takenAt: T, outcome: null },
          });
        });

        test('come to an end, by themselves and with their invitation', async () => {
          expect(await storage.invitations.beginKeys('in_none', 'state', request)).toBe(false);
          await storage.invitations.beginKeys('in_1', 'state', request);
          expect(await storage.invitations.takeKeys('state', T + 60_000)).toBeNull();
          await storage.invitations.beginKeys('in_1', 'state', { ...request, expiresAt: T + 9 * DAY });
          expect(await storage.invitations.takeKeys('state', T + DAY)).toBeNull();
          await storage.stores.connect(connecting());
          expect(await storage.invitations.takeKeys('state', T + 2)).toBeNull();
          expect(await storage.invitations.beginKeys('in_1', 'late', request)).toBe(false);
        });
      });

      test('are forgotten some months after their end', async () => {
        await storage.prune(T + 60 * DAY);
        expect(await storage.invitations.byTokenHash('hash')).not.toBeNull();
        await storage.prune(T + 92 * DAY);
        expect(await storage.invitations.byTokenHash('hash')).toBeNull();
      });
    });

    describe('an import', () => {
      const walk = {
        cause: 'imported',
        startedAt: T,
        cursor: 0,
        walked: 0,
        total: 5,
        walkedAt: null,
        waitingFor: null,
      };
      const step = (groupIds: number[], next: number | null, now = T + 1, after = 0) => ({
        startedAt: T,
        after,
        groupIds,
        next,
        total: 4,
        now,
      });
      beforeEach(() => storage.stores.add(aStore({ import: walk })));

      test('marks a page and keeps its place, to its end', async () => {
        const half = { ...walk, cursor: 8, walked: 2, total: 4 };
        expect(await storage.stores.advanceImport(STORE, step([7, 8], 8))).toEqual(half);
        expect((await storage.stores.byId(STORE))?.import).toEqual(half);
        expect(await storage.groups.untried(STORE, T + 1)).toBe(2);
        expect(await storage.stores.advanceImport(STORE, step([9], null, T + 2, 8))).toMatchObject({
          walked: 3,
          walkedAt: T + 2,
        });
        expect(ids(await claim(T + 2))).toEqual([7, 8, 9]);
      });

      test('that is over, or in whose place another was begun, marks nothing', async () => {
        await storage.stores.update(STORE, { import: { ...walk, startedAt: T + 5 } });
        expect(await storage.stores.advanceImport(STORE, step([7], 7))).toBeNull();
        await storage.stores.update(STORE, { import: { ...walk, walkedAt: T } });
        expect(await storage.stores.advanceImport(STORE, step([7], 7))).toBeNull();
        expect(await storage.stores.advanceImport('st_none', step([7], 7))).toBeNull();
        expect(await claim(T + 9)).toEqual([]);
      });

      test('of two processes at the same page one gets on, and the page counts once', async () => {
        const both = await Promise.all([1, 2].map(() => storage.stores.advanceImport(STORE, step([7, 8], 8))));
        expect(both.filter((walk) => walk !== null)).toMatchObject([{ walked: 2 }]);
        expect((await storage.stores.byId(STORE))?.import).toMatchObject({ walked: 2, cursor: 8 });
      });

      test('is looked for by whoever walks, until its end or a disconnect', async () => {
        await storage.stores.add(aStore({ id: 'st_walked', import: { ...walk, walkedAt: T } }));
        await storage.stores.add(aStore({ id: 'st_never' }));
        await storage.stores.add(aStore({ id: 'st_left', import: walk, disconnectedAt: T }));
        expect(await storage.stores.importing()).toEqual([STORE]);
        await storage.stores.advanceImport(STORE, step([7], null));
        expect(await storage.stores.importing()).toEqual([]);
        await storage.stores.update(STORE, { import: walk });
        expect(await storage.stores.importing()).toEqual([STORE]);
      });

      test('says what it waits for, until it gets on', async () => {
        const waitingFor = async () => (await storage.stores.byId(STORE))?.import?.waitingFor;
        await storage.stores.stallImport(STORE, T + 5, 'of another walk');
        expect(await waitingFor()).toBeNull();
        await storage.stores.stallImport(STORE, T, 'the store answered 503');
        expect(await waitingFor()).toBe('the store answered 503');
        await storage.stores.advanceImport(STORE, step([7], 7));
        expect(await waitingFor()).toBeNull();
      });

      test('counts as untried what was marked by then and not taken up to its end', async () => {
        await storage.stores.advanceImport(STORE, step([7, 8, 9], null));
        await mark(10, T + 5);
        const claims = await claim(T + 2, { limit: 2 });
        expect(await storage.groups.untried(STORE, T + 1)).toBe(3);
        await storage.groups.finish(claims[0] as Claim, agreed(sent(T)), T + 3);
        await storage.groups.finish(claims[1] as Claim, retry(), T + 3);
        expect(await storage.groups.untried(STORE, T + 1)).toBe(1);
        expect(await storage.groups.untried(STORE, T + 5)).toBe(2);
        expect(await storage.groups.untried('st_2', T + 5)).toBe(0);
      });
    });

    describe('what DSTNC has of a store', () => {
      test('is counted by whether it can be bought, tombstones left out', async () => {
        expect(await storage.listings.totals(STORE)).toEqual({ products: 0, purchasable: 0, lastChange: null });
        const as = (over: Partial<Agreed>) => ({ ...sent(T), ...over });
        await settle(1, [], as({}));
        await settle(2, [], as({ purchasable: false }));
        await settle(3, [], as({ state: 'hidden' }));
        await settle(4, [], as({ state: 'deleted', purchasable: false }));
        await mark(5);
        expect(await storage.listings.totals(STORE)).toMatchObject({ products: 3, purchasable: 1 });
        expect(await storage.listings.totals('st_2')).toMatchObject({ products: 0 });
      });

      test('names the change that was accepted last, and how late it was', async () => {
        await settle(1, [], sent(T + 100));
        await mark(2, T + 200);
        await storage.groups.finish(await claimOne(T + 200), agreed({ state: 'deleted', ...sent(T + 300) }), T + 306);
        await mark(1, T + 400);
        await storage.groups.finish(await claimOne(T + 400), agreed(), T + 401);
        expect((await storage.listings.totals(STORE)).lastChange).toEqual({ at: T + 305, lateMs: 105 });
      });
    });

    describe('deliveries', () => {
      test('mark groups, and say which', async () => {
        const marked = await storage.ingest.record([
          aRecord({ marks: [{ itemId: 7, groupId: 7 }], receivedAt: T + 1 }),
          aRecord({ marks: [{ itemId: 9 }], receivedAt: T + 2 }),
          aRecord({ outcome: 'ignored' }),
        ]);
        expect(marked.map(({ storeId, groupId }) => [storeId, groupId])).toEqual([
          [STORE, 7],
          [STORE, 9],
        ]);
        expect(await storage.lastDeliveries()).toEqual(new Map([[STORE, T + 2]]));
        expect([await storage.lastDelivery(STORE), await storage.lastDelivery('st_2')]).toEqual([T + 2, null]);
        const [one] = await claim(T + 1);
        expect(one).toMatchObject({ groupId: 7, markedAt: T + 1, cause: 'webhook product.updated', accepted: null });
      });

      test('of which the marks alone are kept are not logged, and nothing else is missing', async () => {
        const deadLetter = { reason: 'not JSON', body: '<html>' };
        const marked = await storage.ingest.record(
          [
            aRecord({ marks: [{ itemId: 7, groupId: 7 }] }),
            aPayload(8, { body: '{"id":8}' }),
            aPayload(9),
            aRecord({ marks: [{ itemId: 9, knownOnly: true }], deletedItem: 9 }),
            aRecord({ outcome: 'dead_letter', deadLetter }),
          ],
          { marksOnly: true },
        );
        expect(marked.map(({ groupId }) => groupId)).toEqual([7, 8, 9]);
        expect(await storage.lastDeliveries()).toEqual(new Map());
        expect(await storage.ingest.payloads({ storeId: STORE, groupId: 8 })).toMatchObject([{ body: '{"id":8}' }]);
        expect(await storage.ingest.payloads({ storeId: STORE, groupId: 9 })).toMatchObject([{ deleted: true }]);
        expect(await storage.deadLetters.list(STORE)).toMatchObject([deadLetter]);
        expect(await dirtyIds()).toEqual([7, 8, 9]);
      });

      test('are stored whole or not at all, with their marks', async () => {
        const poisoned = aRecord({ marks: [{ itemId: 8 }], cause: null as never });
        await expect(storage.ingest.record([aRecord({ marks: [{ itemId: 7 }] }), poisoned])).rejects.toThrow();
        expect(await storage.lastDeliveries()).toEqual(new Map());
        expect(await storage.groups.backlog()).toEqual({ dirty: 0, oldestMarkedAt: null });
      });

      test('a write that fails takes none of its neighbours with it', async () => {
        const results = await Promise.allSettled([
          mark(1),
          storage.ingest.record([aRecord({ marks: [{ itemId: 2 }], cause: null as never })]),
          mark(3),
        ]);
        expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
        expect(await dirtyIds()).toEqual([1, 3]);
      });

      test('several of one group in one batch make it dirty once, and one claim covers them all', async () => {
        const twice = aRecord({ marks: [{ itemId: 7 }] });
        await storage.ingest.record([twice, twice, { ...twice, receivedAt: T + 1, cause: 'the last' }]);
        expect(await storage.groups.backlog()).toEqual({ dirty: 1, oldestMarkedAt: T });
        const one = await claimOne();
        expect(one).toMatchObject({ markedAt: T, cause: 'the last' });
        await storage.groups.finish(one, agreed(), T + 1);
        expect(await dirty(7)).toBe(false);
      });

      test('an id that is known marks the group that it belongs to', async () => {
        await settle(7, [anItem(7), anItem(70, { externalId: '7:70' })]);
        // `product.deleted` of a variation names nothing but its id.
        await storage.ingest.record([aRecord({ marks: [{ itemId: 70 }] })]);
        expect(await dirtyIds()).toEqual([7]);
      });

      test('an unknown id is a group of its own, unless only known ones are meant', async () => {
        await storage.ingest.record([aRecord({ marks: [{ itemId: 70 }, { itemId: 71, knownOnly: true }] })]);
        expect(await dirtyIds()).toEqual([70]);
      });

      test('an id that has moved marks the group that has it and the one that had it', async () => {
        await settle(7, [anItem(7), anItem(70, { externalId: '7:70' })]);
        await storage.ingest.record([aRecord({ marks: [{ itemId: 70, groupId: 8 }] })]);
        expect(await dirtyIds()).toEqual([7, 8]);
      });

      test('what another store knows is not known here', async () => {
        await settle(7, [anItem(7), anItem(70, { externalId: '7:70' })]);
        await storage.ingest.record([aRecord({ storeId: 'st_2', marks: [{ itemId: 70 }] })]);
        expect(await dirtyIds()).toEqual([]);
        expect(ids(await claim(T, { storeId: 'st_2' }))).toEqual([70]);
      });

      test('more rows than fit into one statement are stored all the same', async () => {
        const records = Array.from({ length: 1_203 }, (_, i) => aRecord({ marks: [{ itemId: i + 1 }] }));
        await storage.ingest.record(records);
        expect((await storage.groups.backlog()).dirty).toBe(1_203);
      });

      test('a store is marked whole in doubt: a step that is under way counts for nothing', async () => {
        await settle(7, []);
        await mark(8);
        const [underWay] = await claim();
        expect(await storage.stores.update(STORE, {}, { cause: 'asked for', now: T + 3, doubt: true })).toBe(2);
        expect(await storage.groups.finish(underWay as Claim, agreed(), T + 4)).toBe(false);
        const claims = await claim(T + 4);
        expect(ids(claims)).toEqual([7, 8]);
        expect(claims.map(({ inDoubt }) => inDoubt)).toEqual([true, true]);
      });

      test('another target than before has accepted nothing; the same one is left alone', async () => {
        expect(await storage.groups.retarget('https://one.example', T)).toBe(0);
        await settle(7, []);
        expect(await storage.groups.retarget('https://one.example', T + 1)).toBe(0);
        expect(await dirty(7)).toBe(false);
        expect(await storage.groups.retarget('https://two.example', T + 2)).toBe(1);
        expect(await claimOne(T + 2)).toMatchObject({ groupId: 7, inDoubt: true });
      });

      test('a store is removed once it is disconnected and its last product is a tombstone', async () => {
        await storage.stores.add(aStore());
        await settle(7, [], sent(T));
        await storage.stores.update(STORE, { disconnectedAt: T });
        expect(await storage.stores.remove(STORE)).toBe(false);
        await mark(7, T + 1);
        expect(await storage.stores.remove(STORE)).toBe(false);
        await storage.groups.finish(await claimOne(T + 1), agreed({ ...sent(T + 1), state: 'deleted' }), T + 1);
        await storage.stores.update(STORE, { disconnectedAt: null });
        expect(await storage.stores.remove(STORE)).toBe(false);
        await storage.stores.update(STORE, { disconnectedAt: T + 2 });
        expect(await storage.stores.remove(STORE)).toBe(true);
        expect(await storage.stores.byId(STORE)).toBeNull();
        expect(await storage.stores.remove(STORE)).toBe(false);
      });

      test('a store is not removed while DSTNC may have taken what was refused in part', async () => {
        await storage.stores.add(aStore({ disconnectedAt: T }));
        await mark(7);
        await storage.groups.finish(await claimOne(), { ...rejected('no'), inDoubt: true }, T);
        expect(await storage.stores.remove(STORE)).toBe(false);
      });

      test('a change of a store and its marks are one', async () => {
        await storage.stores.add(aStore());
        await settle(7, []);
        const mark = { cause: 'disconnected', now: T + 3 };
        expect(await storage.stores.update(STORE, { disconnectedAt: T + 3 }, mark)).toBe(1);
        expect((await storage.stores.byId(STORE))?.disconnectedAt).toBe(T + 3);
        expect(await dirty(7)).toBe(true);
      });

      test('a store is marked whole', async () => {
        await settle(7, []);
        await settle(8, []);
        await mark(9, T, 'st_2');
        expect(await storage.stores.update(STORE, {}, { cause: 'asked for', now: T + 3 })).toBe(2);
        expect(await storage.groups.backlog(STORE)).toEqual({ dirty: 2, oldestMarkedAt: T + 3 });
        const claims = await claim(T + 3);
        expect(claims.map(({ cause }) => cause)).toEqual(['asked for', 'asked for']);
        await storage.stores.update(STORE, {}, { cause: 'once more', now: T + 4 });
        for (const one of claims) await storage.groups.finish(one, agreed(), T + 5);
        expect((await claim(T + 5)).map(({ markedAt }) => markedAt)).toEqual([T + 4, T + 4]);
      });
    });

    describe('a large store that is marked whole', () => {
      const GROUPS = 2_500;
      const all = (storeId = STORE) => Array.from({ length: GROUPS }, (_, i) => ({ storeId, groupId: i + 1 }));
      const mark = { cause: 'asked for', now: T + 3 };
      /** Makes its groups known, and clean. */
      async function settleAll(count = GROUPS): Promise<void> {
        await storage.ingest.mark(all().slice(0, count), 'before', T);
        const claims = await claim(T, { limit: count });
        await Promise.all(claims.map((one) => storage.groups.finish(one, agreed(), T)));
      }
      /** Looks once a turn of the event loop: later, it may be over. */
      async function underWay(): Promise<void> {
        while ((await storage.stores.marking()).length === 0) await new Promise(setImmediate);
      }
      /** Begins to mark it and, once that can be seen, kills the process. @returns how many were marked by then */
      async function markAndDie(over: Partial<StoreMark> = {}): Promise<number> {
        const marking = storage.stores.update(STORE, { disconnectedAt: T + 3 }, { ...mark, ...over });
        const dying = expect(marking).rejects.toThrow();
        await underWay();
        storage = await opened.reopen();
        await dying;
        return (await storage.groups.backlog(STORE)).dirty;
      }
      const markAll = async () => {
        while (await storage.stores.markOn(STORE));
      };

      test('is so when that resolves, and nothing is left to do', async () => {
        await settleAll();
        await storage.ingest.mark([{ storeId: 'st_2', groupId: 1 }], 'before', T);
        expect(await storage.stores.update(STORE, {}, mark)).toBe(GROUPS);
        expect(await storage.groups.backlog(STORE)).toEqual({ dirty: GROUPS, oldestMarkedAt: T + 3 });
        expect((await storage.groups.backlog('st_2')).oldestMarkedAt).toBe(T);
        expect(await storage.stores.marking()).toEqual([]);
        const claims = await claim(T + 3, { limit: GROUPS });
        expect(claims.every(({ seq, cause }) => seq === 2 && cause === 'asked for')).toBe(true);
      });

      test('by two at once is so for both of them', async () => {
        await settleAll(20);
        const both = [mark, { ...mark, doubt: true }].map((one) => storage.stores.update(STORE, {}, one));
        expect(await Promise.all(both)).toEqual([20, 20]);
        expect((await claim(T + 3)).every(({ inDoubt }) => inDoubt)).toBe(true);
      });

      test('and whose marking is killed: another process goes on where it was, and it is not removed before', async () => {
        await storage.stores.add(aStore());
        await settleAll();
        const before = await markAndDie();
        expect(before).toBeLessThan(GROUPS);
        expect((await storage.stores.byId(STORE))?.disconnectedAt).toBe(T + 3);
        expect(await storage.stores.marking()).toEqual([STORE]);
        // Some are marked and others are not: as if all that was marked so far had been withdrawn by now.
        for (const one of await claim(T + 3, { limit: GROUPS })) {
          await storage.groups.finish(one, agreed({ ...sent(T + 3), state: 'deleted' }), T + 3);
        }
        expect(await storage.stores.remove(STORE)).toBe(false);
        await Promise.all([markAll(), markAll()]);
        expect(await storage.stores.marking()).toEqual([]);
        expect((await storage.groups.backlog(STORE)).dirty).toBe(GROUPS - before);
        const claims = await claim(T + 3, { limit: GROUPS });
        expect(claims.every(({ seq, cause }) => seq === 2 && cause === 'asked for')).toBe(true);
      });

      test('again before the first time is over: all of it, for the newest cause, in doubt if any was', async () => {
        await storage.stores.add(aStore());
        await settleAll();
        const before = await markAndDie({ doubt: true });
        expect(await storage.stores.update(STORE, {}, { cause: 'once more', now: T + 9 })).toBe(GROUPS);
        const claims = await claim(T + 9, { limit: GROUPS });
        expect(claims).toHaveLength(GROUPS);
        expect(
          claims.every(({ cause, inDoubt, markedAt }) => cause === 'once more' && inDoubt && markedAt === T + 3),
        ).toBe(true);
        expect(claims.filter(({ seq }) => seq === 3)).toHaveLength(before);
        // A doubt that is over is not one of the next time.
        for (const one of claims) await storage.groups.finish(one, agreed(), T + 10);
        await storage.stores.update(STORE, {}, { cause: 'later', now: T + 11 });
        expect(await claim(T + 11, { limit: 1 })).toMatchObject([{ inDoubt: false, markedAt: T + 11 }]);
      });

      test('holds up no delivery to another store, nor to itself', async () => {
        await storage.ingest.mark(
          Array.from({ length: 20_000 }, (_, i) => ({ storeId: STORE, groupId: i + 1 })),
          'before',
          T,
        );
        const marking = storage.stores.update(STORE, {}, mark);
        await underWay();
        await storage.ingest.record([
          aRecord({ marks: [{ itemId: 7, groupId: 7 }] }),
          aRecord({ storeId: 'st_2', marks: [{ itemId: 7, groupId: 7 }] }),
        ]);
        expect(await storage.stores.marking()).toEqual([STORE]);
        expect(await marking).toBe(20_000);
      });

      test('whose pending mark nobody needs any more: to mark on changes nothing', async () => {
        await settleAll(3);
        expect(await storage.stores.markOn(STORE)).toBe(false);
        await storage.stores.update(STORE, {}, mark);
        expect(await storage.stores.markOn(STORE)).toBe(false);
        expect((await claim(T + 3)).map(({ seq }) => seq)).toEqual([2, 2, 2]);
      });
    });

    describe('payloads of a store without credentials', () => {
      const held = async (groupId = 7) =>
        (await storage.ingest.payloads({ storeId: STORE, groupId })).map(({ body, deleted }) => ({ body, deleted }));
      const deletion = (itemId: number, at = T) =>
        aRecord({ receivedAt: at, marks: [{ itemId, knownOnly: true }], deletedItem: itemId });
      const [older, same, newer] = ['2026-01-01T00:00:00', '2026-01-01T00:00:01', '2026-01-01T00:00:02'];

      test('the newer wins, and an older one that comes late is not used', async () => {
        await storage.ingest.record([aPayload(7, { modified: same, body: 'first' })]);
        await storage.ingest.record([aPayload(7, { modified: newer, body: 'newer' })]);
        await storage.ingest.record([aPayload(7, { modified: older, body: 'older' })]);
        expect(await held()).toEqual([{ body: 'newer', deleted: false }]);
      });

      test('of equal age the one that arrived later wins, also within one batch', async () => {
        await storage.ingest.record([aPayload(7, { body: 'first' }), aPayload(7, { body: 'second' })]);
        expect(await held()).toEqual([{ body: 'second', deleted: false }]);
        await storage.ingest.record([aPayload(7, { body: 'third' }, T + 1)]);
        expect(await storage.ingest.payloads({ storeId: STORE, groupId: 7 })).toMatchObject([
          { itemId: 7, body: 'third', arrivedAt: T + 1 },
        ]);
      });

      test('a deletion counts for ids that were seen, and only for those', async () => {
        await storage.ingest.record([aPayload(7), aPayload(70, { groupId: 7 })]);
        await storage.ingest.record([deletion(70), deletion(99)]);
        expect(await held()).toEqual([
          { body: '{}', deleted: false },
          { body: '{}', deleted: true },
        ]);
        expect(await held(99)).toEqual([]);
        expect(await dirtyIds()).toEqual([7]);
      });

      test('a deletion marks the group of an id that was seen but never listed', async () => {
        await storage.ingest.record([aPayload(7), aPayload(70, { groupId: 7 })]);
        for (const one of await claim()) await storage.groups.finish(one, agreed(), T);
        await storage.ingest.record([deletion(70)]);
        expect(await dirtyIds()).toEqual([7]);
      });

      test('a repeated delivery from before a deletion does not bring the product back', async () => {
        await storage.ingest.record([aPayload(7, { modified: same })]);
        await storage.ingest.record([deletion(7)]);
        await storage.ingest.record([aPayload(7, { modified: same }), aPayload(7, { modified: older })]);
        expect(await held()).toMatchObject([{ deleted: true }]);
      });

      test('what is newer than a deletion brings it back, and so does a restoration of equal age', async () => {
        await storage.ingest.record([aPayload(7, { modified: same })]);
        await storage.ingest.record([deletion(7)]);
        await storage.ingest.record([aPayload(7, { modified: older, restored: true })]);
        expect(await held()).toMatchObject([{ deleted: true }]);
        await storage.ingest.record([aPayload(7, { modified: same, restored: true, body: 'restored' })]);
        expect(await held()).toEqual([{ body: 'restored', deleted: false }]);
        await storage.ingest.record([deletion(7)]);
        await storage.ingest.record([aPayload(7, { modified: newer, body: 'newer' })]);
        expect(await held()).toEqual([{ body: 'newer', deleted: false }]);
      });

      test('an id that has moved marks both groups and stays in one', async () => {
        await storage.ingest.record([aPayload(70, { groupId: 7, modified: older })]);
        for (const one of await claim()) await storage.groups.finish(one, agreed(), T);
        await storage.ingest.record([aPayload(70, { groupId: 8, modified: newer })]);
        expect(await held(7)).toEqual([]);
        expect(await held(8)).toHaveLength(1);
        expect(await dirtyIds()).toEqual([7, 8]);
      });
    });

    describe('dead letters', () => {
      const letter = (deliveryId: string, reason: string, storeId = STORE) =>
        aRecord({ storeId, deliveryId, topic: 'product.updated', deadLetter: { reason, body: `body of ${reason}` } });

      test('are kept with their story until they are settled', async () => {
        await storage.ingest.record([letter('d-1', 'not JSON'), letter('d-1', 'no id', 'st_2')]);
        const [one] = await storage.deadLetters.list(STORE);
        expect(one).toMatchObject({
          storeId: STORE,
          kind: 'delivery',
          reason: 'not JSON',
          at: T,
          story: { topic: 'product.updated', deliveryId: 'd-1', bytes: 100 },
          body: 'body of not JSON',
        });
        expect(await storage.deadLetters.list()).toHaveLength(2);
        const id = one?.id ?? '';
        expect(await storage.deadLetters.byId(id)).toEqual(one);
        expect(await storage.deadLetters.remove(id)).toBe(true);
        expect(await storage.deadLetters.remove(id)).toBe(false);
        expect(await storage.deadLetters.byId(id)).toBeNull();
        expect(await storage.deadLetters.list()).toHaveLength(1);
      });

      describe('about a product that fails for days', () => {
        const LONG = 7 * DAY;
        const failed = (over: Partial<Extract<ClaimResult, { kind: 'retry' }>> = {}) =>
          retry({
            dueAt: T,
            failing: { ms: LONG, at: T },
            letter: { reason: 'DSTNC answered 409', story: { tries: 9 } },
            ...over,
          });
        const letters = () => storage.deadLetters.list(STORE);
        const discard = async (now = T + 20) =>
          storage.deadLetters.discard((await letters())[0]?.id ?? '', { now, quietMs: DAY });
        const row = () => storage.listings.group({ storeId: STORE, groupId: 7 });

        test('how long it has been failing is kept from try to try, and ends with it', async () => {
          await mark(7);
          const first = await claimOne();
          expect(first.failing).toEqual({ ms: 0, at: null });
          await storage.groups.finish(first, retry({ dueAt: T, failing: { ms: 5, at: T + 5 } }), T);
          const second = await claimOne();
          expect(second.failing).toEqual({ ms: 5, at: T + 5 });
          // Given back without a try.
          await storage.groups.finish(second, retry({ dueAt: T }), T);
          const third = await claimOne();
          expect(third.failing).toEqual({ ms: 5, at: T + 5 });
          await storage.groups.finish(third, agreed(), T);
          await mark(7);
          expect((await claimOne()).failing).toEqual({ ms: 0, at: null });
        });

        test('is there once, with the newest story and its first time, while the product goes on being tried', async () => {
          await mark(7);
          await storage.groups.finish(await claimOne(), failed(), T + 1);
          const [first] = await letters();
          expect(first).toMatchObject({
            kind: 'undeliverable',
            subject: '7',
            story: { tries: 9 },
            at: T + 1,
            body: null,
          });
          const newer = { reason: 'DSTNC answered 425', story: { tries: 10 } };
          await storage.groups.finish(await claimOne(), failed({ letter: newer }), T + 2);
          expect(await letters()).toEqual([{ ...first, ...newer }]);
          expect(await dirty(7)).toBe(true);
        });

        test.each<[string, ClaimResult, string[]]>([
          ['accepted', agreed(sent(T)), []],
          ['gone', { kind: 'forgotten' }, []],
          ['refused', rejected('no title'), ['rejection']],
        ])('closes when the product is %s', async (_name, result, left) => {
          await mark(7);
          await storage.groups.finish(await claimOne(), failed(), T);
          await storage.groups.finish(await claimOne(), result, T);
          expect((await letters()).map(({ kind }) => kind)).toEqual(left);
        });

        test('closes when the product is gone, though a mark came meanwhile', async () => {
          await mark(7);
          await storage.groups.finish(await claimOne(), failed(), T);
          const one = await claimOne();
          await mark(7);
          await storage.groups.finish(one, { kind: 'forgotten' }, T);
          expect(await letters()).toEqual([]);
        });

        test('discarded: the product is left alone until its next change, and says so', async () => {
          await mark(7);
          await storage.groups.finish(await claimOne(), failed(), T);
          expect(await discard()).toBe('discarded');
          expect(await letters()).toEqual([]);
          expect(await claim(T + DAY)).toEqual([]);
          expect(await storage.groups.backlog()).toEqual({ dirty: 0, oldestMarkedAt: null });
          expect(JSON.parse((await row())?.discardedJson ?? '')).toEqual({
            at: new Date(T + 20).toISOString(),
            reason: 'DSTNC answered 409',
          });
          await mark(7, T + 30);
          const next = await claimOne(T + 30);
          expect(next).toMatchObject({ attempts: 0, markedAt: T + 30, failing: { ms: 0, at: null } });
          await storage.groups.finish(next, retry({ failing: { ms: 0, at: T + 31 } }), T + 31);
          expect(await row()).toMatchObject({ discardedJson: null, dirty: true });
        });

        test('discarded after another change: that change is none of it', async () => {
          await mark(7);
          await storage.groups.finish(await claimOne(), failed(), T);
          await mark(7, T + 10);
          expect(await discard()).toBe('newer_change');
          expect(await letters()).toEqual([]);
          expect(await row()).toMatchObject({ dirty: true, discardedJson: null });
        });

        test('discarded while it is tried: what that step says is dropped, and may have reached DSTNC', async () => {
          await mark(7);
          await storage.groups.finish(await claimOne(), failed(), T);
          const running = await claimOne();
          expect(await discard()).toBe('discarded');
          expect(await storage.groups.finish(running, failed(), T)).toBe(false);
          expect(await letters()).toEqual([]);
          await mark(7, T + 30);
          expect((await claimOne(T + 30)).inDoubt).toBe(true);
        });

        test('a refusal that is discarded is still one, but nobody waits for it', async () => {
          await mark(7);
          await storage.groups.finish(await claimOne(), rejected('no title'), T);
          expect(await discard()).toBe('discarded');
          const { rejectedJson, discardedJson, dirty: waits } = (await row()) ?? {};
          expect([rejectedJson, discardedJson]).toEqual([expect.stringContaining('no title'), expect.any(String)]);
          expect(waits).toBe(false);
          expect(await discard()).toBe('unknown');
        });

        test('a story that is very long is told by itself only', async () => {
          const story = { body: 'x'.repeat(100_000) };
          await mark(7);
          await storage.groups.finish(await claimOne(), failed({ letter: { reason: 'r', story } }), T);
          const [listed] = await letters();
          expect(listed?.story).toBeNull();
          expect((await storage.deadLetters.byId(listed?.id ?? ''))?.story).toEqual(story);
        });

        test('one product may be tried at once', async () => {
          for (const groupId of [7, 8]) await mark(groupId);
          for (const one of await claim()) await storage.groups.finish(one, retry({ dueAt: T + DAY }), T);
          await storage.groups.wake(T + 1, STORE, 7);
          expect(ids(await claim(T + 1))).toEqual([7]);
        });
      });

      describe("about a store that can't be read", () => {
        const put = (at = T) =>
          storage.deadLetters.putUnreadable({ storeId: STORE, reason: `since ${at - T}`, at, story: { at } });
        beforeEach(async () => {
          await storage.stores.add(aStore());
          await storage.stores.flag(STORE, 'unreadable', { since: T, detail: 'down' });
        });

        test('is one, with the newest story, and goes with the flag', async () => {
          expect(await put()).toBe(true);
          expect(await put(T + 5)).toBe(true);
          expect(await storage.deadLetters.list(STORE)).toMatchObject([
            { kind: 'unreadable', subject: 'store', reason: 'since 5', at: T, story: { at: T + 5 } },
          ]);
          await storage.stores.flag(STORE, 'clone', null);
          expect(await storage.deadLetters.list(STORE)).toHaveLength(1);
          await storage.stores.flag(STORE, 'unreadable', null);
          expect(await storage.deadLetters.list(STORE)).toEqual([]);
          expect(await put()).toBe(false);
          expect(await storage.deadLetters.list(STORE)).toEqual([]);
        });

        test('is not told again for a while once it is discarded, and the flag stays', async () => {
          await put();
          const [letter] = await storage.deadLetters.list(STORE);
          await mark(7);
          expect(await storage.deadLetters.discard(letter?.id ?? '', { now: T + 1, quietMs: DAY })).toBe('discarded');
          expect(await put(T + DAY)).toBe(false);
          expect((await storage.stores.byId(STORE))?.flags.unreadable).toMatchObject({ since: T, detail: 'down' });
          expect(await dirty(7)).toBe(true);
          expect(await put(T + 1 + DAY)).toBe(true);
        });
      });

      test('there is one a subject, with the newer story', async () => {
        await storage.ingest.record([letter('d-1', 'first'), letter('d-1', 'second'), letter('d-2', 'third')]);
        expect((await storage.deadLetters.list()).map(({ reason }) => reason).sort()).toEqual(['second', 'third']);
      });
    });

    describe('secrets', () => {
      const [oldKey, newKey] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)] as const;
      const before = () => createSecretBox(new Map([['old', oldKey]]));
      const both = () =>
        createSecretBox(
          new Map([
            ['new', newKey],
            ['old', oldKey],
          ]),
        );
      const previous = { tokenHash: 'old-token', credentials: null, webhookSecrets: ['before'] };
      const all = Array.from({ length: 7 }, (_, i) =>
        aStore({ id: `st_${i}`, ...(i === 3 && { credentials: null }), ...(i === 4 && { previous }) }),
      );
      beforeEach(async () => {
        storage = await opened.reopen(before());
        for (const store of all) await storage.stores.add(store);
        storage = await opened.reopen(both());
      });
      const counted = async () => {
        const { stores, toRotate } = await storage.secrets.sealedUnder();
        return { ...Object.fromEntries(stores), toRotate };
      };

      test('are encrypted anew in steps, which may end anywhere, and afterwards the old key opens nothing', async () => {
        expect(await counted()).toEqual({ old: 7, toRotate: 7 });
        expect(await storage.secrets.rotate('', 3)).toEqual({ done: 3, next: 'st_2' });
        expect(await counted()).toEqual({ old: 4, new: 3, toRotate: 4 });
        // From the beginning, as by a process that knows nothing of the one that was killed.
        expect(await storage.secrets.rotate('', 5)).toEqual({ done: 2, next: 'st_4' });
        expect(await storage.secrets.rotate('st_4', 5)).toEqual({ done: 2, next: null });
        expect(await counted()).toEqual({ new: 7, toRotate: 0 });
        storage = await opened.reopen(createSecretBox(new Map([['new', newKey]])));
        expect([...(await storage.stores.list())].sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual(all);
      });

      test('that are changed at the same moment stay as they were changed', async () => {
        const fresh = { consumerKey: 'ck_fresh', consumerSecret: 'cs_fresh' };
        let update: Promise<unknown> | undefined;
        const box = both();
        storage = await opened.reopen({
          ...box,
          // Between the read and the write.
          open(sealed, owner) {
            update ??= storage.stores.update('st_0', { credentials: fresh });
            return box.open(sealed, owner);
          },
        });
        await storage.secrets.rotate('', 100);
        expect(update).toBeDefined();
        await update;
        expect(await storage.stores.byId('st_0')).toEqual({ ...all[0], credentials: fresh });
        await storage.secrets.rotate('', 100);
        expect(await counted()).toEqual({ new: 7, toRotate: 0 });
        expect(await storage.stores.byId('st_0')).toEqual({ ...all[0], credentials: fresh });
      });

      test('whose key is not known are left, counted and no reason to leave the others', async () => {
        await storage.secrets.rotate('', 2);
        storage = await opened.reopen(
          createSecretBox(
            new Map([
              ['third', Buffer.alloc(32, 3)],
              ['new', newKey],
            ]),
          ),
        );
        expect(await storage.secrets.rotate('', 100)).toEqual({ done: 2, next: null });
        expect(await counted()).toEqual({ third: 2, old: 5, toRotate: 5 });
      });
    });

    describe('claims', () => {
      test('take only what is due, the longest waiting first, and no more than asked for', async () => {
        await mark(3, T + 30);
        await mark(1, T + 10);
        await mark(2, T + 20);
        await mark(4, T + 99);
        await mark(5, T, 'st_2');
        expect(ids(await claim(T + 50, { limit: 2 }))).toEqual([1, 2]);
        expect(ids(await claim(T + 50))).toEqual([3]);
        expect(await claim(T + 50)).toEqual([]);
      });

      test('each has a rev greater than all before, and no less than the time', async () => {
        await mark(7);
        const first = await claimOne(T);
        expect(first.rev).toBeGreaterThanOrEqual(T);
        await storage.groups.finish(first, retry({ dueAt: T }), T);
        const second = await claimOne(T);
        expect(second.rev).toBeGreaterThan(first.rev);
        await storage.groups.finish(second, agreed(), T);
        await mark(7, T + 10_000);
        expect((await claimOne(T + 10_000)).rev).toBeGreaterThanOrEqual(T + 10_000);
      });

      test('a group is never given out twice, however many ask at once', async () => {
        for (let groupId = 1; groupId <= 40; groupId += 1) await mark(groupId);
        const taken = await Promise.all(
          Array.from({ length: 10 }, (_, i) => claim(T, { owner: `worker ${i}`, limit: 7 })),
        );
        expect(ids(taken.flat())).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
      });

      test('a lease that ran out is taken over in doubt, and its late result is not written', async () => {
        await mark(7);
        const lost = await claimOne(T);
        const after = T + LEASE_MS;
        const [heir] = await claim(after, { owner: 'heir' });
        expect(heir).toMatchObject({ groupId: 7, inDoubt: true, markedAt: T });
        const late = agreed({ listingJson: '"late"', items: [anItem(7)], ...sent(T, [anEntry(T)]) });
        for (const result of [late, retry(), rejected('late'), { kind: 'forgotten' as const }]) {
          expect(await storage.groups.finish(lost, result, after)).toBe(false);
        }
        expect(await storage.listings.group({ storeId: STORE, groupId: 7 })).toMatchObject({
          dirty: true,
          listingJson: null,
          waitingFor: null,
          rejectedJson: null,
        });
        expect(await storage.listings.search(STORE, '', 9)).toEqual([]);
        expect(await storage.listings.history(STORE, '7:0', 9)).toEqual([]);
        expect(await storage.deadLetters.list()).toEqual([]);
        expect(await storage.groups.finish(heir as Claim, agreed(), after)).toBe(true);
        expect(await storage.groups.finish(heir as Claim, agreed(), after)).toBe(false);
      });

      test('a probe may take what was marked last', async () => {
        await mark(1, T);
        await mark(2, T + 5);
        await mark(3, T + 9);
        expect(ids(await claim(T + 9, { limit: 1, newestFirst: true }))).toEqual([3]);
        expect(ids(await claim(T + 9, { limit: 1 }))).toEqual([1]);
      });

      test('what failed comes after what did not, however long it has been waiting', async () => {
        await mark(1);
        await storage.groups.finish(await claimOne(T), retry({ dueAt: T }), T);
        await mark(2, T + 50);
        expect(ids(await claim(T + 50, { limit: 1 }))).toEqual([2]);
        expect(ids(await claim(T + 50, { limit: 1 }))).toEqual([1]);
      });

      describe('what somebody told of, and what is one of many', () => {
        const walk = {
          cause: 'imported',
          startedAt: T,
          cursor: 0,
          walked: 0,
          total: 9,
          walkedAt: null,
          waitingFor: null,
        };
        const importing = (groupIds: number[], now: number) =>
          storage.stores.advanceImport(STORE, { startedAt: T, after: 0, groupIds, next: 9, total: 9, now });
        const delivered = (groupId: number, at: number) =>
          storage.ingest.record([aRecord({ receivedAt: at, marks: [{ itemId: groupId, groupId }] })]);
        const next = async (now: number) => ids(await claim(now, { limit: 1 }));
        beforeEach(() => storage.stores.add(aStore({ import: walk })));

        test('a delivery goes before an import that has been waiting for longer, and so does any single mark', async () => {
          await importing([1, 2, 3], T);
          await delivered(8, T + 5);
          await mark(9, T + 6);
          expect(await next(T + 9)).toEqual([8]);
          expect(await next(T + 9)).toEqual([9]);
          expect(await next(T + 9)).toEqual([1]);
        });

        test('a delivery about what an import has marked takes it forward', async () => {
          await importing([1, 2, 3], T);
          await delivered(3, T + 5);
          expect(await next(T + 9)).toEqual([3]);
        });

        test('what a delivery told of stays ahead when all is marked, whatever marks it', async () => {
          for (const id of [1, 2, 3]) await settle(id, []);
          await delivered(3, T + 5);
          await importing([1, 2, 3], T + 6);
          await storage.stores.update(STORE, {}, { cause: 'sync', now: T + 7 });
          expect(await next(T + 9)).toEqual([3]);
        });

        test('one that is done is as any other: the next import has it in its turn', async () => {
          await delivered(3, T);
          await storage.groups.finish(await claimOne(T), agreed(sent(T)), T);
          await importing([1], T + 1);
          await importing([3], T + 2);
          expect(await next(T + 9)).toEqual([1]);
        });

        test('a delivery that comes while it is worked on goes first, too', async () => {
          await importing([3], T);
          const held = await claimOne(T);
          await importing([1, 2], T + 1);
          await delivered(3, T + 2);
          await storage.groups.finish(held, agreed(sent(T)), T + 3);
          expect(await next(T + 9)).toEqual([3]);
        });

        test('what failed comes after what did not, and waits no less, whoever told of it', async () => {
          await delivered(3, T);
          await storage.groups.finish(await claimOne(T), retry({ dueAt: T + 500 }), T);
          await importing([1, 2], T + 1);
          await delivered(3, T + 2);
          expect(ids(await claim(T + 499, { limit: 1 }))).toEqual([1]);
          expect(ids(await claim(T + 500, { limit: 1 }))).toEqual([2]);
          expect(ids(await claim(T + 500, { limit: 1 }))).toEqual([3]);
        });

        test('one of many that fails has not become urgent, and an urgent one is still', async () => {
          await importing([1], T);
          const [bulk] = await claim(T);
          await storage.groups.finish(bulk as Claim, retry({ dueAt: T + 10 }), T);
          await delivered(3, T + 2);
          const [urgent] = await claim(T + 2);
          await storage.groups.finish(urgent as Claim, retry({ dueAt: T + 20 }), T + 2);
          expect(await next(T + 50)).toEqual([3]);
          expect(await next(T + 50)).toEqual([1]);
        });
      });

      test('of a dead process are void at the start, in doubt', async () => {
        await mark(7);
        await mark(8);
        await claim(T, { limit: 1 });
        // After the lease's end, as engines that several processes share leave running leases alone.
        expect(await storage.groups.voidLeases(T + LEASE_MS)).toBe(1);
        expect(await storage.groups.voidLeases(T + LEASE_MS)).toBe(0);
        const claims = await claim(T + LEASE_MS);
        expect(ids(claims)).toEqual([7, 8]);
        expect(claims.filter(({ inDoubt }) => inDoubt)).toHaveLength(1);
      });

      test('that their owner does not know of are given back, in doubt; those that it works on, and other owners’, are not', async () => {
        for (const id of [7, 8, 9]) await mark(id);
        const [working] = await claim(T, { limit: 1 });
        await claim(T, { limit: 1 });
        await claim(T, { limit: 1, owner: 'another' });
        expect(await storage.groups.giveBack('worker', [working as Claim], T)).toBe(1);
        expect(await storage.groups.giveBack('worker', [working as Claim], T)).toBe(0);
        expect(await claim(T)).toMatchObject([{ groupId: 8, inDoubt: true }]);
        expect(await storage.groups.finish(working as Claim, { kind: 'forgotten' }, T)).toBe(true);
      });
    });

    describe('a claim that ends', () => {
      test('agreed and sent: the accepted state is what the next claim compares with', async () => {
        await mark(7);
        const one = await claimOne();
        await storage.groups.finish(one, agreed({ items: [anItem(7)], ...sent(T + 2, [anEntry(T + 7)]) }), T + 8);
        expect(await storage.listings.group({ storeId: STORE, groupId: 7 })).toEqual({
          storeId: STORE,
          groupId: 7,
          cause: 'mark at 0',
          dirty: false,
          markedAt: null,
          waitingFor: null,
          attempts: 1,
          rev: one.rev,
          acceptedRev: one.rev,
          listingJson: '{"listing":1}',
          rejectedJson: null,
          discardedJson: null,
          readAt: T + 1,
          sentAt: T + 2,
          acceptedAt: T + 7,
          lateMs: 7,
        });
        expect(await storage.listings.totals(STORE)).toMatchObject({ products: 1, purchasable: 1 });
        expect(await storage.groups.nextDue()).toBeNull();
        await mark(7, T + 20);
        expect(await claimOne(T + 20)).toMatchObject({
          accepted: { rev: one.rev, contentHash: 'hash', inventoryJson: '{"inventory":1}' },
          listingJson: '{"listing":1}',
          inDoubt: false,
          rejected: false,
          attempts: 0,
          markedAt: T + 20,
        });
      });

      test('agreed without a send: read anew, accepted as before', async () => {
        await settle(7, []);
        const before = await storage.listings.group({ storeId: STORE, groupId: 7 });
        await mark(7, T + 20);
        await storage.groups.finish(await claimOne(T + 20), agreed({ readAt: T + 21 }), T + 22);
        expect(await storage.listings.group({ storeId: STORE, groupId: 7 })).toMatchObject({
          dirty: false,
          readAt: T + 21,
          acceptedRev: before?.acceptedRev,
          acceptedAt: before?.acceptedAt,
        });
      });

      test('forgotten: nothing is left of it', async () => {
        await mark(7);
        await storage.groups.finish(await claimOne(), { kind: 'forgotten' }, T);
        expect(await storage.listings.group({ storeId: STORE, groupId: 7 })).toBeNull();
        expect(await storage.groups.backlog()).toEqual({ dirty: 0, oldestMarkedAt: null });
      });

      test('forgotten: marks that came meanwhile are not', async () => {
        await mark(7);
        const one = await claimOne();
        await mark(7, T + 5);
        await storage.groups.finish(one, { kind: 'forgotten' }, T + 6);
        expect(await claimOne(T + 6)).toMatchObject({ groupId: 7, markedAt: T + 5 });
      });

      test('forgotten: a refusal that was open is settled with it, and its items are no longer found', async () => {
        await mark(7);
        await storage.groups.finish(await claimOne(), rejected('no title'), T);
        await mark(7);
        await storage.groups.finish(await claimOne(), { kind: 'forgotten' }, T);
        expect(await storage.deadLetters.list()).toEqual([]);
        expect(await storage.listings.search(STORE, 'lamp', 9)).toEqual([]);
      });

      test('rejected: kept for people, clean until the next change, settled by an acceptance', async () => {
        await settle(7, [anItem(7)]);
        for (const reason of ['no title', 'no picture']) {
          await mark(7);
          await storage.groups.finish(await claimOne(), rejected(reason), T + 3);
        }
        expect(await storage.listings.group({ storeId: STORE, groupId: 7 })).toMatchObject({
          dirty: false,
          listingJson: '{"refused":1}',
          sentAt: T + 2,
        });
        expect(await storage.deadLetters.list()).toMatchObject([
          { kind: 'rejection', subject: '7', reason: 'no picture', at: T + 3, story: { answer: 422 }, body: null },
        ]);
        await mark(7, T + 9);
        const one = await claimOne(T + 9);
        expect(one).toMatchObject({ rejected: true, attempts: 0, inDoubt: false });
        expect(one.accepted).not.toBeNull();
        await storage.groups.finish(one, agreed(), T + 10);
        expect(await storage.deadLetters.list()).toEqual([]);
        const after = await storage.listings.group({ storeId: STORE, groupId: 7 });
        expect(after?.rejectedJson).toBeNull();
      });

      test('rejected after a part of it may have been taken: in doubt', async () => {
        await mark(7);
        await storage.groups.finish(await claimOne(), { ...rejected('no title'), inDoubt: true }, T);
        await mark(7);
        expect((await claimOne()).inDoubt).toBe(true);
      });

      test('retry: waits for its time, counts its tries and tells the reason', async () => {
        await mark(7);
        const listing = { json: '"tried"', items: [anItem(7)], readAt: T + 1 };
        await storage.groups.finish(await claimOne(), retry({ inDoubt: true, listing }), T + 2);
        expect(await storage.listings.group({ storeId: STORE, groupId: 7 })).toMatchObject({
          dirty: true,
          markedAt: T,
          attempts: 1,
          waitingFor: 'DSTNC answered 503',
          listingJson: '"tried"',
          readAt: T + 1,
          acceptedRev: null,
        });
        expect(await storage.listings.search(STORE, 'lamp', 9)).toHaveLength(1);
        expect(await claim(T + 499)).toEqual([]);
        expect(await storage.groups.nextDue()).toBe(T + 500);
        const again = await claimOne(T + 500);
        expect(again).toMatchObject({ attempts: 1, inDoubt: true, markedAt: T });
        // Doubt stays until DSTNC has the whole product.
        await storage.groups.finish(again, retry({ dueAt: T + 600 }), T + 501);
        const third = await claimOne(T + 600);
        expect(third).toMatchObject({ attempts: 2, inDoubt: true });
        await storage.groups.finish(third, agreed(sent(T + 601)), T + 602);
        expect(await storage.listings.group({ storeId: STORE, groupId: 7 })).toMatchObject({
          attempts: 3,
          waitingFor: null,
        });
        await mark(7, T + 700);
        expect(await claimOne(T + 700)).toMatchObject({ attempts: 0, inDoubt: false });
      });

      test('retry above the rev that DSTNC holds', async () => {
        await mark(7);
        await storage.groups.finish(await claimOne(), retry({ dueAt: T, heldRev: T + 50_000 }), T);
        const one = await claimOne(T);
        expect(one.rev).toBeGreaterThan(T + 50_000);
        await storage.groups.finish(one, retry({ dueAt: T, heldRev: 1 }), T);
        expect((await claimOne(T)).rev).toBeGreaterThan(one.rev);
      });

      test('a mark does not shorten the wait of a group that failed', async () => {
        await mark(7);
        await storage.groups.finish(await claimOne(), retry(), T);
        await mark(7, T + 10);
        expect(await claim(T + 499)).toEqual([]);
        const one = await claimOne(T + 500);
        expect(one.markedAt).toBe(T);
        await storage.groups.finish(one, agreed(), T + 501);
        expect(await dirty(7)).toBe(false);
      });

      test.each<[string, ClaimResult]>([
        ['agreed', agreed(sent(T))],
        ['rejected', rejected('no title')],
      ])('marks that came meanwhile cause another round and keep their time: %s', async (_name, result) => {
        await mark(7);
        const one = await claimOne();
        await mark(7, T + 5);
        await mark(7, T + 6);
        expect((await storage.groups.backlog()).oldestMarkedAt).toBe(T);
        expect(await claim(T + 7)).toEqual([]);
        await storage.groups.finish(one, result, T + 8);
        expect(await storage.groups.backlog()).toEqual({ dirty: 1, oldestMarkedAt: T + 5 });
        const again = await claimOne(T + 8);
        expect(again.markedAt).toBe(T + 5);
        await storage.groups.finish(again, agreed(), T + 9);
        expect(await dirty(7)).toBe(false);
      });

      test('a retry keeps the time of its first mark, and marks that came meanwhile', async () => {
        await mark(7);
        const one = await claimOne();
        await mark(7, T + 5);
        await storage.groups.finish(one, retry({ dueAt: T + 20 }), T + 8);
        const again = await claimOne(T + 20);
        expect(again.markedAt).toBe(T);
        await storage.groups.finish(again, agreed(), T + 21);
        expect(await dirty(7)).toBe(false);
      });
    });

    describe('what is to be done', () => {
      test('is told by store, those that are excepted left out', async () => {
        for (const storeId of ['st_a', 'st_b', 'st_c']) {
          await mark(1, T, storeId);
          await mark(2, T, storeId);
        }
        await mark(1, T + 100, 'st_d');
        expect([...(await storage.groups.dueStores(T, []))].sort()).toEqual(['st_a', 'st_b', 'st_c']);
        expect([...(await storage.groups.dueStores(T, ['st_b', 'st_x']))].sort()).toEqual(['st_a', 'st_c']);
        expect([...(await storage.groups.dueStores(T + 100, []))].sort()).toEqual(['st_a', 'st_b', 'st_c', 'st_d']);
        await claim(T, { storeId: 'st_a' });
        expect([...(await storage.groups.dueStores(T, []))].sort()).toEqual(['st_b', 'st_c']);
        expect(await storage.groups.dueStores(T - 1, [])).toEqual([]);
      });

      test('falls due when the first waiting group does; what is worked on does not wait', async () => {
        expect(await storage.groups.nextDue()).toBeNull();
        await mark(8, T + 50);
        await mark(7, T);
        expect(await storage.groups.nextDue()).toBe(T);
        await claim(T);
        expect(await storage.groups.nextDue()).toBe(T + 50);
      });

      test('can be woken before its time, all of it or one store of it', async () => {
        for (const storeId of [STORE, 'st_2']) {
          await mark(7, T, storeId);
          for (const one of await claim(T, { storeId })) {
            await storage.groups.finish(one, retry({ dueAt: T + 9_000 }), T);
          }
        }
        await mark(8);
        const [leased] = await claim();
        expect(await storage.groups.dueStores(T + 1, [])).toEqual([]);
        await storage.groups.wake(T + 1, 'st_2');
        expect(await storage.groups.dueStores(T + 1, [])).toEqual(['st_2']);
        await storage.groups.wake(T + 1);
        expect(ids(await claim(T + 1))).toEqual([7]);
        expect(await storage.groups.finish(leased as Claim, agreed(), T + 2)).toBe(true);
      });

      test('is counted, with the age of the oldest', async () => {
        expect(await storage.groups.backlog()).toEqual({ dirty: 0, oldestMarkedAt: null });
        await mark(7, T + 5);
        await mark(8, T + 3);
        await mark(9, T + 1, 'st_2');
        expect(await storage.groups.backlog()).toEqual({ dirty: 3, oldestMarkedAt: T + 1 });
        expect(await storage.groups.backlog(STORE)).toEqual({ dirty: 2, oldestMarkedAt: T + 3 });
        await claim(T + 9);
        expect(await storage.groups.backlog(STORE)).toEqual({ dirty: 2, oldestMarkedAt: T + 3 });
      });
    });

    describe('listings', () => {
      const found = async (words: string, limit = 50) =>
        (await storage.listings.search(STORE, words, limit)).map(({ itemId }) => itemId);

      test('are found by name, SKU and external id, newest products first', async () => {
        await settle(7, [anItem(7, { title: 'Oslo Lamp', sku: 'OSL-1' })]);
        await settle(9, [
          anItem(91, { externalId: '9:91', title: 'Bergen Lamp, red', sku: 'BRG-R' }),
          anItem(90, { externalId: '9:90', title: 'Bergen Lamp, blue', sku: 'BRG-B' }),
        ]);
        expect(await found('lamp')).toEqual([90, 91, 7]);
        expect(await found('lamp', 2)).toEqual([90, 91]);
        expect(await found('osl-1')).toEqual([7]);
        expect(await found('9:90')).toEqual([90]);
        expect(await found('chair')).toEqual([]);
        expect(await storage.listings.search('st_2', 'lamp', 9)).toEqual([]);
        expect(await storage.listings.search(STORE, 'OSLO', 9)).toEqual([
          { storeId: STORE, groupId: 7, itemId: 7, externalId: '7:0', title: 'Oslo Lamp', sku: 'OSL-1' },
        ]);
      });

      test('are found whatever the case, in any script', async () => {
        await settle(7, [anItem(7, { title: 'Ölkanne Große' }), anItem(8, { title: 'ЛАМПА' })]);
        expect(await found('Ölkanne')).toEqual([7]);
        expect(await found('ölkanne')).toEqual([7]);
        expect(await found('лампа')).toEqual([8]);
      });

      test('wildcards are letters like any other', async () => {
        await settle(7, [
          anItem(1, { title: '100 % wool' }),
          anItem(2, { title: '100 x wool' }),
          anItem(3, { title: 'a_b' }),
          anItem(4, { title: 'axb' }),
          anItem(5, { title: 'c\\d' }),
        ]);
        expect(await found('100 %')).toEqual([1]);
        expect(await found('%')).toEqual([1]);
        expect(await found('a_b')).toEqual([3]);
        expect(await found('c\\d')).toEqual([5]);
        expect(await found("'; drop table items; --")).toEqual([]);
      });

      test('an item takes its newer name, SKU and group', async () => {
        await settle(7, [anItem(7), anItem(70, { externalId: '7:70', title: 'Old' })]);
        await settle(8, [anItem(70, { externalId: '8:70', title: 'New', sku: 'N' })]);
        expect(await storage.listings.search(STORE, 'old', 9)).toEqual([]);
        expect(await storage.listings.search(STORE, 'new', 9)).toMatchObject([
          { groupId: 8, externalId: '8:70', sku: 'N' },
        ]);
      });

      test('a product may have more variations than fit into one statement', async () => {
        const items = Array.from({ length: 1_100 }, (_, i) => anItem(1000 + i, { externalId: `7:${1000 + i}` }));
        const history = items.map(({ externalId }) => anEntry(T, { externalId }));
        await settle(7, items, sent(T, history));
        expect(await found('', 5_000)).toHaveLength(1_100);
        expect(await storage.listings.history(STORE, '7:2099', 9)).toHaveLength(1);
      });

      test('tell their history, newest first', async () => {
        await settle(7, [], sent(T, [anEntry(T, { quantity: 1 })]));
        await settle(7, [], sent(T, [anEntry(T + 2, { quantity: 3 }), anEntry(T + 1, { externalId: '7:1' })]));
        const gone = { rule: null, tracked: null, quantity: null, purchasable: null, state: 'deleted' };
        await settle(7, [], sent(T, [anEntry(T + 1, gone)]));
        const { externalId: _, ...entry } = anEntry(T + 2, { quantity: 3 });
        const told = await storage.listings.history(STORE, '7:0', 9);
        expect(told[0]).toEqual(entry);
        expect(told.map(({ quantity }) => quantity)).toEqual([3, null, 1]);
        expect(told[1]).toMatchObject(gone);
        expect(await storage.listings.history(STORE, '7:0', 1)).toHaveLength(1);
        expect(await storage.listings.history('st_2', '7:0', 9)).toEqual([]);
      });
    });

    test('everything is there again after a restart', async () => {
      await storage.stores.add(aStore());
      await settle(7, [anItem(7)], sent(T, [anEntry(T)]));
      await storage.ingest.record([
        aPayload(8, { body: 'of eight' }),
        aRecord({ deadLetter: { reason: 'not JSON', body: 'x' } }),
      ]);
      const before = await storage.listings.group({ storeId: STORE, groupId: 7 });
      storage = await opened.reopen();
      expect(await storage.stores.byId(STORE)).toEqual(aStore());
      expect(await storage.listings.group({ storeId: STORE, groupId: 7 })).toEqual(before);
      expect(await storage.listings.search(STORE, 'lamp', 9)).toHaveLength(1);
      expect(await storage.listings.history(STORE, '7:0', 9)).toHaveLength(1);
      expect(await storage.ingest.payloads({ storeId: STORE, groupId: 8 })).toMatchObject([{ body: 'of eight' }]);
      expect(await storage.deadLetters.list()).toHaveLength(1);
      expect(await storage.lastDeliveries()).toEqual(new Map([[STORE, T]]));
      expect(ids(await claim())).toEqual([8]);
    });

    test('a heartbeat writes, again and again', async () => {
      await storage.heartbeat(T);
      await expect(storage.heartbeat(T + 1)).resolves.toBeUndefined();
    });

    test('deliveries are kept for a week and histories for 90 days', async () => {
      await storage.ingest.record([aRecord(), aRecord({ storeId: 'st_2', receivedAt: T + DAY })]);
      await settle(7, [], sent(T, [anEntry(T), anEntry(T + DAY)]));
      await storage.prune(T + 7 * DAY);
      expect([...(await storage.lastDeliveries()).keys()].sort()).toEqual(['st_2', STORE]);
      await storage.prune(T + 7 * DAY + 1);
      expect([...(await storage.lastDeliveries()).keys()]).toEqual(['st_2']);
      expect(await storage.listings.history(STORE, '7:0', 9)).toHaveLength(2);
      await storage.prune(T + 90 * DAY + 1);
      expect(await storage.listings.history(STORE, '7:0', 9)).toHaveLength(1);
    });

    test('however many deliveries are old, all of them go', async () => {
      await storage.ingest.record(Array.from({ length: 10_001 }, () => aRecord()));
      await storage.prune(T + 7 * DAY + 1);
      expect(await storage.lastDeliveries()).toEqual(new Map());
    });

    test('whatever the order of marks, claims, results and lost leases: no mark is lost, no lease given twice', async () => {
      const group = fc.integer({ min: 1, max: 4 });
      const step = fc.oneof(
        {
          weight: 4,
          arbitrary: fc.record({
            do: fc.constant('mark' as const),
            groups: fc.array(group, { minLength: 1, maxLength: 5 }),
          }),
        },
        {
          weight: 3,
          arbitrary: fc.record({
            do: fc.constant('claim' as const),
            limit: fc.integer({ min: 1, max: 3 }),
            at_once: fc.integer({ min: 1, max: 3 }),
          }),
        },
        {
          weight: 4,
          arbitrary: fc.record({
            do: fc.constant('finish' as const),
            which: fc.nat(),
            as: fc.constantFrom('agreed', 'retry', 'rejected', 'forgotten'),
          }),
        },
        { weight: 1, arbitrary: fc.record({ do: fc.constant('expire' as const) }) },
      );
      let run = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
          run += 1;
          const storeId = `st_run${run}`;
          let now = T;
          let owners = 0;
          /** Marks made, and marks covered by a claim that was taken after them, by group. */
          const made = new Map<number, number>();
          const covered = new Map<number, number>();
          /** Claims that nobody has finished, those that were lost included, and which of them holds its group. */
          let open: { claim: Claim; marks: number; until: number }[] = [];
          const holder = new Map<number, Claim>();

          const take = async (limit: number, atOnce: number) => {
            const taken = await Promise.all(
              Array.from({ length: atOnce }, () => {
                owners += 1;
                return storage.groups.claim({ storeId, owner: `o${owners}`, now, leaseMs: LEASE_MS, limit });
              }),
            );
            for (const one of taken.flat()) {
              const before = open.filter(({ claim: { groupId } }) => groupId === one.groupId);
              expect(before.every(({ until }) => until <= now)).toBe(true);
              for (const { claim: older } of before) expect(one.rev).toBeGreaterThan(older.rev);
              holder.set(one.groupId, one);
              open.push({ claim: one, marks: made.get(one.groupId) ?? 0, until: now + LEASE_MS });
            }
            return taken.flat().length;
          };
          const end = async (one: (typeof open)[number], as: string) => {
            const { groupId } = one.claim;
            const held = holder.get(groupId) === one.claim;
            if (held) holder.delete(groupId);
            open = open.filter((other) => other !== one);
            const result =
              as === 'agreed'
                ? agreed(sent(now))
                : as === 'retry'
                  ? retry({ dueAt: now + 10 })
                  : as === 'rejected'
                    ? rejected('no')
                    : { kind: 'forgotten' as const };
            expect(await storage.groups.finish(one.claim, result, now)).toBe(held);
            if (held && as !== 'retry') covered.set(groupId, Math.max(covered.get(groupId) ?? 0, one.marks));
          };

          for (const one of steps) {
            now += 1;
            switch (one.do) {
              case 'mark':
                await storage.ingest.mark(
                  one.groups.map((groupId) => ({ storeId, groupId })),
                  'property',
                  now,
                );
                for (const groupId of one.groups) made.set(groupId, (made.get(groupId) ?? 0) + 1);
                break;
              case 'claim':
                await take(one.limit, one.at_once);
                break;
              case 'finish': {
                const target = open[one.which % Math.max(1, open.length)];
                if (target) await end(target, one.as);
                break;
              }
              case 'expire':
                now += LEASE_MS;
            }
          }
          now += LEASE_MS;
          for (const one of [...open]) await end(one, 'agreed');
          while ((await take(3, 2)) > 0) for (const one of [...open]) await end(one, 'agreed');
          expect(covered).toEqual(made);
          expect((await storage.groups.backlog(storeId)).dirty).toBe(0);
        }),
        { numRuns: 100 },
      );
    });
  });
}
