import type { RequestOptions, StoreClient } from './store-client.ts';

/** The same client with other limits, where a request doesn't bring its own. */
export function withOptions(client: StoreClient, options: RequestOptions | undefined): StoreClient {
  if (options === undefined) return client;
  return {
    get: (path, query, own) => client.get(path, query, { ...options, ...own }),
    delete: (path, query, own) => client.delete(path, query, { ...options, ...own }),
    post: (path, body, own) => client.post(path, body, { ...options, ...own }),
    get headerStripped() {
      return client.headerStripped;
    },
    get clockOffMs() {
      return client.clockOffMs ?? 0;
    },
    close: () => client.close(),
  };
}
