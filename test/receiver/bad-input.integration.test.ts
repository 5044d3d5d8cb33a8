import type { ServerResponse } from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import type { Listing, Product } from '@dstnc/shared';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { pairName } from '../rig/open-pair.ts';
import { lamp } from './lamp.ts';
import { type AddedStore, type Answer, type Receiver, startReceiver } from './start-receiver.ts';
import { type Shop, startShop } from './start-shop.ts';

const MiB = 1024 * 1024;
const PATIENCE = { timeout: 30_000, interval: 20 };

let receiver: Receiver;
let shop: Shop;

beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.stop());
beforeEach(async () => {
  shop = await startShop();
});
afterEach(() => shop.stop());

let vendors = 0;
/** A store with keys, whose shop is the double of this test. */
function withKeys(url = shop.url): Promise<AddedStore> {
  vendors += 1;
  return receiver.addStore(`keys-${vendors}`, url, true);
}
/** A store that is known by its webhooks only. */
function webhookOnly(): Promise<AddedStore> {
  vendors += 1;
  return receiver.addStore(`webhooks-${vendors}`, `https://shop-${vendors}.example`, false);
}

/** Waits until DSTNC holds the product in the form that is looked for. */
function held(store: AddedStore, id: number, wanted: (product: Product) => boolean = () => true): Promise<Product> {
  return receiver.sandbox.until(() => {
    const product = receiver.sandbox.state.product(store.vendor, String(id));
    return product !== undefined && wanted(product) && product;
  }, PATIENCE.timeout);
}

async function listing(store: AddedStore, item: string): Promise<Listing> {
  const answer = await receiver.call('GET', `/v1/stores/${store.id}/listings/${item}`);
  expect(answer.status).toBe(200);
  return answer.body as Listing;
}

const settled = (store: AddedStore) =>
  vi.waitFor(async () => {
    const { body } = await receiver.call('GET', `/v1/stores/${store.id}`);
    expect(body).toMatchObject({ pending: 0 });
  }, PATIENCE);

function expectProblem(answer: Answer, status: number, type: string): void {
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    status,
    expect.stringMatching(/^application\/problem\+json/),
  ]);
  expect(answer.body).toMatchObject({ status, type: `urn:dstnc:problem:${type}` });
}

describe('a delivery that is not authentic', () => {
  test('to an unknown address is 404', async () => {
    const store = await webhookOnly();
    const stranger = { ...store, webhookUrl: `${store.webhookUrl}x` };
    expectProblem(await receiver.deliver(stranger, lamp(7)), 404, 'unknown-webhook-key');
  });

  test('without a signature, or with one that does not fit, is 401 and changes nothing', async () => {
    const store = await webhookOnly();
    expectProblem(await receiver.deliver(store, lamp(7), { signature: null }), 401, 'missing-signature');
    expectProblem(await receiver.deliver(store, lamp(7), { secret: 'another' }), 401, 'bad-signature');
    expectProblem(await receiver.deliver(store, lamp(7), { signature: '' }), 401, 'bad-signature');
    expect((await receiver.storage.lastDeliveries()).has(store.id)).toBe(false);
  });

  test("WooCommerce's ping is unsigned and gets exactly 200, and nothing else unsigned does", async () => {
    const store = await webhookOnly();
    const ping = await receiver.deliver(store, 'webhook_id=12', { signature: null });
    expect([ping.status, ping.text]).toEqual([200, '']);
    expect((await receiver.deliver(store, 'webhook_id=12&x=1', { signature: null })).status).toBe(401);
    const stranger = { ...store, webhookUrl: `${store.webhookUrl}x` };
    expect((await receiver.deliver(stranger, 'webhook_id=12', { signature: null })).status).toBe(404);
  });

  test('while a secret is rotated both are valid, afterwards one is', async () => {
    const store = await webhookOnly();
    const status = async (secret: string) => (await receiver.deliver(store, lamp(7), { secret })).status;
    const next = 'the-next-secret';
    await receiver.storage.stores.update(store.id, { webhookSecrets: [next, store.webhookSecret] });
    await vi.waitFor(async () => expect(await status(next)).toBe(200), PATIENCE);
    expect(await status(store.webhookSecret)).toBe(200);
    await receiver.storage.stores.update(store.id, { webhookSecrets: [next] });
    await vi.waitFor(async () => expect(await status(store.webhookSecret)).toBe(401), PATIENCE);
    expect(await status(next)).toBe(200);
  });

  test("of a copy of the shop is 200, not used, and told to the store's operator", async () => {
    const store = await webhookOnly();
    expect((await receiver.deliver(store, lamp(7))).status).toBe(200);
    await held(store, 7);
    const copy = await receiver.deliver(
      store,
      lamp(7, { name: 'Of the copy', date_modified_gmt: '2027-01-01T00:00:00' }),
      {
        source: 'https://staging.example/',
      },
    );
    expect(copy.status).toBe(200);
    const own = lamp(8);
    await receiver.deliver(store, own, { source: store.url.replace('https://', 'HTTP://WWW.') });
    await held(store, 8);
    expect((await held(store, 7)).title).toBe('Lamp 7');
    const { body } = await receiver.call('GET', `/v1/stores/${store.id}`);
    expect(body).toMatchObject({ state: 'attention', flags: [{ kind: 'clone' }] });
    expect(body.flags[0].detail).toContain('staging.example');
  });

  test('of a copy of a shop with keys is a doorbell: the registered home is read', async () => {
    const store = await withKeys();
    shop.products.set(7, lamp(7));
    const answer = await receiver.deliver(store, lamp(7, { name: 'Of the copy' }), {
      source: 'https://staging.example',
    });
    expect(answer.status).toBe(200);
    expect((await held(store, 7)).title).toBe('Lamp 7');
  });
});

