import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A store whose products' quantities only ever grow, so that any older state shows by itself. A double: no WooCommerce is killed. */
export interface CountingStore {
  readonly home: string;
  readonly ids: readonly number[];
  quantity(id: number): number;
  /** Raises a product's quantity by one, and says what WooCommerce would send of it. */
  raise(id: number): { readonly quantity: number; readonly payload: string };
  stop(): Promise<void>;
}

/** @param count products */
export async function startCountingStore(count: number): Promise<CountingStore> {
  const quantities = new Map<number, number>();
  const dates = new Map<number, string>();
  let seconds = Date.UTC(2026, 0, 1) / 1000;
  for (let id = 1; id <= count; id += 1) quantities.set(id, 1);

  const product = (id: number) => ({
    id,
    name: `Lamp ${id}`,
    type: 'simple',
    status: 'publish',
    price: '10.00',
    regular_price: '10.00',
    purchasable: true,
    manage_stock: true,
    stock_quantity: quantities.get(id),
    stock_status: 'instock',
    date_modified_gmt: dates.get(id) ?? '2025-01-01T00:00:00',
  });
  const server = createServer((request, response) => {
    const answers = connecting(request.url ?? '');
    if (answers !== undefined) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answers));
      return;
    }
    const id = Number(/\/wc\/v3\/products\/(\d+)/.exec(request.url ?? '')?.[1]);
    const known = quantities.has(id);
    // WooCommerce's own words for a product that isn't there, WordPress' for a route.
    const code = Number.isNaN(id) ? 'rest_no_route' : 'woocommerce_rest_product_invalid_id';
    response.writeHead(known ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(known ? product(id) : { code, message: '', data: { status: 404 } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    home: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ids: [...quantities.keys()],
    quantity: (id) => quantities.get(id) ?? 0,
    raise(id) {
      const quantity = (quantities.get(id) ?? 0) + 1;
      quantities.set(id, quantity);
      seconds += 1;
      dates.set(id, new Date(seconds * 1000).toISOString().slice(0, 19));
      return { quantity, payload: JSON.stringify(product(id)) };
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What is asked when a store is connected by its keys: what there is, some products, and whether the keys may write. */
function connecting(url: string): unknown {
  if (/\/wp-json\/(\?|$)/.test(url)) return { namespaces: ['wc/v3'] };
  if (/\/wc\/v3\/(products|orders)(\?|$)/.test(url)) return [];
  return /\/wc\/v3\/(products|orders)\/batch(\?|$)/.test(url) ? {} : undefined;
}
