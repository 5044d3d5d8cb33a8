import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PluginStatus } from '@dstnc/shared';

/** A request as the shop got it. */
export interface ShopRequest {
  readonly method: string;
  /** Below the root of the REST API: `wc-dstnc/v1/catalog`. */
  readonly route: string;
  readonly query: URLSearchParams;
  readonly by: 'oauth' | 'basic' | 'query' | 'nobody';
  readonly key: string;
}

/** A product group as the shop has it, in the words of wc/v3. */
export interface ShopGroup {
  readonly product: Record<string, unknown>;
  readonly variations?: readonly Record<string, unknown>[];
}

/** See {@link startPluginShop}. */
export interface PluginShop {
  readonly url: string;
  permalinks: keyof typeof ROOTS;
  /** As `get_rest_url()` gives it, by the shop's permalinks. */
  readonly restUrl: string;
  /** Keys that the shop knows. */
  readonly keys: Map<string, { readonly secret: string; readonly permissions: 'read' | 'write' | 'read_write' }>;
  readonly groups: Map<number, ShopGroup>;
  readonly trashed: Set<number>;
  /** Groups that the plugin fails to read: every answer that has one of them in it is a 500. */
  readonly broken: Set<number>;
  /** False: the plugin is switched off, and WooCommerce alone answers. */
  pluginActive: boolean;
  /** Names of the plugins that run in it. */
  plugins: readonly string[];
  /** Its webhooks, as wc/v3 lists them. */
  webhooks: readonly { topic: string; status: string; delivery_url: string }[];
  /** What is different about its status. */
  status: Partial<PluginStatus>;
  readonly requests: readonly ShopRequest[];
  /** While set, answers what it takes; false: it doesn't take this one. */
  misbehave: ((request: ShopRequest, response: ServerResponse) => boolean | Promise<boolean>) | undefined;
  stop(): Promise<void>;
}

interface ShopAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string | number>>;
}

const NO_PAGE: ShopAnswer = { status: 404, body: '<h1>Not Found</h1>', headers: { 'content-type': 'text/html' } };

/** Permalinks "pretty", "with index.php in front", "plain". */
const ROOTS = { pretty: '/wp-json/', index: '/index.php/wp-json/', plain: '/index.php?rest_route=/' } as const;

/**
 * Starts a double of a shop with the plugin: its REST routes as the plugin has them, strict about what it is asked (parameters, limits,
 * signatures), and as much of wc/v3 as is asked where the plugin is off.
 */
