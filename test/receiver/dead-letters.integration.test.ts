import { GIVE_UP_AFTER } from '@dstnc/receiver/catalog/give-up.ts';
import type { Listing } from '@dstnc/shared';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { lamp } from './lamp.ts';
import { type AddedStore, type Receiver, startReceiver } from './start-receiver.ts';
import { type Shop, startShop } from './start-shop.ts';

const PATIENCE = { timeout: 30_000, interval: 20 };
const HOUR = 60 * 60_000;

let receiver: Receiver;
let shop: Shop;
let store: AddedStore;

beforeEach(async () => {
  [receiver, shop] = await Promise.all([startReceiver(), startShop()]);
  store = await receiver.addStore('lamps', shop.url, true);
});
afterEach(async () => {
  await receiver.stop();
  await shop.stop();
});

/** What days of failing would have left in the row. */
async function failingFor(groupId: number, ms: number): Promise<void> {
  await receiver.db
    .updateTable('groups')
    .set({ failing_ms: ms, failed_at: Date.now() })
    .where('store_id', '=', store.id)
    .where('group_id', '=', groupId)
    .execute();
}

function failedAt(groupId: number): Promise<unknown> {
  return receiver.db
    .selectFrom('groups')
    .select(['failed_at', 'waiting_for'])
    .where('store_id', '=', store.id)
    .where('group_id', '=', groupId)
    .executeTakeFirst();
}

async function letters(): Promise<Record<string, unknown>[]> {
  return (await receiver.call('GET', `/v1/dead-letters?store=${store.id}`)).body.deadLetters;
}

async function letter(kind: string): Promise<Record<string, unknown>> {
  return vi.waitFor(async () => {
    const [one, ...others] = await letters();
    expect(others).toEqual([]);
    expect(one).toMatchObject({ kind });
    return one as Record<string, unknown>;
  }, PATIENCE);
}

const listing = async (item: string) =>
  (await receiver.call('GET', `/v1/stores/${store.id}/listings/${item}`)).body as Listing;

const held = (id: number) =>
  receiver.sandbox.until(() => receiver.sandbox.state.product('lamps', String(id)), PATIENCE.timeout);

/** A product that DSTNC answers "not now" for, for seven days by now. */
async function undeliverable(): Promise<Record<string, unknown>> {
  receiver.sandbox.faults.add({ path: 'products', status: 409, times: 0, body: { title: 'In progress' } });
  shop.products.set(7, lamp(7));
  await receiver.deliver(store, lamp(7));
  await vi.waitFor(async () => expect((await listing('7:0')).pending?.waitingFor).toContain('409'), PATIENCE);
  expect(await letters()).toEqual([]);
  await vi.waitFor(async () => {
    // Again where a try was under way, which writes its own.
    await failingFor(7, GIVE_UP_AFTER);
    expect(await letters()).toHaveLength(1);
  }, PATIENCE);
  return letter('undeliverable');
}

describe('a product that can not be brought to DSTNC for days', () => {
  test('is told with its whole story, and replayed the normal way: what the shop has now counts', async () => {
    const told = await undeliverable();
    expect(told).toMatchObject({ subject: '7', reason: 'DSTNC answered 409', storeId: store.id });
    const { body } = await receiver.call('GET', `/v1/dead-letters/${told.id}`);
    expect(body).toMatchObject({
      whatToDo: expect.stringContaining('give DSTNC the last request'),
      story: {
        explanation: expect.stringContaining('each try has failed'),
        // The walk that begins with a store's keys may have come to it first.
        cause: expect.stringMatching(/^(webhook product\.updated|imported)$/),
        read: { fields: [{ externalId: '7:0', fields: { stock_quantity: 4 } }] },
        requests: [{ what: 'product', body: { title: 'Lamp 7' }, answer: { status: 409, detail: 'In progress' } }],
      },
    });
    expect((await listing('7:0')).pending).toMatchObject({ waitingFor: 'DSTNC answered 409' });

    receiver.sandbox.faults.clear();
    shop.products.set(7, lamp(7, { name: 'Mended lamp' }));
    expect((await receiver.call('POST', `/v1/dead-letters/${told.id}/replay`)).status).toBe(202);
    expect((await held(7)).title).toBe('Mended lamp');
    await vi.waitFor(async () => expect(await letters()).toEqual([]), PATIENCE);
    expect((await receiver.call('POST', `/v1/dead-letters/${told.id}/replay`)).status).toBe(404);
  });

  test('is left alone once it is discarded, and its listing says so, until its next change', async () => {
    const told = await undeliverable();
    expect((await receiver.call('DELETE', `/v1/dead-letters/${told.id}`)).status).toBe(204);
    expect(await letters()).toEqual([]);
    const discarded = await listing('7:0');
    expect(discarded).not.toHaveProperty('pending');
    expect(discarded.discarded).toMatchObject({ reason: 'DSTNC answered 409' });

    receiver.sandbox.faults.clear();
    await receiver.deliver(store, lamp(7));
    await held(7);
    await vi.waitFor(async () => expect(await listing('7:0')).not.toHaveProperty('discarded'), PATIENCE);
  });

  test('that changes after its last try is discarded without that change', async () => {
    const told = await undeliverable();
    await receiver.deliver(store, lamp(7));
    const { status, body } = await receiver.call('DELETE', `/v1/dead-letters/${told.id}`);
    expect([status, body.state]).toEqual([200, 'newer_change']);
    expect((await listing('7:0')).pending).toBeDefined();
  });
});

