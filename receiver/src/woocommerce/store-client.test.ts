import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { createStoreClient, type StoreClient, type StoreClientOptions } from './store-client.ts';
import { storeDispatcher } from './store-dispatcher.ts';
import type { StoreFailure } from './store-failure.ts';

const credentials = { consumerKey: 'ck_0123456789', consumerSecret: 'cs_9876543210' };
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function storeThat(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  cleanups.push(() => new Promise((closed) => server.close(closed)));
  cleanups.push(() => server.closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function clientOf(home: string, options: Partial<StoreClientOptions> = {}): StoreClient {
  const client = createStoreClient({ home, credentials, allowPrivate: true, ...options });
  cleanups.push(() => client.close());
  return client;
}

const answering =
  (status: number, body: string | Buffer = '', headers: Record<string, string> = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(status, headers).end(body);
  };

/** Asks for a product and expects a failure. */
async function failureOf(listener: RequestListener, options: Partial<StoreClientOptions> = {}): Promise<StoreFailure> {
  const answer = await clientOf(await storeThat(listener), options).get('wc/v3/products/12');
  if (answer.ok) throw new Error('expected a failure');
  const told = JSON.stringify(answer.failure);
  for (const secret of [...Object.values(credentials), 'oauth_', '_skip_cache']) expect(told).not.toContain(secret);
  return answer.failure;
}

const wpError = (code: string, status: number) => JSON.stringify({ code, message: 'No.', data: { status } });
const asked = (request: IncomingMessage) => new URL(request.url ?? '', 'http://store');

describe('the root of the REST API', () => {
  test.each([
    ['/wp-json/', '/wp-json/wc/v3/products/12', null],
    ['/index.php/wp-json/', '/index.php/wp-json/wc/v3/products/12', null],
    ['/index.php?rest_route=/', '/index.php', '/wc/v3/products/12'],
    ['/?rest_route=/', '/index.php', '/wc/v3/products/12'],
  ])('%s is where everything is asked, with its query behind', async (root, path, route) => {
    let request: IncomingMessage | undefined;
    const home = await storeThat((one, response) => {
      request = one;
      response.end('{}');
    });
    const client = clientOf(home, { restUrl: home + root });
    expect((await client.get('wc/v3/products/12', { page: 2 })).ok).toBe(true);
    const { pathname, searchParams } = asked(request as IncomingMessage);
    expect([pathname, searchParams.get('rest_route'), searchParams.get('page')]).toEqual([path, route, '2']);
    expect(searchParams.has('oauth_signature')).toBe(true);
  });

  test('is guarded like the home address', async () => {
    const options = { allowPrivate: false, restUrl: 'https://10.0.0.1/wp-json/' };
    const answer = await clientOf('https://shop.example', options).get('wc/v3/products/12');
    expect(answer).toMatchObject({ ok: false, failure: { kind: 'forbidden_address' } });
  });

  test('may have other limits for a request', async () => {
    const client = clientOf(await storeThat(answering(200, '"0123456789"')));
    expect(await client.get('x', {}, { maxBytes: 5 })).toMatchObject({ ok: false, failure: { kind: 'too_large' } });
    expect((await client.get('x')).ok).toBe(true);
  });
});

describe('an answer', () => {
  test('is the parsed body with status and headers', async () => {
    const home = await storeThat(answering(200, '{"id":12,"price":"1.10"}', { 'X-WP-Total': '3' }));
    const answer = await clientOf(home).get('wc/v3/products/12');
    expect(answer).toMatchObject({
      ok: true,
      status: 200,
      body: { id: 12, price: '1.10' },
      headers: { 'x-wp-total': '3' },
    });
  });

  test.each([
    ['a byte order mark', '\uFEFF{"id":12}', {}],
    ['blank lines around', '\n\n\uFEFF {"id":12}\n', {}],
    ['the wrong content type', '{"id":12}', { 'content-type': 'text/html' }],
    ['compression that nobody asked for', gzipSync('{"id":12}'), { 'content-encoding': 'gzip' }],
  ])('is read with %s', async (_what, body, headers) => {
    const home = await storeThat(answering(200, body, headers));
    expect(await clientOf(home).get('wc/v3/products/12')).toMatchObject({ ok: true, body: { id: 12 } });
  });

  test('is asked for plainly, past every cache, also in a subfolder', async () => {
    const seen: IncomingMessage[] = [];
    const home = await storeThat((request, response) => {
      seen.push(request);
      response.end('{}');
    });
    const client = clientOf(`${home}/blog/`);
    await client.get('wc/v3/products', { per_page: 100, search: undefined, on_sale: false });
    await client.get('/wc/v3/products');
    const [first, second] = seen.map(asked);
    expect(first?.pathname).toBe('/blog/wp-json/wc/v3/products');
    expect(second?.pathname).toBe('/blog/wp-json/wc/v3/products');
    expect(first?.searchParams.get('per_page')).toBe('100');
    expect(first?.searchParams.get('on_sale')).toBe('false');
    expect(first?.searchParams.has('search')).toBe(false);
    expect(first?.searchParams.get('_skip_cache')).toBe('1');
    expect(first?.searchParams.get('_')).not.toBe(second?.searchParams.get('_'));
    expect(seen[0]?.headers).toMatchObject({
      'user-agent': expect.stringMatching(/^DSTNC\/\d+\.\d+\.\d+$/),
      accept: 'application/json',
      'cache-control': 'no-cache',
    });
  });

  test('to a POST comes to a JSON body', async () => {
    const home = await storeThat(async (request, response) => {
      const sent = (await request.toArray()).join('');
      response.writeHead(201).end(JSON.stringify({ sent, type: request.headers['content-type'], url: request.url }));
    });
    const answer = await clientOf(home, { authentication: 'basic' }).post('wc/v3/orders', { status: 'processing' });
    expect(answer).toMatchObject({
      ok: true,
      status: 201,
      body: { sent: '{"status":"processing"}', type: 'application/json', url: '/wp-json/wc/v3/orders' },
    });
  });
});

describe('a failure', () => {
  test.each([200, 400, 403, 404])('an HTML page with status %i', async (status) => {
    const failure = await failureOf(
      answering(status, `<html><style>x</style><h1>Just a moment…</h1>${'long '.repeat(100)}</html>`),
    );
    expect(failure).toMatchObject({ kind: 'not_json', status, excerpt: expect.stringMatching(/^Just a moment… long/) });
    expect(failure.kind === 'not_json' && failure.excerpt.length).toBe(200);
  });

  test('a page that repeats the address keeps the key to itself', async () => {
    const failure = await failureOf(
      (request, response) =>
        response
          .writeHead(404)
          .end(
            `<p>${request.url} ${request.headers.authorization} ${credentials.consumerSecret} ck_0123456<b></b>789</p>`.replaceAll(
              '_skip_cache',
              '',
            ),
          ),
      { authentication: 'basic' },
    );
    expect(failure).toMatchObject({ kind: 'not_json', excerpt: expect.stringContaining('[hidden]') });
  });

  test('an empty answer', async () => {
    expect(await failureOf(answering(200, ''))).toMatchObject({ kind: 'not_json', status: 200, excerpt: '' });
  });

  test.each([401, 403])('status %i with a code', async (status) => {
    expect(await failureOf(answering(status, wpError('woocommerce_rest_cannot_view', status)))).toMatchObject({
      kind: 'unauthorized',
      status,
      code: 'woocommerce_rest_cannot_view',
      retryable: false,
    });
  });

  test('404 that WooCommerce said, and 404 that WordPress said without WooCommerce', async () => {
    expect(await failureOf(answering(404, wpError('woocommerce_rest_product_invalid_id', 404)))).toMatchObject({
      kind: 'not_found',
      code: 'woocommerce_rest_product_invalid_id',
      retryable: false,
    });
    expect(await failureOf(answering(404, wpError('rest_no_route', 404)))).toMatchObject({
      kind: 'not_found',
      code: 'rest_no_route',
      retryable: true,
    });
  });

  test('404 in JSON that is not WordPress', async () => {
    expect(await failureOf(answering(404, '{"error":"no such app"}'))).toMatchObject({ kind: 'not_json', status: 404 });
  });

  test.each([
    ['HTML', '<h1>Critical error</h1>', null],
    ['JSON', wpError('internal_server_error', 500), 'internal_server_error'],
  ])('500 in %s', async (_what, body, code) => {
    expect(await failureOf(answering(500, body))).toMatchObject({
      kind: 'server_error',
      status: 500,
      code,
      retryable: true,
    });
  });

  test('any other 4xx', async () => {
    expect(await failureOf(answering(400, wpError('rest_invalid_param', 400)))).toMatchObject({
      kind: 'refused',
      status: 400,
      code: 'rest_invalid_param',
      retryable: false,
    });
  });

  test.each([
    [429, '7', 7000],
    [503, '600', 600_000],
    [429, new Date(0).toUTCString(), 0],
  ])('status %i with Retry-After %s', async (status, header, retryAfterMs) => {
    expect(await failureOf(answering(status, 'slow down', { 'retry-after': header }))).toMatchObject({
      kind: 'throttled',
      status,
      retryAfterMs,
      retryable: true,
    });
  });

  test('503 without Retry-After', async () => {
    expect(await failureOf(answering(503, '<h1>Maintenance</h1>'))).not.toHaveProperty('retryAfterMs');
  });

  test('half a body by its length', async () => {
    const failure = await failureOf((_request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"id":12,', () => response.destroy());
    });
    expect(failure).toMatchObject({ kind: 'truncated', status: 200, retryable: true });
  });

  test('a chunked body that is cut off', async () => {
    const failure = await failureOf((_request, response) => {
      response.writeHead(200);
      response.write('{"id":12}', () => response.destroy());
    });
    expect(failure).toMatchObject({ kind: 'truncated', status: 200 });
  });

  test.each([
    ['JSON that stops', '{"id":12,"na', {}],
    ['JSON with an error message behind it', '{"id":12}<b>Fatal error</b>', {}],
    ['a compressed body that stops', gzipSync('{"id":12}').subarray(0, 15), { 'content-encoding': 'gzip' }],
  ])('%s', async (_what, body, headers) => {
    expect(await failureOf(answering(200, body, headers))).toMatchObject({ kind: 'truncated', status: 200 });
  });

  test('no answer at all', async () => {
    expect(await failureOf(() => undefined, { timeoutMs: 50 })).toMatchObject({
      kind: 'timeout',
      timeoutMs: 50,
      retryable: true,
    });
  });

  test('a body that never ends', async () => {
    const failure = await failureOf((_request, response) => void response.writeHead(200).write('{"id":12,'), {
      timeoutMs: 100,
    });
    expect(failure).toMatchObject({ kind: 'timeout' });
  });

  test.each([
    ['announced', (response: ServerResponse) => response.end(JSON.stringify('x'.repeat(5000)))],
    [
      'streamed',
      (response: ServerResponse) => {
        for (let part = 0; part < 5; part++) response.write('x'.repeat(1000));
      },
    ],
    [
      'small on the wire',
      (response: ServerResponse) =>
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(1_000_000))),
    ],
  ])('too large: %s', async (_what, send) => {
    const failure = await failureOf((_request, response) => void send(response), { maxBytes: 4096 });
    expect(failure).toMatchObject({ kind: 'too_large', maxBytes: 4096, retryable: false });
  });

  test('a redirect is not followed and its query not told', async () => {
    let calls = 0;
    const failure = await failureOf((request, response) => {
      calls++;
      response.writeHead(301, { location: `https://user:pw@www.shop.test${request.url}` }).end('moved');
    });
    expect(failure).toMatchObject({
      kind: 'redirect',
      status: 301,
      location: 'https://www.shop.test/wp-json/wc/v3/products/12',
      retryable: false,
    });
    expect(calls).toBe(1);
    expect(await failureOf(answering(302, '', { location: '/login' }))).toMatchObject({
      location: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/login$/),
    });
    expect(await failureOf(answering(304))).toMatchObject({ kind: 'redirect', location: null });
  });

  test('refused, reset, not HTTP, no TLS', async () => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => (mode === 'reset' ? socket.destroy() : socket.end('SSH-2.0-OpenSSH_9.2\r\n')));
    });
    let mode = 'reset';
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    const ask = async (scheme: string) => {
      const answer = await clientOf(`${scheme}://127.0.0.1:${port}`).get('wc/v3/products/12');
      return answer.ok ? null : answer.failure;
    };
    expect(await ask('http')).toMatchObject({ kind: 'unreachable', because: 'reset' });
    mode = 'ssh';
    expect(await ask('http')).toMatchObject({ kind: 'unreachable', because: 'protocol' });
    expect(await ask('https')).toMatchObject({ kind: 'unreachable', because: 'tls' });
    await new Promise((closed) => server.close(closed));
    expect(await ask('http')).toMatchObject({ kind: 'unreachable', because: 'refused', code: 'ECONNREFUSED' });
  });
});

