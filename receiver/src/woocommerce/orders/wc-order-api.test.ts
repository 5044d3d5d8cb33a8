import { expect, test } from 'vitest';
import type { StoreClient, StoreQuery } from '../store-client.ts';
import { createWcOrderApi } from './wc-order-api.ts';

/** A store with so many orders of other customers, and one of PO-1 below them. `onPage`: what happens in it after each page of ids. */
function aShop(others: number, onPage: (orders: Map<number, string>, page: number) => void = () => {}) {
  const orders = new Map<number, string>([[10, 'PO-1']]);
  for (let id = 11; id < 11 + others; id++) orders.set(id, 'other');
  let pages = 0;
  const client = {
    async get(_path: string, query: StoreQuery) {
      const include = query.include === undefined ? null : String(query.include).split(',').map(Number);
      const all = [...orders].filter(([id]) => include?.includes(id) ?? true).sort(([a], [b]) => b - a);
      const from = Number(query.offset ?? 0);
      const body = all
        .slice(from, from + Number(query.per_page))
        .map(([id, transaction_id]) => (include === null ? { id } : { id, status: 'pending', transaction_id }));
      if (include === null) {
        pages += 1;
        onPage(orders, pages);
      }
      return { ok: true, body };
    },
  } as unknown as StoreClient;
  return createWcOrderApi(client);
}

const PO_1 = { ok: true, value: [{ id: 10, status: 'pending' }] };

test.each([0, 19, 20, 118, 119, 120, 250])('an order is found below %i newer ones', async (others) => {
  expect(await aShop(others).find('PO-1', { baseline: 5 })).toEqual(PO_1);
});

test('an order is not passed over where others are deleted meanwhile', async () => {
  // What moves up onto the first page, which was read by then, is on none.
  const api = aShop(20, (orders, page) => void (page === 1 && [29, 30].map((id) => orders.delete(id))));
  expect(await api.find('PO-1', { baseline: 5 })).toEqual(PO_1);
});

test('a store whose orders don’t stand still is looked through later', async () => {
  const api = aShop(300, (orders) => void orders.delete(Math.max(...orders.keys())));
  expect(await api.find('PO-1', { baseline: 5 })).toMatchObject({ ok: false, failure: { retryable: true } });
});
