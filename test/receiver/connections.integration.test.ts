import { readFileSync } from 'node:fs';
import type { ConnectionAnswer, Product } from '@dstnc/shared';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { pairName } from '../rig/open-pair.ts';
import { aConnection, type ConnectedShop, connectShop } from './connect-shop.ts';
import { lamp } from './lamp.ts';
import { type PluginShop, startPluginShop } from './start-plugin-shop.ts';
import { type Answer, type Receiver, startReceiver } from './start-receiver.ts';

const PATIENCE = { timeout: 20_000, interval: 20 };

let receiver: Receiver;
let shop: PluginShop;

beforeEach(async () => {
  [receiver, shop] = await Promise.all([startReceiver(), startPluginShop()]);
});
afterEach(async () => {
  expect(receiver.sandbox.calls.violations).toEqual([]);
  await receiver.stop();
  await shop.stop();
});

const connect = (body: unknown) => receiver.call('POST', '/v1/connections', { body, token: null });
const held = (vendor: string, id: number, wanted: (product: Product) => boolean = () => true) =>
  receiver.sandbox.until(() => {
    const product = receiver.sandbox.state.product(vendor, String(id));
    return product !== undefined && wanted(product) && product;
  }, PATIENCE.timeout);

function expectProblem(answer: Answer, status: number, type: string): void {
  expect([answer.status, answer.body?.type]).toEqual([status, `urn:dstnc:problem:${type}`]);
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  // Vendors read it.
  expect(answer.body.title).not.toMatch(/webhook|payload|40\d/i);
}

/** Nothing was made, and the code still works. */
async function expectNothingHalfMade(code: string): Promise<void> {
  expect(await receiver.storage.stores.list()).toEqual([]);
  expect((await connect(aConnection(shop, code))).status).toBe(201);
}

describe('a shop that connects', () => {
  test.each(['pretty', 'index', 'plain'] as const)(
    'is called back, and all of its products are on DSTNC; with %s permalinks',
    async (permalinks) => {
      const other = await startPluginShop({ permalinks });
      try {
        for (const id of [7, 8, 9]) other.groups.set(id, { product: lamp(id) });
        other.groups.set(10, {
          product: lamp(10, { type: 'variable', price: '5' }),
          variations: [lamp(11, { type: 'variation', parent_id: 10, attributes: [{ name: 'Colour', option: 'Red' }] })],
        });
        const code = await receiver.invite('lamps');
        const body = aConnection(other, code);
        const answer = await connect(body);
        expect(answer.status).toBe(201);
        expect(answer.headers.get('cache-control')).toBe('no-store');
        const { storeId, storeToken, webhookUrl, ...rest } = answer.body as ConnectionAnswer;
        expect(rest).toEqual({ contractVersion: 1, vendor: 'lamps' });
        expect(other.requests[0]).toMatchObject({ route: 'wc-dstnc/v1/status', key: body.credentials.consumerKey });
        for (const id of [7, 8, 9, 10]) await held('lamps', id);
        expect((await held('lamps', 10)).variants).toMatchObject([
          { externalId: '10:11', options: { Colour: 'Red' }, price: { currency: 'EUR', taxIncluded: true } },
        ]);
        await vi.waitFor(async () => {
          const { body: report } = await receiver.call('GET', `/v1/stores/${storeId}`, { token: storeToken });
          expect(report).toMatchObject({
            id: storeId,
            vendor: 'lamps',
            webhookUrl,
            state: 'healthy',
            plugin: { version: '0.1.0', contractVersion: 1, woocommerce: '11.0.1', restUrl: other.restUrl },
            products: 4,
            purchasable: 4,
            notPurchasable: 0,
            pending: 0,
            oldestPending: null,
            import: { state: 'done', total: 4, done: 4, secondsLeft: null, waitingFor: null },
            lastChange: { lateMs: expect.any(Number) as number },
          });
        }, PATIENCE);
        // Everything went through the plugin.
        expect(new Set(other.requests.map(({ route }) => route))).toEqual(
          new Set(['wc-dstnc/v1/status', 'wc-dstnc/v1/catalog']),
        );
      } finally {
        await other.stop();
      }
    },
  );

  test('and its deliveries are taken with the secret that it gave', async () => {
    const store = await connectShop(receiver, shop, 'lamps');
    shop.groups.set(7, { product: lamp(7) });
    const body = { action: 'woocommerce_dstnc_product_changed', arg: 1, changes: [{ groupId: 7, kind: 'product' }] };
    const topic = 'action.woocommerce_dstnc_product_changed';
    expect((await receiver.deliver(store, body, { topic })).status).toBe(200);
    await held('lamps', 7);
    expect((await receiver.deliver(store, body, { topic, secret: 'another' })).status).toBe(401);
    // A test ring.
    expect((await receiver.deliver(store, { ...body, changes: [] }, { topic })).status).toBe(200);
  });
});

