import { orderView } from '@dstnc/shared';
import { expect, test } from 'vitest';
import { aStore } from '../../../test/behaviour/a-store.ts';
import type { OrderClaim } from '../storage/order-rows.ts';
import type { FoundOrder, OrderApi } from '../woocommerce/orders/order-api.ts';
import type { StoreClient } from '../woocommerce/store-client.ts';
import { findPlacedOrder } from './find-placed-order.ts';

const view = (id: number) =>
  orderView.parse({
    orderId: id,
    reference: 'PO-1',
    number: `#${id}`,
    status: 'processing',
    currency: 'EUR',
    total: '1',
    lines: [],
  });

/** Looks for PO-1 in a shop without the plugin that has these orders of that reference. */
async function look(found: readonly FoundOrder[] | null) {
  const removed: number[] = [];
  const api = {
    find: async () =>
      found === null
        ? { ok: false, failure: { kind: 'mismatch', message: 'out of order', retryable: true } }
        : { ok: true, value: found },
    async remove(ids: readonly number[]) {
      removed.push(...ids);
      return { ok: true, value: null };
    },
    view: async (id: number) => ({ ok: true, value: view(id) }),
  } as unknown as OrderApi;
  const claim = { reference: 'PO-1', createdAt: 1, progress: { via: 'plugin', inDoubt: true } } as OrderClaim;
  const end = await findPlacedOrder({ store: aStore(), client: {} as StoreClient, apis: () => api }, claim);
  return { end, removed };
}

test('what the shop has is placed, and what it made by halves is taken out of it', async () => {
  const { end, removed } = await look([
    { id: 7, status: 'pending' },
    { id: 8, status: 'processing' },
  ]);
  expect(end).toMatchObject({
    kind: 'placed',
    facts: { storeOrderId: 8, storeOrderNumber: '#8', status: 'processing' },
  });
  expect(removed).toEqual([7]);
});

test('what it has nothing of, or half, is refused, and may be asked for anew', async () => {
  expect((await look([])).end).toMatchObject({ kind: 'refused', progress: {} });
  const half = await look([{ id: 7, status: 'pending' }]);
  expect([half.end.kind, half.removed]).toEqual(['refused', [7]]);
});

test('a shop that doesn’t say is asked again', async () => {
  expect((await look(null)).end).toMatchObject({ kind: 'waiting', reason: 'out of order', outage: true });
});