describe('a delivery of any size', () => {
  test('up to MAX_BODY is taken, with all of its 10 MB, and over it is 413', async () => {
    const store = await webhookOnly();
    const description = 'x'.repeat(10 * MiB);
    expect((await receiver.deliver(store, lamp(7, { description }))).status).toBe(200);
    expect((await held(store, 7)).descriptionHtml).toHaveLength(10 * MiB);
    expectProblem(await receiver.deliver(store, lamp(8, { description: description + description })), 413, 'too-large');
    await receiver.deliver(store, lamp(9));
    await held(store, 9);
    expect(receiver.sandbox.state.product(store.vendor, '8')).toBeUndefined();
  });

  test('a 10 MB description that is read from the store is sent like any other', async () => {
    const store = await withKeys();
    shop.products.set(7, lamp(7, { description: 'x'.repeat(10 * MiB) }));
    expect((await receiver.deliver(store, lamp(7))).status).toBe(200);
    expect((await held(store, 7)).descriptionHtml).toHaveLength(10 * MiB);
  });
});

describe('an authentic delivery that says nothing usable', () => {
  test.each([
    ['is no JSON', '<html>fatal error</html>', 'the delivery is not JSON'],
    ['is empty', '', 'the delivery is not JSON'],
    ['is a list', '[]', 'the delivery is JSON, but not an object'],
    ['has no id', '{"name":"Lamp"}', 'a product without a usable id (nothing)'],
    ['has an id that is none', '{"id":"1e3"}', 'a product without a usable id ("1e3")'],
  ])('%s: 200, kept for people with the reason, and the next one goes on', async (_name, body, reason) => {
    const store = await webhookOnly();
    expect((await receiver.deliver(store, body)).status).toBe(200);
    const letters = await receiver.call('GET', `/v1/dead-letters?store=${store.id}`);
    expect(letters.body.deadLetters).toMatchObject([{ storeId: store.id, kind: 'delivery', reason, body }]);
    await receiver.deliver(store, lamp(7));
    await held(store, 7);
    const { id } = letters.body.deadLetters[0] as { id: string };
    expectProblem(await receiver.call('POST', `/v1/dead-letters/${id}/replay`), 422, 'still-unreadable');
    expect((await receiver.call('DELETE', `/v1/dead-letters/${id}`)).status).toBe(204);
    expectProblem(await receiver.call('DELETE', `/v1/dead-letters/${id}`), 404, 'unknown-dead-letter');
    expectProblem(await receiver.call('POST', `/v1/dead-letters/${id}/replay`), 404, 'unknown-dead-letter');
  });

  test('what DSTNC refuses is kept with its reason, and sent again when an operator asks for it', async () => {
    const store = await webhookOnly();
    const refusal = { type: 'x', title: 'No', status: 422, detail: 'the picture is missing' };
    receiver.sandbox.faults.add({ path: 'products', status: 422, body: refusal });
    await receiver.deliver(store, lamp(7));
    await vi.waitFor(async () => expect((await listing(store, '7:0')).rejected).toBeDefined(), PATIENCE);
    expect((await listing(store, '7:0')).rejected).toMatchObject({ status: 422, reason: 'the picture is missing' });
    const letters = await receiver.call('GET', `/v1/dead-letters?store=${store.id}`);
    expect(letters.body.deadLetters).toMatchObject([
      { kind: 'rejection', subject: '7', reason: 'the picture is missing' },
    ]);
    const replay = await receiver.call('POST', `/v1/dead-letters/${letters.body.deadLetters[0].id}/replay`);
    expect(replay.status).toBe(202);
    await held(store, 7);
    await settled(store);
    expect(await listing(store, '7:0')).not.toHaveProperty('rejected');
    expect((await receiver.call('GET', `/v1/dead-letters?store=${store.id}`)).body.deadLetters).toEqual([]);
  });
});

