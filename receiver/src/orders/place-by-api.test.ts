import { orderIn } from '@dstnc/shared';
import { describe, expect, test } from 'vitest';
import { anOrder } from '../../../test/orders/an-order.ts';
import type { OrderClaim, PlacingProgress } from '../storage/order-rows.ts';
import type { OrderApi, StoredOrder } from '../woocommerce/orders/order-api.ts';
import type { OrderCheck } from './check-order.ts';
import { tooFew } from './order-refusal.ts';
import { placeByApi } from './place-by-api.ts';

const LINE = { lineId: 1, productId: 7, total: '39.98', tax: '0' };
const SHIPPING = { lineId: 2, productId: 0, total: '4.90', tax: '0' };

/** A shop in which PHP dies over so many orders once it has saved their first row. */
function aShop({ dies = 0 } = {}) {
  const orders = new Map<number, StoredOrder>();
  const removed: number[] = [];
  const promoted: number[] = [];
  let made = 0;
  const api: OrderApi = {
    newestId: async () => ({ ok: true, value: 0 }),
    find: async () => ({ ok: true, value: [...orders.values()] }),
    async create() {
      made += 1;
      const whole = made > dies;
      const [lines, shipping] = whole ? [[LINE], [SHIPPING]] : [[], []];
      const total = whole ? '44.88' : '0.00';
      const order = { id: made, number: `${made}`, status: 'pending', total, currency: 'EUR', lines, shipping };
      orders.set(made, order);
      return whole
        ? { ok: true, value: order }
        : {
            ok: false,
            failure: {
              kind: 'timeout',
              timeoutMs: 30_000,
              message: 'The store did not answer in time.',
              retryable: true,
            },
          };
    },
    read: async (id) => ({ ok: true, value: orders.get(id) ?? null }),
    correct: () => Promise.reject(new Error('nothing is to be corrected')),
    async promote(id, status) {
      promoted.push(id);
      const order = { ...(orders.get(id) as StoredOrder), status };
      orders.set(id, order);
      return { ok: true, value: order };
    },
    async cancel(id) {
      const order = { ...(orders.get(id) as StoredOrder), status: 'cancelled' };
      orders.set(id, order);
      return { ok: true, value: order };
    },
    async remove(ids) {
      for (const id of ids) orders.delete(id);
      removed.push(...ids);
      return { ok: true, value: null };
    },
    view: () => Promise.reject(new Error('nothing is to be viewed')),
  };
  return { api, orders, removed, promoted };
}

/** Places PO-1 with a clock that goes on only while it waits. */
async function place(api: OrderApi, progress: PlacingProgress = {}, check: OrderCheck = { kind: 'fine' }) {
  let now = 1_000_000;
  const startedAt = now;
  const told: string[] = [];
  const end = await placeByApi({
    api,
    via: 'api',
    email: 'alias@orders.example',
    claim: { reference: 'PO-1', fingerprint: 'f', progress } as OrderClaim,
    order: orderIn.parse(anOrder('PO-1', 7)),
    status: 'processing',
    clock: () => now,
    check: async () => check,
    async save(_facts, what) {
      if (what !== undefined) told.push(what);
    },
    async wait(ms) {
      now += ms;
      return now < startedAt + 3_600_000;
    },
  });
  return { end, tookMs: now - startedAt, told };
}

test('half of an order is waited for as long as the shop may be at it, and then another one is made in its place', async () => {
  const shop = aShop({ dies: 1 });
  const { end, tookMs, told } = await place(shop.api);
  expect(end).toMatchObject({ kind: 'placed', facts: { storeOrderId: 2, status: 'processing' } });
  expect([shop.removed, [...shop.orders.keys()]]).toEqual([[1], [2]]);
  expect(tookMs).toBeGreaterThanOrEqual(150_000);
  expect(told.join()).toContain('the store has not ended order 1: it is removed');
});

