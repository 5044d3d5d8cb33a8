import { describe, expect, test } from 'vitest';
import { orderView } from '../plugin/orders.ts';
import { type NumberedShipment, orderShipments } from './order-shipments.ts';

const COMPLETED = '2026-11-03T10:00:00.000Z';

function anOrder(over: Record<string, unknown> = {}) {
  return orderView.parse({
    orderId: 7,
    reference: 'PO-1',
    number: '7',
    status: 'completed',
    dateCreated: '2026-11-01T10:00:00Z',
    dateCompleted: COMPLETED,
    dateModified: COMPLETED,
    lines: [
      { lineId: 1, externalId: '11:0', quantity: 2, refunded: 0 },
      { lineId: 2, externalId: '12:34', quantity: 1, refunded: 0 },
    ],
    ...over,
  });
}

const fulfillment = (id: number, over: Record<string, unknown> = {}) => ({
  id,
  status: 'fulfilled',
  fulfilled: true,
  items: [],
  trackingNumber: null,
  provider: null,
  trackingUrl: null,
  dateUpdated: '2026-11-02T09:00:00Z',
  ...over,
});
const item = (trackingId: string, trackingNumber: string, over: Record<string, unknown> = {}) => ({
  provider: 'dhl',
  customProvider: '',
  customUrl: '',
  trackingNumber,
  dateShipped: 1_793_620_800,
  trackingId,
  items: null,
  source: 'shipment_tracking',
  ...over,
});
const shown = (shipments: readonly NumberedShipment[]) =>
  shipments.map(({ draft: { shipmentId, trackingNumber, lines, source } }) => [
    shipmentId,
    trackingNumber,
    lines,
    source,
  ]);
const BOTH = [
  { externalId: '11:0', quantity: 2 },
  { externalId: '12:34', quantity: 1 },
];