describe('data that is odd', () => {
  // Both ways in: read from the store, and believed from the payload.
  describe.each(['with keys', 'by webhooks only'])('%s', (way) => {
    async function deliver(id: number, over: Record<string, unknown>): Promise<AddedStore> {
      const store = await (way === 'with keys' ? withKeys() : webhookOnly());
      shop.products.set(id, lamp(id, over));
      shop.products.set(99, lamp(99));
      expect((await receiver.deliver(store, lamp(id, over))).status).toBe(200);
      expect((await receiver.deliver(store, lamp(99))).status).toBe(200);
      await held(store, 99);
      return store;
    }

    test('a price that is none: hidden, and the listing says why', async () => {
      const store = await deliver(7, { price: 'abc' });
      expect(await held(store, 7)).toMatchObject({ state: 'hidden', stateReason: 'no_price' });
      await settled(store);
      expect((await listing(store, '7:0')).notes).toEqual(['price can\'t be read ("abc") and was left out']);
    });

    test.each<[unknown, number, string]>([
      ['1e3', 0, 'the quantity "1e3" is not a plain number, so it counts as 0'],
      [-3, 0, 'the quantity -3 is below 0, so it counts as 0'],
      [2.5, 2, 'the quantity 2.5 is rounded down to 2'],
      [null, 0, 'the store sent no quantity, so it counts as 0'],
    ])('a stock of %j is %i, and the listing says why', async (stock_quantity, quantity, note) => {
      const store = await deliver(7, { stock_quantity });
      const { variants } = await held(store, 7);
      expect(variants[0]?.inventory).toMatchObject({ tracked: true, quantity, purchasable: quantity > 0 });
      await settled(store);
      expect(await listing(store, '7:0')).toMatchObject({ rule: 3, notes: [note], fields: { stock_quantity } });
    });

    test('control characters in the name are taken out, and the listing says so', async () => {
      const store = await deliver(7, { name: 'La\u0000mp\u001b[31m' });
      expect((await held(store, 7)).title).toBe('La mp [31m');
      await settled(store);
      expect((await listing(store, '7:0')).notes).toEqual(['control characters were taken out of the name']);
    });
  });

  test('bytes that are no UTF-8, and raw control characters, do not hold up the rest', async () => {
    const store = await webhookOnly();
    const [before = '', after = ''] = JSON.stringify(lamp(7, { name: 'La#mp' })).split('#');
    const broken = Buffer.concat([Buffer.from(before), Buffer.from([0xff, 0x07, 0x0a]), Buffer.from(after)]);
    expect((await receiver.deliver(store, broken)).status).toBe(200);
    const product = await held(store, 7);
    expect(product.title).toBe('La\ufffd mp');
    expect(product.variants[0]?.inventory.quantity).toBe(4);
  });

  test('a deletion is believed of what was seen, a repeated older delivery does not undo it, a restoration does', async () => {
    const store = await webhookOnly();
    await receiver.deliver(store, lamp(7));
    await held(store, 7);
    await receiver.deliver(store, { id: 7 }, { topic: 'product.deleted' });
    await receiver.deliver(store, { id: 8 }, { topic: 'product.deleted' });
    expect(await held(store, 7, ({ state }) => state === 'deleted')).toMatchObject({ stateReason: 'deleted' });
    await receiver.deliver(store, lamp(7));
    await settled(store);
    expect((await held(store, 7)).state).toBe('deleted');
    expect(receiver.sandbox.state.product(store.vendor, '8')).toBeUndefined();
    await receiver.deliver(store, lamp(7), { topic: 'product.restored' });
    await held(store, 7, ({ state }) => state === 'active');
  });

  test('an id that was a product and becomes a variation: the product goes, the variation comes', async () => {
    const store = await webhookOnly();
    await receiver.deliver(store, lamp(50));
    await held(store, 50);
    await receiver.deliver(store, lamp(40, { type: 'variable', variations: [50] }));
    const variation = { type: 'variation', parent_id: 40, date_modified_gmt: '2026-01-02T00:00:00' };
    await receiver.deliver(store, lamp(50, variation));
    await held(store, 50, ({ state }) => state === 'deleted');
    const parent = await held(store, 40, ({ variants }) => variants.length > 0);
    expect(parent.variants.map(({ externalId }) => externalId)).toEqual(['40:50']);
  });
});

