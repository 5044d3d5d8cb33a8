import type { Product } from '@dstnc/shared';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { aConnection, type ConnectedShop, connectShop } from './connect-shop.ts';
import { lamp } from './lamp.ts';
import { type PluginShop, type ShopRequest, startPluginShop } from './start-plugin-shop.ts';
import { type Receiver, startReceiver } from './start-receiver.ts';

const PATIENCE = { timeout: 40_000, interval: 20 };

/** What every page says of the catalogue. */
const ENDS = { next: null, total: 60 };

let receiver: Receiver;
let shop: PluginShop;
let store: ConnectedShop;

beforeEach(async () => {
  [receiver, shop] = await Promise.all([startReceiver(), startPluginShop()]);
  store = await connectShop(receiver, shop, 'lamps');
});
afterEach(async () => {
  expect(receiver.sandbox.calls.violations).toEqual([]);
  await receiver.stop();
  await shop.stop();
});

const held = (id: number, wanted: (product: Product) => boolean = () => true) =>
  receiver.sandbox.until(() => {
    const product = receiver.sandbox.state.product('lamps', String(id));
    return product !== undefined && wanted(product) && product;
  }, PATIENCE.timeout);
const quantity = ({ variants: [variant] }: Product) => variant?.inventory.quantity;
const ring = (...ids: number[]) =>
  receiver.deliver(
    store,
    { action: 'woocommerce_dstnc_stock_changed', arg: 1, changes: ids.map((groupId) => ({ groupId, kind: 'stock' })) },
    { topic: 'action.woocommerce_dstnc_stock_changed' },
  );
const asked = ({ query }: ShopRequest) => query.get('include')?.split(',').map(Number);
const reads = () => shop.requests.flatMap((request) => asked(request) ?? []);
const settled = (pending = 0) =>
  vi.waitFor(async () => expect((await store.call('GET', '')).body).toMatchObject({ pending }), PATIENCE);

/** The import of the empty shop is over: what is put there from now on is not for it to find. */
const imported = () =>
  vi.waitFor(
    async () => expect((await store.call('GET', '')).body).toMatchObject({ import: { state: 'done' } }),
    PATIENCE,
  );

