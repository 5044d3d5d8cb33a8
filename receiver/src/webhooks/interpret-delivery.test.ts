import { aStore } from '@dstnc/test/behaviour/a-store.ts';
import { describe, expect, test } from 'vitest';
import { type Delivery, interpretDelivery } from './interpret-delivery.ts';

const withKeys = aStore();
const webhookOnly = aStore({ credentials: null });

function deliver(body: unknown, over: Partial<Delivery> = {}, store = withKeys) {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return interpretDelivery(store, {
    topic: 'product.updated',
    deliveryId: 'd-1',
    receivedAt: 5,
    body: bytes,
    fromClone: false,
    ...over,
  });
}

const lamp = { id: 7, name: 'Lamp', type: 'simple', date_modified_gmt: '2026-01-01T00:00:00' };
const red = { id: 70, name: 'Lamp, red', type: 'variation', parent_id: 7, date_modified_gmt: '2026-01-01T00:00:00' };

describe('a delivery', () => {
  test('of a product marks it, and keeps nothing of its data where the store can be read', () => {
    const body = JSON.stringify(lamp);
    expect(deliver(body)).toEqual({
      storeId: withKeys.id,
      receivedAt: 5,
      topic: 'product.updated',
      deliveryId: 'd-1',
      bytes: body.length,
      cause: 'webhook product.updated',
      outcome: 'marked',
      marks: [{ itemId: 7, groupId: 7 }],
    });
  });

  test('keeps no more of its id than a key in a database may have', () => {
    expect(deliver('{', { deliveryId: 'd'.repeat(8_000) })).toMatchObject({
      outcome: 'dead_letter',
      deliveryId: 'd'.repeat(200),
    });
  });

  test("of a variation marks its product's group", () => {
    expect(deliver(red).marks).toEqual([{ itemId: 70, groupId: 7 }]);
  });

  test('of a store without credentials keeps the payload', () => {
    expect(deliver(lamp, {}, webhookOnly)).toMatchObject({
      marks: [{ itemId: 7, groupId: 7 }],
      payload: { itemId: 7, groupId: 7, modified: '2026-01-01T00:00:00', restored: false, body: JSON.stringify(lamp) },
    });
    expect(deliver(red, { topic: 'product.restored' }, webhookOnly).payload).toMatchObject({
      itemId: 70,
      groupId: 7,
      restored: true,
    });
    expect(deliver({ ...lamp, date_modified_gmt: null }, {}, webhookOnly).payload?.modified).toBe('');
  });

  test('keeps a payload that can be read again, also where the body was not quite JSON', () => {
    const { payload } = deliver('{"id":7,"name":"a\nb"}', {}, webhookOnly);
    expect(JSON.parse(payload?.body ?? '')).toEqual({ id: 7, name: 'a\nb' });
  });

  test('of a deletion asks the store, or believes it for ids that are known', () => {
    expect(deliver({ id: 7 }, { topic: 'product.deleted' })).toMatchObject({
      outcome: 'marked',
      marks: [{ itemId: 7 }],
    });
    expect(deliver({ id: 7 }, { topic: 'product.deleted' })).not.toHaveProperty('deletedItem');
    expect(deliver({ id: 7 }, { topic: 'product.deleted' }, webhookOnly)).toMatchObject({
      marks: [{ itemId: 7, knownOnly: true }],
      deletedItem: 7,
    });
  });

  test('of the plugin marks the groups that it names, which needs keys', () => {
    const body = {
      action: 'woocommerce_dstnc_stock_changed',
      arg: 1,
      changes: [{ groupId: 7, kind: 'stock' }, { groupId: '8', kind: 'deleted' }, { orderId: 3 }, 'junk'],
    };
    const topic = 'action.woocommerce_dstnc_stock_changed';
    expect(deliver(body, { topic })).toMatchObject({
      outcome: 'marked',
      marks: [
        { itemId: 7, groupId: 7 },
        { itemId: 8, groupId: 8 },
      ],
    });
    expect(deliver(body, { topic }, webhookOnly)).toMatchObject({ outcome: 'needs_keys', marks: [] });
    expect(deliver({ action: 'x', changes: [{ orderId: 3 }] }, { topic })).toMatchObject({
      outcome: 'noted',
      marks: [],
    });
    expect(deliver({ action: 'woocommerce_add_to_cart', arg: 1 }, { topic })).toMatchObject({ outcome: 'noted' });
  });

  test.each([[[7]], ['x'], [1.5], [-1], [{}], [true]])(
    'of the plugin about an order marks no group, whatever stands beside the order: %j',
    (groupId) => {
      const body = { action: 'woocommerce_dstnc_order_completed', changes: [{ groupId, orderId: 3 }] };
      expect(deliver(body, { topic: 'action.woocommerce_dstnc_order_completed' })).toMatchObject({
        outcome: 'noted',
        marks: [],
      });
    },
  );

  test('of a copy of the shop: the data is not used; with keys the read finds out', () => {
    expect(deliver(lamp, { fromClone: true }, webhookOnly)).toMatchObject({ outcome: 'clone', marks: [] });
    expect(deliver(lamp, { fromClone: true }, webhookOnly)).not.toHaveProperty('payload');
    expect(deliver({ id: 7 }, { fromClone: true, topic: 'product.deleted' }, webhookOnly).marks).toEqual([]);
    expect(deliver(lamp, { fromClone: true }).marks).toEqual([{ itemId: 7, groupId: 7 }]);
  });

  test.each([
    ['an order', { id: 3, status: 'completed' }, 'order.updated', 'noted'],
    ['a coupon', { id: 3 }, 'coupon.created', 'ignored'],
    [
      'a REST error',
      { code: 'woocommerce_rest_product_invalid_id', message: 'Invalid ID.', data: { status: 404 } },
      'product.updated',
      'store_error',
    ],
    ['an error without data', { code: 'rest_forbidden', message: 'No.', data: null }, 'product.updated', 'store_error'],
  ])('of %s is acknowledged and changes nothing', (_name, body, topic, outcome) => {
    const record = deliver(body, { topic });
    expect(record).toMatchObject({ outcome, marks: [] });
    expect(record).not.toHaveProperty('deadLetter');
  });

  test.each([
    ['not JSON', '<html>', 'the delivery is not JSON'],
    ['a list', '[1]', 'the delivery is JSON, but not an object'],
    ['without an id', '{"name":"Lamp"}', 'a product without a usable id (nothing)'],
    ['with an id that is none', '{"id":"seven"}', 'a product without a usable id ("seven")'],
    [
      'with an id nested deeper than a stack',
      `{"id":${'['.repeat(200_000)}${']'.repeat(200_000)}}`,
      'a product without a usable id (a list)',
    ],
    ['with a negative id', '{"id":-7}', 'a product without a usable id (-7)'],
  ])('that nobody can use is kept for people: %s', (_name, body, reason) => {
    for (const store of [withKeys, webhookOnly]) {
      expect(deliver(body, {}, store)).toMatchObject({
        outcome: 'dead_letter',
        marks: [],
        deadLetter: { reason, body: body.slice(0, 64 * 1024) },
      });
    }
  });

  test.each([
    ['completed', { action: 'woocommerce_order_status_completed', arg: 9 }, [9]],
    ['refunded in part', { action: 'woocommerce_order_refunded', arg: '9' }, [9]],
    ['another action with an id', { action: 'woocommerce_add_to_cart', arg: 9 }, undefined],
    ['an action with no id', { action: 'woocommerce_order_status_completed', arg: { id: 9 } }, undefined],
    [
      'rung by the plugin',
      { action: 'woocommerce_dstnc_order_completed', arg: 1, changes: [{ orderId: 9, kind: 'tracking' }] },
      [9],
    ],
    ['told whole', { id: 9, status: 'completed' }, [9]],
  ])('about an order names it: %s', (_name, body, orders) => {
    const topic = 'id' in body ? 'order.updated' : `action.${body.action}`;
    const record = deliver(body, { topic });
    expect(record).toMatchObject({ outcome: 'noted', marks: [] });
    expect(record.orders).toEqual(orders);
  });

  test('that is dead and large is kept in part', () => {
    expect(deliver('x'.repeat(1_000_000)).deadLetter?.body).toHaveLength(65_536);
    expect(deliver('x'.repeat(1_000_000)).bytes).toBe(1_000_000);
  });

  test('with broken bytes in it still marks its product', () => {
    const body = Buffer.concat([Buffer.from('{"id":7,"name":"'), Buffer.from([0xff]), Buffer.from('"}')]);
    expect(deliver(body).marks).toEqual([{ itemId: 7, groupId: 7 }]);
  });
});