describe('a code', () => {
  test.each([
    ['nothing of the kind', 'hello'],
    ['cut short', 'cut'],
    ['without its signature', 'unsigned'],
  ])('that is %s is malformed', async (_name, how) => {
    const code = await receiver.invite('lamps');
    const given = how === 'cut' ? code.slice(0, -5) : how === 'unsigned' ? code.replace(/\..*$/, '') : how;
    expectProblem(await connect(aConnection(shop, given)), 422, 'code-malformed');
    expect(shop.requests).toEqual([]);
    await expectNothingHalfMade(code);
  });

  test('of another receiver, or changed on its way, is foreign; and nothing is called', async () => {
    const other = await startReceiver();
    const foreign = await other.invite('lamps');
    await other.stop();
    expectProblem(await connect(aConnection(shop, foreign)), 422, 'code-foreign');
    const code = await receiver.invite('lamps');
    const [head = '', mac = ''] = code.split('.');
    const said = JSON.parse(Buffer.from(head.slice('dstnc1_'.length), 'base64url').toString()) as object;
    const changed = Buffer.from(JSON.stringify({ ...said, vendor: 'somebody-else' })).toString('base64url');
    expectProblem(await connect(aConnection(shop, `dstnc1_${changed}.${mac}`)), 422, 'code-foreign');
    expect(shop.requests).toEqual([]);
    await expectNothingHalfMade(code);
  });

  test('of a database that was put back to before it is foreign', async () => {
    const lost = receiver.codes.write({
      receiver: receiver.service.url,
      vendor: 'lamps',
      token: 'of-a-lost-invitation',
      expiresAt: Date.now() + 60_000,
    });
    expectProblem(await connect(aConnection(shop, lost)), 422, 'code-foreign');
    expect(shop.requests).toEqual([]);
  });

  test('that has expired says so', async () => {
    const code = await receiver.invite('lamps', { validMs: -2_000 });
    expectProblem(await connect(aConnection(shop, code)), 410, 'code-expired');
    expect(shop.requests).toEqual([]);
    expect(await receiver.storage.stores.list()).toEqual([]);
  });

  test('works with line breaks and spaces in it, once', async () => {
    const code = await receiver.invite('lamps');
    const wrapped = `  ${code.slice(0, 30)}\r\n${code.slice(30, 60)} ${code.slice(60)}\n`;
    expect((await connect(aConnection(shop, wrapped))).status).toBe(201);
    expectProblem(await connect(aConnection(shop, code)), 409, 'code-used');
  });

  test('that many use at once connects one of them, whole', async () => {
    const code = await receiver.invite('lamps');
    const bodies = Array.from({ length: 8 }, () => aConnection(shop, code));
    const answers = await Promise.all(bodies.map(connect));
    const won = answers.findIndex(({ status }) => status === 201);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)]);
    for (const answer of answers.filter(({ status }) => status === 409)) expectProblem(answer, 409, 'code-used');
    const [store, ...others] = await receiver.storage.stores.list();
    expect(others).toEqual([]);
    expect(store).toMatchObject({
      credentials: bodies[won]?.credentials,
      webhookSecrets: [bodies[won]?.webhookSecret],
    });
    const { storeId, storeToken } = (answers[won] as Answer).body as ConnectionAnswer;
    expect((await receiver.call('GET', `/v1/stores/${storeId}`, { token: storeToken })).status).toBe(200);
  });
});