describe('what was shipped of an order', () => {
  test('is nothing before it is completed', () => {
    for (const status of ['pending', 'on-hold', 'processing', 'cancelled', 'failed']) {
      expect(orderShipments(anOrder({ status, dateCompleted: null }), [])).toEqual([]);
    }
    expect(orderShipments(anOrder({ status: 'pending', trackingItems: [item('a', 'N1')] }), [])).toEqual([]);
  });

  test('is all of it, without tracking, where the shop says no more than that it is completed', () => {
    expect(orderShipments(anOrder(), [])).toEqual([
      {
        key: 'rest',
        draft: {
          shipmentId: 'PO-1:1',
          orderReference: 'PO-1',
          lines: null,
          carrier: null,
          trackingNumber: null,
          trackingUrl: null,
          shippedAt: COMPLETED,
          source: 'status_completed',
        },
      },
    ]);
  });

  test('has its number as soon as there is one, be the order completed or not', () => {
    const [shipment] = orderShipments(
      anOrder({ status: 'processing', dateCompleted: null, trackingItems: [item('a', ' 00340434 ')] }),
      [],
    );
    expect(shipment?.draft).toMatchObject({
      carrier: 'dhl',
      carrierName: 'dhl',
      trackingNumber: '00340434',
      trackingUrl: expect.stringContaining('00340434'),
      shippedAt: new Date(1_793_620_800_000).toISOString(),
      source: 'shipment_tracking',
    });
  });

  test('is told in parcels by Order Fulfillments, the rest by the completion', () => {
    const first = fulfillment(5, { items: [{ lineId: 1, quantity: 1 }], trackingNumber: 'N1', provider: 'ups' });
    const second = fulfillment(6, { items: [{ lineId: 1, quantity: 1 }], trackingNumber: 'N2' });
    const unsent = fulfillment(7, { fulfilled: false, status: 'unfulfilled', items: [{ lineId: 2, quantity: 1 }] });
    const partly = anOrder({ status: 'processing', dateCompleted: null, fulfillments: [second, first, unsent] });
    const told = orderShipments(partly, []);
    expect(shown(told)).toEqual([
      ['PO-1:1', 'N1', [{ externalId: '11:0', quantity: 1 }], 'fulfillments'],
      ['PO-1:2', 'N2', [{ externalId: '11:0', quantity: 1 }], 'fulfillments'],
    ]);
    expect(shown(orderShipments(anOrder({ fulfillments: [first, second, unsent] }), told))).toEqual([
      ...shown(told),
      ['PO-1:3', null, [{ externalId: '12:34', quantity: 1 }], 'status_completed'],
    ]);
    const refunded = anOrder({
      fulfillments: [first, second],
      lines: [
        { lineId: 1, externalId: '11:0', quantity: 2, refunded: 0 },
        { lineId: 2, externalId: '12:34', quantity: 1, refunded: 1 },
      ],
    });
    expect(shown(orderShipments(refunded, told))).toEqual(shown(told));
  });

  test('goes by the most trusted source, but a number that only another has is not lost', () => {
    const all = fulfillment(5, {
      items: [
        { lineId: 1, quantity: 2 },
        { lineId: 2, quantity: 1 },
      ],
    });
    const both = (trackingNumber: string | null) =>
      anOrder({ fulfillments: [{ ...all, trackingNumber }], trackingItems: [item('a', 'FROM-TRACKING')] });
    expect(shown(orderShipments(both('FROM-FULFILLMENT'), []))).toEqual([
      ['PO-1:1', 'FROM-FULFILLMENT', BOTH, 'fulfillments'],
      ['PO-1:2', 'FROM-TRACKING', null, 'shipment_tracking'],
    ]);
    // The same parcel, noted in both.
    for (const number of ['from-tracking', 'From Tracking'])
      expect(shown(orderShipments(both(` ${number} `), []))).toEqual([['PO-1:1', number, BOTH, 'fulfillments']]);
    expect(shown(orderShipments(both(null), []))).toEqual([['PO-1:1', 'FROM-TRACKING', null, 'shipment_tracking']]);
    expect(shown(orderShipments(anOrder({ fulfillments: [all] }), []))).toEqual([
      ['PO-1:1', null, BOTH, 'fulfillments'],
    ]);
  });

  test('is told in parcels of two sources, whichever comes first and whatever comes later', () => {
    const first = fulfillment(5, { items: [{ lineId: 1, quantity: 2 }], trackingNumber: 'N1' });
    const second = fulfillment(6, { items: [{ lineId: 2, quantity: 1 }] });
    const line1 = [{ externalId: '11:0', quantity: 2 }];
    const line2 = [{ externalId: '12:34', quantity: 1 }];
    const open = { status: 'processing', dateCompleted: null };
    const trackingItems = [item('a', 'N2')];

    const late = orderShipments(anOrder({ ...open, fulfillments: [first, second] }), []);
    expect(shown(late)).toEqual([
      ['PO-1:1', 'N1', line1, 'fulfillments'],
      ['PO-1:2', null, line2, 'fulfillments'],
    ]);
    const both = anOrder({ fulfillments: [first, second], trackingItems });
    const inBoth = [
      ['PO-1:1', 'N1', line1, 'fulfillments'],
      ['PO-1:2', 'N2', null, 'shipment_tracking'],
    ];
    expect(shown(orderShipments(both, late))).toEqual(inBoth);
    expect(shown(orderShipments(both, []))).toEqual(inBoth);
    const early = orderShipments(anOrder({ ...open, trackingItems }), []);
    const told = orderShipments(both, early);
    expect(shown(told)).toEqual([
      ['PO-1:1', 'N2', null, 'shipment_tracking'],
      ['PO-1:2', 'N1', line1, 'fulfillments'],
    ]);
    expect(orderShipments(both, told)).toEqual(told);
    const moved = anOrder({ fulfillments: [first, { ...second, trackingNumber: 'n 2' }], trackingItems });
    expect(shown(orderShipments(moved, told))).toEqual([
      ['PO-1:1', 'n 2', line2, 'fulfillments'],
      ['PO-1:2', 'N1', line1, 'fulfillments'],
    ]);
  });

  test('knows what is in each parcel where AST says so', () => {
    const order = anOrder({
      trackingItems: [
        item('a', 'N1', { source: 'ast', items: [{ lineId: 1, externalId: null, quantity: 2 }] }),
        item('b', 'N2', { source: 'ast', items: [{ lineId: null, externalId: '12:34', quantity: 1 }] }),
      ],
    });
    expect(shown(orderShipments(order, []))).toEqual([
      ['PO-1:1', 'N1', [{ externalId: '11:0', quantity: 2 }], 'ast'],
      ['PO-1:2', 'N2', [{ externalId: '12:34', quantity: 1 }], 'ast'],
    ]);
  });
});