describe('a store with the plugin', () => {
  test('is asked for many products at once, and for each of them once', async () => {
    await imported();
    const ids = Array.from({ length: 300 }, (_, i) => i + 1);
    for (const id of ids) shop.groups.set(id, { product: lamp(id) });
    await ring(...ids);
    await settled();
    for (const id of ids) await held(id);
    expect(reads().sort((a, b) => a - b)).toEqual(ids);
    expect(shop.requests.filter(asked).length).toBeLessThan(60);
    expect(Math.max(...shop.requests.map((request) => asked(request)?.length ?? 0))).toBeLessThanOrEqual(100);
  });

  test('is read for a change that arrives while the product is being read once more', async () => {
    shop.groups.set(7, { product: lamp(7, { stock_quantity: 5 }) });
    let answer: (() => void) | undefined;
    shop.misbehave = (request, response) => {
      if (asked(request) === undefined) return false;
      shop.misbehave = undefined;
      const old = { groups: [{ groupId: 7, product: lamp(7, { stock_quantity: 5 }), variations: [] }], ...ENDS };
      answer = () => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(old));
      return true;
    };
    await ring(7);
    await vi.waitFor(() => expect(answer).toBeDefined(), PATIENCE);
    shop.groups.set(7, { product: lamp(7, { stock_quantity: 3 }) });
    await ring(7);
    answer?.();
    await held(7, (product) => quantity(product) === 3);
  });

  test('tells of a deleted, a trashed and a private product, and of a variation its product', async () => {
    for (const id of [7, 8, 9]) shop.groups.set(id, { product: lamp(id) });
    shop.groups.set(20, {
      product: lamp(20, { type: 'variable' }),
      variations: [lamp(21, { type: 'variation', parent_id: 20 })],
    });
    await ring(7, 8, 9, 21);
    for (const id of [7, 8, 9, 20]) await held(id);
    shop.groups.delete(7);
    shop.groups.delete(8);
    shop.trashed.add(8);
    shop.groups.set(9, { product: lamp(9, { status: 'private' }) });
    await ring(7, 8, 9);
    expect(await held(7, ({ state }) => state !== 'active')).toMatchObject({
      state: 'deleted',
      stateReason: 'deleted',
    });
    expect(await held(8, ({ state }) => state !== 'active')).toMatchObject({
      state: 'deleted',
      stateReason: 'trashed',
    });
    expect(await held(9, ({ state }) => state !== 'active')).toMatchObject({ state: 'hidden', stateReason: 'private' });
    expect(receiver.sandbox.state.product('lamps', '21')).toBeUndefined();
  });

  test('that deletes its last products has them withdrawn', async () => {
    for (const id of [7, 8]) shop.groups.set(id, { product: lamp(id) });
    await ring(7, 8);
    for (const id of [7, 8]) await held(id);
    shop.groups.clear();
    await ring(7, 8);
    for (const id of [7, 8]) await held(id, ({ state }) => state === 'deleted');
    await vi.waitFor(
      async () =>
        expect((await store.call('GET', '')).body).toMatchObject({ products: 0, flags: [], state: 'healthy' }),
      PATIENCE,
    );
  });

  test.each([
    ['that the shop is empty', { groups: [], belongsTo: [], next: null, total: 0 }],
    ['not how many there are', { groups: [], belongsTo: [], next: null }],
    ['not whether there is more', { groups: [], belongsTo: [], total: 60 }],
  ])('whose plugin says that all is gone, and %s, keeps its listings', async (_name, page) => {
    const ids = Array.from({ length: 60 }, (_, i) => i + 1);
    for (const id of ids) shop.groups.set(id, { product: lamp(id) });
    await ring(...ids);
    for (const id of ids) await held(id);
    await settled();
    shop.misbehave = (request, response) => {
      const given = asked(request);
      if (given === undefined) return false;
      const gone = given.map((id) => ({ id, because: 'deleted' }));
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ ...page, gone }));
      return true;
    };
    await ring(...ids);
    await vi.waitFor(
      async () =>
        expect((await store.call('GET', '')).body).toMatchObject({
          flags: [{ kind: 'unreadable' }],
          products: 60,
          pending: 60,
        }),
      PATIENCE,
    );
    shop.misbehave = undefined;
    await settled();
    expect((await store.call('GET', '')).body).toMatchObject({ products: 60, flags: [] });
  });

  test('that is switched off is read over wc/v3, is flagged, and is read by the plugin again once it is back', async () => {
    shop.groups.set(7, { product: lamp(7) });
    shop.groups.set(20, {
      product: lamp(20, { type: 'variable' }),
      variations: [lamp(21, { type: 'variation', parent_id: 20 })],
    });
    shop.pluginActive = false;
    await ring(7, 20);
    await held(7);
    expect((await held(20)).variants).toHaveLength(1);
    expect(shop.requests.map(({ route }) => route)).toContain('wc/v3/products/20/variations');
    expect((await store.call('GET', '')).body).toMatchObject({ state: 'attention', flags: [{ kind: 'plugin_off' }] });
    shop.pluginActive = true;
    await receiver.restart();
    shop.groups.set(7, { product: lamp(7, { stock_quantity: 9 }) });
    await ring(7);
    await held(7, (product) => quantity(product) === 9);
    await vi.waitFor(async () => expect((await store.call('GET', '')).body).toMatchObject({ flags: [] }), PATIENCE);
  });

  test.each([
    [
      'connects again',
      async () => {
        store = await connectShop(receiver, shop, 'lamps');
      },
    ],
    ['renews its keys', () => store.call('PATCH', '', aConnection(shop, 'for its keys').credentials)],
    ['asks for a sync', () => store.call('POST', '/sync')],
    ['asks what is wrong', () => store.call('GET', '/doctor')],
  ])(
    'that was switched off and on is asked again at once, and no flag stays, when the vendor %s',
    async (_what, act) => {
      shop.groups.set(7, { product: lamp(7) });
      shop.pluginActive = false;
      await ring(7);
      await held(7);
      expect((await store.call('GET', '')).body).toMatchObject({ flags: [{ kind: 'plugin_off' }] });
      shop.pluginActive = true;
      await act();
      await vi.waitFor(async () => expect((await store.call('GET', '')).body).toMatchObject({ flags: [] }), PATIENCE);
      const before = shop.requests.length;
      shop.groups.set(7, { product: lamp(7, { stock_quantity: 9 }) });
      await ring(7);
      await held(7, (product) => quantity(product) === 9);
      await settled();
      expect(shop.requests.slice(before).filter(({ route }) => route.startsWith('wc/v3/products/'))).toEqual([]);
      expect((await store.call('GET', '')).body).toMatchObject({ flags: [] });
    },
  );

  test('that sends a delivery from a copy is read at its registered home', async () => {
    shop.groups.set(7, { product: lamp(7) });
    const body = { action: 'woocommerce_dstnc_product_changed', arg: 1, changes: [{ groupId: 7, kind: 'product' }] };
    const topic = 'action.woocommerce_dstnc_product_changed';
    expect((await receiver.deliver(store, body, { topic, source: 'https://staging.example' })).status).toBe(200);
    await held(7);
    expect((await store.call('GET', '')).body).toMatchObject({ flags: [{ kind: 'clone' }] });
  });

  test('has its prices in the currency that the page says, also after that has changed', async () => {
    shop.groups.set(7, { product: lamp(7) });
    shop.misbehave = (request, response) => {
      if (asked(request) === undefined) return false;
      const page = { groups: [{ groupId: 7, product: lamp(7) }], currency: 'SEK', taxIncluded: false, ...ENDS };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(page));
      return true;
    };
    await ring(7);
    expect((await held(7)).variants[0]?.price).toMatchObject({ currency: 'SEK', taxIncluded: false });
  });
});

