import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { readGroup } from './read-group.ts';
import { createStoreClient } from './store-client.ts';

interface Answer {
  readonly status?: number;
  readonly body: unknown;
  readonly headers?: Record<string, string>;
}

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A store with the given answers by path; what it was asked, as "path page". */
async function storeWith(answer: (path: string, page: number, calls: readonly string[]) => Answer) {
  const calls: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://store');
    const page = Number(url.searchParams.get('page') ?? 0);
    const path = url.pathname.replace('/wp-json/wc/v3/', '');
    calls.push(page === 0 ? path : `${path} ${page}`);
    const { status = 200, body, headers } = answer(path, page, calls);
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const client = createStoreClient({
    home: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { consumerKey: 'ck_1', consumerSecret: 'cs_1' },
    allowPrivate: true,
  });
  cleanups.push(() => new Promise((closed) => server.close(closed)));
  cleanups.push(() => client.close());
  return { client, calls };
}

const ids = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const variations = (from: number, to: number) =>
  ids(from, to).map((id) => ({ id, type: 'variation', status: 'private' }));
const variable = (listed: number[] = []) => ({ id: 12, type: 'variable', status: 'publish', variations: listed });
const wpError = (code: string) => ({ status: 404, body: { code, message: 'Invalid ID.', data: { status: 404 } } });

async function variationIds(store: Awaited<ReturnType<typeof storeWith>>): Promise<number[]> {
  const reading = await readGroup(store.client, 12);
  if (reading.kind !== 'group') throw new Error(JSON.stringify(reading));
  return reading.snapshot.variations.map(({ product }) => product.id);
}

describe('a product', () => {
  test('that is simple is read with one request', async () => {
    const { client, calls } = await storeWith(() => ({ body: { id: 12, type: 'simple', sku: { odd: true } } }));
    const before = Date.now();
    const reading = await readGroup(client, 12);
    expect(reading).toMatchObject({
      kind: 'group',
      snapshot: { item: { product: { id: 12 }, issues: [expect.stringContaining('sku')] }, variations: [] },
    });
    expect(reading.kind === 'group' && reading.snapshot.readAt).toBeGreaterThanOrEqual(before);
    expect(calls).toEqual(['products/12']);
  });

  test.each([
    ['deleted', wpError('woocommerce_rest_product_invalid_id'), 'deleted'],
    ['in the trash', { body: { id: 12, type: 'variable', status: 'trash' } }, 'trashed'],
    ['a variation of nothing', { body: { id: 12, type: 'variation', parent_id: 0 } }, 'deleted'],
  ])('that is %s is gone', async (_what, answer, because) => {
    const { client } = await storeWith(() => answer);
    expect(await readGroup(client, 12)).toEqual({ kind: 'gone', because });
  });

  test.each([
    ['a store without WooCommerce', wpError('rest_no_route'), 'not_found'],
    ['another 404 of WordPress', wpError('rest_post_invalid_id'), 'not_found'],
    ['an HTML 404', { status: 404, body: '<h1>Not found</h1>' }, 'not_json'],
    ['the code with another status', { status: 400, body: { code: 'woocommerce_rest_product_invalid_id' } }, 'refused'],
    ['the error with status 200', { body: wpError('woocommerce_rest_product_invalid_id').body }, 'mismatch'],
    ['another product', { body: { id: 13, type: 'simple' } }, 'mismatch'],
    ['a list', { body: [{ id: 12 }] }, 'mismatch'],
    ['a variation that does not say of what', { body: { id: 12, type: 'variation' } }, 'mismatch'],
    ['a refused key', { status: 401, body: { code: 'woocommerce_rest_cannot_view' } }, 'unauthorized'],
  ])('is not gone because of %s', async (_what, answer, kind) => {
    const { client } = await storeWith(() => answer);
    expect(await readGroup(client, 12)).toMatchObject({ kind: 'failure', failure: { kind } });
  });

  test('id that is a variation names its product', async () => {
    const { client } = await storeWith(() => ({ body: { id: 12, type: 'variation', parent_id: 7, status: 'trash' } }));
    expect(await readGroup(client, 12)).toEqual({ kind: 'variation', parentId: 7 });
  });
});

