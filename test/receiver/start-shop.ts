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
    const { pathname } = new URL(request.url ?? '/', 'http://shop');
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

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8' }).end(JSON.stringify(body));
}