describe('one product among many', () => {
  const ids = Array.from({ length: 60 }, (_, i) => i + 1);
  beforeEach(async () => {
    for (const id of ids) shop.groups.set(id, { product: lamp(id) });
  });

  test('that ends the plugin holds up no other, and the shop counts as well', async () => {
    shop.broken.add(30);
    await ring(...ids);
    await settled(1);
    for (const id of ids.filter((one) => one !== 30)) await held(id);
    const { body } = await store.call('GET', '');
    expect(body).toMatchObject({ products: 59, flags: [], state: 'healthy' });
    // It alone is tried again, and is not asked for together with others for ever.
    shop.groups.set(1, { product: lamp(1, { stock_quantity: 9 }) });
    await ring(1);
    await held(1, (product) => quantity(product) === 9);
    shop.broken.clear();
    await settled();
    await held(30);
  });

  test('that breaks every time it is read makes nobody think that the shop is down', async () => {
    await ring(...ids);
    await settled();
    const bad = ids.slice(0, 7);
    for (const id of bad) shop.broken.add(id);
    await ring(...bad);
    for (const id of bad) {
      await vi.waitFor(async () => {
        const { body } = await store.call('GET', `/listings/${id}:0`);
        expect(body.pending?.waitingFor).toContain('failed');
      }, PATIENCE);
    }
    expect((await store.call('GET', '')).body).toMatchObject({ flags: [] });
  });

  test.each([
    ['is larger than what several may be', 'x'.repeat(17 * 1024 * 1024)],
    ['has a description of 10 MB', 'x'.repeat(10 * 1024 * 1024)],
  ])('that %s is read by itself', async (_name, description) => {
    shop.groups.set(30, { product: lamp(30, { description }) });
    await ring(...ids);
    await settled();
    expect((await held(30)).descriptionHtml).toHaveLength(description.length);
    for (const id of ids) await held(id);
  });

  test('that is described wrongly, or not at all, is tried again by itself', async () => {
    const wrong = new Map<number, unknown>([
      [10, { groupId: 10, product: lamp(99) }],
      [11, { groupId: 11, product: 'a lamp' }],
      [12, { groupId: 12, product: lamp(12, { type: 'variation', parent_id: 12 }) }],
    ]);
    shop.misbehave = (request, response) => {
      const given = asked(request);
      if (given === undefined) return false;
      const groups = given
        .filter((id) => id !== 13)
        .map((groupId) => wrong.get(groupId) ?? { groupId, product: lamp(groupId), variations: [] });
      const belongsTo = [{ id: 13, groupId: 13 }];
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ groups, belongsTo, ...ENDS }));
      return true;
    };
    await ring(...ids);
    await settled(4);
    expect((await store.call('GET', '')).body).toMatchObject({ products: 56, flags: [] });
    for (const id of [10, 11, 12, 13]) {
      const { body } = await store.call('GET', `/listings/${id}:0`);
      expect(body.pending.waitingFor).toContain(String(id));
    }
    shop.misbehave = undefined;
    await settled();
  });

  test('with a hundred thousand variations that are none is listed without them', async () => {
    const variations = Array.from({ length: 100_000 }, (_, i) => (i % 2 === 0 ? 'x' : { id: -i }));
    shop.misbehave = (request, response) => {
      if (asked(request)?.includes(30) !== true) return false;
      const groups = (asked(request) ?? []).map((id) =>
        id === 30
          ? { groupId: 30, product: lamp(30, { type: 'variable' }), variations }
          : { groupId: id, product: lamp(id) },
      );
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ groups, ...ENDS }));
      return true;
    };
    await ring(...ids);
    await settled();
    expect(await held(30)).toMatchObject({ state: 'hidden', stateReason: 'no_variations' });
  });
});

describe('a shop that fails as a whole', () => {
  test.each([
    ['500', 500, '{"code":"internal_server_error","data":{"status":500}}'],
    ['a page', 200, '<h1>Cached</h1>'],
    ['half an answer', 200, '{"groups":[{"groupId":'],
  ])('with %s is not asked for each product, is flagged, and goes on by itself', async (_name, status, body) => {
    const ids = Array.from({ length: 100 }, (_, i) => i + 1);
    for (const id of ids) shop.groups.set(id, { product: lamp(id) });
    shop.misbehave = (_request, response) => {
      response.writeHead(status, { 'content-type': 'text/html' }).end(body);
      return true;
    };
    await ring(...ids);
    await vi.waitFor(
      async () =>
        expect((await store.call('GET', '')).body).toMatchObject({ flags: [{ kind: 'unreadable' }], pending: 100 }),
      PATIENCE,
    );
    expect(shop.requests.length).toBeLessThan(80);
    shop.misbehave = undefined;
    await settled();
    expect((await store.call('GET', '')).body).toMatchObject({ products: 100, flags: [], state: 'healthy' });
  });
});