describe('a plugin whose words are', () => {
  test('too new or too old is told so, whatever else it says', async () => {
    const code = await receiver.invite('lamps');
    for (const contractVersion of [2, 99]) {
      const answer = await connect({ contractVersion, code, shop: 'in a form of another version' });
      expectProblem(answer, 409, 'contract-too-new');
      expect(answer.body).toMatchObject({ contractVersion: 1, oldestContractVersion: 1 });
    }
    expect(shop.requests).toEqual([]);
    await expectNothingHalfMade(code);
  });

  test.each([
    ['nothing', ''],
    ['not JSON', '{'],
    ['a list', '[]'],
    ['no version', '{"code":"x"}'],
    ['a version that is none', '{"contractVersion":"1"}'],
    ['a version of zero', '{"contractVersion":0}'],
    ['a version and nothing else', '{"contractVersion":1}'],
    ['a megabyte', JSON.stringify({ contractVersion: 1, code: 'x'.repeat(1_000_000) })],
  ])('%s is turned away', async (_name, body) => {
    const answer = await connect(body);
    expect([400, 413, 422]).toContain(answer.status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(shop.requests).toEqual([]);
  });

  test('with odd keys or secrets in them is turned away', async () => {
    const code = await receiver.invite('lamps');
    const body = aConnection(shop, code);
    for (const wrong of [
      { ...body, credentials: { ...body.credentials, consumerKey: 'ck_1' } },
      { ...body, credentials: { ...body.credentials, consumerSecret: `cs_${'Z'.repeat(40)}` } },
      { ...body, webhookSecret: 'with <entities> &amp; more than hex in it' },
    ]) {
      expectProblem(await connect(wrong), 422, 'invalid-request');
    }
    expect(shop.requests).toEqual([]);
    await expectNothingHalfMade(code);
  });
});

describe('a shop that can not be called back', () => {
  /** Tries to connect, and looks what the vendor is told. */
  async function refused(change: (body: ReturnType<typeof aConnection>) => unknown = (body) => body): Promise<Answer> {
    const code = await receiver.invite('lamps');
    const answer = await connect(change(aConnection(shop, code)));
    expect(answer.status).toBe(502);
    expectProblem(answer, 502, 'callback-failed');
    for (const text of [answer.body.reason, answer.body.detail]) expect(text).toMatch(/^[A-Z].*[.)]$/s);
    // Whatever it was, the same code works once it is mended.
    shop.misbehave = undefined;
    shop.status = {};
    shop.pluginActive = true;
    await expectNothingHalfMade(code);
    return answer;
  }

  test('as its server is down', async () => {
    const gone = await startPluginShop();
    await gone.stop();
    const answer = await refused((body) => ({
      ...body,
      store: { ...body.store, url: gone.url, restUrl: gone.restUrl },
    }));
    expect(answer.body.code).toBe('unreachable');
  });

  test('as the plugin is switched off', async () => {
    shop.pluginActive = false;
    expect((await refused()).body).toMatchObject({
      code: 'not_found',
      reason: expect.stringContaining('plugin') as string,
    });
  });

  test('as a page comes instead of data, with the name of what sent it', async () => {
    const page = (status: number, html: string) => {
      shop.misbehave = (_request, response) => {
        response.writeHead(status, { 'content-type': 'text/html' }).end(html);
        return true;
      };
    };
    page(403, '<title>Attention Required! | Cloudflare</title>');
    expect((await refused()).body).toMatchObject({
      code: 'not_json',
      reason: expect.stringContaining('Cloudflare') as string,
    });
  });

  test('as its key does not work', async () => {
    const answer = await refused((body) => ({
      ...body,
      credentials: { ...body.credentials, consumerSecret: `cs_${'0'.repeat(40)}` },
    }));
    expect(answer.body.code).toBe('unauthorized');
  });

  test('as it redirects: the keys are not carried on', async () => {
    const elsewhere = await startPluginShop();
    shop.misbehave = (_request, response) => {
      response.writeHead(301, { location: `${elsewhere.restUrl}wc-dstnc/v1/status` }).end();
      return true;
    };
    expect((await refused()).body.code).toBe('redirect');
    expect(elsewhere.requests).toEqual([]);
    await elsewhere.stop();
  });

  test.each([
    ['another home', { home: 'https://another.example' }, 'another_home'],
    ['to be a copy', { clone: true }, 'clone'],
    ['that its key may only read', { permissions: 'read' as const }, 'permissions'],
    ['nothing of its key', { permissions: null }, 'permissions'],
  ])('as it claims %s', async (_name, status, code) => {
    shop.status = status;
    expect((await refused()).body.code).toBe(code);
  });

  test('as something else answers in its place, or far too much', async () => {
    shop.misbehave = ({ route }, response) => {
      if (route !== 'wc-dstnc/v1/status') return false;
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"name":"My blog"}');
      return true;
    };
    expect((await refused()).body.code).toBe('no_plugin');
    shop.misbehave = (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(`"${'x'.repeat(2_000_000)}"`);
      return true;
    };
    expect((await refusedAgain()).body.code).toBe('too_large');
  });

  /** The same for a shop that is connected by now. */
  async function refusedAgain(): Promise<Answer> {
    const answer = await connect(aConnection(shop, await receiver.invite('lamps')));
    expectProblem(answer, 502, 'callback-failed');
    return answer;
  }
});

