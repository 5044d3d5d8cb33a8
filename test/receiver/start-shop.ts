import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A shop that answers wc/v3 as far as the receiver asks, well or badly. */
export interface Shop {
  readonly url: string;
  /** Products and variations by id, as wc/v3 would give them. Others are not there. */
  readonly products: Map<number, Record<string, unknown>>;
  /** While set, answers everything. */
  misbehave: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  stop(): Promise<void>;
}

/** Starts a shop on a free port. */
export async function startShop(): Promise<Shop> {
  const products = new Map<number, Record<string, unknown>>();
  const shop: { misbehave: Shop['misbehave'] } = { misbehave: undefined };

  const server = createServer((request, response) => {
    if (shop.misbehave !== undefined) {
      shop.misbehave(request, response);
      return;
    }
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://shop');
    if (pathname === '/wp-json/wc/v3/products') {
      const { page, total } = listed(products, searchParams);
      answer(response, 200, page, { 'x-wp-total': total });
      return;
    }
    if (pathname === '/wp-json/') {
      answer(response, 200, { namespaces: ['wc/v3'] });
      return;
    }
    const product = products.get(Number(/^\/wp-json\/wc\/v3\/products\/(\d+)$/.exec(pathname)?.[1]));
    if (product) {
      answer(response, 200, product);
      return;
    }
    const missing = { code: 'woocommerce_rest_product_invalid_id', message: 'Invalid ID.', data: { status: 404 } };
    answer(response, 404, missing);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return Object.assign(shop, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    products,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

/** `GET wc/v3/products` by id, with `include` or with `offset`. */
function listed(products: Shop['products'], query: URLSearchParams) {
  const include = query.get('include')?.split(',').map(Number);
  const all = [...products]
    .filter(([id, { status, type }]) => (include?.includes(id) ?? true) && status !== 'trash' && type !== 'variation')
    .sort(([a], [b]) => a - b)
    .map(([, product]) => product);
  const offset = Number(query.get('offset') ?? 0);
  return { page: all.slice(offset, offset + Number(query.get('per_page') ?? 10)), total: all.length };
}

function answer(response: ServerResponse, status: number, body: unknown, headers: Record<string, number> = {}): void {
  response
    .writeHead(status, { 'content-type': 'application/json; charset=UTF-8', ...headers })
    .end(JSON.stringify(body));
}
