import { randomBytes } from 'node:crypto';
import type { Product } from '@dstnc/shared';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type ConnectedShop, connectShop } from './connect-shop.ts';
import { lamp } from './lamp.ts';
import { type PluginShop, startPluginShop } from './start-plugin-shop.ts';
import { type Receiver, startReceiver } from './start-receiver.ts';

const PATIENCE = { timeout: 20_000, interval: 20 };

let receiver: Receiver;
let shop: PluginShop;
let other: PluginShop;
let store: ConnectedShop;
let stranger: ConnectedShop;

beforeEach(async () => {
  [receiver, shop, other] = await Promise.all([startReceiver(), startPluginShop(), startPluginShop()]);
  shop.groups.set(7, { product: lamp(7) });
  store = await connectShop(receiver, shop, 'lamps');
  stranger = await connectShop(receiver, other, 'chairs');
  await held(7);
});
afterEach(async () => {
  await receiver.stop();
  await Promise.all([shop.stop(), other.stop()]);
});

const held = (id: number, wanted: (product: Product) => boolean = () => true) =>
  receiver.sandbox.until(() => {
    const product = receiver.sandbox.state.product('lamps', String(id));
    return product !== undefined && wanted(product) && product;
  }, PATIENCE.timeout);

/** New keys, as the shop makes them. */
function newKeys(permissions: 'read' | 'read_write' = 'read_write') {
  const keys = {
    consumerKey: `ck_${randomBytes(20).toString('hex')}`,
    consumerSecret: `cs_${randomBytes(20).toString('hex')}`,
  };
  shop.keys.set(keys.consumerKey, { secret: keys.consumerSecret, permissions });
  return keys;
}

const OWN: readonly (readonly [method: string, path: string, status: number])[] = [
  ['GET', '', 200],
  ['GET', '/listings', 200],
  ['GET', '/listings?search=lamp', 200],
  ['GET', '/listings/7:0', 200],
  ['GET', '/doctor', 200],
  ['POST', '/sync', 202],
  ['DELETE', '', 202],
];

describe("a store's token", () => {
  test.each(OWN)('opens %s /v1/stores/:id%s of its own store', async (method, path, status) => {
    expect((await store.call(method, path)).status).toBe(status);
  });

  test.each([...OWN, ['PATCH', '', 404] as const])(
    "says that another's is not there: %s /v1/stores/:id%s",
    async (method, path) => {
      const url = `/v1/stores/${store.id}${path}`;
      const answer = await receiver.call(method, url, {
        token: stranger.token,
        ...(method === 'PATCH' && { body: {} }),
      });
      expect([answer.status, answer.body.type]).toEqual([404, 'urn:dstnc:problem:unknown-store']);
      // Word for word what it is told of one that never was.
      const never = await receiver.call(method, `/v1/stores/st_none${path}`, { token: stranger.token });
      expect(never.text).toBe(answer.text);
      expect(await receiver.storage.stores.byId(store.id)).toMatchObject({ disconnectedAt: null });
    },
  );

  test.each([
    ['GET', '/v1/stores'],
    ['POST', '/v1/stores'],
    ['GET', '/v1/dead-letters'],
    ['POST', '/v1/dead-letters/dl_1/replay'],
    ['DELETE', '/v1/dead-letters/dl_1'],
    ['DELETE', '/v1/stores/SELF?orders=drop'],
    ['DELETE', '/v1/stores/SELF/flags/clone'],
    ['GET', '/v1/nothing'],
  ])('opens nothing of the operators: %s %s', async (method, path) => {
    const answer = await receiver.call(method, path.replace('SELF', store.id), { token: store.token });
    expect([answer.status, answer.body.type]).toEqual([403, 'urn:dstnc:problem:operators-only']);
  });

  test('does not open the metrics', async () => {
    expect((await receiver.call('GET', '/metrics', { token: store.token })).status).toBe(401);
  });

  test.each([
    ['none', null],
    ['a wrong one', 'dst_wrong'],
    ['half of it', 'half'],
    ['its digest', 'digest'],
    ['an empty one', ''],
  ])('that is %s opens nothing', async (_name, given) => {
    const token =
      given === 'half'
        ? store.token.slice(0, -1)
        : given === 'digest'
          ? ((await receiver.storage.stores.byId(store.id))?.tokenHash ?? '')
          : given;
    for (const [method, path] of OWN) {
      const answer = await receiver.call(method, `/v1/stores/${store.id}${path}`, { token });
      expect([answer.status, answer.body.type]).toEqual([401, 'urn:dstnc:problem:unauthorized']);
    }
  });

  test('opens what an operator finds, too, and never a secret', async () => {
    const [mine, theirs] = [await store.call('GET', ''), await receiver.call('GET', `/v1/stores/${store.id}`)];
    expect(mine.body).toEqual(theirs.body);
    const kept = await receiver.storage.stores.byId(store.id);
    for (const secret of [
      kept?.credentials?.consumerKey,
      kept?.credentials?.consumerSecret,
      kept?.tokenHash,
      store.token,
    ]) {
      expect(mine.text).not.toContain(secret);
    }
  });
});