describe('the number of a shipment', () => {
  const untracked = orderShipments(anOrder(), []);
  const late = orderShipments(anOrder({ trackingItems: [item('a', 'N1')] }), untracked);

  test('stays when its tracking number comes late, is corrected, or is taken back', () => {
    expect(shown(late)).toEqual([['PO-1:1', 'N1', null, 'shipment_tracking']]);
    // Shipment Tracking has no editing: a number is corrected by deleting it and adding another.
    const corrected = orderShipments(anOrder({ trackingItems: [item('b', 'N2')] }), late);
    expect(shown(corrected)).toEqual([['PO-1:1', 'N2', null, 'shipment_tracking']]);
    expect(shown(orderShipments(anOrder(), corrected))).toEqual([['PO-1:1', null, null, 'status_completed']]);
  });

  test('is counted on for further parcels, and stays with its parcel whatever their order', () => {
    const two = orderShipments(anOrder({ trackingItems: [item('a', 'N1'), item('b', 'N2')] }), late);
    expect(shown(two)).toEqual([
      ['PO-1:1', 'N1', null, 'shipment_tracking'],
      ['PO-1:2', 'N2', null, 'shipment_tracking'],
    ]);
    expect(orderShipments(anOrder({ trackingItems: [item('b', 'N2'), item('a', 'N1')] }), two)).toEqual(two);
    // The first is taken back: it is told of as empty, and its number goes to the next that comes.
    const one = orderShipments(anOrder({ trackingItems: [item('b', 'N2')] }), two);
    expect(shown(one)).toEqual([
      ['PO-1:1', null, [], 'shipment_tracking'],
      ['PO-1:2', 'N2', null, 'shipment_tracking'],
    ]);
    expect(shown(orderShipments(anOrder({ trackingItems: [item('b', 'N2'), item('c', 'N3')] }), one))).toEqual([
      ['PO-1:1', 'N3', null, 'shipment_tracking'],
      ['PO-1:2', 'N2', null, 'shipment_tracking'],
    ]);
  });

  test('stays when another source takes the same tracking number over', () => {
    const two = orderShipments(anOrder({ trackingItems: [item('a', 'N1'), item('b', 'N2')] }), []);
    const all = [fulfillment(8, { trackingNumber: 'N2' }), fulfillment(9, { trackingNumber: 'N1' })];
    expect(shown(orderShipments(anOrder({ fulfillments: all }), two)).map(([id, number]) => [id, number])).toEqual([
      ['PO-1:1', 'N1'],
      ['PO-1:2', 'N2'],
    ]);
  });

  test.each(['processing', 'pending', 'on-hold'])(
    'is taken back when it was completed by mistake and is %s',
    (status) => {
      expect(shown(orderShipments(anOrder({ status }), untracked))).toEqual([['PO-1:1', null, [], 'status_completed']]);
    },
  );
});

