import type { Store, StoreCredentials } from '../stores/store.ts';
import { type AccessDetection, detectAccess } from './detect-access.ts';
import type { StoreAccess } from './store-access.ts';
import type { StoreAnswer } from './store-answer.ts';
import { createStoreClient, type StoreClient } from './store-client.ts';
import { storeDispatcher } from './store-dispatcher.ts';
import { createTwoKeyClient } from './two-key-client.ts';

/** Where a store is and what opens it. With `previous`, the keys of the connection before are tried, too. */
export type Reachable = Pick<Store, 'url' | 'credentials' | 'plugin'> & Partial<Pick<Store, 'previous' | 'access'>>;

/** Store clients, one a store, made anew when its keys or address change; they share their connections' dispatcher. */
export interface StoreClients {
  /** Of its WordPress REST API. @returns null for a store without credentials */
  of(store: Store): StoreClient | null;
  /** Of the root that an access names, which may be the Legacy API's. @returns null for a store without credentials */
  at(store: Store, access: Pick<StoreAccess, 'restUrl' | 'authentication'>): StoreClient | null;
  /**
   * One that is kept by nobody and remembers nothing, for a store that isn't connected yet or is examined.
   *
   * @throws TypeError without credentials
   */
  fresh(store: Reachable): StoreClient;
  /** The same of the root that an access names. */
  freshAt(store: Reachable, access: Pick<StoreAccess, 'restUrl' | 'authentication'>): StoreClient;
  /**
   * Finds out how a store is spoken to without the plugin.
   *
   * @throws TypeError without credentials
   */
  detect(store: Reachable): Promise<AccessDetection>;
  /** Breaks off what is still under way. */
  close(): Promise<void>;
}

/** See {@link createStoreClients}. */
export interface StoreClientsOptions {
  /** Development (`ALLOW_PRIVATE_STORES=1`). */
  readonly allowPrivate: boolean;
  /** Told of each answer to the kept clients of stores: it shows whether a store's key is alive. */
  readonly onAnswer?: (store: Store, answer: StoreAnswer, method: 'GET' | 'POST') => void;
}

/** A client that is kept, and its store as it was known last. */
interface Kept {
  readonly made: string;
  readonly client: StoreClient;
  store: Store;
}

type Root = Partial<Pick<StoreAccess, 'restUrl' | 'authentication'>>;

/** Keeps the connections to the stores. */
export function createStoreClients({ allowPrivate, onAnswer }: StoreClientsOptions): StoreClients {
  const dispatcher = storeDispatcher({ allowPrivate });
  /** By store, and by which of its APIs. */
  const clients = new Map<string, Kept>();

  function make({ url, previous }: Reachable, credentials: StoreCredentials, root: Root): StoreClient {
    const by = (keys: StoreCredentials) =>
      createStoreClient({ home: url, ...root, credentials: keys, allowPrivate, dispatcher });
    const before = previous?.credentials ?? null;
    return before === null ? by(credentials) : createTwoKeyClient(by(credentials), by(before));
  }

  function kept(store: Store, which: 'rest' | 'access', root: Root): StoreClient | null {
    const { id, url, credentials, previous } = store;
    if (credentials === null) return null;
    const made = JSON.stringify([url, root, credentials, previous?.credentials]);
    const name = `${which} ${id}`;
    const held = clients.get(name);
    if (held?.made === made) {
      held.store = store;
      return held.client;
    }
    const entry: Kept = { made, store, client: observed(make(store, credentials, root), () => entry.store) };
    clients.set(name, entry);
    return entry.client;
  }

  /** @param storeOf as it was known last */
  function observed(client: StoreClient, storeOf: () => Store): StoreClient {
    if (onAnswer === undefined) return client;
    async function tell(method: 'GET' | 'POST', answer: Promise<StoreAnswer>): Promise<StoreAnswer> {
      onAnswer?.(storeOf(), await answer, method);
      return answer;
    }
    return {
      get: (path, query, options) => tell('GET', client.get(path, query, options)),
      post: (path, body, options) => tell('POST', client.post(path, body, options)),
      delete: (path, query, options) => client.delete(path, query, options),
      get headerStripped() {
        return client.headerStripped;
      },
      get clockOffMs() {
        return client.clockOffMs ?? 0;
      },
      close: () => client.close(),
    };
  }

  return {
    of: (store) => kept(store, 'rest', rootOf(store)),
    at: (store, { restUrl, authentication }) => kept(store, 'access', { restUrl, authentication }),
    fresh(store) {
      if (store.credentials === null) throw new TypeError('a client needs credentials');
      return make(store, store.credentials, rootOf(store));
    },
    freshAt(store, { restUrl, authentication }) {
      if (store.credentials === null) throw new TypeError('a client needs credentials');
      return make(store, store.credentials, { restUrl, authentication });
    },
    async detect({ url, credentials, plugin, access, previous }) {
      if (credentials === null) throw new TypeError('a client needs credentials');
      const restUrl = plugin?.restUrl ?? (access?.api.startsWith('wc/') ? access.restUrl : undefined);
      const by = (keys: StoreCredentials) =>
        detectAccess({ home: url, credentials: keys, restUrl, allowPrivate, dispatcher });
      const found = await by(credentials);
      const before = previous?.credentials;
      return found.ok || !before ? found : by(before);
    },
    close: () => dispatcher.destroy(),
  };
}

/** The plugin knows best where the REST API is; without it, it was found out. */
function rootOf({ plugin, access }: Reachable): Root {
  const found = access?.api.startsWith('wc/') ? access : null;
  const restUrl = plugin?.restUrl ?? found?.restUrl;
  return {
    ...(restUrl !== undefined && { restUrl }),
    // Whether the header arrives is the same for whatever is asked there; by the scheme of the address it goes anyway.
    ...(found?.authentication === 'query' && { authentication: 'query' }),
  };
}
