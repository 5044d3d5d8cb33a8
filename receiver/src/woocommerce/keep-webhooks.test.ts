import { expect, test } from 'vitest';
import { keepWebhooks, STORE_TOPICS, type WantedWebhooks, type WebhookState } from './keep-webhooks.ts';
import type { StoreAnswer } from './store-answer.ts';
import type { StoreClient } from './store-client.ts';
import type { StoreFailure } from './store-failure.ts';

const KEY = 'wh_our-own';
const HOUR = 60 * 60_000;
const WANTED: WantedWebhooks = {
  topics: STORE_TOPICS,
  webhookKey: KEY,
  deliveryUrl: `https://receiver.example/v1/webhooks/${KEY}`,
  secret: 'a1b2',
  api: 'wc/v3',
  hindrance: null,
};
const PLUGIN: WantedWebhooks = { ...WANTED, topics: [] };

interface Held {
  id: number;
  name: string;
  status: string;
  topic: string;
  delivery_url: string;
  secret: string;
}

/** A shop's webhooks, as wc/v3/webhooks and its batch route keep them. */
function shop(held: Partial<Held>[] = []) {
  let last = 0;
  const add = (one: Partial<Held>): Held => {
    last += 1;
    return {
      id: last,
      name: 'x',
      status: 'active',
      topic: 'product.updated',
      delivery_url: WANTED.deliveryUrl,
      secret: '',
      ...one,
    };
  };
  const webhooks = held.map(add);
  const posted: Record<string, unknown>[] = [];
  let failure: StoreFailure | null = null;
  const answer = (body: unknown): StoreAnswer =>
    failure === null ? { ok: true, status: 200, body, headers: {}, durationMs: 1 } : { ok: false, failure };
  const client = {
    async get(_path: string, { page, per_page: perPage }: Record<string, number>) {
      const from = ((page ?? 1) - 1) * (perPage ?? 10);
      return answer(webhooks.slice(from, from + (perPage ?? 10)).map(({ secret: _, ...shown }) => shown));
    },
    async post(path: string, body: { create: Partial<Held>[]; update: Partial<Held>[]; delete: number[] }) {
      posted.push({ path, ...body });
      const done = answer({ create: body.create.map((_, i) => ({ id: last + 1 + i })) });
      if (!done.ok) return done;
      webhooks.push(...body.create.map(add));
      for (const change of body.update) Object.assign(webhooks.find(({ id }) => id === change.id) ?? {}, change);
      for (const id of body.delete)
        webhooks.splice(
          webhooks.findIndex((one) => one.id === id),
          1,
        );
      return done;
    },
  } as unknown as StoreClient;
  return {
    client,
    webhooks,
    posted,
    fail(as: StoreFailure | null) {
      failure = as;
    },
  };
}

async function keep(
  { client }: { client: StoreClient },
  {
    wanted = WANTED,
    previous = null,
    now = 0,
  }: { wanted?: WantedWebhooks; previous?: WebhookState | null; now?: number } = {},
) {
  const kept = await keepWebhooks(client, wanted, { previous, now });
  if (!kept.ok) throw new Error(kept.failure.message);
  return kept;
}

test('makes them all, and a second time nothing', async () => {
  const store = shop();
  const first = await keep(store);
  expect(first).toMatchObject({ did: { created: STORE_TOPICS.length, enabled: 0, removed: 0 }, doubt: false });
  expect(first.state).toMatchObject({ kind: 'active', detail: '' });
  expect(store.webhooks.map(({ topic }) => topic).sort()).toEqual([...STORE_TOPICS].sort());
  for (const { name, topic, delivery_url, secret } of store.webhooks) {
    expect([name, delivery_url, secret]).toEqual([`DSTNC: ${topic}`, WANTED.deliveryUrl, 'a1b2']);
  }
  const second = await keep(store, { previous: first.state, now: HOUR });
  expect(second).toMatchObject({ did: { created: 0, enabled: 0, removed: 0 }, doubt: false });
  expect(store.posted).toHaveLength(1);
});

