import { everyRole } from '@dstnc/receiver/config.ts';
import { createLogger } from '@dstnc/receiver/logger.ts';
import { type Service, startService } from '@dstnc/receiver/service.ts';
import type { Listing, Product } from '@dstnc/shared';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { keepStore } from '../rig/keep-store.ts';
import { lamp } from './lamp.ts';
import { type AddedStore, type Receiver, startReceiver } from './start-receiver.ts';
import { type Shop, startShop } from './start-shop.ts';

const PATIENCE = { timeout: 20_000, interval: 20 };
const GONE = { code: 'woocommerce_rest_product_invalid_id', message: 'Invalid ID.', data: { status: 404 } };
const BROKEN = { code: 'internal_server_error', message: 'A critical error.', data: { status: 500 } };

let receiver: Receiver;
let shop: Shop;
let next: Service | undefined;

beforeEach(async () => {
  [receiver, shop] = await Promise.all([startReceiver(), startShop()]);
});
afterEach(async () => {
  await next?.stop();
  next = undefined;
  expect(receiver.sandbox.calls.violations).toEqual([]);
  await receiver.stop();
  await shop.stop();
});

/** Starts the service again on the same database and port. */
async function again(clock: () => number = Date.now): Promise<void> {
  await receiver.service.stop();
  const [adminToken = '', token = ''] = receiver.secrets;
  next = await startService({
    polling: null,
    config: {
      port: Number(new URL(receiver.service.url).port),
      host: '127.0.0.1',
      publicUrl: undefined,
      maxBody: 1024 * 1024,
      allowPrivateStores: true,
      roles: everyRole,
    },
    storage: receiver.storage,
    wakeup: receiver.wakeup(),
    adminToken,
    codes: receiver.codes,
    target: { url: receiver.sandbox.url, token },
    log: createLogger('silent'),
    clock,
  });
}