describe('new keys from the store', () => {
  test('are tried first, and then used', async () => {
    const keys = newKeys();
    const asked = shop.requests.length;
    const answer = await store.call('PATCH', '', keys);
    expect([answer.status, answer.body.id]).toEqual([200, store.id]);
    expect(shop.requests.slice(asked)).toMatchObject([{ route: 'wc-dstnc/v1/status', key: keys.consumerKey }]);
    expect(await receiver.storage.stores.byId(store.id)).toMatchObject({ credentials: keys });
    shop.groups.set(7, { product: lamp(7, { stock_quantity: 1 }) });
    await receiver.deliver(store, { action: 'x', arg: 1, changes: [{ groupId: 7, kind: 'stock' }] });
    await held(7, ({ variants: [variant] }) => variant?.inventory.quantity === 1);
    expect(shop.requests.at(-1)?.key).toBe(keys.consumerKey);
  });

  test('that do not work, or may only read, change nothing', async () => {
    const before = await receiver.storage.stores.byId(store.id);
    const unknown = { consumerKey: `ck_${'1'.repeat(40)}`, consumerSecret: `cs_${'1'.repeat(40)}` };
    const refused = await store.call('PATCH', '', unknown);
    expect([refused.status, refused.body.type, refused.body.code]).toEqual([
      502,
      'urn:dstnc:problem:callback-failed',
      'unauthorized',
    ]);
    expect((await store.call('PATCH', '', newKeys('read'))).body.code).toBe('permissions');
    expect(await receiver.storage.stores.byId(store.id)).toEqual(before);
  });

  test('come alone: settings are the operators', async () => {
    const before = await receiver.storage.stores.byId(store.id);
    for (const body of [{}, { backorders: 'allow' }, { ...newKeys(), backorders: 'allow' }, { consumerKey: 'ck_1' }]) {
      expect((await store.call('PATCH', '', body)).status).toBe(422);
    }
    expect(await receiver.storage.stores.byId(store.id)).toEqual(before);
  });

  test('revive a store whose keys were dead, at once', async () => {
    shop.keys.clear();
    shop.groups.set(7, { product: lamp(7, { stock_quantity: 1 }) });
    await receiver.deliver(store, { action: 'x', arg: 1, changes: [{ groupId: 7, kind: 'stock' }] });
    await vi.waitFor(async () => {
      const { flags } = (await store.call('GET', '')).body;
      expect(flags.map(({ kind }: { kind: string }) => kind).sort()).toEqual(['credentials_invalid', 'unreadable']);
    }, PATIENCE);
    expect((await store.call('PATCH', '', newKeys())).status).toBe(200);
    await held(7, ({ variants: [variant] }) => variant?.inventory.quantity === 1);
    await vi.waitFor(
      async () => expect((await store.call('GET', '')).body).toMatchObject({ flags: [], state: 'healthy' }),
      PATIENCE,
    );
  });
});

