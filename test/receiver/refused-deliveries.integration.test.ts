import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import { signBody } from '@dstnc/shared';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { pairName } from '../rig/open-pair.ts';
import { lamp } from './lamp.ts';
import { type AddedStore, type Receiver, startReceiver } from './start-receiver.ts';
import { type Shop, startShop } from './start-shop.ts';

const MiB = 1024 * 1024;
const PATIENCE = { timeout: 30_000, interval: 20 };
const FLAG = 'deliveries_refused';

let receiver: Receiver;
let shop: Shop;
let unlock: (() => void) | undefined;
/** The shop's webhooks by id, as wc/v3 gives them. */
let webhooks: Map<number, { id: number; status: string; delivery_url: string }>;

beforeEach(async () => {
  [receiver, shop] = await Promise.all([startReceiver(), startShop()]);
  webhooks = new Map();
  shop.misbehave = (incoming, response) => {
    const { pathname } = new URL(incoming.url ?? '/', shop.url);
    const [, kind, id] = /^\/wp-json\/wc\/v3\/(products|webhooks)(?:\/(\d+|batch))?$/.exec(pathname) ?? [];
    const answer = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (kind === 'webhooks' && incoming.method === 'GET') {
      answer(200, [...webhooks.values()]);
      return;
    }
    if (kind === 'webhooks' && id === 'batch') {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const { update } = JSON.parse(Buffer.concat(chunks).toString()) as { update: { id: number }[] };
        for (const change of update) Object.assign(webhooks.get(change.id) ?? {}, change);
        answer(200, { update });
      });
      return;
    }
    const product = kind === 'products' ? shop.products.get(Number(id)) : undefined;
    answer(
      product ? 200 : 404,
      product ?? { code: 'woocommerce_rest_product_invalid_id', message: 'Invalid ID.', data: { status: 404 } },
    );
  };
});
afterEach(async () => {
  unlock?.();
  await receiver.stop();
  await shop.stop();
});

/** From now on nothing can be written; {@link unlock} ends that. */
function lock(): void {
  const other = new DatabaseSync(receiver.file);
  other.exec('begin exclusive');
  unlock = () => {
    other.exec('rollback');
    other.close();
    unlock = undefined;
  };
}

const quantity = (store: AddedStore, id: number) =>
  receiver.sandbox.state.product(store.vendor, String(id))?.variants[0]?.inventory.quantity;
const agrees = (store: AddedStore, stock: Record<number, number>) =>
  vi.waitFor(() => {
    for (const [id, wanted] of Object.entries(stock)) expect([id, quantity(store, Number(id))]).toEqual([id, wanted]);
  }, PATIENCE);
const shown = async (store: AddedStore) => (await receiver.call('GET', `/v1/stores/${store.id}`)).body;
const metric = async (name: string) => {
  const { text } = await receiver.call('GET', '/metrics');
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.split(' ')
      .at(-1),
  );
};

/** Puts a product into the shop and tells the receiver. */
async function sell(store: AddedStore, id: number, stock: number) {
  shop.products.set(id, lamp(id, { stock_quantity: stock }));
  return receiver.deliver(store, lamp(id, { stock_quantity: stock }));
}