test('makes one again that was deleted, and doubts what happened meanwhile', async () => {
  const store = shop();
  const { state } = await keep(store);
  store.webhooks.splice(2, 1);
  expect(await keep(store, { previous: state })).toMatchObject({ did: { created: 1 }, doubt: true });
  expect(store.webhooks).toHaveLength(STORE_TOPICS.length);
});

test('switches on what WooCommerce gave up, at once and then ever more seldom, until it stays on', async () => {
  const store = shop();
  let { state } = await keep(store);
  const givenUp = async (now: number) => {
    for (const webhook of store.webhooks) webhook.status = 'disabled';
    const kept = await keep(store, { previous: state, now });
    state = kept.state;
    return [kept.did.enabled, kept.state.kind, kept.doubt];
  };
  const all = STORE_TOPICS.length;
  expect(await givenUp(0)).toEqual([all, 'active', true]);
  expect(await givenUp(HOUR - 1)).toEqual([0, 'disabled', true]);
  expect(state.detail).toMatch(/given up "DSTNC: product.created" \(1\), .*switched on again later/);
  expect(await givenUp(HOUR - 1)).toEqual([0, 'disabled', false]);
  expect(await givenUp(HOUR)).toEqual([all, 'active', true]);
  expect(await givenUp(2 * HOUR)).toEqual([0, 'disabled', true]);
  expect(await givenUp(3 * HOUR)).toEqual([all, 'active', true]);
  state = (await keep(store, { previous: state, now: 3 * HOUR + 1 })).state;
  expect(state.enabling.times).toBe(3);
  state = (await keep(store, { previous: state, now: 8 * HOUR })).state;
  expect(state.enabling.times).toBe(0);
  expect(await givenUp(8 * HOUR + 1)).toEqual([all, 'active', true]);
});

test('leaves alone what a person has paused, and names it', async () => {
  const store = shop();
  const { state } = await keep(store);
  const [first] = store.webhooks;
  if (first !== undefined) first.status = 'paused';
  const kept = await keep(store, { previous: state });
  expect(kept).toMatchObject({ did: { created: 0, enabled: 0 }, doubt: false });
  expect(kept.state).toMatchObject({
    kind: 'paused',
    detail: expect.stringContaining('"DSTNC: product.created" (1)') as string,
  });
  expect(first?.status).toBe('paused');
});

test('of twins the one that works stays; what is somebody else’s is not touched', async () => {
  const store = shop([
    { topic: 'product.updated', status: 'disabled' },
    { topic: 'product.updated', status: 'active' },
    { topic: 'product.updated', status: 'active' },
    { topic: 'order.updated', name: 'By hand' },
    { topic: 'order.updated', name: 'DSTNC: order.updated' },
    { topic: 'product.updated', delivery_url: 'https://receiver.example/v1/webhooks/wh_another' },
    { topic: 'product.updated', delivery_url: `https://elsewhere.example/?to=/v1/webhooks/${KEY}` },
    { topic: 'product.updated', delivery_url: '' },
  ]);
  const { did } = await keep(store);
  expect(did).toEqual({ created: STORE_TOPICS.length - 1, enabled: 0, removed: 3 });
  const ids = store.webhooks.map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining([2, 4, 6, 7, 8]) as number[]);
  for (const gone of [1, 3, 5]) expect(ids).not.toContain(gone);
});