/** The shop answers as `special` says, and as a good one where that says nothing. */
function shopSays(special: (path: string, query: URLSearchParams) => [number, unknown] | undefined): void {
  shop.misbehave = (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://shop');
    const path = pathname.replace('/wp-json/wc/v3/', '');
    const product = shop.products.get(Number(/^products\/(\d+)$/.exec(path)?.[1]));
    const [status, body] = special(path, searchParams) ?? (product ? [200, product] : [404, GONE]);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
}

/** Puts a product into the shop, and sends its delivery. */
async function changes(store: AddedStore, product: Record<string, unknown>): Promise<void> {
  shop.products.set(Number(product.id), product);
  expect((await receiver.deliver(store, product)).status).toBe(200);
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

const shown = async (store: AddedStore) => (await receiver.call('GET', `/v1/stores/${store.id}`)).body;

const shows = (store: AddedStore, wanted: Record<string, unknown>) =>
  vi.waitFor(async () => expect(await shown(store)).toMatchObject(wanted), PATIENCE);

/** What is pending is counted once in a while: a listing may be younger than that. */
const lists = (store: AddedStore, item: string, wanted: Record<string, unknown>) =>
  vi.waitFor(async () => expect(await listing(store, item)).toMatchObject(wanted), PATIENCE);

const settled = (store: AddedStore) => shows(store, { pending: 0 });

const flagged = (store: AddedStore, kinds: string[]) =>
  shows(store, { flags: kinds.map((kind) => expect.objectContaining({ kind })) });

describe('a shop that fails', () => {
  test('for thirty products does not hold up a healthy one', async () => {
    const store = await receiver.addStore('lamps', shop.url, true);
    shopSays((path) => (/^products\/\d$|^products\/[12]\d$|^products\/30$/.test(path) ? [500, BROKEN] : undefined));
    for (let id = 1; id <= 30; id++) await receiver.deliver(store, lamp(id));
    await flagged(store, ['unreadable']);
    await changes(store, lamp(99));
    await held(store, 99);
    await shows(store, { pending: 30 });
  });

  test('by naming products as variations of themselves, or of each other, is asked a few times, and told', async () => {
    const store = await receiver.addStore('lamps', shop.url, true);
    let reads = 0;
    shopSays((path) => {
      if (path.startsWith('products/')) reads += 1;
      return undefined;
    });
    const variation = (id: number, parent: number) => lamp(id, { type: 'variation', parent_id: parent });
    for (const one of [variation(7, 7), variation(10, 11), variation(11, 10)]) shop.products.set(Number(one.id), one);
    for (const id of [7, 10]) await receiver.deliver(store, lamp(id));
    const waiting = async (item: string, reason: string) => {
      const { attempts, pending } = await listing(store, item);
      expect([pending?.waitingFor, attempts]).toEqual([
        expect.stringContaining(reason),
        expect.toSatisfy((count) => count >= 2),
      ]);
    };
    await vi.waitFor(() => waiting('7:0', "doesn't say of which product"), PATIENCE);
    await vi.waitFor(() => waiting('11:0', 'a variation of 10'), PATIENCE);
    expect(reads).toBeLessThan(20);
  });

  test('to say its currency at first: what was listed without it gets it when the store says it', async () => {
    let ahead = 0;
    await again(() => Date.now() + ahead);
    const keys = { consumerKey: 'ck_1', consumerSecret: 'cs_1', webhookSecret: 'webhook-secret' };
    const { id, webhookKey } = await keepStore(receiver.storage, { vendor: 'lamps', url: shop.url, ...keys });
    const webhookUrl = `${receiver.service.publicUrl}/v1/webhooks/${webhookKey}`;
    const store: AddedStore = { id, vendor: 'lamps', url: shop.url, webhookUrl, webhookSecret: keys.webhookSecret };
    let says: [number, unknown] = [500, BROKEN];
    shopSays((path) => (path === 'data/currencies/current' ? says : undefined));
    await changes(store, lamp(7));
    expect((await held(store, 7)).variants[0]?.price.currency).toBeNull();
    await settled(store);

    says = [200, { code: 'EUR' }];
    ahead = 11 * 60_000;
    await changes(store, lamp(8));
    await held(store, 7, ({ variants }) => variants[0]?.price.currency === 'EUR');
    await held(store, 8, ({ variants }) => variants[0]?.price.currency === 'EUR');
  });

  test.each([2, 6])(
    'and a clock that is put back by an hour: %i waiting products go out all the same',
    async (count) => {
      let back = 0;
      await again(() => Date.now() - back);
      const store = await receiver.addStore('lamps', shop.url, true);
      shopSays(() => [500, BROKEN]);
      const ids = Array.from({ length: count }, (_, i) => i + 1);
      for (const id of ids) await changes(store, lamp(id));
      await vi.waitFor(async () => {
        for (const id of ids) expect((await listing(store, `${id}:0`)).attempts).toBeGreaterThan(0);
      }, PATIENCE);
      // Of six failures in a row the store counts as down, and is left alone, too.
      if (count > 5) await flagged(store, ['unreadable']);

      back = 60 * 60_000;
      shop.misbehave = undefined;
      for (const id of ids) await held(store, id);
      await settled(store);
    },
  );

  test('is read with new keys from the moment on that they are set', async () => {
    const store = await receiver.addStore('lamps', shop.url, true);
    const used: (string | null)[] = [];
    shopSays((_path, query) => {
      used.push(query.get('oauth_consumer_key'));
      return undefined;
    });
    await changes(store, lamp(7));
    await held(store, 7);
    await settled(store);

    const half = await receiver.call('PATCH', `/v1/stores/${store.id}`, { body: { consumerKey: 'ck_new' } });
    expect(half.status).toBe(422);
    const before = used.length;
    const keys = { consumerKey: 'ck_new', consumerSecret: 'cs_new' };
    expect((await receiver.call('PATCH', `/v1/stores/${store.id}`, { body: keys })).status).toBe(200);
    await changes(store, lamp(8));
    await held(store, 8);
    expect(new Set(used.slice(0, before))).not.toContain('ck_new');
    // What is public, the index of the REST API, is asked without a key.
    const since = used.slice(before).filter((key) => key !== null);
    expect(new Set(since)).toEqual(new Set(['ck_new']));
  });

  test('no more loses the flag that a process before this one raised', async () => {
    const store = await receiver.addStore('lamps', shop.url, true);
    await receiver.storage.stores.flag(store.id, 'unreadable', { since: 1, detail: 'The store was down.' });
    await again();
    expect(await shown(store)).toMatchObject({ flags: [{ kind: 'unreadable' }] });
    await changes(store, lamp(7));
    await flagged(store, []);
  });
});

describe('a listing', () => {
  test('of a variable product says why it has nothing to sell, and what became of a removed variation', async () => {
    const store = await receiver.addStore('lamps', shop.url, true);
    let variations = [101, 102].map((id) => lamp(id, { type: 'variation', parent_id: 10 }));
    shopSays((path) => (path === 'products/10/variations' ? [200, variations] : undefined));
    const parent = () => lamp(10, { type: 'variable', variations: variations.map(({ id }) => id) });
    await changes(store, parent());
    await held(store, 10, (product) => product.variants.length === 2);

    variations = variations.slice(0, 1);
    await changes(store, parent());
    await held(store, 10, (product) => product.variants.length === 1);
    const removed = { variant: null, rule: null, because: 'the product no longer has this variation' };
    await lists(store, '10:102', removed);

    variations = [];
    await changes(store, parent());
    await held(store, 10, (product) => product.state === 'hidden');
    await lists(store, '10:0', {
      product: { state: 'hidden', stateReason: 'no_variations' },
      variant: null,
      because: 'the product has no variations',
    });
    expect((await receiver.call('GET', `/v1/stores/${store.id}/listings/10:999`)).status).toBe(404);
  });

  test('names one rev, also after a read that changed nothing', async () => {
    const store = await receiver.addStore('lamps', shop.url, true);
    await changes(store, lamp(7));
    const { rev } = await held(store, 7);
    const { readAt } = await vi.waitFor(() => listing(store, '7:0'), PATIENCE);
    await vi.waitFor(async () => {
      await changes(store, lamp(7));
      await settled(store);
      expect((await listing(store, '7:0')).readAt).not.toBe(readAt);
    }, PATIENCE);
    expect(await listing(store, '7:0')).toMatchObject({ product: { rev }, variant: { inventory: { rev } } });
  });
});
