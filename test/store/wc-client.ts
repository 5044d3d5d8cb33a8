import type { StoreAnswer } from './store.ts';
import type { Permalinks } from './store-options.ts';

/** How to reach a store's REST API as its administrator. */
export interface WcClientOptions {
  readonly home: string;
  readonly permalinks: Permalinks;
  readonly secret: string;
}

/** A function that calls a REST route (`wc/v3/products/12?status=any`) of the store as its administrator. */
export function restClient({ home, permalinks, secret }: WcClientOptions) {
  return async (method: string, route: string, body?: unknown): Promise<StoreAnswer> => {
    const [path = '', query = ''] = route.replace(/^\//, '').split('?', 2);
    const answer = await fetch(restUrl(home, permalinks, path, query), {
      method,
      headers: {
        'x-store-harness': secret,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const raw = await answer.text();
    return { status: answer.status, headers: answer.headers, body: parse(raw), raw };
  };
}

function restUrl(home: string, permalinks: Permalinks, path: string, query: string): string {
  if (permalinks === 'plain') return `${home}/?rest_route=/${path}${query ? `&${query}` : ''}`;
  return `${home}${permalinks === 'index' ? '/index.php' : ''}/wp-json/${path}${query ? `?${query}` : ''}`;
}

function parse(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return undefined;
  }
}
