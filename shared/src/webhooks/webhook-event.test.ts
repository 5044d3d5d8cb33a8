import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readWebhookEvent } from './webhook-event.ts';

describe('a webhook event', () => {
  test.each(['product.created', 'product.updated', 'product.restored', ''])(
    'of topic %j with a product is a change of it',
    (topic) => {
      const payload = { id: 7, name: 'Lamp', type: 'simple' };
      expect(readWebhookEvent(topic, payload)).toEqual({ kind: 'product', id: 7, parentId: 0, payload });
    },
  );

  test('of a variation names its product; a parent of anything else does not count', () => {
    expect(readWebhookEvent('product.updated', { id: '70', type: 'variation', parent_id: '7' })).toMatchObject({
      kind: 'product',
      id: 70,
      parentId: 7,
    });
    expect(readWebhookEvent('product.updated', { id: 70, type: 'simple', parent_id: 7 })).toMatchObject({
      parentId: 0,
    });
    expect(readWebhookEvent('product.updated', { id: 70, type: 'variation', parent_id: 'x' })).toMatchObject({
      parentId: 0,
    });
  });

  test('is a deletion only if it is nothing but an id: topics are not signed, bodies are', () => {
    expect(readWebhookEvent('product.deleted', { id: 7 })).toEqual({ kind: 'deleted', id: 7 });
    expect(readWebhookEvent('product.deleted', { id: 7, name: 'Lamp' }).kind).toBe('product');
    expect(readWebhookEvent('product.deleted', { id: 7, status: 'publish' }).kind).toBe('product');
    expect(readWebhookEvent('product.updated', { id: 7 }).kind).toBe('product');
  });

  test('of the plugin has its changes; what is no change is left out', () => {
    const body = {
      action: 'woocommerce_dstnc_product_changed',
      arg: 1,
      changes: [{ groupId: 7, kind: 'stock' }, { groupId: '8' }, { orderId: 3, kind: 'completed' }, { groupId: 0 }, 5],
    };
    expect(readWebhookEvent('action.woocommerce_dstnc_product_changed', body)).toEqual({
      kind: 'action',
      action: 'woocommerce_dstnc_product_changed',
      arg: 1,
      changes: [
        { groupId: 7, kind: 'stock' },
        { groupId: 8, kind: 'product' },
        { orderId: 3, kind: 'completed' },
      ],
    });
    expect(readWebhookEvent('action.x', { action: 'x', arg: 1 })).toMatchObject({ kind: 'action', changes: [] });
    expect(readWebhookEvent('action.x', { action: 'x', changes: [{ groupId: [7], orderId: 3 }] })).toMatchObject({
      changes: [{ orderId: 3, kind: 'completed' }],
    });
    expect(readWebhookEvent('action.x', { action: 'x', changes: { 3: { groupId: 7 } } })).toMatchObject({
      changes: [{ groupId: 7 }],
    });
  });

  test.each([
    [{ status: 404 }, 404],
    [{ status: '401' }, 401],
    [undefined, 0],
    [null, 0],
    [[], 0],
  ])('can be a REST error, with data %j', (data, status) => {
    const body = { code: 'woocommerce_rest_cannot_view', message: 'Sorry', data };
    expect(readWebhookEvent('product.updated', body)).toEqual({
      kind: 'error',
      code: 'woocommerce_rest_cannot_view',
      status,
    });
  });

  test('a product with fields called code or action is a product', () => {
    expect(readWebhookEvent('product.updated', { id: 7, code: 'x', message: 'y', action: 'z' }).kind).toBe('product');
  });

  test('of orders and of what DSTNC has no use for', () => {
    expect(readWebhookEvent('order.updated', { id: 3 })).toEqual({ kind: 'order', id: 3 });
    expect(readWebhookEvent('order.updated', {}).kind).toBe('unreadable');
    expect(readWebhookEvent('customer.created', { id: 3 })).toEqual({ kind: 'other', resource: 'customer' });
  });

  test('never fails, whatever arrives', () => {
    fc.assert(
      fc.property(fc.string(), fc.jsonValue(), (topic, body) => {
        expect(readWebhookEvent(topic, body)).toHaveProperty('kind');
      }),
    );
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('id', 'type', 'parent_id', 'action', 'changes', 'code', 'data'), fc.jsonValue()),
        (body) => {
          expect(readWebhookEvent('product.updated', body)).toHaveProperty('kind');
        },
      ),
    );
  });
});