describe('variations', () => {
  test('are read page by page by the header, through pages with holes', async () => {
    const pages = [variations(101, 199), variations(201, 300), variations(301, 350)];
    const store = await storeWith((path, page) =>
      path === 'products/12'
        ? { body: variable() }
        : { body: pages[page - 1] ?? [], headers: { 'X-WP-Total': '251', 'X-WP-TotalPages': '3' } },
    );
    expect(await variationIds(store)).toEqual([...ids(101, 199), ...ids(201, 350)]);
    expect(store.calls).toEqual(['products/12', ...[1, 2, 3].map((page) => `products/12/variations ${page}`)]);
  });

  test('are read until a short page where the header is missing', async () => {
    const store = await storeWith((path, page) =>
      path === 'products/12' ? { body: variable() } : { body: page === 1 ? variations(1, 100) : variations(101, 120) },
    );
    expect(await variationIds(store)).toEqual(ids(1, 120));
    expect(store.calls).toHaveLength(3);
  });

  test('are read past a short page that cannot be the last one', async () => {
    const store = await storeWith((path, page) =>
      path === 'products/12'
        ? { body: variable(ids(1, 110)) }
        : { body: page === 1 ? variations(1, 99) : page === 2 ? variations(100, 110) : [] },
    );
    expect(await variationIds(store)).toEqual(ids(1, 110));
  });

  test('end where the store sends the same page for ever', async () => {
    const store = await storeWith((path) => ({ body: path === 'products/12' ? variable() : variations(1, 100) }));
    expect(await variationIds(store)).toEqual(ids(1, 100));
    expect(store.calls).toHaveLength(3);
  });

  test('end after 100 pages', async () => {
    const store = await storeWith((path, page) => ({
      body: path === 'products/12' ? variable() : variations(page, page),
      headers: { 'X-WP-TotalPages': '100000' },
    }));
    const reading = await readGroup(store.client, 12);
    expect(reading).toMatchObject({
      kind: 'group',
      snapshot: { item: { issues: [expect.stringContaining('10000')] } },
    });
    expect(store.calls).toHaveLength(101);
  });

  test('that shift to a later page come once', async () => {
    const store = await storeWith((path, page) =>
      path === 'products/12' ? { body: variable() } : { body: page === 1 ? variations(1, 100) : variations(100, 120) },
    );
    expect(await variationIds(store)).toEqual(ids(1, 120));
  });

  test('that shift to an earlier page are not missed: all is read again', async () => {
    const store = await storeWith((path, page, calls) => {
      if (path === 'products/12') return { body: variable() };
      const early = calls.length === 2;
      // Variation 1 was deleted after the first page was sent.
      const held = early ? ids(1, 110) : ids(2, 110);
      const body = held.slice((page - 1) * 100, page * 100).map((id) => ({ id }));
      return { body, headers: { 'X-WP-Total': String(held.length), 'X-WP-TotalPages': '2' } };
    });
    expect(await variationIds(store)).toEqual(ids(2, 110));
    expect(store.calls).toHaveLength(6);
  });

  test('that never stand still are a failure to try again', async () => {
    const store = await storeWith((path, page, calls) =>
      path === 'products/12'
        ? { body: variable() }
        : {
            body: variations(page * 100, page * 100 + 99),
            headers: { 'X-WP-Total': `${200 - calls.length}`, 'X-WP-TotalPages': '2' },
          },
    );
    expect(await readGroup(store.client, 12)).toMatchObject({
      kind: 'failure',
      failure: { kind: 'mismatch', retryable: true },
    });
    expect(store.calls).toHaveLength(9);
  });

  test('that a stale list names do not keep a product from being read', async () => {
    const store = await storeWith((path, page) =>
      path === 'products/12'
        ? { body: variable([5, 999]) }
        : {
            body: page === 1 ? variations(1, 100) : variations(101, 120),
            headers: { 'X-WP-Total': '120', 'X-WP-TotalPages': '2' },
          },
    );
    expect(await variationIds(store)).toEqual(ids(1, 120));
    expect(store.calls).toHaveLength(9);
  });

  test('that cannot be read are left out and named', async () => {
    const { client } = await storeWith((path) => ({
      body: path === 'products/12' ? variable() : [{ id: 1, weight: {} }, { id: 'x' }, null, { id: 2 }],
    }));
    expect(await readGroup(client, 12)).toMatchObject({
      kind: 'group',
      snapshot: {
        item: {
          issues: [expect.stringContaining('variation 2 on page 1'), expect.stringContaining('variation 3 on page 1')],
        },
        variations: [{ product: { id: 1 }, issues: [expect.stringContaining('weight')] }, { product: { id: 2 } }],
      },
    });
  });

  test('that fail half way fail the whole', async () => {
    const { client } = await storeWith((path, page) =>
      path === 'products/12'
        ? { body: variable() }
        : page === 1
          ? { body: variations(1, 100) }
          : wpError('woocommerce_rest_product_invalid_id'),
    );
    expect(await readGroup(client, 12)).toMatchObject({ kind: 'failure', failure: { kind: 'not_found' } });
  });

  test('that are no list are a failure', async () => {
    const { client } = await storeWith((path) => ({ body: path === 'products/12' ? variable() : { id: 12 } }));
    expect(await readGroup(client, 12)).toMatchObject({ kind: 'failure', failure: { kind: 'mismatch' } });
  });
});
