import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { aConnection, connectShop } from './connect-shop.ts';
import { type PluginShop, startPluginShop } from './start-plugin-shop.ts';
import { type Answer, type Receiver, startReceiver } from './start-receiver.ts';

/** Something inside that nobody outside may reach. */
let inside: Server;
let knocks: number;
let port: number;
let shop: PluginShop;

beforeAll(async () => {
  inside = createServer((_request, response) => {
    knocks += 1;
    response.end('{"secret":"of the network"}');
  });
  inside.on('connection', () => {
    knocks += 1;
  });
  await new Promise<void>((resolve) => inside.listen(0, '127.0.0.1', resolve));
  port = (inside.address() as AddressInfo).port;
});
afterAll(() => inside.close());
beforeEach(async () => {
  knocks = 0;
  shop = await startPluginShop();
});
afterEach(() => shop.stop());

function expectRefused({ status, body, text }: Answer): void {
  expect([status, body.type]).toEqual([422, expect.stringMatching(/:(store-refused|invalid-request)$/)]);
  expect(text).not.toContain('of the network');
  expect(knocks).toBe(0);
}

/** One of each kind; all of them are in the guard's own tests. */
const PRIVATE = [
  'https://127.0.0.1',
  'https://127.1:8443',
  'https://2130706433',
  'https://0x7f.0.0.1',
  'https://0177.0.0.1',
  'https://127.0.0.1.',
  'https://①②⑦.0.0.1',
  'https://%31%32%37.0.0.1',
  'https://[::1]',
  'https://[::ffff:127.0.0.1]',
  'https://[::127.0.0.1]',
  'https://[64:ff9b::7f00:1]',
  'https://[2002:7f00:1::1]',
  'https://[fe80::1%25lo]',
  'https://169.254.169.254',
  'https://168.63.129.16',
  'https://100.64.0.1',
  'https://10.0.0.1',
  'https://0.0.0.0',
  'https://localhost',
  'https://localhost.',
  'https://metadata.google.internal',
  'https://intranet',
  'http://shop.example.com',
  'https://shop.example.com:6379',
  'https://user:secret@shop.example.com',
  'https://:secret@shop.example.com',
];

describe('where private addresses are not allowed', () => {
  let receiver: Receiver;
  beforeAll(async () => {
    receiver = await startReceiver({ allowPrivateStores: false });
  });
  afterAll(() => receiver.stop());
  const keys = { consumerKey: 'ck_1', consumerSecret: 'cs_1' };

  test.each(PRIVATE)('%s is not added', async (url) => {
    expectRefused(await receiver.call('POST', '/v1/stores', { body: { url, vendor: 'lamps', ...keys } }));
    expect((await receiver.call('GET', '/v1/stores')).body).toEqual({ stores: [] });
  });

  test.each(PRIVATE)('%s is not connected, nor called, and the code stays good', async (url) => {
    const code = await receiver.invite('lamps');
    const body = aConnection(shop, code);
    const connect = (store: Record<string, string>) =>
      receiver.call('POST', '/v1/connections', { body: { ...body, store: { ...body.store, ...store } }, token: null });
    expectRefused(await connect({ url, restUrl: `${url}/wp-json/` }));
    expectRefused(await connect({ url: 'https://shop.example.com', restUrl: `${url}/wp-json/` }));
    expect(shop.requests).toEqual([]);
    expect((await receiver.call('GET', '/v1/stores')).body).toEqual({ stores: [] });
  });

  test('a store without keys may be named anyhow, but gets no keys then', async () => {
    const url = `https://127.0.0.1:${port}`;
    const added = await receiver.call('POST', '/v1/stores', { body: { url, vendor: 'inside' } });
    expect(added.status).toBe(201);
    expectRefused(await receiver.call('PATCH', `/v1/stores/${added.body.id}`, { body: keys }));
    expect((await receiver.call('GET', `/v1/stores/${added.body.id}`)).body).toMatchObject({ access: 'webhooks_only' });
    expect((await receiver.call('GET', `/v1/stores/${added.body.id}/doctor`)).status).toBe(200);
    expect(knocks).toBe(0);
    await receiver.call('DELETE', `/v1/stores/${added.body.id}`);
  });
});

describe('a redirect', () => {
  let receiver: Receiver;
  beforeEach(async () => {
    receiver = await startReceiver();
  });
  afterEach(() => receiver.stop());

  /** The shop sends everybody on to what is inside. */
  function sendOn(): void {
    shop.misbehave = (_request, response) => {
      response.writeHead(307, { location: `http://127.0.0.1:${port}/latest/meta-data` }).end();
      return true;
    };
  }

  test('is not followed while a shop connects', async () => {
    sendOn();
    const body = aConnection(shop, await receiver.invite('lamps'));
    const answer = await receiver.call('POST', '/v1/connections', { body, token: null });
    expect([answer.status, answer.body.code]).toEqual([502, 'redirect']);
    expect(answer.text).not.toContain('of the network');
    expect(knocks).toBe(0);
  });

  test('is not followed by the doctor, nor for new keys', async () => {
    const connected = await connectShop(receiver, shop, 'lamps');
    sendOn();
    const report = await connected.call('GET', '/doctor');
    expect([report.status, report.body.healthy]).toEqual([200, false]);
    const keys = { consumerKey: 'ck_2', consumerSecret: 'cs_2' };
    expect((await connected.call('PATCH', '', keys)).body).toMatchObject({ status: 502, code: 'redirect' });
    expect(knocks).toBe(0);
  });
});

test('in a refused address no password is repeated', async () => {
  const receiver = await startReceiver({ allowPrivateStores: false });
  try {
    for (const url of ['https://user:hunter2@shop.example.com', 'https://:hunter2@shop.example.com']) {
      const { text, status } = await receiver.call('POST', '/v1/stores', { body: { url, vendor: 'lamps' } });
      expect([status, text.includes('hunter2')]).toEqual([422, false]);
    }
    expect(receiver.lines.join('')).not.toContain('hunter2');
  } finally {
    await receiver.stop();
  }
});
