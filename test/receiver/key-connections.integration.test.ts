import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type KeyShop, startKeyShop } from './start-key-shop.ts';
import { type Answer, type Receiver, startReceiver } from './start-receiver.ts';

let receiver: Receiver;
let shop: KeyShop;

beforeEach(async () => {
  [receiver, shop] = await Promise.all([startReceiver(), startKeyShop()]);
});
afterEach(async () => {
  await receiver.stop();
  await shop.stop();
});

const connect = (over: Record<string, unknown> = {}): Promise<Answer> =>
  receiver.call('POST', '/v1/stores', { body: { url: shop.url, vendor: 'lamps', ...shop.keys, ...over } });
const stores = () => receiver.storage.stores.list();

function expectRefused(answer: Answer, words: RegExp): void {
  expect([answer.status, answer.body.type]).toEqual([422, 'urn:dstnc:problem:store-refused']);
  expect(answer.body.detail).toMatch(words);
  for (const secret of Object.values(shop.keys)) expect(answer.text).not.toContain(secret);
}

describe('a shop is connected by its keys', () => {
  test('once they were seen to read and write; nothing secret is told, and its import has begun', async () => {
    const added = await connect();
    expect([added.status, added.headers.get('location')]).toEqual([201, `/v1/stores/${added.body.id}`]);
    expect(added.body).toMatchObject({ vendor: 'lamps', url: shop.url, access: 'keys', state: 'importing' });
    expect(added.body).not.toHaveProperty('movedTo');
    expect(shop.requests).toEqual(
      expect.arrayContaining(['GET products', 'POST products/batch', 'POST orders/batch']) as string[],
    );
    const [store] = await stores();
    expect(store).toMatchObject({ credentials: shop.keys, plugin: null, access: { api: 'wc/v3' } });
    for (const secret of Object.values(shop.keys)) {
      expect(added.text).not.toContain(secret);
      expect(receiver.lines.join('')).not.toContain(secret);
    }
  });

  test('pasted with spaces', async () => {
    const { consumerKey, consumerSecret } = shop.keys;
    const given = { url: `  ${shop.url}/ `, consumerKey: `${consumerKey} `, consumerSecret: `\t${consumerSecret}\n` };
    expect((await connect(given)).status).toBe(201);
    expect(await stores()).toMatchObject([{ url: shop.url, credentials: shop.keys }]);
  });

  test('again: the same store, its webhooks, with the new keys', async () => {
    const first = await connect();
    const before = await stores();
    await receiver.storage.stores.flag(first.body.id, 'unreadable', { since: 1, detail: 'x' });
    const keys = { consumerKey: `ck_${'9'.repeat(40)}`, consumerSecret: `cs_${'9'.repeat(40)}` };
    expectRefused(await connect(keys), /doesn't accept this key|key/);
    expect(await stores()).toMatchObject([{ credentials: shop.keys, flags: { unreadable: {} } }]);

    Object.assign(shop.keys, keys);
    const again = await connect({ url: shop.url.toUpperCase().replace('HTTP', 'http') });
    expect([again.status, again.body.id, again.body.webhookUrl]).toEqual([200, first.body.id, first.body.webhookUrl]);
    const [store, ...others] = await stores();
    expect(others).toEqual([]);
    expect(store).toMatchObject({ credentials: keys, flags: {}, webhookSecrets: before[0]?.webhookSecrets });
    expect(store?.import?.startedAt).toBeGreaterThan(before[0]?.import?.startedAt ?? 0);
  });

  test('another shop of the same vendor is not it, and is not even called', async () => {
    await connect();
    const other = await startKeyShop();
    try {
      const answer = await connect({ url: other.url, ...other.keys });
      expect([answer.status, answer.body.type]).toEqual([409, 'urn:dstnc:problem:vendor-taken']);
      expect(other.requests).toEqual([]);
      expect(await stores()).toMatchObject([{ url: shop.url }]);
    } finally {
      await other.stop();
    }
  });

  test('by several at once, it is one store', async () => {
    const answers = await Promise.all([1, 2, 3, 4].map(() => connect()));
    expect(answers.map(({ status }) => status).filter((status) => status < 300)).not.toEqual([]);
    for (const { status } of answers) expect([200, 201, 409]).toContain(status);
    expect(await stores()).toHaveLength(1);
  });

  test('that was known by its webhooks alone: it goes on with their secret', async () => {
    const byHand = await receiver.addStore('lamps', shop.url, false);
    const answer = await connect();
    expect([answer.status, answer.body.id, answer.body.access]).toEqual([200, byHand.id, 'keys']);
    expect((await stores())[0]?.webhookSecrets).toEqual([byHand.webhookSecret]);
  });
});

describe('is refused, and nothing is kept', () => {
  afterEach(async () => expect(await stores()).toEqual([]));

  test('swapped keys, and half of them', async () => {
    const { consumerKey, consumerSecret } = shop.keys;
    expectRefused(await connect({ consumerKey: consumerSecret, consumerSecret: consumerKey }), /swapped/);
    expectRefused(await connect({ consumerSecret: undefined }), /belong together/);
    expectRefused(await connect({ consumerKey: `${consumerKey.slice(0, 20)} ${consumerKey.slice(20)}` }), /space/);
    expect(shop.requests).toEqual([]);
  });

  test('a key that may only read', async () => {
    shop.mayWrite = false;
    expectRefused(await connect(), /Read\/Write/);
  });

  test('a user who may not manage the shop', async () => {
    shop.hasRole = false;
    expectRefused(await connect(), /administrator or shop manager/);
  });

  test('a shop that is down, a page in place of an answer, and what is no shop', async () => {
    shop.misbehave = (_request, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Hi</h1>');
    expectRefused(await connect(), /No WordPress REST API answers at this address/);
    shop.misbehave = (request) => request.socket.destroy();
    expectRefused(await connect(), /.+/);
    await shop.stop();
    expectRefused(await connect(), /refuses connections|reach/);
  });

  test('a redirect to somewhere else', async () => {
    shop.misbehave = (request, response) =>
      response.writeHead(301, { location: `http://elsewhere.example${request.url}` }).end();
    expectRefused(await connect(), /another address|redirect/);
  });
});

test('disconnecting takes its webhooks away', async () => {
  const { body } = await connect();
  shop.webhooks.push(
    {
      id: 1,
      name: 'DSTNC: product.updated',
      status: 'active',
      topic: 'product.updated',
      delivery_url: body.webhookUrl,
      secret: '',
    },
    { id: 2, name: 'Mine', status: 'active', topic: 'product.updated', delivery_url: 'https://x.example', secret: '' },
  );
  expect((await receiver.call('DELETE', `/v1/stores/${body.id}`)).status).toBe(202);
  await vi.waitFor(() => expect(shop.webhooks.map(({ id }) => id)).toEqual([2]));
});