test.skipIf(pairName !== 'sqlite')(
  'locked by somebody else, the database takes nothing and nothing is acknowledged; the same goes through afterwards',
  async () => {
    const store = await webhookOnly();
    const other = new DatabaseSync(receiver.file);
    other.exec('begin exclusive');
    try {
      const answer = await receiver.deliver(store, lamp(7));
      expectProblem(answer, 503, 'storage-unavailable');
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      await vi.waitFor(async () => {
        const ready = await receiver.call('GET', '/readyz');
        expect([ready.status, ready.body.storage]).toEqual([503, 'down']);
      }, PATIENCE);
    } finally {
      other.exec('rollback');
      other.close();
    }
    expect((await receiver.storage.lastDeliveries()).has(store.id)).toBe(false);
    expect((await receiver.deliver(store, lamp(7))).status).toBe(200);
    await held(store, 7);
    await vi.waitFor(async () => expect((await receiver.call('GET', '/readyz')).status).toBe(200), PATIENCE);
  },
);

describe('a store that does not answer as it should', () => {
  const html = (response: ServerResponse) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Under maintenance</h1>');
  const json = (response: ServerResponse, status: number, body: unknown) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  const unauthorized = { code: 'woocommerce_rest_cannot_view', message: 'Sorry', data: { status: 401 } };

  test.each<[string, (response: ServerResponse) => unknown]>([
    ['a page instead of JSON', html],
    ['401', (response) => json(response, 401, unauthorized)],
    ['500', (response) => json(response, 500, { code: 'internal', message: 'x', data: { status: 500 } })],
    [
      'half an answer',
      (response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
        response.write('{"id":7,"name":"La');
        setImmediate(() => response.destroy());
      },
    ],
    ['nothing at all', (response) => response.destroy()],
    ['somebody else', (response) => json(response, 200, lamp(8))],
  ])('%s: its item waits with the reason, others go on, and it converges afterwards', async (_name, misbehave) => {
    const store = await withKeys();
    shop.products.set(7, lamp(7));
    await receiver.deliver(store, lamp(7));
    await held(store, 7);
    await settled(store);

    shop.misbehave = (_request, response) => void misbehave(response);
    shop.products.set(7, lamp(7, { stock_quantity: 1 }));
    expect((await receiver.deliver(store, lamp(7))).status).toBe(200);
    const waiting = await vi.waitFor(async () => {
      const { pending } = await listing(store, '7:0');
      expect(pending?.waitingFor).toMatch(/[a-z]{3}/);
      return pending;
    }, PATIENCE);
    expect(waiting?.waitingFor).not.toContain('internal error');

    const neighbour = await webhookOnly();
    await receiver.deliver(neighbour, lamp(7));
    await held(neighbour, 7);
    expect((await held(store, 7)).variants[0]?.inventory.quantity).toBe(4);

    shop.misbehave = undefined;
    await held(store, 7, ({ variants }) => variants[0]?.inventory.quantity === 1);
  });

  test('again and again: the store is flagged with the reason, until it answers', async () => {
    const store = await withKeys();
    for (let id = 1; id <= 6; id += 1) shop.products.set(id, lamp(id));
    shop.misbehave = (_request, response) => void html(response);
    for (let id = 1; id <= 6; id += 1) await receiver.deliver(store, lamp(id));
    const view = async () => (await receiver.call('GET', `/v1/stores/${store.id}`)).body;
    await vi.waitFor(async () => expect(await view()).toMatchObject({ flags: [{ kind: 'unreadable' }] }), PATIENCE);
    shop.misbehave = undefined;
    for (let id = 1; id <= 6; id += 1) await held(store, id);
    await vi.waitFor(async () => expect(await view()).toMatchObject({ state: 'healthy', flags: [] }), PATIENCE);
  });

  test('a store that hangs holds up no other', async () => {
    const store = await withKeys();
    shop.misbehave = () => {};
    for (let id = 1; id <= 40; id += 1) await receiver.deliver(store, lamp(id));
    const neighbour = await webhookOnly();
    await receiver.deliver(neighbour, lamp(7));
    await held(neighbour, 7);
    expect(receiver.sandbox.state.products(store.vendor)).toEqual([]);
  });
});

