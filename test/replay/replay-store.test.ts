import { afterEach, describe, expect, test } from 'vitest';
import type { Recording } from '../recordings/recording.ts';
import { type ReplayStore, startReplayStore } from './replay-store.ts';
import { syntheticRecording } from './synthetic-recording.ts';

let store: ReplayStore;
afterEach(() => store.stop());

const start = async (recording: Recording) => {
  store = await startReplayStore(recording);
};
const basic = (keys: ReplayStore['keys']) => ({
  authorization: `Basic ${Buffer.from(`${keys.consumerKey}:${keys.consumerSecret}`).toString('base64')}`,
});
const get = async (path: string, init: RequestInit = {}) => {
  const answer = await fetch(`${store.home}/wp-json/wc/v3/${path}`, { headers: basic(store.keys), ...init });
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely.
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as any };
};

const product = (id: number, fields: object = {}) => ({
  status: 200,
  body: {
    id,
    type: 'simple',
    status: 'publish',
    name: `Lamp ${id}`,
    date_created_gmt: '2026-01-01T00:00:00',
    ...fields,
  },
});

describe('answers', () => {
  test('are the newest up to the step, and the clock never goes back', async () => {
    await start(
      syntheticRecording(
        { 'products/1': product(1, { name: 'Old' }) },
        {},
        { 'products/1': product(1, { name: 'New' }), 'products/2': product(2) },
      ),
    );
    expect((await get('products/1')).body.name).toBe('Old');
    store.advanceTo(1);
    expect((await get('products/1')).body.name).toBe('Old');
    expect((await get('products/2')).status).toBe(404);
    store.advanceTo(2);
    expect((await get('products/1')).body.name).toBe('New');
    store.advanceTo(0);
    expect(store.step).toBe(2);
    expect((await get('products/1')).body.name).toBe('New');
  });

  test('to an unknown id are WooCommerce’s', async () => {
    await start(syntheticRecording({}));
    expect(await get('products/99')).toMatchObject({
      status: 404,
      body: { code: 'woocommerce_rest_product_invalid_id', data: { status: 404 } },
    });
    expect((await get('products/99/variations/1')).status).toBe(404);
    expect((await get('nothing/of/the/kind')).body.code).toBe('rest_no_route');
  });

  test('to a list come in pages, with totals', async () => {
    const variations = Array.from({ length: 150 }, (_, index) => ({ id: 1000 + index }));
    await start(
      syntheticRecording({
        'products/1': product(1, { type: 'variable' }),
        'products/1/variations': { status: 200, body: variations },
      }),
    );
    const second = await get('products/1/variations?per_page=100&page=2');
    expect(second.body).toHaveLength(50);
    expect(second.headers.get('x-wp-total')).toBe('150');
    expect(second.headers.get('x-wp-totalpages')).toBe('2');
    expect((await get('products/1/variations')).body).toHaveLength(10);
    expect((await get('products/1/variations/1149')).body).toEqual({ id: 1149 });
    expect((await get('products/1/variations?per_page=101')).body.code).toBe('rest_invalid_param');
  });

  test('to the list of products leave out trash and variations, and obey include and status', async () => {
    await start(
      syntheticRecording({
        'products/1': product(1),
        'products/2': product(2, { status: 'draft' }),
        'products/3': product(3, { status: 'trash' }),
        'products/4': product(4, { type: 'variation' }),
      }),
    );
    const ids = async (query: string) => (await get(`products?${query}`)).body.map(({ id }: { id: number }) => id);
    expect(await ids('')).toEqual([2, 1]);
    expect(await ids('order=asc&orderby=id')).toEqual([1, 2]);
    expect(await ids('status=trash')).toEqual([3]);
    expect(await ids('include=1,3')).toEqual([1]);
    expect(await ids('include[]=2&include[]=1')).toEqual([2, 1]);
  });

  test('are found under every address of the REST API', async () => {
    await start(syntheticRecording({ 'products/1': product(1) }));
    for (const path of ['/index.php/wp-json/wc/v3/products/1', '/?rest_route=/wc/v3/products/1']) {
      expect((await fetch(store.home + path, { headers: basic(store.keys) })).status).toBe(200);
    }
  });

  test('to an empty batch do nothing', async () => {
    await start(syntheticRecording({}));
    expect((await get('products/batch', { method: 'POST', body: '{}' })).status).toBe(200);
  });
});

describe('credentials', () => {
  test.each([
    ['Basic', '', { authorization: `Basic ${btoa('ck_test:cs_test')}` }, 'basic'],
    ['the query string', '?consumer_key=ck_test&consumer_secret=cs_test', {}, 'query'],
    ['OAuth in the query', '?oauth_consumer_key=ck_test&oauth_signature=x', {}, 'oauth'],
    ['OAuth in a header', '', { authorization: 'OAuth oauth_consumer_key="ck_test", oauth_signature="x"' }, 'oauth'],
  ])('are taken by %s', async (_, query, headers, authentication) => {
    await start(syntheticRecording({ 'products/1': product(1) }));
    expect((await get(`products/1${query}`, { headers: headers as Record<string, string> })).status).toBe(200);
    expect(store.requests[0]?.authentication).toBe(authentication);
  });

  test('that are wrong or missing are refused', async () => {
    await start(syntheticRecording({ 'products/1': product(1) }));
    expect((await get('products/1', { headers: {} })).body.code).toBe('woocommerce_rest_cannot_view');
    const wrong = basic({ ...store.keys, consumerSecret: 'cs_other' });
    expect((await get('products/1', { headers: wrong })).body.code).toBe('woocommerce_rest_authentication_error');
    expect(store.requests.map(({ status }) => status)).toEqual([401, 401]);
  });
});

describe('faults', () => {
  test('strike as often as asked, then no more', async () => {
    await start(syntheticRecording({ 'products/1': product(1) }));
    store.failNext(2, { status: 503, headers: { 'retry-after': '7' } });
    const first = await get('products/1');
    expect(first.status).toBe(503);
    expect(first.headers.get('retry-after')).toBe('7');
    expect((await get('products/1')).status).toBe(503);
    expect((await get('products/1')).status).toBe(200);
  });

  test('may be a page with status 200', async () => {
    await start(syntheticRecording({ 'products/1': product(1) }));
    store.failNext(1, { html: '<h1>Cached</h1>' });
    const answer = await fetch(`${store.home}/wp-json/wc/v3/products/1`, { headers: basic(store.keys) });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('<h1>Cached</h1>');
  });

  test('may break off an answer, or hold it back for ever', async () => {
    await start(syntheticRecording({ 'products/1': product(1) }));
    store.failNext(1, { truncate: true });
    await expect(get('products/1')).rejects.toThrow();
    store.failNext(1, { hang: true });
    await expect(get('products/1', { headers: basic(store.keys), signal: AbortSignal.timeout(50) })).rejects.toThrow();
    expect(store.requests.at(-1)?.status).toBe(0);
  });

  test('may answer late, with what was true when it was asked', async () => {
    await start(
      syntheticRecording({ 'products/1': product(1, { name: 'Old' }) }, { 'products/1': product(1, { name: 'New' }) }),
    );
    store.failNext(1, { delayMs: 30 });
    const asked = get('products/1');
    await expect.poll(() => store.requests.length).toBe(1);
    store.advanceTo(1);
    expect((await asked).body.name).toBe('Old');
  });
});