test('tells those that are there where to deliver to, and what to sign with, when that is another', async () => {
  const store = shop([
    { topic: 'product.updated', delivery_url: `https://old.example/below/v1/webhooks/${KEY}`, secret: 'of-before' },
  ]);
  const { state } = await keep(store);
  expect(store.webhooks[0]).toMatchObject({ id: 1, delivery_url: WANTED.deliveryUrl, secret: 'a1b2' });
  const rotated = { ...WANTED, secret: 'c3d4' };
  const { state: next } = await keep(store, { wanted: rotated, previous: state });
  expect(new Set(store.webhooks.map(({ secret }) => secret))).toEqual(new Set(['c3d4']));
  const before = store.posted.length;
  await keep(store, { wanted: rotated, previous: next });
  expect(store.posted).toHaveLength(before);
  expect(JSON.stringify([state, next])).not.toMatch(/a1b2|c3d4/);
});

test("the plugin's are switched on, and nothing else", async () => {
  const store = shop([
    { topic: 'action.woocommerce_dstnc_product_changed', status: 'disabled' },
    { topic: 'action.woocommerce_dstnc_stock_changed', status: 'paused' },
    { topic: 'product.updated', status: 'disabled', delivery_url: 'https://receiver.example/v1/webhooks/wh_another' },
  ]);
  expect(await keep(store, { wanted: PLUGIN })).toMatchObject({ did: { created: 0, enabled: 1, removed: 0 } });
  expect(store.posted).toMatchObject([{ update: [{ id: 1, status: 'active' }], create: [], delete: [] }]);
});

test('finds them behind a hundred others, and comes to an end', async () => {
  const others = Array.from({ length: 150 }, () => ({ delivery_url: 'https://x.example' }));
  const store = shop([...others, { status: 'disabled' }]);
  expect(await keep(store, { wanted: PLUGIN })).toMatchObject({ did: { enabled: 1 } });
  let asked = 0;
  const endless = {
    async get() {
      asked += 1;
      const page = Array.from({ length: 100 }, (_, i) => ({ id: i + 1, delivery_url: '' }));
      return { ok: true, status: 200, body: page, headers: {}, durationMs: 1 };
    },
  } as unknown as StoreClient;
  expect(await keep({ client: endless }, { wanted: PLUGIN })).toMatchObject({ did: { enabled: 0 } });
  expect(asked).toBe(10);
});

test.each(['legacy/v3', 'wc/v1'] as const)('over %s there are none, and nobody is asked', async (api) => {
  const asked = {} as StoreClient;
  const kept = await keep({ client: asked }, { wanted: { ...WANTED, api } });
  expect(kept).toMatchObject({
    doubt: false,
    state: { kind: 'none', detail: expect.stringMatching(/asked for changes/) as string },
  });
});

test('where the shop can’t reach this address, or doesn’t let anybody make webhooks, polling has to do', async () => {
  const hindrance = 'The shop cannot reach DSTNC.';
  expect((await keep({ client: {} as StoreClient }, { wanted: { ...WANTED, hindrance } })).state).toMatchObject({
    kind: 'none',
    detail: hindrance,
  });
  const store = shop();
  const message = 'The store refuses the key.';
  store.fail({ kind: 'unauthorized', status: 403, code: 'woocommerce_rest_cannot_view', message, retryable: false });
  expect((await keep(store)).state).toMatchObject({ kind: 'none', detail: expect.stringContaining(message) as string });
});

test('a shop that is down, a key that is dead and an answer that is none are failures', async () => {
  const store = shop();
  for (const failure of [
    { kind: 'timeout', timeoutMs: 1, message: 'slow', retryable: true },
    {
      kind: 'unauthorized',
      status: 401,
      code: 'woocommerce_rest_authentication_error',
      message: 'no',
      retryable: false,
    },
  ] as const) {
    store.fail(failure);
    expect(await keepWebhooks(store.client, WANTED, { previous: null, now: 0 })).toEqual({ ok: false, failure });
  }
  const odd = { get: async () => ({ ok: true, status: 200, body: { webhooks: [] }, headers: {}, durationMs: 1 }) };
  expect(await keepWebhooks(odd as unknown as StoreClient, WANTED, { previous: null, now: 0 })).toMatchObject({
    ok: false,
    failure: { kind: 'mismatch', retryable: true },
  });
});
