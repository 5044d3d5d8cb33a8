import { describe, expect, test } from 'vitest';
import type { HeldShipment, OrderFacts } from '../storage/order-rows.ts';
import { orderStateOf } from './order-state.ts';

const facts = (over: Partial<OrderFacts> = {}): OrderFacts => ({
  phase: 'placed',
  progress: {},
  storeOrderId: 8,
  storeOrderNumber: '8',
  status: 'processing',
  shipments: [],
  change: null,
  lastError: null,
  placedAt: 1,
  completedAt: null,
  ...over,
});
const shipped = (lines: HeldShipment['draft']['lines'], over: Partial<HeldShipment> = {}): HeldShipment => ({
  key: 'rest',
  draft: {
    shipmentId: 'PO-1:1',
    orderReference: 'PO-1',
    lines,
    carrier: null,
    trackingNumber: null,
    trackingUrl: null,
    shippedAt: '2026-11-03T10:00:00.000Z',
    source: 'status_completed',
  },
  acceptedRev: 1,
  acceptedAt: 1,
  ...over,
});
const some = [{ externalId: '7:0', quantity: 1 }];
const change = (status: 'cancelled' | 'refunded' | 'partially_refunded') => ({
  draft: { reference: 'PO-1', status, refunds: [] },
  acceptedRev: 1,
  acceptedAt: 1,
});

describe('an order is', () => {
  test.each([
    ['placing', { phase: 'placing', status: null }],
    ['attention', { phase: 'placing', status: null, lastError: 'the store fails' }],
    ['attention', { phase: 'refused', lastError: 'too few' }],
    ['cancelled', { phase: 'withdrawn' }],
    ['placed', {}],
    ['placed', { shipments: [shipped(some)] }],
    ['placed', { shipments: [shipped([])] }],
    ['shipped', { shipments: [shipped(null)] }],
    ['completed', { status: 'completed', shipments: [shipped(null, { acceptedRev: null })] }],
    ['shipped', { status: 'completed', shipments: [shipped(some)] }],
    ['shipped', { status: 'trash', shipments: [shipped(some)] }],
    ['shipped', { status: 'delivered', completedAt: 1, shipments: [shipped(some)] }],
    ['placed', { status: 'partial-shipped', shipments: [shipped(some)] }],
    ['completed', { status: 'trash', shipments: [shipped(some, { acceptedRev: null })] }],
    ['shipped', { status: 'completed', shipments: [shipped(null)], change: change('partially_refunded') }],
    ['cancelled', { status: 'cancelled', change: change('cancelled') }],
    ['cancelled', { status: 'trash', change: change('cancelled') }],
    ['attention', { status: 'processing', change: change('cancelled') }],
    ['attention', { status: 'completed', shipments: [shipped(null)], change: change('cancelled') }],
    ['refunded', { status: 'refunded', shipments: [shipped(null)], change: change('refunded') }],
    ['attention', { status: 'completed', shipments: [shipped(null, { acceptedRev: null, rejected: 'no' })] }],
    ['attention', { lastError: 'the store can not be read' }],
  ] as const)('%s: %j', (state, over) => {
    expect(orderStateOf(facts(over))).toBe(state);
  });
});