describe('the address', () => {
  test.each(['http://127.0.0.1', 'https://127.0.0.1', 'https://[::ffff:127.0.0.1]', 'https://2130706433'])(
    '%s is not called',
    async (home) => {
      expect(await clientOf(home, { allowPrivate: false }).get('wc/v3/products')).toMatchObject({
        ok: false,
        failure: { kind: 'forbidden_address', retryable: false },
      });
    },
  );

  test('a public name that leads inside is not connected to', async () => {
    let calls = 0;
    const home = await storeThat((_request, response) => {
      calls++;
      response.end('{}');
    });
    const resolve = (
      _name: string,
      _options: unknown,
      callback: (error: null, found: { address: string; family: number }[]) => void,
    ) => callback(null, [{ address: '127.0.0.1', family: 4 }]);
    const named = home.replace('127.0.0.1', 'shop.example.com');
    const ask = (allowPrivate: boolean) => {
      const dispatcher = storeDispatcher({ allowPrivate, resolve });
      cleanups.push(() => dispatcher.destroy());
      // The address itself is let through: what stops the call must be the lookup.
      return clientOf(named, { allowPrivate: true, dispatcher }).get('wc/v3/products');
    };
    expect(await ask(false)).toMatchObject({
      ok: false,
      failure: {
        kind: 'forbidden_address',
        message: expect.stringMatching(/^shop\.example\.com (?!.*127\.0\.0\.1)/),
      },
    });
    expect(calls).toBe(0);
    expect(await ask(true)).toMatchObject({ ok: true });
    expect(calls).toBe(1);
  });

  test('a name that does not resolve', async () => {
    const error = Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' });
    const dispatcher = storeDispatcher({
      allowPrivate: true,
      resolve: (_name, _options, callback) => callback(error, []),
    });
    cleanups.push(() => dispatcher.destroy());
    expect(await clientOf('http://shop.example.com', { dispatcher }).get('wc/v3/products')).toMatchObject({
      ok: false,
      failure: { kind: 'unreachable', because: 'dns', code: 'ENOTFOUND' },
    });
  });
});