describe.skipIf(pairName !== 'sqlite')('while nothing can be stored', () => {
  test('deliveries get 503; as soon as it can, DSTNC agrees with the shop, and the webhooks are on again', async () => {
    const store = await receiver.addStore('lamps', shop.url, true);
    for (const id of [1, 2, 3]) expect((await sell(store, id, 4)).status).toBe(200);
    await agrees(store, { 1: 4, 2: 4, 3: 4 });
    webhooks.set(5, { id: 5, status: 'disabled', delivery_url: store.webhookUrl });
    webhooks.set(6, { id: 6, status: 'paused', delivery_url: store.webhookUrl });
    webhooks.set(7, { id: 7, status: 'disabled', delivery_url: 'https://somebody.example/v1/webhooks/wh_else' });

    lock();
    for (const id of [1, 2]) {
      const answer = await sell(store, id, 1);
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
      expect(answer.body).toMatchObject({ type: 'urn:dstnc:problem:storage-unavailable' });
    }
    // What the shop could not even try to tell, as its webhook was off by then.
    shop.products.set(3, lamp(3, { stock_quantity: 0 }));
    expect(await metric('dstnc_stores_refused')).toBe(1);
    unlock?.();

    await agrees(store, { 1: 1, 2: 1, 3: 0 });
    await vi.waitFor(
      () => expect([5, 6, 7].map((id) => webhooks.get(id)?.status)).toEqual(['active', 'paused', 'disabled']),
      PATIENCE,
    );
    await vi.waitFor(async () => expect(await shown(store)).toMatchObject({ flags: [], pending: 0 }), PATIENCE);
    expect(await metric('dstnc_stores_refused')).toBe(0);
    expect(receiver.lines.join('')).toContain('had to be refused');
  });

  test('the flag is up until the shop could be asked, and a process that comes after goes on', async () => {
    const store = await receiver.addStore('lamps', shop.url, true);
    await sell(store, 1, 4);
    await agrees(store, { 1: 4 });
    webhooks.set(5, { id: 5, status: 'disabled', delivery_url: store.webhookUrl });
    const well = shop.misbehave;
    shop.misbehave = (_incoming, response) => response.writeHead(502).end();
    lock();
    expect((await sell(store, 1, 1)).status).toBe(503);
    unlock?.();
    const flagged = { flags: expect.arrayContaining([expect.objectContaining({ kind: FLAG })]) as unknown };
    await vi.waitFor(async () => expect(await shown(store)).toMatchObject(flagged), PATIENCE);
    await receiver.restart();
    expect(await shown(store)).toMatchObject(flagged);
    shop.misbehave = well;
    await vi.waitFor(() => expect(webhooks.get(5)?.status).toBe('active'), PATIENCE);
    await agrees(store, { 1: 1 });
    await vi.waitFor(async () => expect(await shown(store)).toMatchObject({ flags: [] }), PATIENCE);
  });

  test('a store without keys is pointed out to operators until they lower the flag', async () => {
    const store = await receiver.addStore('lamps', 'https://lamps.example', false);
    lock();
    expect((await receiver.deliver(store, lamp(1))).status).toBe(503);
    unlock?.();
    await vi.waitFor(
      async () =>
        expect(await shown(store)).toMatchObject({
          flags: [{ kind: FLAG, detail: expect.stringContaining('save the products again') }],
        }),
      PATIENCE,
    );
    expect((await receiver.call('DELETE', `/v1/stores/${store.id}/flags/${FLAG}`)).status).toBe(204);
    expect(await shown(store)).toMatchObject({ flags: [] });
  });
});

describe('bodies that are under way', () => {
  /** A delivery of which nothing but the head has come. */
  function begin(store: AddedStore, length: number) {
    const outgoing = request(store.webhookUrl, {
      method: 'POST',
      headers: {
        'content-length': length,
        'x-wc-webhook-topic': 'product.updated',
        'x-wc-webhook-signature': signBody(randomBytes(8), 'whatever'),
      },
    });
    outgoing.on('error', () => undefined);
    outgoing.flushHeaders();
    return outgoing;
  }

  test('are bounded: more get 503 after a while, the others of other stores 200, and the store is read again', async () => {
    const [slow, quick] = await Promise.all([
      receiver.addStore('slow', shop.url, true),
      receiver.addStore('quick', `${shop.url}/quick`, true),
    ]);
    await sell(slow, 1, 4);
    await agrees(slow, { 1: 4 });
    const begun = [begin(slow, 16 * MiB), begin(slow, 16 * MiB)];
    await vi.waitFor(async () => expect(await metric('dstnc_ingest_body_bytes')).toBe(32 * MiB), PATIENCE);
    const late = sell(slow, 1, 1);
    expect((await receiver.deliver(quick, lamp(2))).status).toBe(200);
    const answer = await late;
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    expect(answer.body).toMatchObject({ type: 'urn:dstnc:problem:overloaded' });
    await agrees(slow, { 1: 1 });
    for (const one of begun) one.destroy();
    await vi.waitFor(async () => expect(await metric('dstnc_ingest_body_bytes')).toBe(0), PATIENCE);
    expect((await sell(slow, 1, 2)).status).toBe(200);
    await agrees(slow, { 1: 2 });
  });

  test('that find no room wait for it', async () => {
    const store = await receiver.addStore('lamps', shop.url, true);
    const begun = [begin(store, 16 * MiB), begin(store, 16 * MiB)];
    await vi.waitFor(async () => expect(await metric('dstnc_ingest_body_bytes')).toBe(32 * MiB), PATIENCE);
    const waiting = sell(store, 1, 1);
    begun[0]?.destroy();
    expect((await waiting).status).toBe(200);
    await agrees(store, { 1: 1 });
    begun[1]?.destroy();
  });
});
