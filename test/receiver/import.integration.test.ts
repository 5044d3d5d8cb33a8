import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { aConnection, type ConnectedShop, connectShop } from './connect-shop.ts';
import { lamp } from './lamp.ts';
import { type PluginShop, type ShopRequest, startPluginShop } from './start-plugin-shop.ts';
import { type Receiver, startReceiver } from './start-receiver.ts';

const PATIENCE = { timeout: 40_000, interval: 20 };

let receiver: Receiver;
let shop: PluginShop;

beforeEach(async () => {
  [receiver, shop] = await Promise.all([startReceiver(), startPluginShop()]);
});
afterEach(async () => {
  expect(receiver.sandbox.calls.violations).toEqual([]);
  await receiver.stop();
  await shop.stop();
});

function fill(count: number, from = 1): void {
  for (let id = from; id < from + count; id++) shop.groups.set(id, { product: lamp(id) });
}
const walked = ({ route, query }: ShopRequest) => route === 'wc-dstnc/v1/catalog' && query.has('after');
const report = async (store: ConnectedShop) => (await store.call('GET', '')).body;
const imported = (store: ConnectedShop, total: number) =>
  vi.waitFor(
    async () =>
      expect(await report(store)).toMatchObject({
        import: { state: 'done', total, done: total },
        pending: 0,
        state: 'healthy',
      }),
    PATIENCE,
  );
const onDstnc = () => receiver.sandbox.state.products('lamps').filter(({ state }) => state !== 'deleted').length;

/** Answers the walk's pages by hand. */
function pages(answer: (after: number) => unknown): void {
  shop.misbehave = (request, response) => {
    if (!walked(request)) return false;
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify(answer(Number(request.query.get('after')))));
    return true;
  };
}

