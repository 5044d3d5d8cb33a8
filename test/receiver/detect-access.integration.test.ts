import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { detectAccess } from '@dstnc/receiver/woocommerce/detect-access.ts';
import { afterEach, describe, expect, test } from 'vitest';

const credentials = { consumerKey: 'ck_0123456789', consumerSecret: 'cs_9876543210' };
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

type Answers = (path: string, query: URLSearchParams, request: IncomingMessage) => Answer | undefined;
interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** A server that answers what it is told to, and else as WordPress does where there is nothing: with a page. */
async function siteThat(answers: Answers): Promise<string> {
  const server = createServer((request, response: ServerResponse) => {
    request.resume();
    const url = new URL(request.url ?? '/', 'http://site');
    const route = url.searchParams.get('rest_route');
    const path = route === null ? url.pathname : `?rest_route=${route}`;
    const {
      status = 200,
      body,
      headers = {},
    } = answers(path, url.searchParams, request) ?? {
      status: 404,
      body: '<h1>Nothing here</h1>',
    };
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => new Promise((closed) => server.close(closed)));
  cleanups.push(() => server.closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const detect = (home: string, over: Partial<Parameters<typeof detectAccess>[0]> = {}) =>
  detectAccess({ home, credentials, allowPrivate: true, timeoutMs: 2_000, ...over });

const no = (status: number, code: string): Answer => ({ status, body: { code, message: 'No.', data: { status } } });
const index = (...namespaces: string[]): Answer => ({ body: { namespaces } });
const list: Answer = { body: [{ id: 12 }] };

/** WooCommerce below a root, with one of its APIs. */
const shop =
  (api: string, root = '/wp-json/'): Answers =>
  (path) => {
    if (path === root) return index('oembed/1.0', api);
    if (path === `${root}${api}/products`) return list;
    return path.startsWith(root) ? no(404, 'rest_no_route') : undefined;
  };

describe('a store is found', () => {
  test.each(['wc/v3', 'wc/v2', 'wc/v1'])('with %s', async (api) => {
    const home = await siteThat(shop(api));
    expect(await detect(home)).toMatchObject({ ok: true, home, access: { api, restUrl: `${home}/wp-json/` } });
  });

  test.each([
    ['/index.php/wp-json/', '/index.php/wp-json/'],
    ['?rest_route=/', '/index.php?rest_route=/'],
  ])('with its REST API at %s', async (root, restPath) => {
    const home = await siteThat(shop('wc/v3', root));
    expect(await detect(home)).toMatchObject({ ok: true, access: { api: 'wc/v3', restUrl: home + restPath } });
  });

  test('with whatever its wc/v3 can do, and its version', async () => {
    const args = (...names: string[]) => ({
      endpoints: [{ args: Object.fromEntries(names.map((name) => [name, {}])) }],
    });
    const home = await siteThat((path, query, request) => {
      if (path === '/wp-json/wc/v3') {
        const routes = { '/wc/v3/products': args('page', 'modified_after'), '/wc/v3/variations': args('parent') };
        return { body: { routes } };
      }
      if (path === '/wp-json/wc/v3/system_status') return { body: { environment: { version: '10.6.2' } } };
      return shop('wc/v3')(path, query, request);
    });
    expect(await detect(home)).toMatchObject({
      ok: true,
      access: { woocommerce: '10.6.2', modifiedAfter: true, variationsTogether: true },
    });
  });

  test('whose index is closed to visitors, by its key', async () => {
    const home = await siteThat((path) =>
      path === '/wp-json/wc/v3/products' ? list : path === '/wp-json/' ? no(401, 'rest_login_required') : undefined,
    );
    expect(await detect(home)).toMatchObject({ ok: true, access: { api: 'wc/v3' } });
  });

  test('behind a redirect within its site', async () => {
    const home = await siteThat((path, query, request) => {
      if (path.startsWith('/shop/')) return shop('wc/v3')(path.slice(5), query, request);
      return { status: 301, headers: { location: `/shop${path}` } };
    });
    expect(await detect(home)).toMatchObject({ ok: true, home: `${home}/shop` });
  });

  test('entered with spaces, a slash, and the REST API behind it', async () => {
    const home = await siteThat(shop('wc/v3'));
    const pasted = { consumerKey: ' ck_0123456789\n', consumerSecret: 'cs_9876543210 ' };
    expect(await detect(`  ${home}/wp-json/ `, { credentials: pasted })).toMatchObject({ ok: true, home });
  });

  test('with PHP warnings in its answers, which is told', async () => {
    const warning = '<br />\n<b>Warning</b>:  Undefined variable $x in <b>/x.php</b> on line <b>3</b><br />\n';
    const home = await siteThat((path, query, request) => {
      const answer = shop('wc/v3')(path, query, request);
      return answer && { ...answer, body: `${warning}${JSON.stringify(answer.body)}` };
    });
    const found = await detect(home);
    expect(found).toMatchObject({ ok: true, access: { oddities: [expect.stringContaining('PHP warnings')] } });
  });

  test('with a clock that is an hour off, which is told', async () => {
    const hour = 3_600_000;
    const home = await siteThat((path, query, request) => {
      const date = new Date(Date.now() + hour);
      const off = Math.abs(Number(query.get('oauth_timestamp')) * 1000 - date.getTime()) > 900_000;
      const headers = { date: date.toUTCString() };
      if (query.has('oauth_timestamp') && off) return { ...no(401, 'woocommerce_rest_authentication_error'), headers };
      const answer = shop('wc/v3')(path, query, request);
      return answer && { ...answer, headers };
    });
    expect(await detect(home)).toMatchObject({
      ok: true,
      access: { authentication: 'oauth1', oddities: [expect.stringMatching(/60 minutes ahead/)] },
    });
  });
});

describe('the Legacy API', () => {
  const legacy = (
    wc_version: string,
    versions: readonly string[],
    products: Answer = { body: { products: [] } },
  ): Answers => {
    return (path) => {
      const [, version = '', rest] = /^\/wc-api\/(v\d)\/(.*)$/.exec(path) ?? [];
      if (!versions.includes(version)) return undefined;
      return rest === '' ? { body: { store: { wc_version } } } : products;
    };
  };

  test.each([
    ['v3', 'legacy/v3'],
    ['v2', 'legacy/v2'],
  ])('is what an old shop has: %s', async (version, api) => {
    const home = await siteThat(legacy('2.4.1', [version]));
    expect(await detect(home)).toMatchObject({
      ok: true,
      access: { api, restUrl: `${home}/wc-api/${version}/`, woocommerce: '2.4.1', modifiedAfter: true },
    });
  });

  test('is used where the standard one fails', async () => {
    const home = await siteThat((path, query, request) => {
      if (path === '/wp-json/') return index('wc/v3');
      if (path.startsWith('/wp-json/')) return no(404, 'rest_no_route');
      return legacy('3.9.1', ['v3'])(path, query, request);
    });
    expect(await detect(home)).toMatchObject({ ok: true, access: { api: 'legacy/v3' } });
  });

  test('that is off is to be switched on', async () => {
    const home = await siteThat((path) => {
      if (path === '/wp-json/') return index('wc/v3');
      if (path.startsWith('/wp-json/')) return no(404, 'rest_no_route');
      const errors = { code: 'woocommerce_api_disabled', message: 'The WooCommerce API is disabled on this site' };
      return path.startsWith('/wc-api/') ? { status: 404, body: { errors } } : undefined;
    });
    const found = await detect(home);
    expect(found).toMatchObject({ ok: false, problem: { kind: 'legacy_off' } });
    expect(!found.ok && found.problem.message).toContain(
      'enable it under WooCommerce > Settings > Advanced > Legacy API',
    );
    expect(!found.ok && found.problem.message).toContain('WooCommerce Legacy REST API');
  });

  test.each([
    ['2.1.12', ['v2', 'v1']],
    ['2.1.7', ['v1']],
  ])('of WooCommerce %s is too old', async (version, versions) => {
    const found = await detect(await siteThat(legacy(version, versions)));
    expect(found).toMatchObject({ ok: false, problem: { kind: 'too_old', message: expect.stringContaining(version) } });
  });
});

describe('a problem is named', () => {
  const problemOf = async (answers: Answers) => {
    const found = await detect(await siteThat(answers));
    if (found.ok) throw new Error('expected a problem');
    expect(found.problem.message).toMatch(/\.$/);
    return found.problem.kind;
  };
  const refusing =
    (answer: Answer): Answers =>
    (path) =>
      path === '/wp-json/' ? index('wc/v3') : path.startsWith('/wp-json/') ? answer : undefined;

  test.each([
    ['an unknown key', refusing(no(401, 'woocommerce_rest_cannot_view')), 'unknown_key'],
    ['a wrong secret', refusing(no(401, 'woocommerce_rest_authentication_error')), 'wrong_secret'],
    ['a user without the role', refusing(no(403, 'woocommerce_rest_cannot_view')), 'role'],
    ['no WooCommerce', (path: string) => (path === '/wp-json/' ? index('wp/v2') : undefined), 'no_woocommerce'],
    [
      'another shop plugin',
      (path: string) => (path === '/wp-json/' ? index('wp/v2', 'edd/v3') : undefined),
      'other_shop',
    ],
    ['another shop system', () => ({ status: 404, body: '<h1>Powered by Shopify</h1>' }), 'other_shop'],
    ['a login page', () => ({ body: '<form>Please log in: password</form>' }), 'login_page'],
    ['a redirect to a login page', () => ({ status: 302, headers: { location: '/wp-login.php?x=1' } }), 'login_page'],
    [
      'a redirect elsewhere',
      () => ({ status: 301, headers: { location: 'https://other.example/wp-json/' } }),
      'redirect_elsewhere',
    ],
    ['redirects in a circle', () => ({ status: 301, headers: { location: '/wp-json/' } }), 'redirect_elsewhere'],
    ['a page', () => ({ body: '<h1>Welcome to my garden</h1>' }), 'not_a_shop'],
    ['a firewall', () => ({ status: 403, body: '<h1>Wordfence blocked you</h1>' }), 'blocked'],
    ['a server that fails', () => ({ status: 500, body: 'x' }), 'unreachable'],
  ] as const)('%s', async (_what, answers, kind) => {
    expect(await problemOf(answers as Answers)).toBe(kind);
  });

  test('a key that may write alone', async () => {
    const kind = await problemOf((path, _query, request) => {
      if (path === '/wp-json/') return index('wc/v3');
      if (request.method === 'POST' && path === '/wp-json/wc/v3/products/batch') return { body: {} };
      return path.startsWith('/wp-json/') ? no(401, 'woocommerce_rest_authentication_error') : undefined;
    });
    expect(kind).toBe('write_only');
  });

  test('an address that may not be called, before anything is called', async () => {
    const home = await siteThat(() => {
      throw new Error('called');
    });
    for (const address of [home, home.replace('http:', 'https:'), 'https://10.0.0.1', 'ftp://shop.example']) {
      expect(await detect(address, { allowPrivate: false })).toMatchObject({ ok: false, problem: { kind: 'address' } });
    }
  });

  test('key and secret swapped', async () => {
    const swapped = { consumerKey: credentials.consumerSecret, consumerSecret: credentials.consumerKey };
    const found = await detect('https://shop.example', { credentials: swapped });
    expect(found).toMatchObject({ ok: false, problem: { kind: 'keys_swapped' } });
  });

  test('a server that sends one byte a second', async () => {
    const server = createServer((_request, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write(' '), 100);
      response.on('close', () => clearInterval(drip));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    cleanups.push(
      () => server.closeAllConnections(),
      () => server.close(),
    );
    const home = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await detect(home, { timeoutMs: 500 })).toMatchObject({ ok: false, problem: { kind: 'unreachable' } });
  });
});
