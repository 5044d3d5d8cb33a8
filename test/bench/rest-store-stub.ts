import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { productPayload } from './product-payload.ts';

/** A large simulated store: wc/v3 without the plugin, each request held for as long as a real one of its kind takes. */
export interface RestStoreStub {
  readonly url: string;
  /** Requests so far. */
  readonly requests: number;
  /** Products that were shown whole, how often in all. */
  readonly shown: number;
  /** The most requests at the same time. */
  readonly mostAtOnce: number;
}

/** @param products how many @param requestMs what each request takes at least @param productMs and each whole product in it */
export function startRestStoreStub({
  products,
  requestMs,
  productMs,
}: {
  products: number;
  requestMs: number;
  productMs: number;
}): Promise<RestStoreStub> {
  const template = productPayload(777_777_777, 5);
  let [requests, shown, atOnce, mostAtOnce] = [0, 0, 0, 0];
  const whole = (id: number) => template.replaceAll('777777777', String(id));
  const few = (id: number) => `{"id":${id},"date_modified_gmt":"2026-01-01T00:00:00"}`;

  function list(query: URLSearchParams): { ids: number[]; lean: boolean; total: number } {
    // Nothing changes in this store, and nothing was ever deleted.
    if (query.has('modified_after') || query.get('status') === 'trash') return { ids: [], lean: true, total: 0 };
    const include = query.get('include');
    const perPage = Number(query.get('per_page') ?? 10);
    const offset = query.has('offset') ? Number(query.get('offset')) : (Number(query.get('page') ?? 1) - 1) * perPage;
    const ids =
      include !== null
        ? include.split(',').map(Number)
        : Array.from({ length: Math.max(0, Math.min(perPage, products - offset)) }, (_, i) => offset + i + 1);
    const fields = query.get('_fields');
    return {
      ids,
      lean: fields !== null && fields.split(',').length < 4,
      total: include === null ? products : ids.length,
    };
  }

  function answer(url: URL): { body: string; productsShown: number; total?: number } {
    const path = url.pathname.replace(/^\/wp-json/, '');
    if (path === '/') return { body: '{"namespaces":["wc/v3"]}', productsShown: 0 };
    if (path === '/wc/v3') {
      const endpoints = [{ args: { modified_after: {}, parent: {} } }];
      const routes = { '/wc/v3/products': { endpoints }, '/wc/v3/variations': { endpoints } };
      return { body: JSON.stringify({ namespace: 'wc/v3', routes }), productsShown: 0 };
    }
    if (path.endsWith('/batch')) return { body: '{}', productsShown: 0 };
    const [, id] = /^\/wc\/v3\/products\/(\d+)$/.exec(path) ?? [];
    if (id !== undefined) return { body: whole(Number(id)), productsShown: 1 };
    if (path === '/wc/v3/products') {
      const { ids, lean, total } = list(url.searchParams);
      return { body: `[${ids.map(lean ? few : whole).join()}]`, productsShown: lean ? 0 : ids.length, total };
    }
    if (path === '/wc/v3/variations' || path === '/wc/v3/orders') return { body: '[]', productsShown: 0, total: 0 };
    if (path.includes('currencies')) return { body: '{"code":"EUR"}', productsShown: 0 };
    return { body: path.includes('webhooks') ? '[]' : '{"value":"yes"}', productsShown: 0 };
  }

  function send(response: ServerResponse, { body, total }: { body: string; total?: number }): void {
    response
      .writeHead(200, {
        'content-type': 'application/json; charset=UTF-8',
        'content-length': Buffer.byteLength(body),
        ...(total !== undefined && { 'x-wp-total': total, 'x-wp-totalpages': Math.ceil(total / 100) }),
      })
      .end(body);
  }

  const server = createServer((request, response) => {
    requests += 1;
    atOnce += 1;
    mostAtOnce = Math.max(mostAtOnce, atOnce);
    const made = answer(new URL(request.url ?? '', 'http://stub'));
    shown += made.productsShown;
    request.resume();
    setTimeout(
      () => {
        atOnce -= 1;
        send(response, made);
      },
      requestMs + productMs * made.productsShown,
    );
  });
  server.unref();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      resolve({
        url,
        get requests() {
          return requests;
        },
        get shown() {
          return shown;
        },
        get mostAtOnce() {
          return mostAtOnce;
        },
      });
    });
  });
}
