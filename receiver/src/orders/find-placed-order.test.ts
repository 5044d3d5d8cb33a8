import { orderView } from '@dstnc/shared';
import { expect, test } from 'vitest';
import { aStore } from '../../../test/behaviour/a-store.ts';
import type { OrderClaim } from '../storage/order-rows.ts';
import type { FoundOrder, OrderApi } from '../woocommerce/orders/order-api.ts';
import type { StoreClient } from '../woocommerce/store-client.ts';
import { findPlacedOrder } from './find-placed-order.ts';

const view = (id: number, status = 'processing') =>
  orderView.parse({
    orderId: id,
    reference: 'PO-1',
    number: `#${id}`,
    status,
    currency: 'EUR',
    total: '1',
    lines: [],
  });

/** Looks for PO-1 in a shop without the plugin that has these orders of that reference; `via`: how they came there. */
async function look(found: readonly FoundOrder[] | null, via: 'plugin' | 'api' = 'api') {
  const removed: number[] = [];
  const cancelled: number[] = [];
  const api = {
    find: async () =>
      found === null
        ? { ok: false, failure: { kind: 'mismatch', message: 'out of order', retryable: true } }
        : { ok: true, value: found },
    async remove(ids: readonly number[]) {
      removed.push(...ids);
      return { ok: true, value: null };
    },
    async cancel(id: number) {
      cancelled.push(id);
      return { ok: true, value: {} };
    },
    view: async (id: number) => ({ ok: true, value: view(id, cancelled.includes(id) ? 'cancelled' : 'processing') }),
  } as unknown as OrderApi;
  const claim = { reference: 'PO-1', createdAt: 1, progress: { via, inDoubt: true } } as OrderClaim;
  const end = await findPlacedOrder({ store: aStore(), client: {} as StoreClient, apis: () => api }, claim);
  return { end, removed, cancelled };
}

test('what the shop has is placed, and what it made by halves is taken out of it', async () => {
  const { end, removed, cancelled } = await look([
    { id: 7, status: 'pending' },
    { id: 8, status: 'processing' },
  ]);
  expect(end).toMatchObject({
    kind: 'placed',
    facts: { storeOrderId: 8, storeOrderNumber: '#8', status: 'processing' },
  });
  expect([removed, cancelled]).toEqual([[7], []]);
});

test('what it has nothing of, or half, is refused, and may be asked for anew', async () => {
  expect((await look([])).end).toMatchObject({ kind: 'refused', progress: {} });
  expect((await look([], 'plugin')).end).toMatchObject({ kind: 'refused', progress: {} });
  const half = await look([{ id: 7, status: 'pending' }]);
  expect([half.end.kind, half.removed]).toEqual(['refused', [7]]);
});

test('half of an order that the plugin has left has taken its stock: it is cancelled, and is known as that', async () => {
  const { end, removed, cancelled } = await look([{ id: 7, status: 'pending' }], 'plugin');
  expect(end).toMatchObject({ kind: 'placed', facts: { storeOrderId: 7, status: 'cancelled' } });
  expect([removed, cancelled]).toEqual([[], [7]]);
});

test('a plugin that has half of an order is asked to cancel it', async () => {
  const calls: string[] = [];
  let refuses = true;
  const client = {
    async get() {
      return { ok: true, body: { orders: [view(7, 'pending')], gone: [], unknown: [] } };
    },
    async post(path: string) {
      calls.push(path);
      return refuses
        ? { ok: false, failure: { kind: 'unreachable', message: 'out of order', retryable: true } }
        : { ok: true, body: view(7, 'cancelled') };
    },
  } as unknown as StoreClient;
  const store = aStore({
    plugin: { version: '1', contractVersion: 1, woocommerce: '11.0.1', restUrl: 'https://shop' },
  });
  const claim = { reference: 'PO-1', createdAt: 1, progress: { via: 'plugin', inDoubt: true } } as OrderClaim;
  const once = () => findPlacedOrder({ store, client, apis: () => null }, claim);
  expect(await once()).toMatchObject({ kind: 'waiting', reason: 'out of order' });
  refuses = false;
  expect(await once()).toMatchObject({ kind: 'placed', facts: { storeOrderId: 7, status: 'cancelled' } });
  expect(calls).toEqual(['wc-dstnc/v1/orders/cancel', 'wc-dstnc/v1/orders/cancel']);
});

test('a shop that doesn’t say is asked again', async () => {
  expect((await look(null)).end).toMatchObject({ kind: 'waiting', reason: 'out of order', outage: true });
});
