import { describe, expect, test } from 'vitest';
import { orderView } from '../plugin/orders.ts';
import { type ChangeDraft, orderChangeOf as changeOf, type ToldBefore } from './order-change-of.ts';
import { orderShipments } from './order-shipments.ts';

const order = (status: string, over: Record<string, unknown> = {}) =>
  orderView.parse({ orderId: 7, reference: 'PO-1', status, ...over });
const orderChangeOf = (view: ReturnType<typeof order>, before: Partial<ToldBefore> = {}) =>
  changeOf(view, { shipments: [], change: null, ...before });
const shipments = orderShipments(order('completed'), []);
const told = (status: ChangeDraft['status'], refunds: ChangeDraft['refunds'] = []) => ({
  reference: 'PO-1',
  status,
  refunds,
});
const line = (lineId: number, externalId: string, refunded: number) => ({ lineId, externalId, quantity: 3, refunded });

describe('what DSTNC is told of an order beside its shipments', () => {
  test('is nothing while the vendor means to ship it, or has', () => {
    for (const status of ['pending', 'on-hold', 'processing', 'completed', 'partial-shipped'])
      expect(orderChangeOf(order(status))).toBeNull();
  });

  test.each(['cancelled', 'trash', 'failed'])('is that it was cancelled, when it is %s', (status) => {
    expect(orderChangeOf(order(status))).toEqual({ reference: 'PO-1', status: 'cancelled', refunds: [] });
  });

  test('is what was refunded so far, item by item', () => {
    const lines = [line(1, '11:0', 1), line(2, '11:0', 2), line(3, '12:0', 0)];
    expect(orderChangeOf(order('processing', { lines }))).toEqual({
      reference: 'PO-1',
      status: 'partially_refunded',
      refunds: [{ externalId: '11:0', quantity: 3 }],
    });
    expect(orderChangeOf(order('refunded', { lines }))).toMatchObject({ status: 'refunded' });
    // An amount without items.
    expect(orderChangeOf(order('completed', { refundedTotal: '5.00' }))).toMatchObject({
      status: 'partially_refunded',
      refunds: [],
    });
  });

  test.each(['trash', 'failed'])('is no cancellation when it was shipped before it is %s', (status) => {
    expect(orderChangeOf(order(status), { shipments })).toBeNull();
    const lines = [line(1, '11:0', 1)];
    const refunded = told('partially_refunded', [{ externalId: '11:0', quantity: 1 }]);
    expect(orderChangeOf(order(status, { lines }), { shipments })).toEqual(refunded);
    expect(orderChangeOf(order(status), { shipments, change: refunded })).toEqual(refunded);
    // The vendor's own word for it.
    expect(orderChangeOf(order('cancelled'), { shipments })).toEqual(told('cancelled'));
  });

  test('stays what it was when an order that is over is put away', () => {
    for (const change of [told('cancelled'), told('refunded', [{ externalId: '11:0', quantity: 3 }])]) {
      expect(orderChangeOf(order('trash'), { change })).toEqual(change);
      expect(orderChangeOf(order('trash'), { shipments, change })).toEqual(change);
    }
    expect(orderChangeOf(order('trash'), { change: told('partially_refunded') })).toEqual(told('cancelled'));
  });

  test('is an empty list when what was refunded is not any more', () => {
    const refunds = [{ externalId: '11:0', quantity: 1 }];
    for (const change of [told('partially_refunded', refunds), told('refunded', refunds), told('partially_refunded')])
      expect(orderChangeOf(order('completed'), { shipments, change })).toEqual(told('partially_refunded'));
    // There is no word for this one: people have to see to it.
    expect(orderChangeOf(order('processing'), { change: told('cancelled') })).toEqual(told('cancelled'));
    const lines = [line(1, '11:0', 1)];
    expect(orderChangeOf(order('processing', { lines }), { change: told('cancelled') })).toEqual(
      told('partially_refunded', refunds),
    );
  });
});