test('a shop that ends no order is told of as that, and keeps none', async () => {
  const shop = aShop({ dies: 9 });
  expect((await place(shop.api)).end).toMatchObject({
    kind: 'refused',
    refusal: { type: 'order-refused', title: 'The store does not finish the order', more: { times: 3 } },
  });
  expect(shop.orders.size).toBe(0);
});

test('what DSTNC doesn’t want any more is taken out of the shop, and what may come late is looked for', async () => {
  const shop = aShop();
  await shop.api.create({ order: orderIn.parse(anOrder('PO-1', 7)), email: '' });
  const progress = { via: 'api', baseline: 0, createdAt: 1, inDoubt: true, unwantedAt: 3 } as const;
  const { end } = await place(shop.api, progress);
  expect(end).toMatchObject({
    kind: 'withdrawn',
    progress: { via: 'api', inDoubt: true, looks: [1_300_000, 4_600_000] },
  });
  expect([shop.removed, shop.orders.size]).toEqual([[1], 0]);
});

test('what was promoted by then is placed, and remembers that it isn’t wanted', async () => {
  const shop = aShop();
  await shop.api.create({ order: orderIn.parse(anOrder('PO-1', 7)), email: '' });
  await shop.api.promote(1, 'processing', '');
  const progress = { via: 'api', baseline: 0, createdAt: 1, chosen: 1, promotedAt: 2, unwantedAt: 3 } as const;
  expect((await place(shop.api, progress)).end).toMatchObject({
    kind: 'placed',
    facts: { storeOrderId: 1, progress: { unwantedAt: 3 } },
  });
});

test('a promotion that didn’t come about is not repeated for what isn’t wanted any more', async () => {
  const shop = aShop();
  await shop.api.create({ order: orderIn.parse(anOrder('PO-1', 7)), email: '' });
  const progress = { via: 'api', baseline: 0, createdAt: 1, chosen: 1, promotedAt: 2, unwantedAt: 3 } as const;
  expect((await place(shop.api, progress)).end).toMatchObject({ kind: 'withdrawn' });
  expect([shop.promoted, shop.removed, shop.orders.size]).toEqual([[], [1], 0]);
});

test('what somebody in the shop has made an order of is placed, though it isn’t wanted any more', async () => {
  const shop = aShop();
  await shop.api.create({ order: orderIn.parse(anOrder('PO-1', 7)), email: '' });
  await shop.api.promote(1, 'on-hold', '');
  const progress = { via: 'api', baseline: 0, createdAt: 1, inDoubt: true, unwantedAt: 3 } as const;
  expect((await place(shop.api, progress)).end).toMatchObject({
    kind: 'placed',
    facts: { storeOrderId: 1, status: 'on-hold', progress: { unwantedAt: 3 } },
  });
});

describe('half of an order that the plugin has left', () => {
  const progress = { via: 'api', baseline: 0, since: 1, createdAt: 1, inDoubt: true, halfByPlugin: true } as const;

  test('is made whole, though nothing is left in stock beside what it has taken', async () => {
    const shop = aShop();
    await shop.api.create({ order: orderIn.parse(anOrder('PO-1', 7)), email: '' });
    const check = { kind: 'refused', refusal: tooFew('7:0', 2, 0) } as const;
    expect((await place(shop.api, progress, check)).end).toMatchObject({
      kind: 'placed',
      facts: { storeOrderId: 1, status: 'processing' },
    });
  });

  test('is cancelled, and not deleted with its stock, where it isn’t wanted any more', async () => {
    const shop = aShop();
    await shop.api.create({ order: orderIn.parse(anOrder('PO-1', 7)), email: '' });
    expect((await place(shop.api, { ...progress, unwantedAt: 3 })).end).toMatchObject({
      kind: 'placed',
      facts: { storeOrderId: 1, status: 'cancelled' },
    });
    expect([shop.removed, shop.promoted]).toEqual([[], []]);
  });
});