test('DSTNC is down: the receiver stays ready, says so, and everything arrives afterwards', async () => {
  const store = await webhookOnly();
  receiver.sandbox.faults.add({ status: 500, times: 0 });
  try {
    for (let id = 1; id <= 12; id += 1) expect((await receiver.deliver(store, lamp(id))).status).toBe(200);
    for (const path of ['/healthz', '/readyz']) {
      await vi.waitFor(async () => {
        const { status, body } = await receiver.call('GET', path, { token: null });
        expect([status, body.dstnc, body.status]).toEqual([200, 'down', 'degraded']);
        expect(body.dstncReason).toBe('DSTNC answered 500');
      }, PATIENCE);
    }
    expect((await receiver.deliver(store, lamp(13))).status).toBe(200);
    expect(receiver.sandbox.state.products(store.vendor)).toEqual([]);
  } finally {
    receiver.sandbox.faults.clear();
  }
  for (let id = 1; id <= 13; id += 1) await held(store, id);
  await settled(store);
  const { body } = await receiver.call('GET', '/readyz');
  expect([body.status, body.dstnc]).toEqual(['ok', 'ok']);
});

describe('the stores of an operator', () => {
  test.each(['GET /v1/stores', 'POST /v1/stores', 'GET /v1/dead-letters', 'GET /metrics', 'GET /v1/nowhere'])(
    '%s needs the token',
    async (route) => {
      const [method = '', path = ''] = route.split(' ');
      for (const token of [null, 'wrong']) {
        expectProblem(await receiver.call(method, path, { token }), 401, 'unauthorized');
      }
    },
  );

  test('are added, listed and shown, and nothing secret is told twice', async () => {
    const vendor = 'added-by-hand';
    const added = await receiver.call('POST', '/v1/stores', { body: { url: 'https://by-hand.example/', vendor } });
    expect(added.status).toBe(201);
    expect(added.headers.get('location')).toBe(`/v1/stores/${added.body.id}`);
    expect(added.body).toMatchObject({
      vendor,
      url: 'https://by-hand.example',
      access: 'webhooks_only',
      state: 'healthy',
    });
    expect(added.body.webhookSecret).toMatch(/^[0-9a-f]{64}$/);
    const store = added.body as AddedStore;
    expect((await receiver.deliver(store, lamp(7))).status).toBe(200);
    const shown = await receiver.call('GET', `/v1/stores/${store.id}`);
    expect(shown.body).toMatchObject({ id: store.id, vendor });
    const listed = await receiver.call('GET', '/v1/stores');
    expect((listed.body.stores as { id: string }[]).map(({ id }) => id)).toContain(store.id);
    for (const { text } of [shown, listed]) {
      for (const secret of [store.webhookSecret, ...receiver.secrets]) expect(text).not.toContain(secret);
    }
  });

  test('are not added if something is wrong, and it is said what', async () => {
    const taken = await webhookOnly();
    const good = { url: 'https://x.example', vendor: 'fresh' };
    const add = (body: unknown) => receiver.call('POST', '/v1/stores', { body });
    expectProblem(await add({ ...good, vendor: taken.vendor }), 409, 'vendor-taken');
    expectProblem(await add({ ...good, consumerKey: 'ck_1' }), 422, 'store-refused');
    expectProblem(await add({ ...good, secret: 'x' }), 422, 'invalid-request');
    expectProblem(await add({ url: 'shop', vendor: 'a b', currency: 'euro' }), 422, 'invalid-request');
    expect((await add({ url: 'shop', vendor: 'a b', currency: 'euro' })).body.detail).toMatch(
      /url: .*vendor: .*currency: /,
    );
    expectProblem(await add('{'), 400, 'bad-request');
    expectProblem(await receiver.call('POST', '/v1/stores'), 422, 'invalid-request');
    expect((await receiver.storage.stores.list()).map(({ vendor }) => vendor)).not.toContain('fresh');
  });

  test('unknown ones are 404 on every route', async () => {
    for (const [method, path] of [
      ['GET', ''],
      ['PATCH', ''],
      ['DELETE', ''],
      ['POST', '/sync'],
      ['GET', '/listings'],
      ['GET', '/listings/7:0'],
    ] as const) {
      expectProblem(await receiver.call(method, `/v1/stores/st_none${path}`, {}), 404, 'unknown-store');
    }
  });

  test('have settings that count for what was sent before, too', async () => {
    const store = await webhookOnly();
    await receiver.deliver(store, lamp(7, { stock_quantity: 0, backorders: 'yes' }));
    expect((await held(store, 7)).variants[0]?.inventory.purchasable).toBe(false);
    const patched = await receiver.call('PATCH', `/v1/stores/${store.id}`, { body: { backorders: 'allow' } });
    expect([patched.status, patched.body.settings.backorders]).toEqual([200, 'allow']);
    await held(store, 7, ({ variants }) => variants[0]?.inventory.purchasable === true);
    const bad = await receiver.call('PATCH', `/v1/stores/${store.id}`, { body: { backorders: 'maybe', color: 1 } });
    expectProblem(bad, 422, 'invalid-request');
  });

  test('are searched and explained', async () => {
    const store = await webhookOnly();
    await receiver.deliver(store, lamp(7, { sku: 'OSL-1' }));
    await receiver.deliver(store, lamp(8));
    await held(store, 7);
    await held(store, 8);
    await settled(store);
    const search = async (words: string) =>
      (await receiver.call('GET', `/v1/stores/${store.id}/listings?search=${encodeURIComponent(words)}`)).body.listings;
    expect(await search('osl')).toEqual([{ externalId: '7:0', groupId: '7', title: 'Lamp 7', sku: 'OSL-1' }]);
    expect(await search('')).toHaveLength(2);
    expect(await search('%')).toEqual([]);
    expect(await listing(store, '7:0')).toMatchObject({
      externalId: '7:0',
      rule: 3,
      because: 'stock is managed, quantity 4',
      fields: { manage_stock: true, stock_quantity: 4, stock_status: 'instock' },
      cause: 'webhook product.updated',
      attempts: 1,
      history: [{ quantity: 4, purchasable: true }],
    });
    for (const item of ['9:0', '7:70', 'seven', '%00', '7:0:0']) {
      expectProblem(await receiver.call('GET', `/v1/stores/${store.id}/listings/${item}`), 404, 'unknown-listing');
    }
    expect((await receiver.call('GET', `/v1/stores/${store.id}/listings/%`)).status).toBe(400);
  });

  test('can be asked to look again at all that is known', async () => {
    const store = await withKeys();
    shop.products.set(7, lamp(7));
    await receiver.deliver(store, lamp(7));
    await held(store, 7);
    await settled(store);
    shop.products.set(7, lamp(7, { stock_quantity: 2 }));
    const sync = await receiver.call('POST', `/v1/stores/${store.id}/sync`);
    expect([sync.status, sync.body]).toEqual([202, { groups: 1 }]);
    await held(store, 7, ({ variants }) => variants[0]?.inventory.quantity === 2);
  });

  test('that are disconnected lose all their listings, and their webhooks are turned away', async () => {
    const store = await withKeys();
    for (const id of [7, 8, 9]) {
      shop.products.set(id, lamp(id));
      await receiver.deliver(store, lamp(id));
    }
    for (const id of [7, 8, 9]) await held(store, id);
    await settled(store);
    // The shop being gone for good must not keep its listings alive.
    await shop.stop();
    const left = await receiver.call('DELETE', `/v1/stores/${store.id}`);
    expect([left.status, left.body]).toMatchObject([202, { state: 'disconnecting', withdrawing: 3 }]);
    for (const id of [7, 8, 9]) {
      const { stateReason } = await held(store, id, ({ state }) => state === 'deleted');
      expect(stateReason).toBe('disconnected');
    }
    expectProblem(await receiver.deliver(store, lamp(7)), 404, 'unknown-webhook-key');
    shop = await startShop();
  });
});

test('through all of this DSTNC got nothing that breaks the contract, and never an older state after a newer', () => {
  expect(receiver.sandbox.calls.violations).toEqual([]);
  expect(receiver.sandbox.state.regressions).toBe(0);
});

test('through all of this nothing secret was logged', () => {
  const log = receiver.lines.join('');
  expect(log).toContain('a delivery was turned away');
  expect(receiver.secrets.length).toBeGreaterThan(10);
  for (const secret of receiver.secrets) expect(log).not.toContain(secret);
});
