import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An order as the double keeps it, in wc/v3's words. */
export interface DoubleOrder {
  id: number;
  status: string;
  transaction_id: string;
  currency: string;
  total: string;
  customer_note: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever was sent
  [field: string]: any;
}

/**
 * What goes wrong with a request: it is done or not, and its answer is cut off; or WooCommerce refuses it, or fails, and repeats what it was
 * told; or the shop doesn't know the key. `half`: it makes the order without its lines, and its answer is cut off.
 */
export type Mishap = 'undone' | 'done' | 'refused' | 'failed' | 'unknown key' | 'half';

/** As WooCommerce refuses a request, with what somebody's filter makes of the message. */
const REFUSAL = (body: unknown) => ({
  code: 'rest_invalid_param',
  message: `Invalid parameter(s): status. ${JSON.stringify(body)}`,
  data: { status: 400, params: { status: 'status is not one of pending, completed.' } },
});

/** A double of a store without the plugin, as far as orders go: wc/v3 with pending orders, a tax rate, and stock. */
export interface OrderDouble {
  readonly url: string;
  readonly orders: Map<number, DoubleOrder>;
  readonly products: Map<number, Record<string, unknown>>;
  /** Times that stock was taken, and given back, by order. */
  readonly stockTaken: number[];
  readonly stockGiven: number[];
  /** In hundredths; 0 unless set. */
  taxPercent: number;
  /** What it sells in; null: it doesn't say. */
  currency: string | null;
  /** Cents that every order comes to beyond what it should, whatever its lines. */
  extra: number;
  /** Requests so far, as "POST orders". */
  readonly calls: string[];
  /** What it was asked for lists of orders, and every answer that it gave, as text. */
  readonly listings: URLSearchParams[];
  readonly said: string[];
  /** Asked for each request. */
  mishap: ((call: string) => Mishap | undefined) | undefined;
  stop(): Promise<void>;
}

/** Starts one on a free port. */
export async function startOrderDouble(): Promise<OrderDouble> {
  const orders = new Map<number, DoubleOrder>();
  const products = new Map<number, Record<string, unknown>>();
  let lastId = 100;
  const double = {
    orders,
    products,
    stockTaken: [] as number[],
    stockGiven: [] as number[],
    taxPercent: 0,
    extra: 0,
    currency: null as string | null,
    calls: [] as string[],
    listings: [] as URLSearchParams[],
    said: [] as string[],
    mishap: undefined as OrderDouble['mishap'],
  };

  function total(order: DoubleOrder): void {
    let cents = double.extra;
    for (const line of [...order.line_items, ...order.shipping_lines]) {
      const net = Number(line.total);
      const tax = (net * double.taxPercent) / 100;
      line.taxes = [{ id: 1, total: tax.toFixed(8) }];
      line.total_tax = tax.toFixed(8);
      cents += Math.round(net * 100) + Math.round(tax * 100);
    }
    order.total = (cents / 100).toFixed(2);
  }

  function create(body: Record<string, unknown>): DoubleOrder {
    lastId += 1;
    const numbered = (lines: unknown) =>
      ((lines ?? []) as object[]).map((line, index) => ({
        id: lastId * 10 + index,
        product_id: 0,
        variation_id: 0,
        ...line,
      }));
    const order = {
      ...body,
      id: lastId,
      number: String(lastId),
      line_items: numbered(body.line_items),
      shipping_lines: numbered(body.shipping_lines).map((line) => ({ ...line, id: line.id + 5 })),
    } as unknown as DoubleOrder;
    total(order);
    orders.set(lastId, order);
    return order;
  }

  function change(order: DoubleOrder, body: Record<string, unknown>): DoubleOrder {
    for (const kind of ['line_items', 'shipping_lines'] as const) {
      for (const changed of (body[kind] ?? []) as { id: number; total: string }[]) {
        const line = order[kind].find(({ id }: { id: number }) => id === changed.id);
        if (line) line.total = changed.total;
      }
    }
    if (body.line_items) total(order);
    if (typeof body.status === 'string' && body.status !== order.status) {
      if (order.status === 'pending' && body.status === 'processing') double.stockTaken.push(order.id);
      if (body.status === 'cancelled' && order.status === 'processing') double.stockGiven.push(order.id);
      order.status = body.status;
    }
    return order;
  }

  function answerTo(method: string, url: URL, body: Record<string, unknown>): [number, unknown] {
    const path = url.pathname.replace('/wp-json/wc/v3/', '');
    const id = Number(/^orders\/(\d+)$/.exec(path)?.[1]);
    // WordPress takes it from the address and from the body.
    const fields = (url.searchParams.get('_fields') ?? String(body._fields ?? '')).split(',');
    const shown = (order: DoubleOrder) => Object.fromEntries(fields.map((field) => [field, order[field]]));
    const missing = (what: string): [number, unknown] => [
      404,
      { code: `woocommerce_rest_${what}_invalid_id`, message: 'Invalid ID.', data: { status: 404 } },
    ];
    if (path === 'orders/batch') {
      for (const gone of body.delete as number[]) orders.delete(gone);
      return [200, {}];
    }
    if (path === 'orders' && method === 'POST') return [201, shown(create(body))];
    if (path === 'orders') {
      const size = Number(url.searchParams.get('per_page'));
      const from = Number(url.searchParams.get('offset') ?? 0);
      double.listings.push(url.searchParams);
      const include = url.searchParams.get('include')?.split(',').map(Number);
      const all = [...orders.values()]
        .filter(({ id: one }) => include?.includes(one) ?? true)
        .sort((a, b) => b.id - a.id)
        .slice(from, from + size);
      return [200, all.map(shown)];
    }
    if (!Number.isNaN(id)) {
      const order = orders.get(id);
      if (order === undefined) return missing('shop_order');
      return [200, shown(method === 'POST' ? change(order, body) : order)];
    }
    if (path === 'data/currencies/current' && double.currency !== null) return [200, { code: double.currency }];
    const product = products.get(Number(/^products\/(\d+)$/.exec(path)?.[1]));
    if (product) return [200, product];
    if (/\/fulfillments$/.test(path))
      return [404, { code: 'rest_no_route', message: 'No route.', data: { status: 404 } }];
    return missing('product');
  }

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const url = new URL(request.url ?? '/', 'http://shop');
    const method = request.method ?? 'GET';
    const call = `${method} ${url.pathname.replace('/wp-json/wc/v3/', '')}`;
    double.calls.push(call);
    const mishap = double.mishap?.(call);
    if (mishap === 'undone') return void response.destroy();
    if (mishap === 'unknown key')
      return answer(response, 401, { code: 'woocommerce_rest_authentication_error', data: { status: 401 } });
    if (mishap === 'half') {
      create({ ...JSON.parse(text), line_items: [], shipping_lines: [] });
      return void response.destroy();
    }
    if (mishap === 'refused') return answer(response, 400, REFUSAL(JSON.parse(text)));
    if (mishap === 'failed') return void response.writeHead(500).end(`<p>Fatal error: Uncaught Exception: ${text}</p>`);
    const [status, body] = answerTo(method, url, text === '' ? {} : JSON.parse(text));
    if (mishap === 'done') return void response.destroy();
    double.said.push(JSON.stringify(body));
    answer(response, status, body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(double, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
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