export async function startPluginShop({
  permalinks = 'pretty',
}: {
  permalinks?: keyof typeof ROOTS;
} = {}): Promise<PluginShop> {
  const requests: ShopRequest[] = [];
  const server = createServer((request, response) => {
    request.resume();
    handle(request, response).catch(() => send(response, no(500, 'internal_server_error')));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const shop: PluginShop = {
    url,
    permalinks,
    get restUrl() {
      return url + ROOTS[shop.permalinks];
    },
    keys: new Map(),
    groups: new Map(),
    trashed: new Set(),
    broken: new Set(),
    pluginActive: true,
    plugins: ['woocommerce', 'dstnc-for-woocommerce'],
    webhooks: [],
    status: {},
    requests,
    misbehave: undefined,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = new URL(request.url ?? '/', url);
    const route = routeOf(asked);
    const { refusal, ...caller } = callerOf(request, asked, shop.keys);
    const entry = {
      method: request.method ?? '',
      route: route ?? asked.pathname,
      query: asked.searchParams,
      ...caller,
    };
    requests.push(entry);
    if (shop.misbehave !== undefined && (await shop.misbehave(entry, response))) return;
    send(response, route === null ? NO_PAGE : refusal === undefined ? answer(entry) : no(401, refusal));
  }

  function answer(request: ShopRequest): ShopAnswer {
    const { method, route, key, query } = request;
    if (!shop.pluginActive && route.startsWith('wc-dstnc/')) return no(404, 'rest_no_route');
    const permissions = shop.keys.get(key)?.permissions;
    if (permissions === undefined) return no(401, 'woocommerce_rest_cannot_view');
    if (permissions === (method === 'GET' ? 'write' : 'read')) return no(401, 'woocommerce_rest_authentication_error');
    if (route === 'wc-dstnc/v1/status') return { status: 200, body: statusOf(shop, permissions) };
    return route === 'wc-dstnc/v1/catalog' ? catalog(shop, query) : core(shop, request);
  }

  /** Whether the address is one of the REST API with these permalinks. */
  function routeOf(asked: URL): string | null {
    const { permalinks } = shop;
    const inQuery = asked.searchParams.get('rest_route');
    if (permalinks === 'plain')
      return asked.pathname === '/index.php' && inQuery !== null ? inQuery.replace(/^\//, '') : null;
    return asked.pathname.startsWith(ROOTS[permalinks]) ? asked.pathname.slice(ROOTS[permalinks].length) : null;
  }

  return shop;
}

function statusOf(shop: PluginShop, permissions: PluginStatus['permissions']): PluginStatus {
  return {
    contractVersion: 1,
    plugin: '0.1.0',
    woocommerce: '11.0.1',
    wordpress: '7.1',
    php: '8.2.0',
    home: shop.url,
    restUrl: shop.restUrl,
    currency: 'EUR',
    taxIncluded: true,
    locale: 'en-US',
    products: shop.groups.size,
    permissions,
    clone: false,
    languages: null,
    ...shop.status,
  };
}

/** `wc-dstnc/v1/catalog` as CatalogController.php has it. */
function catalog(shop: PluginShop, query: URLSearchParams): ShopAnswer {
  for (const name of query.keys()) {
    if (!/^(include|after|limit|lang|_fields|_|_skip_cache|rest_route|oauth_\w+|consumer_\w+)$/.test(name)) {
      return no(400, 'rest_invalid_param');
    }
  }
  const facts = { total: shop.groups.size, currency: 'EUR', taxIncluded: true };
  const include = query.get('include');
  if (include !== null) {
    const ids = include.split(',').map(Number);
    if (ids.length > 100 || ids.some((id) => !Number.isInteger(id) || id < 1)) return no(400, 'rest_invalid_param');
    if (ids.some((id) => shop.broken.has(id))) return no(500, 'internal_server_error');
    const parents = new Map(
      [...shop.groups].flatMap(([groupId, { variations = [] }]) => variations.map(({ id }) => [Number(id), groupId])),
    );
    const others = ids.filter((id) => !shop.groups.has(id) && !parents.has(id));
    const body = {
      groups: ids.filter((id) => shop.groups.has(id)).map((id) => whole(shop, id)),
      gone: others.map((id) => ({ id, because: shop.trashed.has(id) ? 'trashed' : 'deleted' })),
      belongsTo: ids.flatMap((id) => (parents.has(id) ? [{ id, groupId: parents.get(id) }] : [])),
      next: null,
      ...facts,
    };
    return { status: 200, body };
  }
  const idsOnly = query.get('_fields') === 'groups.groupId';
  const [after, limit] = [Number(query.get('after') ?? 0), Number(query.get('limit') ?? 100)];
  const all = [...shop.groups.keys()].sort((a, b) => a - b).filter((id) => id > after);
  const page = all.slice(0, Math.min(limit, idsOnly ? 5_000 : 200));
  const groups = page.map((groupId) => (idsOnly ? { groupId } : whole(shop, groupId)));
  const next = page.length < all.length ? (page.at(-1) ?? null) : null;
  return { status: 200, body: { groups, gone: [], belongsTo: [], next, ...facts } };
}

function whole(shop: PluginShop, groupId: number): Record<string, unknown> {
  return { groupId, variations: [], ...shop.groups.get(groupId) };
}

/** As much of wc/v3 as the receiver asks. */
function core(shop: PluginShop, { method, route, query }: ShopRequest): ShopAnswer {
  if (method === 'POST' && route === 'wc/v3/products/batch') return { status: 200, body: {} };
  if (route === 'wc/v3/system_status') {
    return {
      status: 200,
      body: { active_plugins: shop.plugins.map((name) => ({ plugin: `${name}/${name}.php`, name })) },
    };
  }
  if (route === 'wc/v3/products') return listed(shop, query);
  if (route === 'wc/v3/webhooks')
    return { status: 200, body: shop.webhooks.map((one, index) => ({ id: index + 1, name: 'DSTNC', ...one })) };
  const [, id, list] = /^wc\/v3\/products\/(\d+)(\/variations)?$/.exec(route) ?? [];
  const group = shop.groups.get(Number(id));
  if (group === undefined) return no(404, 'woocommerce_rest_product_invalid_id');
  const { product, variations = [] } = group;
  if (list === undefined) return { status: 200, body: { ...product, variations: variations.map((one) => one.id) } };
  return { status: 200, body: variations, headers: { 'x-wp-total': variations.length, 'x-wp-totalpages': 1 } };
}

/** `wc/v3/products`, with `include` or by `offset`. */
function listed(shop: PluginShop, query: URLSearchParams): ShopAnswer {
  const include = query.get('include')?.split(',').map(Number);
  const ids = [...shop.groups.keys()].filter((id) => include?.includes(id) ?? true).sort((a, b) => a - b);
  const offset = Number(query.get('offset') ?? 0);
  const page = ids.slice(offset, offset + Number(query.get('per_page') ?? 10));
  const body = page.map((id) => {
    const { product, variations = [] } = shop.groups.get(id) as ShopGroup;
    return { ...product, id, variations: variations.map((one) => one.id) };
  });
  return { status: 200, body, headers: { 'x-wp-total': ids.length } };
}

/** Who calls, as WC_REST_Authentication finds out over http and over https behind a proxy. */
function callerOf(
  request: IncomingMessage,
  asked: URL,
  keys: PluginShop['keys'],
): Pick<ShopRequest, 'by' | 'key'> & { refusal?: string } {
  const { searchParams: query } = asked;
  const oauth = query.get('oauth_consumer_key');
  if (oauth !== null) {
    const secret = keys.get(oauth)?.secret;
    if (secret === undefined) return { by: 'oauth', key: oauth, refusal: 'woocommerce_rest_authentication_error' };
    const right = query.get('oauth_signature') === oauthSignature(request.method ?? '', asked, secret);
    return { by: 'oauth', key: oauth, ...(right ? {} : { refusal: 'woocommerce_rest_authentication_error' }) };
  }
  return { by: 'nobody', key: '' };
}

/** check_oauth_signature() for plain parameters: names and values encoded, each pair encoded again, sorted by name. */
function oauthSignature(method: string, asked: URL, secret: string): string {
  const encode = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
  const pairs = [...asked.searchParams]
    .filter(([name]) => name !== 'oauth_signature')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => encode(`${encode(name)}=${encode(value)}`));
  const path = asked.pathname === '/' ? '' : asked.pathname;
  const base = [method, encode(asked.origin + path), pairs.join('%26')].join('&');
  return createHmac('sha256', `${secret}&`).update(base).digest('base64');
}

function no(status: number, code: string): ShopAnswer {
  return { status, body: { code, message: 'No.', data: { status } } };
}

function send(response: ServerResponse, { status, body, headers }: ShopAnswer): void {
  if (response.headersSent) return;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8', ...headers }).end(text);
}
