import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { productPayload } from './product-payload.ts';

/** A prime, so that no round number of reads later a product has the same quantity again. */
const QUANTITIES = 997;

/** A store that costs next to nothing. */
export interface StoreStub {
  readonly url: string;
  readonly reads: number;
}

/**
 * Answers wc/v3's products at once, whoever asks: the same product under every id, with its id, name and SKU put in, and a quantity
 * that is another at each read, so that every read finds a change.
 */
export function startStoreStub(): Promise<StoreStub> {
  const [before = '', ...rest] = productPayload(777_777_777, 888_888).split('"stock_quantity":888888');
  const after = rest.join('');
  let reads = 0;
  const server = createServer((request, response) => {
    const [, id] = /^\/wp-json\/wc\/v3\/products\/(\d+)(\?|$)/.exec(request.url ?? '') ?? [];
    reads += 1;
    const body = id === undefined ? facts(request.url ?? '') : product(id, 1 + (reads % QUANTITIES));
    response
      .writeHead(200, { 'content-type': 'application/json; charset=UTF-8', 'content-length': Buffer.byteLength(body) })
      .end(body);
  });
  server.unref();

  function product(id: string, quantity: number): string {
    return `${before}"stock_quantity":${quantity}${after}`.replaceAll('777777777', id);
  }

  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve({
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        get reads() {
          return reads;
        },
      });
    });
  });
}

function facts(url: string): string {
  return url.includes('currencies') ? '{"code":"EUR"}' : '{"value":"yes"}';
}
