import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type AddedStore, type Receiver, startReceiver } from './start-receiver.ts';
import { startShop } from './start-shop.ts';

const MiB = 1024 * 1024;
const PATIENCE = { timeout: 20_000, interval: 20 };

let receiver: Receiver;

beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.stop());

let vendors = 0;
/** A store that is known by its webhooks alone. */
function addStore(): Promise<AddedStore> {
  vendors += 1;
  return receiver.addStore(`lamps-${vendors}`, 'https://shop.example', false);
}

const lamp = {
  id: 7,
  name: 'Lamp',
  type: 'simple',
  status: 'publish',
  price: '5',
  manage_stock: true,
  stock_quantity: 4,
};

const shown = async (store: AddedStore) => (await receiver.call('GET', `/v1/stores/${store.id}`)).body;

describe('a caller', () => {
  /** Announces a large body, sends its beginning, and resolves with the status that comes all the same. */
  async function begin(webhookUrl: string, headers: Record<string, string>): Promise<number> {
    const { hostname, port, pathname } = new URL(webhookUrl);
    const socket = connect(Number(port), hostname);
    try {
      const all = { host: hostname, 'content-type': 'application/json', 'content-length': 10 * MiB, ...headers };
      const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(`POST ${pathname} HTTP/1.1\r\n${head.join('')}\r\n{"id":`);
      return await new Promise<number>((resolve, reject) => {
        socket.once('error', reject);
        socket.once('data', (data) => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(data.toString('latin1'))?.[1])));
      });
    } finally {
      socket.destroy();
    }
  }

  test('who does not know an address, or does not sign, is turned away before the body', async () => {
    const store = await addStore();
    expect(await begin(`${store.webhookUrl}x`, { 'x-wc-webhook-signature': 'x' })).toBe(404);
    expect(await begin(store.webhookUrl, {})).toBe(401);
  });

  test('who sends a doorbell of forty thousand changes gets 200, and each of them is marked', async () => {
    const shop = await startShop();
    const store = await receiver.addStore('doorbell', shop.url, true);
    shop.misbehave = (_request, response) => response.writeHead(503, { 'retry-after': '3600' }).end();
    const changes = Array.from({ length: 40_000 }, (_, i) => ({ groupId: i + 1, kind: 'product' }));
    const action = 'woocommerce_dstnc_product_changed';
    const answer = await receiver.deliver(store, { action, arg: 1, changes }, { topic: `action.${action}` });
    expect(answer.status).toBe(200);
    expect(await shown(store)).toMatchObject({ pending: 40_000 });
    await shop.stop();
  });

  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;

  test('whose id is nested without end gets 200, and it is kept for people', async () => {
    const store = await addStore();
    expect((await receiver.deliver(store, `{"id":${deep}}`)).status).toBe(200);
    const { body } = await receiver.call('GET', `/v1/dead-letters?store=${store.id}`);
    expect(body.deadLetters).toMatchObject([{ kind: 'delivery', reason: expect.stringContaining('id') }]);
  });

  test('whose quantity is nested without end gets 200, and it counts as 0, with a note', async () => {
    const store = await addStore();
    const product = JSON.stringify({ ...lamp, stock_quantity: 'DEEP' }).replace('"DEEP"', deep);
    expect((await receiver.deliver(store, product)).status).toBe(200);
    await vi.waitFor(async () => {
      const { body } = await receiver.call('GET', `/v1/stores/${store.id}/listings/7:0`);
      expect(body).toMatchObject({
        variant: { inventory: { quantity: 0, purchasable: false } },
        notes: expect.arrayContaining([expect.stringContaining('is not a plain number, so it counts as 0')]),
        attempts: 1,
        acceptedAt: expect.any(String),
      });
      expect(body).not.toHaveProperty('pending');
    }, PATIENCE);
  });
});

describe('a flag', () => {
  test("of a webhook whose user is gone rises with the shop's own words, and is lowered by the next good delivery", async () => {
    const store = await addStore();
    const refusal = { code: 'woocommerce_rest_cannot_view', message: 'Sorry.', data: { status: 401 } };
    expect((await receiver.deliver(store, refusal)).status).toBe(200);
    expect(await shown(store)).toMatchObject({ flags: [{ kind: 'webhook_user' }] });
    await receiver.deliver(store, {
      code: 'woocommerce_rest_product_invalid_id',
      message: 'No.',
      data: { status: 404 },
    });
    expect(await shown(store)).toMatchObject({ flags: [{ kind: 'webhook_user' }] });
    expect((await receiver.deliver(store, lamp)).status).toBe(200);
    expect(await shown(store)).toMatchObject({ flags: [] });
  });

  test('of a copy of the shop is lowered by an operator; the usual port makes no copy', async () => {
    const store = await addStore();
    await receiver.deliver(store, lamp, { source: 'https://shop.example:443/' });
    await receiver.deliver(store, lamp, { source: 'http://shop.example:80/' });
    expect(await shown(store)).toMatchObject({ flags: [] });
    await receiver.deliver(store, lamp, { source: 'https://shop.example:8443/' });
    await receiver.deliver(store, lamp);
    expect(await shown(store)).toMatchObject({ flags: [{ kind: 'clone' }] });
    expect((await receiver.call('DELETE', `/v1/stores/${store.id}/flags/clone`)).status).toBe(204);
    expect(await shown(store)).toMatchObject({ flags: [] });
    await receiver.deliver(store, lamp, { source: 'https://shop.example:8443/' });
    expect(await shown(store)).toMatchObject({ flags: [{ kind: 'clone' }] });
  });
});

test('a store without anything listed goes as soon as it is disconnected', async () => {
  const store = await addStore();
  await receiver.call('DELETE', `/v1/stores/${store.id}`);
  expect(await shown(store)).toMatchObject({ status: 404 });
});