describe('what was shipped stays so', () => {
  const trackingItems = [item('a', 'N1')];
  const tracked = orderShipments(anOrder({ trackingItems }), []);
  const untracked = orderShipments(anOrder(), []);

  test.each(['trash', 'failed'])('when the vendor has done with the order and it is %s', (status) => {
    expect(orderShipments(anOrder({ status, trackingItems }), tracked)).toEqual(tracked);
    expect(orderShipments(anOrder({ status }), tracked)).toEqual(tracked);
    expect(orderShipments(anOrder({ status }), untracked)).toEqual(untracked);
    // Nobody had looked before.
    expect(orderShipments(anOrder({ status, trackingItems }), [])).toEqual(tracked);
    expect(orderShipments(anOrder({ status }), [])).toEqual([]);
  });

  test.each(['cancelled', 'refunded', 'delivered'])('when the order is %s', (status) => {
    expect(orderShipments(anOrder({ status, trackingItems }), tracked)).toEqual(tracked);
    expect(orderShipments(anOrder({ status }), untracked)).toEqual(untracked);
    expect(shown(orderShipments(anOrder({ status, trackingItems }), untracked))).toEqual(shown(tracked));
  });

  test.each(['pending', 'on-hold'])('with its number, though the order is %s again', (status) => {
    expect(orderShipments(anOrder({ status, trackingItems }), tracked)).toEqual(tracked);
    expect(shown(orderShipments(anOrder({ status, trackingItems: [item('b', 'N2')] }), tracked))).toEqual([
      ['PO-1:1', 'N2', null, 'shipment_tracking'],
    ]);
    const further = anOrder({ status, trackingItems: [...trackingItems, item('b', 'N2')] });
    expect(orderShipments(further, tracked)).toEqual(tracked);
  });
});

test('what a shop says of tracking is not believed to be an address', () => {
  const url = (customUrl: string) =>
    orderShipments(
      anOrder({ trackingItems: [item('a', 'N 1', { provider: '', customProvider: 'My Van', customUrl })] }),
      [],
    )[0]?.draft;
  expect(url('javascript:alert(1)')).toMatchObject({ carrier: 'My Van', carrierName: 'My Van', trackingUrl: null });
  expect(url('https://van.example/?n=%1$s')?.trackingUrl).toBe('https://van.example/?n=N%201');
});

test('the parcels of a source that can’t be read any more are what they were, and those of the others go on', () => {
  const part = { items: [{ lineId: 1, quantity: 2 }], provider: 'dhl', trackingNumber: 'A1' };
  const known = orderShipments(anOrder({ fulfillments: [fulfillment(1, part)], trackingItems: [item('a', 'B2')] }), []);
  expect(known.map(({ draft }) => draft.trackingNumber)).toEqual(['A1', 'B2']);
  expect(orderShipments(anOrder({ fulfillments: null, trackingItems: [item('a', 'B2')] }), known)).toEqual(known);
  expect(orderShipments(anOrder({ fulfillments: null, trackingItems: null }), known)).toEqual(known);
  const corrected = orderShipments(anOrder({ fulfillments: null, trackingItems: [item('b', 'B3')] }), known);
  expect(corrected.map(({ draft }) => draft.trackingNumber)).toEqual(['A1', 'B3']);
  // Taken out of a place that can be read, it is gone.
  const taken = orderShipments(anOrder({ fulfillments: [], trackingItems: null }), known);
  expect(taken.map(({ draft }) => draft.trackingNumber)).toEqual([null, 'B2']);
});

test('beside parcels that can’t be read nothing is told of as the rest', () => {
  const part = { items: [{ lineId: 1, quantity: 2 }], provider: 'dhl', trackingNumber: 'A1' };
  const order = { fulfillments: [fulfillment(1, part)], lines: [{ lineId: 1, externalId: '11:5', quantity: 2 }] };
  const known = orderShipments(anOrder(order), []);
  // Over the Legacy API a variation goes by its own id.
  const legacy = { fulfillments: null, trackingItems: null, lines: [{ lineId: 1, externalId: '5:0', quantity: 2 }] };
  expect(orderShipments(anOrder(legacy), known)).toEqual(known);
});