describe('an address', () => {
  test.each([
    ['no address', { url: 'shop', restUrl: 'shop' }],
    ['another scheme', { url: 'ftp://shop.example', restUrl: 'ftp://shop.example/wp-json/' }],
    ['a password in it', { url: 'https://a:b@shop.example', restUrl: 'https://shop.example/wp-json/' }],
    ['a REST API elsewhere', { restUrl: 'https://elsewhere.example/wp-json/' }],
    ['a REST API on another port', { restUrl: 'http://127.0.0.1:1/wp-json/' }],
    ['a REST API that is no address', { restUrl: 'wp-json' }],
    ['a REST API with a password in it', { restUrl: 'http://a:b@127.0.0.1/wp-json/' }],
  ])('that is, or has, %s is refused, and nothing is called', async (_name, store) => {
    const code = await receiver.invite('lamps');
    const body = aConnection(shop, code);
    expectProblem(await connect({ ...body, store: { ...body.store, ...store } }), 422, 'store-refused');
    expect(shop.requests).toEqual([]);
    await expectNothingHalfMade(code);
  });

  test('inside a private network is refused where that is not allowed', async () => {
    const strict = await startReceiver({ allowPrivateStores: false });
    try {
      const body = aConnection(shop, await strict.invite('lamps'));
      const answer = await strict.call('POST', '/v1/connections', { body, token: null });
      expectProblem(answer, 422, 'store-refused');
      for (const host of ['https://10.0.0.1', 'https://[::1]', 'https://intranet', 'https://169.254.169.254']) {
        const store = { ...body.store, url: host, restUrl: `${host}/wp-json/` };
        expectProblem(
          await strict.call('POST', '/v1/connections', { body: { ...body, store }, token: null }),
          422,
          'store-refused',
        );
      }
      expect(shop.requests).toEqual([]);
    } finally {
      await strict.stop();
    }
  });
});

