import { expect, test } from 'vitest';
import type { HeldShipment, OrderRow } from '../storage/order-rows.ts';
import { examineOrders } from './examine-orders.ts';

const T = 1_790_000_000_000;
const [MINUTE, DAY] = [60_000, 86_400_000];

const order = (over: Partial<OrderRow>) =>
  ({
    reference: 'PO-1',
    storeOrderNumber: '8',
    phase: 'placed',
    shipments: [],
    createdAt: T,
    updatedAt: T,
    ...over,
  }) as OrderRow;
const shipped = (trackingNumber: string | null) => [{ draft: { trackingNumber } } as HeldShipment];
const numberless = (completedAt: number) => order({ state: 'shipped', completedAt, shipments: shipped(null) });

test.each([
  ['no orders', [], 'ok', 'ok', ''],
  ['one that has just been asked for', [order({ state: 'placing', phase: 'placing' })], 'ok', 'ok', ''],
  [
    'one that is not placed',
    [order({ state: 'placing', phase: 'placing', storeOrderNumber: null, createdAt: T - 6 * MINUTE })],
    'warning',
    'ok',
    'PO-1.',
  ],
  ['one with an error', [order({ state: 'attention', lastError: 'It fails.' })], 'warning', 'ok', 'PO-1: It fails.'],
  [
    'one refused today',
    [order({ state: 'attention', phase: 'refused', lastError: 'No.' })],
    'warning',
    'ok',
    'PO-1: No.',
  ],
  ['one refused long ago', [order({ state: 'attention', phase: 'refused', updatedAt: T - DAY })], 'ok', 'ok', ''],
  ['one completed just now', [order({ state: 'completed', completedAt: T })], 'ok', 'ok', ''],
  [
    'one that DSTNC does not know of',
    [order({ state: 'completed', completedAt: T - 6 * MINUTE })],
    'ok',
    'warning',
    '8.',
  ],
  ['a parcel without a number', [numberless(T - 2 * DAY)], 'ok', 'warning', '8.'],
  ['a parcel that may get one still', [numberless(T - DAY / 2)], 'ok', 'ok', ''],
  ['one that never got one', [numberless(T - 20 * DAY)], 'ok', 'ok', ''],
  [
    'one with a number',
    [order({ state: 'shipped', completedAt: T - 2 * DAY, shipments: shipped('N') })],
    'ok',
    'ok',
    '',
  ],
  ['seven', Array<OrderRow>(7).fill(numberless(T - 2 * DAY)), 'ok', 'warning', '8, 8, 8, 8, 8 and others.'],
] as const)('%s', (_what, rows, orders, shipments, detail) => {
  const checks = examineOrders(rows, T);
  expect(checks.map(({ id, status }) => [id, status])).toEqual([
    ['orders', orders],
    ['shipments', shipments],
  ]);
  expect(checks.map((check) => check.detail).join('')).toBe(detail);
});