describe('the key', () => {
  const unauthorized = wpError('woocommerce_rest_cannot_view', 401);
  const used = (request: IncomingMessage) =>
    request.headers.authorization ? 'basic' : asked(request).searchParams.has('consumer_secret') ? 'query' : 'oauth';

  test('goes as Basic over https, as OAuth over http', async () => {
    const seen: string[] = [];
    const home = await storeThat((request, response) => {
      seen.push(used(request));
      response.end('{}');
    });
    await clientOf(home, { authentication: 'basic' }).get('wc/v3/products');
    await clientOf(home).get('wc/v3/products');
    expect(seen).toEqual(['basic', 'oauth']);
  });

  test('goes in the query where the host strips the header, which is remembered', async () => {
    const seen: string[] = [];
    const home = await storeThat((request, response) => {
      seen.push(used(request));
      if (used(request) === 'query') response.end('{"id":12}');
      else response.writeHead(401).end(unauthorized);
    });
    const client = clientOf(home, { authentication: 'basic' });
    expect(await client.get('wc/v3/products/12')).toMatchObject({ ok: true });
    expect(await client.post('wc/v3/orders', {})).toMatchObject({ ok: true });
    expect(seen).toEqual(['basic', 'query', 'query']);
  });

  test('that is refused both ways is refused, in the words of the second', async () => {
    const home = await storeThat((request, response) =>
      response
        .writeHead(401)
        .end(used(request) === 'query' ? wpError('woocommerce_rest_authentication_error', 401) : unauthorized),
    );
    expect(await clientOf(home, { authentication: 'basic' }).get('wc/v3/products')).toMatchObject({
      ok: false,
      failure: { kind: 'unauthorized', code: 'woocommerce_rest_authentication_error' },
    });
  });

  test('that a firewall does not let through in the query is simply refused', async () => {
    const home = await storeThat((request, response) =>
      used(request) === 'query'
        ? response.writeHead(403).end('<h1>Blocked</h1>')
        : response.writeHead(401).end(unauthorized),
    );
    expect(await clientOf(home, { authentication: 'basic' }).get('wc/v3/products')).toMatchObject({
      ok: false,
      failure: { kind: 'unauthorized', status: 401 },
    });
  });
});