describe('a store that has moved', () => {
  /** What the plugin says of where it is. */
  const at = ({ url, restUrl }: PluginShop) => ({
    url,
    restUrl,
    plugin: '1.0.0',
    woocommerce: '11.0.1',
    wordpress: '7.1',
  });

  test('says so with new keys, is called back there, and read there from then on', async () => {
    const home = await startPluginShop();
    try {
      home.groups.set(7, { product: lamp(7, { stock_quantity: 2 }) });
      home.groups.set(8, { product: lamp(8) });
      const keys = newKeys();
      home.keys.set(keys.consumerKey, { secret: keys.consumerSecret, permissions: 'read_write' });
      const answer = await store.call('PATCH', '', { ...keys, store: at(home) });
      expect([answer.status, answer.body.url]).toEqual([200, home.url]);
      await held(7, ({ variants: [variant] }) => variant?.inventory.quantity === 2);
      // What the old address never had is found, too.
      await held(8);
    } finally {
      await home.stop();
    }
  });

  test('only within itself (other permalinks, https) is read there from then on, and nothing is imported anew', async () => {
    const before = await receiver.storage.stores.byId(store.id);
    await vi.waitFor(
      async () => expect((await store.call('GET', '')).body).toMatchObject({ import: { state: 'done' }, pending: 0 }),
      PATIENCE,
    );
    shop.permalinks = 'plain';
    const asked = shop.requests.length;
    const answer = await store.call('PATCH', '', { ...newKeys(), store: at(shop) });
    expect([answer.status, answer.body.plugin]).toEqual([
      200,
      { ...before?.plugin, version: '1.0.0', restUrl: shop.restUrl },
    ]);
    expect((await store.call('GET', '')).body).toMatchObject({ pending: 0, import: { state: 'done' } });
    expect(shop.requests.slice(asked).map(({ route }) => route)).toEqual(['wc-dstnc/v1/status']);
    shop.groups.set(7, { product: lamp(7, { stock_quantity: 1 }) });
    await receiver.deliver(store, { action: 'x', arg: 1, changes: [{ groupId: 7, kind: 'stock' }] });
    await held(7, ({ variants: [variant] }) => variant?.inventory.quantity === 1);
  });

  test.each([
    ['where another shop answers', () => at(other), 502],
    ['whose REST API is elsewhere', () => ({ ...at(shop), restUrl: other.restUrl }), 422],
    ['that is no web address', () => ({ ...at(shop), url: 'file:///etc' }), 422],
  ])('is not believed about an address %s', async (_what, place, status) => {
    const before = await receiver.storage.stores.byId(store.id);
    expect((await store.call('PATCH', '', { ...newKeys(), store: place() })).status).toBe(status);
    expect(await receiver.storage.stores.byId(store.id)).toEqual(before);
  });
});

describe('a store that disconnects itself', () => {
  test('is withdrawn, and its webhooks and token are void then', async () => {
    expect((await store.call('DELETE', '')).body).toMatchObject({ state: 'disconnecting', withdrawing: 1 });
    await held(7, ({ state }) => state === 'deleted');
    await vi.waitFor(async () => expect((await store.call('GET', '')).status).toBe(401), PATIENCE);
    expect((await receiver.deliver(store, { id: 7 })).status).toBe(404);
    expect((await stranger.call('GET', '')).status).toBe(200);
  });

  test('can do nothing but that meanwhile', async () => {
    receiver.sandbox.faults.add({ status: 503, times: 0 });
    await store.call('DELETE', '');
    expect((await store.call('GET', '')).body).toMatchObject({ state: 'disconnecting' });
    for (const [method, path, body] of [
      ['POST', '/sync'],
      ['PATCH', '', newKeys()],
    ] as const) {
      const answer = await store.call(method, path, body);
      expect([answer.status, answer.body.type]).toEqual([409, 'urn:dstnc:problem:disconnecting']);
    }
    expect((await store.call('DELETE', '')).status).toBe(202);
  });
});