describe('an import', () => {
  test('walks the catalogue in pages of ids, and reads its products many at a time', async () => {
    fill(2_500);
    const store = await connectShop(receiver, shop, 'lamps');
    await imported(store, 2_500);
    expect(onDstnc()).toBe(2_500);
    expect(shop.requests.filter(walked).map(({ query }) => query.get('after'))).toEqual(['0', '1000', '2000']);
    const reads = shop.requests.filter(({ query }) => query.has('include')).length;
    expect(reads).toBeLessThan(250);
    expect(await report(store)).toMatchObject({ products: 2_500, purchasable: 2_500, notPurchasable: 0 });
  });

  test('of an empty shop is done at once', async () => {
    await imported(await connectShop(receiver, shop, 'lamps'), 0);
  });

  test('tells how far it is while it runs, and what is left', async () => {
    fill(1_500);
    let opened: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      opened = resolve;
    });
    shop.misbehave = async (request) => {
      if (walked(request) && request.query.get('after') !== '0') await gate;
      return false;
    };
    const store = await connectShop(receiver, shop, 'lamps');
    await vi.waitFor(async () => {
      const { import: walk, state, upTo, oldestPending } = await report(store);
      expect(state).toBe('importing');
      expect(walk).toMatchObject({ state: 'running', total: 1_500, done: 1_000, waitingFor: null });
      expect(walk.secondsLeft).toBeGreaterThanOrEqual(0);
      expect(oldestPending === null || upTo === oldestPending).toBe(true);
    }, PATIENCE);
    opened();
    await imported(store, 1_500);
  });

  test('is held up by no product that can not be read', async () => {
    fill(120);
    shop.broken.add(60);
    const store = await connectShop(receiver, shop, 'lamps');
    await vi.waitFor(
      async () =>
        expect(await report(store)).toMatchObject({
          import: { state: 'done', total: 120, done: 120 },
          pending: 1,
          products: 119,
        }),
      PATIENCE,
    );
    const { body } = await store.call('GET', '/listings/60:0');
    expect(body.pending.waitingFor).toContain('failed');
    shop.broken.clear();
    await imported(store, 120);
  });

  test('goes on where it was after the process was ended in the middle', async () => {
    fill(3_500);
    let reached: () => void = () => {};
    const middle = new Promise<void>((resolve) => {
      reached = resolve;
    });
    shop.misbehave = async (request) => {
      if (!walked(request) || request.query.get('after') !== '2000') return false;
      reached();
      // Hangs until the process is gone.
      await new Promise(() => {});
      return true;
    };
    const store = await connectShop(receiver, shop, 'lamps');
    await middle;
    await receiver.restart();
    shop.misbehave = undefined;
    const asked = shop.requests.length;
    await imported(store, 3_500);
    expect(onDstnc()).toBe(3_500);
    expect(
      shop.requests
        .slice(asked)
        .filter(walked)
        .map(({ query }) => query.get('after')),
    ).toEqual(expect.not.arrayContaining(['0', '1000']));
  });

  test('that a shop fails to answer waits, says why, and goes on by itself', async () => {
    fill(30);
    shop.misbehave = (request, response) => {
      if (!walked(request)) return false;
      response.writeHead(503, { 'retry-after': '0' }).end();
      return true;
    };
    const store = await connectShop(receiver, shop, 'lamps');
    await vi.waitFor(
      async () =>
        expect(await report(store)).toMatchObject({
          state: 'importing',
          import: {
            state: 'running',
            total: 30,
            done: 0,
            secondsLeft: null,
            waitingFor: expect.stringContaining('503'),
          },
        }),
      PATIENCE,
    );
    shop.misbehave = undefined;
    await imported(store, 30);
  });

  test.each([
    ['connects again', async () => void (await connectShop(receiver, shop, 'lamps'))],
    ['asks for a sync', (store: ConnectedShop) => store.call('POST', '/sync')],
    [
      'renews its keys',
      (store: ConnectedShop) => store.call('PATCH', '', aConnection(shop, 'for its keys').credentials),
    ],
  ])('that was asked to wait an hour goes on at once when the vendor %s', async (_what, act) => {
    fill(3);
    shop.misbehave = (request, response) => {
      if (!walked(request)) return false;
      response.writeHead(429, { 'retry-after': '3600' }).end();
      return true;
    };
    const store = await connectShop(receiver, shop, 'lamps');
    await vi.waitFor(async () => expect((await report(store)).import.waitingFor).toContain('429'), PATIENCE);
    shop.misbehave = undefined;
    await act(store);
    await vi.waitFor(
      async () =>
        expect((await receiver.call('GET', `/v1/stores/${store.id}`)).body).toMatchObject({
          import: { state: 'done', total: 3, done: 3 },
        }),
      PATIENCE,
    );
  });

  test('that hangs is given up when the vendor connects again, and holds up no stop', async () => {
    fill(3);
    let hanging = 0;
    shop.misbehave = async (request) => {
      if (!walked(request)) return false;
      hanging += 1;
      await new Promise(() => {});
      return true;
    };
    await connectShop(receiver, shop, 'lamps');
    await vi.waitFor(() => expect(hanging).toBe(1), PATIENCE);
    await connectShop(receiver, shop, 'lamps');
    // Far sooner than a request is given up by itself.
    await vi.waitFor(() => expect(hanging).toBe(2), { timeout: 10_000 });
    const stopped = receiver.restart().then(() => 'stopped');
    const tooLong = new Promise((resolve) => setTimeout(() => resolve('still waiting'), 10_000).unref());
    expect(await Promise.race([stopped, tooLong])).toBe('stopped');
    await stopped;
  });

  test.each([
    ['goes back', (after: number) => ({ groups: [{ groupId: 5 }], next: after === 0 ? 5 : 3, total: 1 })],
    ['begins anew each time', () => ({ groups: [{ groupId: 5 }], next: 5, total: 1 })],
    ['leads nowhere', (after: number) => ({ groups: [], next: after, total: 9 })],
    ['is no catalogue', () => ({ groups: 'many' })],
    ['has an id that is none', () => ({ groups: [{ groupId: 'x' }], next: null, total: 1 })],
    ['never says that it ends', (after: number) => ({ groups: [], next: after + 1, total: 5 })],
    ['has less than it says', () => ({ groups: [{ groupId: 5 }], next: null, total: 9 })],
    ['does not say how it goes on', () => ({ groups: [{ groupId: 5 }] })],
    ['is larger than any', () => ({ groups: [], next: null, total: 0, junk: 'x'.repeat(2_000_000) })],
  ])('of a catalogue that %s is not walked for ever', async (_name, answer) => {
    pages(answer);
    const store = await connectShop(receiver, shop, 'lamps');
    await vi.waitFor(
      async () =>
        expect(await report(store)).toMatchObject({
          import: { state: 'running', waitingFor: expect.any(String) as string },
        }),
      PATIENCE,
    );
    // Each failure is waited after, longer each time.
    expect(shop.requests.filter(walked).length).toBeLessThan(6);
    expect((await store.call('GET', '/doctor')).body.checks).toContainEqual(
      expect.objectContaining({ id: 'import', status: 'problem' }),
    );
  });

  test('waits for a change that the shop tells of meanwhile, and not the change for it', async () => {
    fill(1_500);
    const store = await connectShop(receiver, shop, 'lamps');
    await imported(store, 1_500);
    // Reads wait until all is marked and the change is told of; then each has its turn.
    let go: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    shop.misbehave = async ({ query }) => {
      if (query.has('include')) await gate;
      return false;
    };
    await store.call('POST', '/sync');
    await vi.waitFor(
      async () => expect((await receiver.storage.stores.byId(store.id))?.import?.walkedAt).not.toBeNull(),
      PATIENCE,
    );
    await receiver.deliver(
      store,
      { action: 'woocommerce_dstnc_stock_changed', arg: 1, changes: [{ groupId: 1_500, kind: 'stock' }] },
      { topic: 'action.woocommerce_dstnc_stock_changed' },
    );
    const before = shop.requests.length;
    go();
    await imported(store, 1_500);
    const read = shop.requests.slice(before).flatMap(({ query }) => query.get('include')?.split(',').map(Number) ?? []);
    expect(read.indexOf(1_500)).toBeGreaterThanOrEqual(0);
    // Those that were under way when it came, and no more.
    expect(read.indexOf(1_500)).toBeLessThan(300);
  });

  test('ends when the shop disconnects', async () => {
    pages(() => ({ groups: [], next: 0, total: 9 }));
    const store = await connectShop(receiver, shop, 'lamps');
    await vi.waitFor(() => expect(shop.requests.filter(walked).length).toBeGreaterThan(0), PATIENCE);
    expect((await store.call('DELETE', '')).status).toBe(202);
    await vi.waitFor(async () => expect(await receiver.storage.stores.byId(store.id)).toBeNull(), PATIENCE);
  });
});