describe('a vendor who connects again', () => {
  test('with the same shop keeps the store, gets new keys, and all is read again', async () => {
    shop.groups.set(7, { product: lamp(7) });
    const first = await connectShop(receiver, shop, 'lamps');
    await held('lamps', 7);
    shop.groups.set(7, { product: lamp(7, { stock_quantity: 2 }) });
    const second = await connectShop(receiver, shop, 'lamps');
    expect([second.id, second.webhookUrl]).toEqual([first.id, first.webhookUrl]);
    expect(second.token).not.toBe(first.token);
    await held('lamps', 7, ({ variants: [variant] }) => variant?.inventory.quantity === 2);
    expect((await second.call('GET', '')).status).toBe(200);
    expect((await first.call('GET', '')).status).toBe(401);
    expect((await receiver.deliver(first, { id: 7 })).status).toBe(401);
    expect((await receiver.deliver(second, { id: 7 })).status).toBe(200);
    expect(await receiver.storage.stores.list()).toHaveLength(1);
  });

  test('with another shop is told that one is connected', async () => {
    await connectShop(receiver, shop, 'lamps');
    const other = await startPluginShop();
    const body = aConnection(other, await receiver.invite('lamps'));
    expectProblem(await connect(body), 409, 'vendor-taken');
    expect(other.requests).toEqual([]);
    await other.stop();
  });

  test('with another shop while the first is being withdrawn is told to wait for that', async () => {
    shop.groups.set(7, { product: lamp(7) });
    const store = await connectShop(receiver, shop, 'lamps');
    await held('lamps', 7);
    receiver.sandbox.faults.add({ status: 503, times: 0 });
    expect((await store.call('DELETE', '')).status).toBe(202);
    const other = await startPluginShop();
    const answer = await connect(aConnection(other, await receiver.invite('lamps')));
    expectProblem(answer, 409, 'vendor-withdrawing');
    expect(answer.body.detail).toContain('still being withdrawn');
    expect(other.requests).toEqual([]);
    await other.stop();
  });

  test('after disconnecting, while the withdrawal waits or after it, is listed again', async () => {
    for (const id of [7, 8]) shop.groups.set(id, { product: lamp(id) });
    const shown = (id: number, state: Product['state']) => held('lamps', id, (product) => product.state === state);
    let store = await connectShop(receiver, shop, 'lamps');
    await shown(7, 'active');
    // DSTNC is down, so that nothing can be withdrawn.
    receiver.sandbox.faults.add({ status: 503, times: 4 });
    expect((await store.call('DELETE', '')).status).toBe(202);
    store = await connectShop(receiver, shop, 'lamps');
    await vi.waitFor(async () => expect((await store.call('GET', '')).body).toMatchObject({ pending: 0 }), PATIENCE);
    for (const id of [7, 8]) await shown(id, 'active');
    // Withdrawn whole: the store is gone, and comes back as a new one.
    await store.call('DELETE', '');
    await vi.waitFor(async () => expect(await receiver.storage.stores.byId(store.id)).toBeNull(), PATIENCE);
    for (const id of [7, 8]) await shown(id, 'deleted');
    await connectShop(receiver, shop, 'lamps');
    for (const id of [7, 8]) await shown(id, 'active');
  });
});

