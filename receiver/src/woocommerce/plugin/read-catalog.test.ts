import { describe, expect, test } from 'vitest';
import type { StoreAnswer } from '../store-answer.ts';
import type { StoreClient } from '../store-client.ts';
import { readCatalog } from './read-catalog.ts';

const ok = (body: unknown): StoreAnswer => ({ ok: true, status: 200, body, headers: {}, durationMs: 1 });
const lamp = (id: number, over: object = {}) => ({ id, type: 'simple', status: 'publish', name: 'Lamp', ...over });
const noSuchProduct: StoreAnswer = {
  ok: false,
  failure: {
    kind: 'not_found',
    code: 'woocommerce_rest_product_invalid_id',
    message: 'Invalid ID.',
    retryable: true,
  },
};

/** A store whose plugin answers with a page; WooCommerce itself has these products. */
function storeWith(page: unknown, products: readonly { id: number }[] = []) {
  const asked: string[] = [];
  const client = {
    async get(path: string) {
      asked.push(path);
      if (path === 'wc-dstnc/v1/catalog') return ok(page);
      const product = products.find(({ id }) => path === `wc/v3/products/${id}`);
      return product === undefined ? noSuchProduct : ok(product);
    },
  } as unknown as StoreClient;
  return { client, asked };
}
const gone = (...ids: number[]) => ids.map((id) => ({ id, because: 'deleted' }));

describe('a page of a catalogue', () => {
  test.each([
    ['its end', { groups: [], gone: gone(7, 8), total: 9 }],
    ['how many there are', { groups: [], gone: gone(7, 8), next: null }],
    ['its groups', { gone: gone(7, 8), next: null, total: 9 }],
  ])('that does not say %s says nothing: it is about the shop', async (_name, page) => {
    const { client } = storeWith(page);
    expect(await readCatalog(client, [7, 8])).toMatchObject({ ok: false, whole: true, failure: { kind: 'mismatch' } });
  });

  test('with one group that is none may be about that group', async () => {
    const page = { groups: [{ groupId: 7, product: lamp(7) }, { groupId: 'x' }], next: null, total: 9 };
    expect(await readCatalog(storeWith(page).client, [7, 8])).toMatchObject({ ok: false, whole: false });
  });

  test('is believed that some are gone', async () => {
    const { client, asked } = storeWith({ groups: [], gone: gone(7, 8), next: null, total: 9 });
    const reading = await readCatalog(client, [7, 8]);
    expect(reading.ok && [...reading.readings.values()]).toEqual([
      { kind: 'gone', because: 'deleted' },
      { kind: 'gone', because: 'deleted' },
    ]);
    expect(asked).toHaveLength(1);
  });
});

describe('a plugin that says that all is gone and that the shop has nothing', () => {
  const empty = (...ids: number[]) => ({ groups: [], gone: gone(...ids), next: null, total: 0 });

  test.each([
    ['the one that was asked for', [7]],
    ['the last of several', [5, 6, 7]],
  ])('is not believed where WooCommerce has %s', async (_name, ids) => {
    const { client } = storeWith(empty(...ids), [lamp(7)]);
    expect(await readCatalog(client, ids)).toMatchObject({ ok: false, whole: true, failure: { kind: 'mismatch' } });
  });

  test('is believed where WooCommerce has none of them: the last product was really deleted', async () => {
    const { client, asked } = storeWith(empty(5, 6, 7), [
      lamp(6, { status: 'trash' }),
      lamp(7, { status: 'auto-draft' }),
    ]);
    const reading = await readCatalog(client, [5, 6, 7]);
    expect(reading.ok && [...reading.readings.values()].map(({ kind }) => kind)).toEqual(['gone', 'gone', 'gone']);
    expect(asked).toHaveLength(4);
  });

  test('is not believed where WooCommerce says nothing', async () => {
    const { client } = storeWith(empty(7), [{ id: 7 }]);
    expect(await readCatalog(client, [7])).toMatchObject({ ok: false, whole: true });
  });
});
