import { expect, test } from 'vitest';
import { enableWebhooks } from './enable-webhooks.ts';
import type { StoreAnswer } from './store-answer.ts';
import type { StoreClient } from './store-client.ts';

const KEY = 'wh_our-own';
const ours = (id: number, base = 'https://receiver.example') => ({
  id,
  status: 'disabled',
  delivery_url: `${base}/v1/webhooks/${KEY}`,
});
const good = (body: unknown): StoreAnswer => ({ ok: true, status: 200, body, headers: {}, durationMs: 1 });
const down: StoreAnswer = { ok: false, failure: { kind: 'timeout', timeoutMs: 1, message: 'slow', retryable: true } };

/** A shop with these webhooks, and what was asked of it. */
function shopWith(webhooks: readonly Record<string, unknown>[], posts: StoreAnswer = good({})) {
  const asked: unknown[] = [];
  const client: Pick<StoreClient, 'get' | 'post'> = {
    async get(path, { status, per_page, page } = {}) {
      asked.push(['GET', path, status]);
      const held = webhooks.filter((one) => one.status === status);
      return good(held.slice((Number(page) - 1) * Number(per_page), Number(page) * Number(per_page)));
    },
    async post(path, body) {
      asked.push(['POST', path, body]);
      return posts;
    },
  };
  return { client: client as StoreClient, asked, posted: () => asked.filter((one) => (one as string[])[0] === 'POST') };
}

test("switches on what WooCommerce gave up and what is this store's, wherever the receiver was reached", async () => {
  const { client, posted } = shopWith([
    ours(1),
    ours(2, 'https://old.example/below'),
    { ...ours(3), status: 'paused' },
    { ...ours(4), status: 'active' },
    { id: 5, status: 'disabled', delivery_url: 'https://receiver.example/v1/webhooks/wh_another' },
    { id: 6, status: 'disabled', delivery_url: `https://elsewhere.example/?to=/v1/webhooks/${KEY}` },
    { id: 7, status: 'disabled', delivery_url: '' },
  ]);
  expect(await enableWebhooks(client, KEY)).toEqual({ ok: true, enabled: 2 });
  expect(posted()).toEqual([
    ['POST', 'wc/v3/webhooks/1', { status: 'active' }],
    ['POST', 'wc/v3/webhooks/2', { status: 'active' }],
  ]);
});

test('finds them behind a hundred others, and comes to an end', async () => {
  const others = Array.from({ length: 150 }, (_, i) => ({
    id: i + 1,
    status: 'disabled',
    delivery_url: 'https://x.example',
  }));
  const { client, posted } = shopWith([...others, ours(999)]);
  expect(await enableWebhooks(client, KEY)).toEqual({ ok: true, enabled: 1 });
  expect(posted()).toHaveLength(1);
  const endless = shopWith(Array.from({ length: 5_000 }, () => others[0] ?? {}));
  expect(await enableWebhooks(endless.client, KEY)).toEqual({ ok: true, enabled: 0 });
  expect(endless.asked).toHaveLength(10);
});

test('says what keeps it from it', async () => {
  const failing = { get: async () => down, post: async () => down } as unknown as StoreClient;
  expect(await enableWebhooks(failing, KEY)).toMatchObject({ ok: false, failure: { kind: 'timeout' } });
  expect(await enableWebhooks(shopWith([ours(1)], down).client, KEY)).toMatchObject({ ok: false });
  const odd = { get: async () => good({ webhooks: [] }) } as unknown as StoreClient;
  expect(await enableWebhooks(odd, KEY)).toMatchObject({ ok: false, failure: { kind: 'mismatch', retryable: true } });
});