describe('a vendor who connects again and never hears the answer', () => {
  /** The receiver agrees; the plugin never learns, revokes the key that it had made, and keeps its connection. */
  async function lose(code: string): Promise<void> {
    const body = aConnection(shop, code);
    expect((await connect(body)).status).toBe(201);
    shop.keys.delete(body.credentials.consumerKey);
  }
  const sells = async (store: ConnectedShop, quantity: number) => {
    shop.groups.set(7, { product: lamp(7, { stock_quantity: quantity }) });
    expect(
      (await receiver.deliver(store, { action: 'x', arg: 1, changes: [{ groupId: 7, kind: 'stock' }] })).status,
    ).toBe(200);
    await held('lamps', 7, ({ variants: [variant] }) => variant?.inventory.quantity === quantity);
  };

  test('keeps the connection that there was, until the next is used', async () => {
    const first = await connectShop(receiver, shop, 'lamps');
    await sells(first, 5);
    const code = await receiver.invite('lamps');
    await lose(code);
    // As often as it may happen.
    await lose(await receiver.invite('lamps'));
    expect((await first.call('GET', '')).status).toBe(200);
    await sells(first, 4);
    await receiver.restart();
    await sells(first, 3);
    expect((await first.call('POST', '/sync')).status).toBe(202);
    await vi.waitFor(
      async () =>
        expect((await first.call('GET', '')).body).toMatchObject({
          state: 'healthy',
          import: { state: 'done' },
          pending: 0,
        }),
      PATIENCE,
    );
    expectProblem(await connect(aConnection(shop, code)), 409, 'code-used');
    const last = await connectShop(receiver, shop, 'lamps');
    expect((await first.call('GET', '')).status).toBe(200);
    expect((await last.call('GET', '')).status).toBe(200);
    expect((await first.call('GET', '')).status).toBe(401);
    expect((await receiver.deliver(first, { id: 7 })).status).toBe(401);
    await sells(last, 2);
  });

  test('may renew its keys, and lose another answer', async () => {
    const first = await connectShop(receiver, shop, 'lamps');
    await sells(first, 5);
    await lose(await receiver.invite('lamps'));
    const { credentials } = aConnection(shop, 'for its keys');
    expect((await first.call('PATCH', '', credentials)).status).toBe(200);
    for (const key of shop.keys.keys()) if (key !== credentials.consumerKey) shop.keys.delete(key);
    await sells(first, 4);
    await lose(await receiver.invite('lamps'));
    await sells(first, 3);
    expect((await first.call('GET', '/doctor')).body.checks).toContainEqual(
      expect.objectContaining({ id: 'key', status: 'ok' }),
    );
  });

  test('is not believed on the old keys when new ones are tried', async () => {
    const first = await connectShop(receiver, shop, 'lamps');
    await lose(await receiver.invite('lamps'));
    const { credentials } = aConnection(shop, 'for its keys');
    shop.keys.delete(credentials.consumerKey);
    expectProblem(await first.call('PATCH', '', credentials), 502, 'callback-failed');
  });

  test('of a store that was added by hand: its webhooks go on meanwhile', async () => {
    shop.groups.set(7, { product: lamp(7) });
    const added = await receiver.addStore('lamps', shop.url, false);
    expect((await receiver.deliver(added, lamp(7))).status).toBe(200);
    const store = await connectShop(receiver, shop, 'lamps');
    expect(store.webhookUrl).toBe(added.webhookUrl);
    expect((await receiver.deliver(added, lamp(7))).status).toBe(200);
    expect((await store.call('GET', '')).status).toBe(200);
    expect((await receiver.deliver(added, lamp(7))).status).toBe(401);
  });
});

describe('what is secret', () => {
  test.skipIf(pairName !== 'sqlite')('is neither logged nor kept in the clear', async () => {
    shop.groups.set(7, { product: lamp(7) });
    const code = await receiver.invite('lamps');
    const body = aConnection(shop, code);
    const { storeToken } = (await connect(body)).body as ConnectionAnswer;
    await held('lamps', 7);
    await connect({ ...body, code: 'nonsense' });
    await connect(aConnection(shop, code));
    const { token } = JSON.parse(Buffer.from(code.slice('dstnc1_'.length).split('.')[0] ?? '', 'base64url').toString());
    const bytes =
      readFileSync(receiver.file).toString('latin1') + readFileSync(`${receiver.file}-wal`).toString('latin1');
    const { consumerKey, consumerSecret } = body.credentials;
    for (const secret of [storeToken, token as string, consumerKey, consumerSecret, body.webhookSecret]) {
      expect(receiver.lines.join('\n')).not.toContain(secret);
      expect(bytes).not.toContain(secret);
    }
  });
});