test('a product that fails while DSTNC is down is not one of those', async () => {
  receiver.sandbox.faults.add({ status: 503, times: 0 });
  for (const id of [1, 2, 3, 4, 5, 7]) shop.products.set(id, lamp(id));
  for (const id of [1, 2, 3, 4, 5]) await receiver.deliver(store, lamp(id));
  const dstnc = async () => (await (await fetch(`${receiver.service.url}/readyz`)).json()) as { dstnc: string };
  await vi.waitFor(async () => expect(await dstnc()).toMatchObject({ dstnc: 'down' }), PATIENCE);
  await receiver.storage.ingest.mark([{ storeId: store.id, groupId: 7 }], 'test', Date.now());
  await failingFor(7, GIVE_UP_AFTER - HOUR);
  await vi.waitFor(
    async () => expect(await failedAt(7)).toMatchObject({ failed_at: null, waiting_for: 'DSTNC answered 503' }),
    PATIENCE,
  );
  expect(await letters()).toEqual([]);
});

test('a store that can not be read for days is one letter, which closes when it answers', async () => {
  const since = Date.now() - GIVE_UP_AFTER;
  await receiver.storage.stores.flag(store.id, 'unreadable', { since, detail: 'as found days ago' });
  shop.misbehave = (_request, response) => void response.writeHead(500).end('broken');
  for (const id of [1, 2, 3, 4, 5, 6]) {
    shop.products.set(id, lamp(id));
    await receiver.deliver(store, lamp(id));
  }
  const told = await letter('unreadable');
  expect(told).toMatchObject({
    subject: 'store',
    whatToDo: expect.stringContaining(`receiver doctor ${store.id}`),
    story: { unreadableSince: new Date(since).toISOString(), productsWaiting: 6 },
  });
  shop.misbehave = undefined;
  expect((await receiver.call('POST', `/v1/dead-letters/${told.id}/replay`)).status).toBe(202);
  for (const id of [1, 6]) await held(id);
  await vi.waitFor(async () => expect(await letters()).toEqual([]), PATIENCE);
});

describe("the webhooks' secret", () => {
  test('is renewed without a gap: both are good until the old one has ended', async () => {
    const status = async (secret: string) => (await receiver.deliver(store, lamp(7), { secret })).status;
    const { status: added, body } = await receiver.call('POST', `/v1/stores/${store.id}/webhook-secrets`, { body: {} });
    expect([added, body]).toEqual([
      201,
      { id: store.id, othersUntil: expect.any(String), webhookSecret: expect.stringMatching(/^\w{64}$/) },
    ]);
    expect(Date.parse(body.othersUntil) - Date.now()).toBeGreaterThan(23 * HOUR);
    const next = body.webhookSecret as string;
    for (const secret of [next, store.webhookSecret]) expect(await status(secret)).toBe(200);
    // A day later.
    await receiver.storage.stores.update(store.id, { webhookSecretsUntil: Date.now() - 1 });
    await vi.waitFor(async () => expect(await status(store.webhookSecret)).toBe(401), PATIENCE);
    expect(await status(next)).toBe(200);
  });

  test('may be given, with any time, and the old one may be ended at once', async () => {
    const secrets = `/v1/stores/${store.id}/webhook-secrets`;
    const secret = 'the-next-secret';
    const { body } = await receiver.call('POST', secrets, { body: { secret, overlapSeconds: 600 } });
    expect(body).toEqual({ id: store.id, othersUntil: expect.any(String) });
    expect(Date.parse(body.othersUntil) - Date.now()).toBeLessThanOrEqual(600_000);
    expect((await receiver.call('DELETE', `${secrets}/old`)).status).toBe(204);
    expect((await receiver.deliver(store, lamp(7))).status).toBe(401);
    expect((await receiver.deliver(store, lamp(7), { secret })).status).toBe(200);
    expect((await receiver.call('POST', '/v1/stores/st_none/webhook-secrets', { body: {} })).status).toBe(404);
    expect((await receiver.call('POST', secrets, { body: { secret, until: 1 } })).status).toBe(422);
    const shown = await receiver.call('GET', `/v1/stores/${store.id}`);
    for (const one of [secret, store.webhookSecret]) {
      expect(shown.text).not.toContain(one);
      expect(receiver.lines.join()).not.toContain(one);
    }
  });
});

test("what operators do through the service's routes is in its log", async () => {
  const added = await receiver.call('POST', '/v1/stores', { body: { vendor: 'audited', url: 'https://shop.example' } });
  await receiver.call('POST', '/v1/dead-letters/dl_none/replay');
  await receiver.call('GET', '/v1/dead-letters');
  const actions = () =>
    receiver.lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ audit }) => audit === true);
  await vi.waitFor(() => expect(actions()).toHaveLength(2), PATIENCE);
  expect(actions()).toMatchObject([
    { who: 'operator', action: 'POST /v1/stores', subject: added.body.id, outcome: 'done' },
    { who: 'operator', action: 'POST /v1/dead-letters/:id/replay', subject: 'dl_none', outcome: 'refused' },
  ]);
  for (const secret of receiver.secrets) expect(receiver.lines.join()).not.toContain(secret);
});