describe('a sync', () => {
  test('finds what DSTNC was never told of, and what is gone', async () => {
    fill(3);
    const store = await connectShop(receiver, shop, 'lamps');
    await imported(store, 3);
    shop.groups.delete(1);
    shop.groups.set(2, { product: lamp(2, { stock_quantity: 0, stock_status: 'outofstock' }) });
    fill(1, 10);
    expect((await store.call('POST', '/sync')).status).toBe(202);
    await imported(store, 3);
    const { products } = receiver.sandbox.state;
    expect(
      Object.fromEntries(products.call(receiver.sandbox.state, 'lamps').map(({ groupId, state }) => [groupId, state])),
    ).toEqual({
      1: 'deleted',
      2: 'active',
      3: 'active',
      10: 'active',
    });
    expect(await report(store)).toMatchObject({ products: 3, purchasable: 2, notPurchasable: 1 });
  });

  test('asked for again and again begins anew, and ends', async () => {
    fill(50);
    const store = await connectShop(receiver, shop, 'lamps');
    for (let i = 0; i < 5; i++) expect((await store.call('POST', '/sync')).status).toBe(202);
    await imported(store, 50);
    expect(onDstnc()).toBe(50);
  });

  test('of a shop whose plugin is off marks what is known, and walks once it is back', async () => {
    fill(2);
    const store = await connectShop(receiver, shop, 'lamps');
    await imported(store, 2);
    shop.pluginActive = false;
    shop.groups.set(1, { product: lamp(1, { stock_quantity: 9 }) });
    fill(1, 10);
    await store.call('POST', '/sync');
    await receiver.sandbox.until(
      () => receiver.sandbox.state.product('lamps', '1')?.variants[0]?.inventory.quantity === 9,
      PATIENCE.timeout,
    );
    shop.pluginActive = true;
    await receiver.sandbox.until(() => receiver.sandbox.state.product('lamps', '10'), PATIENCE.timeout);
  });
});
