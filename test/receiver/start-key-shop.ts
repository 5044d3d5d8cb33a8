import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A webhook as wc/v3 shows it, and what only the shop knows of it. */
export interface ShopWebhook {
  readonly id: number;
  name: string;
  status: string;
  topic: string;
  delivery_url: string;
  /** Never shown. */
  secret: string;
}

/** A double of a shop without the plugin that has one key, and the routes that are asked when it is connected by it. */
export interface KeyShop {
  url: string;
  readonly keys: { readonly consumerKey: string; readonly consumerSecret: string };
  mayWrite: boolean;
  /** The key's user may not manage the shop. */
  hasRole: boolean;
  /** `"METHOD path"` below wc/v3, in their order. */
  readonly requests: string[];
  readonly webhooks: ShopWebhook[];
  /** While set, answers everything. */
  misbehave: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  stop(): Promise<void>;
}

/** Starts one on a free port. OAuth signatures are not checked, the key is. */
export async function startKeyShop(): Promise<KeyShop> {
  const requests: string[] = [];
  const webhooks: ShopWebhook[] = [];
  const keys = {
    consumerKey: `ck_${randomBytes(20).toString('hex')}`,
    consumerSecret: `cs_${randomBytes(20).toString('hex')}`,
  };

  const server = createServer(async (request, response) => {
    if (shop.misbehave !== undefined) return shop.misbehave(request, response);
    let text = '';
    for await (const part of request.setEncoding('utf8')) text += part;
    const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://shop');
    const path = /\/wp-json\/wc\/v3\/(.*)$/.exec(pathname)?.[1];
    if (/\/wp-json\/$/.test(pathname)) return answer(response, 200, { namespaces: ['wc/v3', 'wc/v2', 'wc/v1'] });
    if (path === undefined) return refuse(response, 404, 'rest_no_route');
    const isWrite = request.method !== 'GET';
    requests.push(`${request.method} ${path}`);
    if (query.get('oauth_consumer_key') !== keys.consumerKey || (isWrite && !shop.mayWrite)) {
      return refuse(response, 401, 'woocommerce_rest_authentication_error');
    }
    if (!shop.hasRole) return refuse(response, 403, `woocommerce_rest_cannot_${isWrite ? 'batch' : 'view'}`);
    if (path === 'webhooks' && !isWrite) return list(response, query);
    if (path === 'webhooks/batch') return answer(response, 200, batch(JSON.parse(text)));
    if (path.endsWith('/batch')) return answer(response, 200, {});
    if (path === 'products' || path === 'orders') return answer(response, 200, []);
    return refuse(response, 404, 'rest_no_route');
  });

  function list(response: ServerResponse, query: URLSearchParams): void {
    const [page, perPage] = [Number(query.get('page') ?? 1), Number(query.get('per_page') ?? 10)];
    const status = query.get('status') ?? 'all';
    const shown = webhooks
      .filter((one) => status === 'all' || one.status === status)
      .slice((page - 1) * perPage, page * perPage)
      .map(({ secret: _, ...one }) => one);
    answer(response, 200, shown);
  }

  function batch({ create = [], update = [], delete: gone = [] }: BatchBody) {
    const created = create.map((one) => {
      const id = Math.max(0, ...webhooks.map((held) => held.id)) + 1;
      const made: ShopWebhook = { status: 'active', ...one, id };
      webhooks.push(made);
      return { ...made, secret: undefined };
    });
    for (const { id, ...change } of update) {
      const held = webhooks.find((one) => one.id === id);
      if (held !== undefined) Object.assign(held, change);
    }
    for (const id of gone) {
      const at = webhooks.findIndex((one) => one.id === id);
      if (at >= 0) webhooks.splice(at, 1);
    }
    return { create: created, update: update.map(({ id }) => ({ id })), delete: gone.map((id) => ({ id })) };
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const shop: KeyShop = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    keys,
    mayWrite: true,
    hasRole: true,
    requests,
    webhooks,
    misbehave: undefined,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return shop;
}

interface BatchBody {
  readonly create?: readonly Omit<ShopWebhook, 'id' | 'status'>[];
  readonly update?: readonly ({ readonly id: number } & Partial<Omit<ShopWebhook, 'id'>>)[];
  readonly delete?: readonly number[];
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8' }).end(JSON.stringify(body));
}

function refuse(response: ServerResponse, status: number, code: string): void {
  answer(response, status, { code, message: 'No.', data: { status } });
}
