import { orderIn } from '@dstnc/shared';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { anOrder, SHOPPER } from '../orders/an-order.ts';
import { poll } from '../rig/poll.ts';
import { type OrderDouble, startOrderDouble } from './start-order-double.ts';
import { type AddedStore, type Answer, type Receiver, startReceiver } from './start-receiver.ts';

let receiver: Receiver;
let shop: OrderDouble;
let store: AddedStore;

beforeEach(async () => {
  [receiver, shop] = await Promise.all([startReceiver(), startOrderDouble()]);
  shop.products.set(7, lamp());
  store = await receiver.addStore('lamps', shop.url, true);
});
afterEach(async () => {
  await receiver.stop();
  await shop.stop();
});

const lamp = (over: Record<string, unknown> = {}) => ({
  id: 7,
  type: 'simple',
  status: 'publish',
  name: 'Lamp',
  price: '19.99',
  regular_price: '19.99',
  purchasable: true,
  manage_stock: true,
  stock_quantity: 10,
  stock_status: 'instock',
  ...over,
});
const path = (rest = '') => `/v1/stores/${store.id}/orders${rest}`;

async function place(
  order: object = anOrder('PO-1', 7),
  key: string | null = 'key-1',
  token = receiver.secrets[0],
): Promise<Answer> {
  const response = await fetch(`${receiver.service.url}${path()}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      ...(key !== null && { 'idempotency-key': key }),
    },
    body: JSON.stringify(order),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: JSON.parse(text) };
}

const typeOf = ({ body }: Answer) => (body.type as string).replace('urn:dstnc:problem:', '');
const report = async (reference = 'PO-1') => (await receiver.call('GET', path(`/${reference}`))).body;
const shipments = () => receiver.sandbox.state.shipments('lamps');

/** Somebody changes the order in the shop, and WooCommerce says so. */
async function happens(change: Record<string, unknown>, action = 'woocommerce_order_status_completed'): Promise<void> {
  const order = [...shop.orders.values()].find(({ transaction_id }) => transaction_id === 'PO-1');
  if (order === undefined) throw new Error('there is no order');
  Object.assign(order, change);
  const delivered = await receiver.deliver(store, { action, arg: order.id }, { topic: `action.${action}` });
  expect(delivered.status).toBe(200);
}
const arrives = (what: string, condition: () => boolean | Promise<boolean>) =>
  poll(async () => condition(), { timeoutMs: 20_000, what });

describe('an order', () => {
  test('is placed as any other, and is the same however often it is asked for', async () => {
    const first = await place();
    expect(first).toMatchObject({
      status: 201,
      body: {
        reference: 'PO-1',
        storeOrderId: 101,
        storeOrderNumber: '101',
        status: 'processing',
        total: '44.88',
        currency: 'EUR',
      },
    });
    expect(await place()).toMatchObject({ status: 200, body: first.body });
    expect(await place(anOrder('PO-1', 7), 'key-2')).toMatchObject({ status: 200, body: first.body });
    expect(shop.orders.size).toBe(1);
    expect(shop.stockTaken).toEqual([101]);
    const [order] = shop.orders.values();
    expect(order).toMatchObject({
      status: 'processing',
      transaction_id: 'PO-1',
      payment_method_title: 'DSTNC',
      customer_note: 'DSTNC order PO-1',
      meta_data: [{ key: '_dstnc_reference', value: 'PO-1' }],
      shipping: { last_name: SHOPPER.lastName, address_1: SHOPPER.address1 },
      line_items: [{ product_id: 7, quantity: 2, total: '39.98' }],
    });
    // WooCommerce writes to whoever stands there.
    expect(order?.billing.email).toMatch(/^order-[0-9a-f]{20}@orders\.dstnc\.invalid$/);
  });

  test('is one, though ten ask at once', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => place()));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 201)) {
      expect([200, 409]).toContain(answer.status);
      if (answer.status === 409) {
        expect(typeOf(answer)).toBe('order-in-progress');
        expect(answer.headers.get('retry-after')).toBe('1');
      }
    }
    expect(shop.orders.size).toBe(1);
  });

  test('is another one under the same reference or key: refused', async () => {
    await place();
    const other = anOrder('PO-1', 7, { note: 'Ring twice' });
    expect(typeOf(await place(other, 'key-1'))).toBe('idempotency-key-reused');
    expect(typeOf(await place(other, 'key-2'))).toBe('reference-reused');
    expect(typeOf(await place(anOrder('PO-2', 7), 'key-1'))).toBe('idempotency-key-reused');
    expect(shop.orders.size).toBe(1);
  });

  test.each([
    ['creation', 'POST orders', 'undone'],
    ['creation', 'POST orders', 'done'],
  ] as const)('survives a %s that is cut off, be it done or not', async (_what, call, mishap) => {
    let once = true;
    shop.mishap = (made) => {
      if (!once || made !== call) return undefined;
      once = false;
      return mishap;
    };
    expect(await place()).toMatchObject({ status: 201 });
    expect([...shop.orders.values()].map(({ status }) => status)).toEqual(['processing']);
    expect(shop.stockTaken).toHaveLength(1);
  });

  test('whose creation ends late is cleared away later, and the chosen one stays', async () => {
    let once = true;
    shop.mishap = (call) => {
      if (!once || call !== 'POST orders') return undefined;
      once = false;
      return 'undone';
    };
    expect((await place()).status).toBe(201);
    const [chosen] = shop.orders.keys();
    // The first request was under way all the time.
    const late = { ...[...shop.orders.values()][0], id: 105, status: 'pending' } as never;
    shop.orders.set(105, late);
    await receiver.db
      .updateTable('orders')
      .set({ due_at: 0, progress_json: JSON.stringify({ via: 'api', baseline: 0, chosen, looks: [1] }) })
      .execute();
    await arrives('the late one to be removed', () => !shop.orders.has(105));
    expect([...shop.orders.keys()]).toEqual([chosen]);
    expect((await report()).history.at(-1).what).toContain('105');
  });

  test('that the shop is still writing is left alone until it is whole', async () => {
    let once = true;
    shop.mishap = (call) => {
      if (!once || call !== 'POST orders') return undefined;
      once = false;
      return 'half';
    };
    const asking = place();
    await arrives('half of it to be read', () => shop.calls.includes('GET orders/101'));
    Object.assign(shop.orders.get(101) ?? {}, {
      line_items: [{ id: 1, product_id: 7, quantity: 2, total: '39.98', taxes: [] }],
      shipping_lines: [{ id: 2, total: '4.90', taxes: [] }],
      total: '44.88',
    });
    expect(await asking).toMatchObject({ status: 201, body: { storeOrderId: 101 } });
    expect([...shop.orders.keys()]).toEqual([101]);
    expect(shop.calls.filter((call) => call === 'POST orders')).toHaveLength(1);
  });

  test('that could not be made for a while is looked at anew: what was sold meanwhile is refused', async () => {
    let once = true;
    shop.mishap = (call) => {
      if (!once || call !== 'POST orders') return undefined;
      once = false;
      shop.products.set(7, lamp({ stock_quantity: 1 }));
      return 'undone';
    };
    const answer = await place();
    expect([answer.status, typeOf(answer)]).toEqual([422, 'too-few']);
    expect(shop.orders.size).toBe(0);
    expect(shop.stockTaken).toEqual([]);
  });

  test('whose promotion has no answer is not promoted twice', async () => {
    let once = true;
    shop.mishap = (call) => {
      if (!once || !/^POST orders\/\d+$/.test(call)) return undefined;
      once = false;
      return 'done';
    };
    expect(await place()).toMatchObject({ status: 201, body: { status: 'processing' } });
    expect(shop.calls.filter((call) => /^POST orders\/\d+$/.test(call))).toHaveLength(1);
    expect(shop.stockTaken).toHaveLength(1);
  });

  test('that the store does not let out of its draft is removed from there and refused', async () => {
    shop.mishap = (call) => (/^POST orders\/\d+$/.test(call) ? 'refused' : undefined);
    const answer = await place();
    expect(answer).toMatchObject({ status: 422, body: { code: 'rest_invalid_param', status: 422 } });
    expect(answer.body.detail).toBe('WooCommerce doesn\'t let the order become "processing" (rest_invalid_param).');
    expect(shop.orders.size).toBe(0);
    expect(await report()).toMatchObject({ state: 'attention', storeOrderId: null });
    shop.mishap = undefined;
    expect(await place()).toMatchObject({ status: 201 });
  });

  test('that does not get on is for people to see, and goes on by itself', async () => {
    shop.mishap = (call) => (call === 'POST orders' ? 'undone' : undefined);
    const asking = place().catch(() => null);
    await arrives('the store to be asked', () => shop.calls.includes('POST orders'));
    await receiver.restart();
    await asking;
    const before = shop.calls.length;
    await receiver.db.updateTable('orders').set({ attempts: 5, lease_owner: null, due_at: 0 }).execute();
    await arrives('the store to be asked again', () => shop.calls.slice(before).includes('POST orders'));
    await receiver.restart();
    await arrives('somebody to be told', async () => (await report()).state === 'attention');
    expect((await report()).lastError).toContain('connection');
    shop.mishap = undefined;
    await receiver.call('POST', path('/PO-1/resend'));
    await arrives('it to be placed', async () => (await report()).state === 'placed');
    expect(await report()).toMatchObject({ lastError: null });
  });

  test('goes on after a restart, whether anybody asks again or not', async () => {
    shop.mishap = (call) => (call === 'POST orders' ? 'done' : undefined);
    const asking = place().catch(() => null);
    await arrives('the order to be made', () => shop.orders.size > 0);
    await receiver.restart();
    shop.mishap = undefined;
    await asking;
    await arrives('the order to be placed', async () => (await report()).state === 'placed');
    expect(shop.stockTaken).toHaveLength(1);
    expect([...shop.orders.values()].filter(({ status }) => status === 'processing')).toHaveLength(1);
  });
});

describe('an order that DSTNC takes back while its shop is out of order', () => {
  const cancel = () => receiver.call('POST', path('/PO-1/cancel'));
  /** DSTNC asks for the order, and the receiver ends in the middle of it; nobody goes on with it by himself. */
  async function breakOff(): Promise<void> {
    const asking = place();
    await arrives('the store to be asked', () => shop.calls.includes('POST orders'));
    await receiver.restart();
    await asking.catch(() => null);
    await receiver.db
      .updateTable('orders')
      .set({ lease_owner: null, due_at: Date.now() + 60_000 })
      .execute();
  }

  test('is taken back at once where the shop never heard of it', async () => {
    shop.mishap = (call) => (call === 'POST orders' ? 'unknown key' : undefined);
    await breakOff();
    expect(await cancel()).toMatchObject({ status: 200, body: { state: 'cancelled', storeOrderId: null } });
    shop.mishap = undefined;
    expect(typeOf(await place())).toBe('order-withdrawn');
    expect(shop.orders.size).toBe(0);
  });

  test.each(['undone', 'done'] as const)('is never placed where it may have heard of it: %s', async (mishap) => {
    let asked = false;
    shop.mishap = (call) => {
      asked ||= call === 'POST orders';
      if (call === 'POST orders') return mishap;
      return asked && call.startsWith('GET orders') ? 'undone' : undefined;
    };
    await breakOff();
    const answer = await cancel();
    expect([answer.status, typeOf(answer)]).toEqual([503, 'order-unsettled']);
    shop.mishap = undefined;
    await arrives('it to be taken back', async () => (await report()).state === 'cancelled');
    expect(shop.orders.size).toBe(0);
    expect(shop.stockTaken).toEqual([]);
    expect(await cancel()).toMatchObject({ status: 200, body: { state: 'cancelled', storeOrderId: null } });
  });

  test('is cancelled as soon as it answers where it has it, though nobody asks again', async () => {
    expect((await place()).status).toBe(201);
    await arrives('it to be read', () => shop.calls.includes('GET orders/101'));
    shop.mishap = (call) => (call === 'GET orders/101' ? 'undone' : undefined);
    expect(typeOf(await cancel())).toBe('order-unsettled');
    // What else there is to do goes on.
    shop.mishap = (call) => (call === 'POST orders/101' ? 'unknown key' : undefined);
    const item = { tracking_number: 'N1', tracking_id: 'a' };
    for (const order of shop.orders.values()) order.meta_data = [{ key: '_wc_shipment_tracking_items', value: [item] }];
    await arrives('the number', () => shipments()[0]?.trackingNumber === 'N1');
    shop.mishap = undefined;
    await arrives('DSTNC to know', () => receiver.sandbox.state.order('lamps', 'PO-1')?.status === 'cancelled');
    expect(shop.stockGiven).toEqual([101]);
    expect(await report()).toMatchObject({ state: 'cancelled' });
  });
});

describe('a total', () => {
  test('that the store’s taxes change is made equal once, to the cent', async () => {
    shop.taxPercent = 19;
    const order = anOrder('PO-1', 7, {
      lines: [{ externalId: '7:0', quantity: 2, total: '33.61', totalTax: '6.38' }],
      shippingLines: [{ title: 'Parcel', total: '4.13', totalTax: '0.78' }],
      total: '44.90',
    });
    expect(await place(order)).toMatchObject({ status: 201 });
    expect([...shop.orders.values()]).toMatchObject([{ status: 'processing', total: '44.90' }]);
  });

  test('that can’t be made equal is refused with both figures, and nothing stays in the store', async () => {
    shop.extra = 7;
    const answer = await place();
    expect(answer).toMatchObject({ status: 422, body: { wanted: '44.88', got: '44.95' } });
    expect(typeOf(answer)).toBe('total-differs');
    expect(shop.orders.size).toBe(0);
    expect(shop.stockTaken).toEqual([]);
    expect(await report()).toMatchObject({ state: 'attention', lastError: expect.stringContaining('44.95') });
    // Once the shop is mended, the same order may be asked for again.
    shop.extra = 0;
    expect(await place()).toMatchObject({ status: 201 });
  });

  test('that its own lines don’t add up to is refused without asking the store', async () => {
    const answer = await place(anOrder('PO-1', 7, { total: '44.89' }));
    expect(answer).toMatchObject({ status: 422, body: { wanted: '44.89', got: '44.88' } });
    expect(shop.calls).toEqual([]);
  });
});

describe('refused before anything is in the store, by a type of its own', () => {
  test.each([
    ['product-gone', null, {}],
    ['not-purchasable', { status: 'draft' }, {}],
    ['not-purchasable', { manage_stock: false, stock_status: 'outofstock' }, {}],
    ['not-purchasable', { price: '', regular_price: '', purchasable: false }, {}],
    ['too-few', { stock_quantity: 1 }, { wanted: 2, available: 1 }],
    ['too-few', { stock_quantity: 0, stock_status: 'outofstock' }, { wanted: 2, available: 0 }],
  ] as const)('%s: %j', async (type, product, figures) => {
    if (product === null) shop.products.delete(7);
    else shop.products.set(7, lamp(product));
    const answer = await place();
    expect(answer).toMatchObject({ status: 422, body: { externalId: '7:0', ...figures } });
    expect(typeOf(answer)).toBe(type);
    expect(shop.orders.size).toBe(0);
    expect(shop.calls.filter((call) => call.startsWith('POST'))).toEqual([]);
  });

  test('wrong currency, unknown country, a store that is disconnected or has no keys', async () => {
    const dollars = await place(anOrder('PO-1', 7, { currency: 'USD' }));
    expect([dollars.status, typeOf(dollars)]).toEqual([422, 'wrong-currency']);
    const nowhere = await place(anOrder('PO-1', 7, { shipping: { ...SHOPPER, country: 'XX' } }), 'key-2');
    expect([nowhere.status, typeOf(nowhere)]).toEqual([422, 'unknown-country']);
    expect(await report()).toMatchObject({ state: 'attention', lastError: expect.stringContaining('"XX"') });
    store = await receiver.addStore('hooks', 'https://hooks.example', false);
    const keyless = await place();
    expect([keyless.status, typeOf(keyless)]).toEqual([409, 'store-without-keys']);
  });

  test('wrong currency, where the shop has changed it since it was connected', async () => {
    shop.currency = 'BGN';
    expect(typeOf(await place())).toBe('wrong-currency');
    expect(await report()).toMatchObject({ lastError: 'The order is in EUR, and the store sells in BGN.' });
    expect((await receiver.call('GET', `/v1/stores/${store.id}`)).body.currency).toBe('BGN');
    expect(await place(anOrder('PO-2', 7, { currency: 'BGN' }), 'key-2')).toMatchObject({ status: 201 });
    expect(shop.orders.size).toBe(1);
  });

  test('without a key of its own, or not as it should be', async () => {
    expect(typeOf(await place(anOrder('PO-1', 7), null))).toBe('idempotency-key-missing');
    const bad = await place({ ...anOrder('PO-1', 7), lines: [] });
    expect([bad.status, typeOf(bad)]).toEqual([422, 'invalid-request']);
    for (const over of [{ externalId: '0:0' }, { externalId: '07:0' }, { total: '39.98000000001' }, { total: '-1' }]) {
      const [line] = anOrder('PO-1', 7).lines;
      const odd = await place(anOrder('PO-1', 7, { lines: [{ ...line, ...over } as never] }));
      expect([odd.status, typeOf(odd)]).toEqual([422, 'invalid-request']);
    }
  });
});

describe('what becomes of an order', () => {
  beforeEach(async () => {
    expect((await place()).status).toBe(201);
  });

  test('reaches DSTNC: shipped without tracking, then with the number that comes late, then with the right one', async () => {
    await happens({ status: 'completed', date_completed_gmt: '2026-11-03T10:00:00' });
    await arrives('the shipment', () => shipments().length === 1);
    expect(shipments()).toMatchObject([
      { shipmentId: 'PO-1:1', trackingNumber: null, source: 'status_completed', lines: null },
    ]);
    expect(await report()).toMatchObject({ state: 'shipped', status: 'completed', tracking: [] });
    const tracked = (tracking_number: string, tracking_id: string) => ({
      meta_data: [
        {
          key: '_wc_shipment_tracking_items',
          value: [{ tracking_provider: 'dhl', tracking_number, tracking_id, date_shipped: '1793620800' }],
        },
      ],
    });
    await happens(tracked('N1', 'a'));
    await arrives('the number', () => shipments()[0]?.trackingNumber === 'N1');
    await happens(tracked('N2', 'b'));
    await arrives('the right number', () => shipments()[0]?.trackingNumber === 'N2');
    expect(shipments()).toHaveLength(1);
    expect((await receiver.call('GET', path())).body).toMatchObject({
      orders: [
        { reference: 'PO-1', storeOrderNumber: '101', state: 'shipped', tracking: [{ carrier: 'dhl', number: 'N2' }] },
      ],
      counts: { toShip: 0, shipped: 1, attention: 0 },
      next: null,
    });
  });

  test('reaches DSTNC though late orders can’t be looked for, and those are looked for later', async () => {
    const late = { ...[...shop.orders.values()][0], id: 105, status: 'pending' } as never;
    shop.orders.set(105, late);
    const lookAt = (at: number) =>
      receiver.db
        .updateTable('orders')
        .set({ due_at: 0, progress_json: JSON.stringify({ via: 'api', baseline: 0, chosen: 101, looks: [at] }) })
        .execute();
    shop.mishap = (call) => (call === 'GET orders' ? 'undone' : undefined);
    shop.calls.length = 0;
    await lookAt(1);
    await arrives('it to be looked for', () => shop.calls.includes('GET orders'));
    await happens({ status: 'completed' });
    await arrives('the shipment', () => shipments().length === 1);
    await arrives('the next look to be planned', async () => {
      const { progress_json } = await receiver.db
        .selectFrom('orders')
        .select('progress_json')
        .executeTakeFirstOrThrow();
      return JSON.parse(progress_json).looks[0] > Date.now();
    });
    expect(shop.orders.has(105)).toBe(true);
    shop.mishap = undefined;
    await lookAt(1);
    await arrives('the late one to be removed', () => !shop.orders.has(105));
  });

  test('is told of once DSTNC is there again, and again from a rev that it takes', async () => {
    receiver.sandbox.faults.add({ status: 503, times: 2, path: 'shipments' });
    await happens({ status: 'completed' });
    await arrives('the shipment', () => shipments().length === 1);
    const before = shipments()[0]?.rev ?? 0;
    expect((await receiver.call('POST', path('/PO-1/resend'))).status).toBe(202);
    await arrives('it again', () => (shipments()[0]?.rev ?? 0) > before);
    expect(shipments()).toHaveLength(1);
    expect(shop.orders.size).toBe(1);
  });

  test('and is refused by DSTNC is for people to see', async () => {
    receiver.sandbox.faults.add({
      status: 422,
      times: 1,
      path: 'shipments',
      body: { type: 'x', title: 'No such order', status: 422 },
    });
    await happens({ status: 'completed' });
    await arrives('somebody to be told', async () => (await report()).state === 'attention');
    expect(await report()).toMatchObject({ lastError: 'DSTNC refuses it: No such order' });
    await receiver.call('POST', path('/PO-1/resend'));
    await arrives('the shipment', async () => (await report()).state === 'shipped');
  });

  test('stays shipped when the vendor clears up, as in the bin so after that', async () => {
    await happens({
      status: 'completed',
      meta_data: [{ key: '_wc_shipment_tracking_items', value: [{ tracking_number: 'N1', tracking_id: 'a' }] }],
    });
    await arrives('the shipment', () => shipments().length === 1);
    const [shipment] = shipments();
    await happens({ status: 'trash' });
    await arrives('it to be seen', async () => (await report()).status === 'trash');
    shop.orders.clear();
    await receiver.call('POST', path('/PO-1/resend'));
    await arrives('it again', () => shipments()[0]?.rev !== shipment?.rev);
    expect(shipments()).toEqual([{ ...shipment, rev: expect.any(Number) }]);
    expect(receiver.sandbox.state.order('lamps', 'PO-1')).toBeUndefined();
    expect(await report()).toMatchObject({ state: 'shipped', tracking: [{ number: 'N1' }], change: null });
  });

  test.each([
    ['cancelled', 'woocommerce_order_status_cancelled'],
    ['refunded', 'woocommerce_order_status_refunded'],
  ])('by the vendor reaches DSTNC: %s', async (status, action) => {
    await happens({ status }, action);
    const held = () => receiver.sandbox.state.order('lamps', 'PO-1');
    await arrives('it', () => held()?.status === status);
    expect(await report()).toMatchObject({ state: status });
  });

  test('after all, though DSTNC was told that it is cancelled, is for people to see as long as it is so', async () => {
    const held = () => receiver.sandbox.state.order('lamps', 'PO-1');
    await happens({ status: 'cancelled' }, 'woocommerce_order_status_cancelled');
    await arrives('the cancellation', () => held()?.status === 'cancelled');
    await happens({ status: 'processing' });
    await arrives('somebody to be told', async () => (await report()).state === 'attention');
    expect((await report()).lastError).toContain('in the store it is "processing"');
    const { rev } = held() ?? {};
    await happens({
      status: 'completed',
      meta_data: [{ key: '_wc_shipment_tracking_items', value: [{ tracking_number: 'N1', tracking_id: 'a' }] }],
    });
    await arrives('the shipment', () => shipments()[0]?.trackingNumber === 'N1');
    await receiver.call('POST', path('/PO-1/resend'));
    await arrives('the shipment again', () => (shipments()[0]?.rev ?? 0) > (rev ?? 0) + 1);
    await arrives('it to be over', async () => (await report()).shipments[0].acceptedAt !== null);
    expect(await report()).toMatchObject({
      state: 'attention',
      lastError: expect.stringContaining('in the store it is "completed"'),
    });
    expect(held()?.rev).toBe(rev);
    await happens({ status: 'cancelled' }, 'woocommerce_order_status_cancelled');
    await arrives('the end of it', async () => (await report()).state === 'cancelled');
    expect(await report()).toMatchObject({ lastError: null });
  });

  test('and what it has become again before DSTNC took it is not told', async () => {
    receiver.sandbox.faults.add({ status: 503, times: 1000, path: 'orders' });
    await happens({ status: 'cancelled' }, 'woocommerce_order_status_cancelled');
    await arrives('it to be seen', async () => (await report()).status === 'cancelled');
    await happens({ status: 'processing' });
    await arrives('the rest', async () => (await report()).state === 'placed');
    expect(await report()).toMatchObject({ lastError: null, change: null });
  });

  test('cancelled by DSTNC gives the stock back once, and is too late when it is completed', async () => {
    const cancel = () => receiver.call('POST', path('/PO-1/cancel'));
    expect(await cancel()).toMatchObject({ status: 200, body: { state: 'cancelled', status: 'cancelled' } });
    await arrives('DSTNC to know', async () => (await report()).state === 'cancelled');
    expect(await cancel()).toMatchObject({ status: 200, body: { state: 'cancelled' } });
    expect(shop.stockGiven).toEqual([101]);
    expect((await place(anOrder('PO-2', 7), 'key-2')).status).toBe(201);
    for (const order of shop.orders.values()) if (order.transaction_id === 'PO-2') order.status = 'completed';
    const late = await receiver.call('POST', path('/PO-2/cancel'));
    expect(late).toMatchObject({
      status: 409,
      body: { storeStatus: 'completed', detail: expect.stringContaining('completed') },
    });
    expect(typeOf(late)).toBe('too-late');
  });

  test('is asked of the store for DSTNC’s orders alone', async () => {
    shop.orders.set(900, {
      id: 900,
      status: 'processing',
      transaction_id: 'other',
      currency: 'EUR',
      total: '1',
      customer_note: '',
    });
    shop.calls.length = 0;
    await receiver.deliver(
      store,
      { action: 'woocommerce_order_status_completed', arg: 900 },
      { topic: 'action.woocommerce_order_status_completed' },
    );
    await happens({ status: 'completed' });
    await arrives('the shipment', () => shipments().length === 1);
    expect(shop.calls.filter((call) => call.includes('900'))).toEqual([]);
  });
});

describe('a store that is disconnected', () => {
  const disconnect = (query = '') => receiver.call('DELETE', `/v1/stores/${store.id}${query}`);
  const gone = async () => (await receiver.call('GET', `/v1/stores/${store.id}`)).status === 404;

  test('stays until its orders are shipped, and DSTNC hears of it', async () => {
    await place();
    expect((await disconnect()).status).toBe(202);
    await arrives('the order to be looked at', async () => (await report()).updatedAt > (await report()).placedAt);
    expect(await gone()).toBe(false);
    expect(await place()).toMatchObject({ status: 200, body: { storeOrderId: 101 } });
    expect(typeOf(await place(anOrder('PO-2', 7), 'key-2'))).toBe('store-disconnected');
    for (const order of shop.orders.values())
      Object.assign(order, { status: 'completed', date_completed_gmt: new Date().toISOString() });
    await receiver.call('POST', path('/PO-1/resend'));
    await arrives('the shipment', () => shipments().length === 1);
    // It may still get a number.
    expect(await gone()).toBe(false);
    for (const order of shop.orders.values())
      order.meta_data = [{ key: '_wc_shipment_tracking_items', value: [{ tracking_number: 'N1', tracking_id: 'a' }] }];
    await receiver.call('POST', path('/PO-1/resend'));
    await arrives('the number', () => shipments()[0]?.trackingNumber === 'N1');
    await arrives('the store to be gone', gone);
    expect(shipments()).toMatchObject([{ shipmentId: 'PO-1:1', trackingNumber: 'N1' }]);
  });

  test('has the same orders when it is back, and they are not placed twice', async () => {
    await place();
    await place(anOrder('PO-2', 7), 'key-2');
    expect((await disconnect('?orders=drop')).status).toBe(202);
    expect(await gone()).toBe(true);
    store = await receiver.addStore('lamps', shop.url, true);
    expect(await place(anOrder('PO-1', 7), 'key-3')).toMatchObject({ status: 200, body: { storeOrderId: 101 } });
    expect(typeOf(await place(anOrder('PO-2', 7, { note: 'Ring' }), 'key-4'))).toBe('reference-reused');
    expect(shop.orders.size).toBe(2);
    await happens({ status: 'completed' });
    await arrives('the shipment', () => shipments().length === 1);
    expect(shipments()).toMatchObject([{ shipmentId: 'PO-1:1' }]);
  });

  test('refuses what it was not asked for yet', async () => {
    shop.mishap = (call) => (call === 'POST orders' ? 'undone' : undefined);
    const asking = place().catch(() => null);
    await arrives('the store to be asked', () => shop.calls.includes('POST orders'));
    await receiver.db.updateTable('orders').set({ progress_json: '{}', lease_owner: null, due_at: 0 }).execute();
    await receiver.db.updateTable('stores').set({ disconnected_at: Date.now() }).execute();
    await arrives('it to be refused', async () => (await report().catch(() => null))?.state !== 'placing');
    await asking;
    await arrives('the store to be gone', gone);
    expect(shop.orders.size).toBe(0);
  });
});

test('an order that the plugin may have placed is found, though the shop was connected without it since', async () => {
  await place(anOrder('PO-2', 7), 'key-2');
  const [newer] = shop.orders.values();
  shop.orders.set(50, { ...newer, id: 50, number: '50', transaction_id: 'PO-1', status: 'processing' } as never);
  const { orders } = receiver.storage;
  const body = JSON.stringify(orderIn.parse(anOrder('PO-1', 7)));
  const asked = {
    storeId: store.id,
    reference: 'PO-1',
    key: 'key-1',
    fingerprint: 'f',
    currency: 'EUR',
    total: '44.88',
  };
  const begun = await orders.begin({ ...asked, body }, { owner: 'dead', now: Date.now(), leaseMs: 60_000 });
  if (begun.kind !== 'claimed') throw new Error(begun.kind);
  const facts = { progress: { via: 'plugin', inDoubt: true } } as const;
  await orders.finish(begun.claim, { facts, dueAt: Date.now() }, Date.now());
  await arrives('it to be found', async () => (await report()).storeOrderId === 50);
  expect(shop.orders.size).toBe(2);
});

test('of other customers’ orders their ids leave the store, and of newer ones status and transaction id: on the wire', async () => {
  const other = (id: number, transaction_id: string) =>
    shop.orders.set(id, {
      id,
      status: 'processing',
      transaction_id,
      currency: 'EUR',
      total: '1.00',
      customer_note: 'For Ottilie',
      billing: { first_name: 'Ottilie', email: 'ottilie@other.example', address_1: 'Nebenweg 2', phone: '0815' },
    });
  other(50, 'pi_older');
  let times = 0;
  shop.mishap = (call) => {
    if (call !== 'POST orders') return undefined;
    times += 1;
    // Meanwhile somebody else buys something.
    if (times === 1) other(90, 'pi_newer');
    return times === 1 ? 'undone' : undefined;
  };
  expect((await place()).status).toBe(201);
  await happens({ status: 'completed' });
  await arrives('the shipment', () => shipments().length === 1);
  const asked = shop.listings.map((query) => [query.get('_fields'), query.get('include')]);
  expect(asked.length).toBeGreaterThan(2);
  for (const [fields, include] of asked) expect(fields).toBe(include === null ? 'id' : 'id,status,transaction_id');
  for (const [, include] of asked) expect(include?.split(',') ?? []).not.toContain('50');
  expect(asked.map(([, include]) => include)).toContain('90');
  const said = shop.said.join('\n');
  for (const personal of ['Ottilie', 'ottilie@', 'Nebenweg', '0815', 'pi_older']) expect(said).not.toContain(personal);
  expect(said).toContain('pi_newer');
  // And of its own it is asked for nothing about the shopper.
  for (const personal of [SHOPPER.lastName, SHOPPER.address1, SHOPPER.phone]) expect(said).not.toContain(personal);
});

test('orders are counted: by state, by how their placing went, and how soon DSTNC knew of their shipment', async () => {
  const metrics = async () => (await receiver.call('GET', '/metrics')).text;
  expect(await metrics()).toContain('dstnc_orders{state="placing"} 0');
  await place();
  shop.products.delete(7);
  await place(anOrder('PO-2', 7), 'key-2');
  await happens({ status: 'completed', date_completed_gmt: new Date(Date.now() - 3_000).toISOString() });
  await arrives('the shipment', async () => (await report()).state === 'shipped');
  const text = await metrics();
  for (const line of [
    'dstnc_orders{state="shipped"} 1',
    'dstnc_orders{state="attention"} 1',
    'dstnc_orders{state="placing"} 0',
    'dstnc_oldest_unplaced_order_seconds 0',
    'dstnc_order_placings_total{outcome="placed"} 1',
    'dstnc_order_placings_total{outcome="refused"} 1',
    'dstnc_order_completed_to_shipment_seconds_count 1',
    'dstnc_order_completed_to_shipment_seconds_bucket{le="2"} 0',
  ]) {
    expect(text.split('\n')).toContain(line);
  }
  // Told again, or with its number, it is the same shipment.
  await receiver.call('POST', path('/PO-1/resend'));
  await arrives('it again', async () => (await report()).history.at(-1).what.startsWith('DSTNC knows'));
  expect(await metrics()).toContain('dstnc_order_completed_to_shipment_seconds_count 1');
});

test('addresses are kept encrypted, as long as they are needed, and can be erased', async () => {
  await place();
  const { body } = await receiver.db.selectFrom('orders').select('body').executeTakeFirstOrThrow();
  expect(body).toMatch(/^v1\.k1\./);
  expect((await report()).personalData).toBe(true);
  expect((await receiver.call('DELETE', path('/PO-1/personal-data'))).status).toBe(204);
  expect((await report()).personalData).toBe(false);
  expect((await place()).status).toBe(200);
  expect((await receiver.call('DELETE', path('/PO-9/personal-data'))).status).toBe(404);
});

test('nothing that is said, or logged at any level, names the shopper, whatever happens to orders', async () => {
  const answers: Answer[] = [];
  const placing = async (reference: string, over: object = {}) => {
    answers.push(await place({ ...anOrder(reference, 7), ...over }, `key-${reference}`));
    return answers.at(-1)?.status;
  };
  const once = (wanted: string, mishap: 'undone' | 'done' | 'refused' | 'failed') => {
    shop.mishap = (call) => {
      if (call !== wanted) return undefined;
      shop.mishap = undefined;
      return mishap;
    };
  };
  expect(await placing('PO-1')).toBe(201);
  // The shop cuts off, fails and refuses, with all that it was told in its answer.
  once('POST orders', 'done');
  expect(await placing('PO-2')).toBe(201);
  once('POST orders', 'failed');
  expect(await placing('PO-3')).toBe(201);
  once('POST orders', 'refused');
  expect(await placing('PO-4')).toBe(422);
  shop.extra = 7;
  expect(await placing('PO-5')).toBe(422);
  shop.extra = 0;
  // What is asked for wrongly, twice, and as something else.
  expect(await placing('PO-6', { lines: [] })).toBe(422);
  expect(await placing('PO-7', { billing: { ...SHOPPER, email: `${SHOPPER.email}@`, country: 'XX' } })).toBe(422);
  expect(await placing('PO-1', { note: SHOPPER.lastName })).toBe(422);
  answers.push(await receiver.call('POST', path(), { body: JSON.stringify(anOrder('PO-8', 7)).slice(0, -1) }));
  shop.products.delete(7);
  expect(await placing('PO-9')).toBe(422);
  // One that doesn't get on for as long as anybody looks.
  shop.products.set(7, lamp());
  shop.mishap = (call) => (call === 'POST orders' ? 'failed' : undefined);
  const before = shop.calls.length;
  const asking = placing('PO-10').catch(() => null);
  const tries = () => shop.calls.slice(before).filter((call) => call === 'POST orders').length;
  await arrives('the store to be asked twice', () => tries() > 1);
  await receiver.restart();
  await asking;
  shop.mishap = undefined;
  // DSTNC is down, refuses, and takes it in the end; another one is cancelled.
  receiver.sandbox.faults.add({ status: 503, times: 2, path: 'shipments' });
  receiver.sandbox.faults.add({ status: 422, times: 1, path: 'shipments' });
  await happens({ status: 'completed' });
  await arrives('DSTNC’s refusal', async () => (await report()).state === 'attention');
  await receiver.call('POST', path('/PO-1/resend'));
  await arrives('the shipment', () => shipments().length === 1);
  answers.push(await receiver.call('POST', path('/PO-2/cancel')));
  answers.push(await receiver.call('GET', path()));
  for (const { reference } of answers.at(-1)?.body.orders ?? [])
    answers.push(await receiver.call('GET', path(`/${reference}`)));
  answers.push(await receiver.call('GET', `/v1/stores/${store.id}/doctor`));
  answers.push(await receiver.call('GET', '/metrics'));
  answers.push(await receiver.call('DELETE', path('/PO-1/personal-data')));
  answers.push(await receiver.call('DELETE', `/v1/stores/${store.id}?orders=drop`));

  const { lines } = receiver;
  expect(lines.filter((line) => line.includes('PO-4'))).not.toEqual([]);
  const said = [...lines, ...answers.map(({ text }) => text)];
  for (const secret of Object.values(SHOPPER).filter((value) => value !== SHOPPER.country)) {
    expect([secret, said.filter((line) => line.includes(secret))]).toEqual([secret, []]);
  }
});

test('orders are placed and cancelled by operators alone, and a store sees its own', async () => {
  await place();
  expect((await place(anOrder('PO-2', 7), 'key-2', 'nobody')).status).toBe(401);
  expect((await receiver.call('GET', path(), { token: null })).status).toBe(401);
  expect((await receiver.call('GET', path('/PO-9'))).status).toBe(404);
  expect((await receiver.call('POST', path('/PO-9/cancel'))).status).toBe(404);
  expect((await receiver.call('POST', path('/PO-9/resend'))).status).toBe(404);
});
