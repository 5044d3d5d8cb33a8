import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { productPayload } from './product-payload.ts';

/** A prime, so that no round number of reads later a product has the same quantity again. */
const QUANTITIES = 997;

/** A store that costs next to nothing. */
export interface StoreStub {
  readonly url: string;
  /** Product groups that were read. */
  readonly reads: number;
}

/**
 * Answers wc/v3's products at once, and the plugin's routes, whoever asks: the same product under every id, with its id, name and SKU put
 * in, and a quantity that is another at each read, so that every read finds a change.
 *
 * @param ids of the products that its catalogue lists, from and to
 */
export function startStoreStub({ from, to }: { from: number; to: number } = { from: 1, to: 0 }): Promise<StoreStub> {
  const [before = '', ...rest] = productPayload(777_777_777, 888_888).split('"stock_quantity":888888');
  const after = rest.join('');
  let reads = 0;
  const server = createServer((request, response) => {
    const body = answer(request.url ?? '');
    response
      .writeHead(200, { 'content-type': 'application/json; charset=UTF-8', 'content-length': Buffer.byteLength(body) })
      .end(body);
  });
  server.unref();

  function answer(url: string): string {
    const [, id] = /^\/wp-json\/wc\/v3\/products\/(\d+)(\?|$)/.exec(url) ?? [];
    if (id !== undefined) return read(id);
    if (!url.includes('/wc-dstnc/')) return facts(url);
    const { pathname, searchParams: query, origin } = new URL(url, server.listening ? home() : 'http://stub');
    if (pathname.endsWith('/status')) return status(origin, to - from + 1);
    const include = query.get('include');
    if (include !== null) {
      const groups = include.split(',').map((one) => `{"groupId":${one},"product":${read(one)},"variations":[]}`);
      return `{"groups":[${groups.join()}],"next":null,"total":${to - from + 1},"currency":"EUR","taxIncluded":true}`;
    }
    const first = Math.max(from, Number(query.get('after')) + 1);
    const last = Math.min(to, first + Number(query.get('limit')) - 1);
    const groups = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => ({ groupId: first + i }));
    return JSON.stringify({ groups, next: last < to ? last : null, total: to - from + 1 });
  }

  function read(id: string): string {
    reads += 1;
    return product(id, 1 + (reads % QUANTITIES));
  }

  const home = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  function product(id: string, quantity: number): string {
    return `${before}"stock_quantity":${quantity}${after}`.replaceAll('777777777', id);
  }

  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve({
        url: home(),
        get reads() {
          return reads;
        },
      });
    });
  });
}

function facts(url: string): string {
  if (/\/wp-json\/(\?|$)/.test(url)) return '{"namespaces":["wc/v3"]}';
  if (/\/wc\/v3\/(products|orders)(\?|$)/.test(url)) return '[]';
  return url.includes('currencies') ? '{"code":"EUR"}' : '{"value":"yes"}';
}

function status(home: string, products: number): string {
  const versions = { contractVersion: 1, plugin: '0.0.0', woocommerce: '0.0.0', wordpress: '0.0.0' };
  const prices = { currency: 'EUR', taxIncluded: true };
  return JSON.stringify({
    ...versions,
    ...prices,
    home,
    restUrl: `${home}/wp-json/`,
    products,
    permissions: 'read_write',
  });
}
