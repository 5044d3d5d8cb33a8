import type { Store } from '../stores/store.ts';
import type { AccessDetection } from './detect-access.ts';
import { createLegacyApi } from './legacy/create-legacy-api.ts';
import { createPluginApi } from './plugin/create-plugin-api.ts';
import { createRestApi } from './rest/create-rest-api.ts';
import type { StoreAccess } from './store-access.ts';
import type { StoreApi } from './store-api.ts';
import type { StoreClients } from './store-clients.ts';
import type { StoreFailure } from './store-failure.ts';

/** How long a plugin that is switched off isn't asked again, in milliseconds. */
const OFF_MS = 30_000;

/** How long a store whose API can't be found, or failed though it was found just now, isn't examined again, in milliseconds. */
const EXAMINE_AGAIN_MS = 5 * 60_000;

/** See {@link createStoreApis}. */
export interface StoreApisOptions {
  readonly clients: StoreClients;
  /** Finds out how a store is spoken to: detect-access.ts. */
  readonly detect: (store: Store) => Promise<AccessDetection>;
  /** Keeps what was found out, with the store. */
  readonly keep: (storeId: string, access: StoreAccess) => Promise<void>;
  /** Whether the plugin of a store that has one answered when it was asked. */
  readonly onPlugin?: (store: Store, answers: boolean) => void;
  /** What came of finding it out, for the operators. */
  readonly onExamined?: (store: Store, found: AccessDetection) => void;
}

/** The stores' APIs. */
export interface StoreApis {
  /** Through the plugin where there is one and it answers, else over the store's own API. @returns null for a store without credentials */
  of(store: Store): StoreApi | null;
  /** Whether it answers something that costs it nothing: when it fails with products, is it these or is it the shop? */
  isWell(store: Store): Promise<boolean>;
  /** The plugin was seen to answer: it is asked again, though it was switched off a moment ago. */
  reset(storeId: string): void;
}

/** What is known of a store at the moment. */
interface Known {
  /** Where it is and what opens it: with another address, or other keys, nothing is known any more. */
  readonly made: string;
  /** Not asked before this, by performance.now(): its plugin is switched off. */
  pluginOffUntil: number;
  access: StoreAccess | null;
  /** Not examined before this, by performance.now(). */
  examineAt: number;
  examining: Promise<StoreAccess | null> | null;
}

/** For something that is no work to a shop that is well: its plugin's status, or the ids of its first products. */
const WELL = { timeoutMs: 10_000, maxBytes: 1024 * 1024 };

/**
 * Chooses how each store is spoken to, and goes another way where one stops answering: the plugin is switched off, an update brings or
 * takes an API, a firewall shuts one. How a store is spoken to without the plugin is found out once, and kept with the store.
 */
export function createStoreApis({ clients, detect, keep, onPlugin, onExamined }: StoreApisOptions): StoreApis {
  const stores = new Map<string, Known>();

  function knownOf({ id, url, credentials, plugin, access }: Store): Known {
    const made = JSON.stringify([url, plugin?.restUrl, credentials]);
    let known = stores.get(id);
    if (known?.made !== made) {
      known = { made, pluginOffUntil: 0, access, examineAt: 0, examining: null };
      stores.set(id, known);
    }
    // Another process may have found it out.
    if (access !== null && access.foundAt > (known.access?.foundAt ?? 0)) known.access = access;
    return known;
  }

  async function examine(store: Store, known: Known): Promise<StoreAccess | null> {
    if (known.examineAt > performance.now()) return null;
    known.examining ??= detect(store)
      .then(async (found) => {
        onExamined?.(store, found);
        if (!found.ok) return null;
        known.access = found.access;
        await keep(store.id, found.access);
        return found.access;
      })
      .finally(() => {
        known.examineAt = performance.now() + EXAMINE_AGAIN_MS;
        known.examining = null;
      });
    return known.examining;
  }

  function apiAt(store: Store, access: StoreAccess): StoreApi {
    const { api } = access;
    if (api === 'wc/v3' || api === 'wc/v2' || api === 'wc/v1') {
      const client = clients.of(store);
      if (client === null) throw new TypeError('no credentials');
      return createRestApi(client, { ...access, api }, store.settings.language);
    }
    const client = clients.at(store, access);
    if (client === null) throw new TypeError('no credentials');
    return createLegacyApi(client);
  }

  /** Asks the store's own API, as it is known; where it isn't, or no longer answers, it is found out first. */
  async function byItself<Result>(
    store: Store,
    ask: (api: StoreApi) => Promise<Result>,
    failureOf: (result: Result) => StoreFailure | null,
  ): Promise<Result> {
    const known = knownOf(store);
    // Where nothing could be found out, the usual way is tried: what it meets says best what is wrong.
    const access = known.access ?? assumed(store) ?? (await examine(store, known)) ?? USUAL;
    const result = await ask(apiAt(access === USUAL ? store : { ...store, access }, access));
    const failure = failureOf(result);
    if (failure === null || !MOVED.has(codeOf(failure))) return result;
    const found = await examine(store, known);
    if (found === null || sameWay(found, access)) return result;
    return ask(apiAt({ ...store, access: found }, found));
  }

  async function byBest<Result>(
    store: Store,
    ask: (api: StoreApi) => Promise<Result>,
    failureOf: (result: Result) => StoreFailure | null,
  ): Promise<Result> {
    const known = knownOf(store);
    const client = store.plugin === null ? null : clients.of(store);
    if (client === null || known.pluginOffUntil > performance.now()) return byItself(store, ask, failureOf);
    const result = await ask(createPluginApi(client, store.settings.language));
    const failure = failureOf(result);
    if (failure?.kind === 'not_found' && failure.code === 'rest_no_route') {
      known.pluginOffUntil = performance.now() + OFF_MS;
      onPlugin?.(store, false);
      return byItself(store, ask, failureOf);
    }
    if (failure === null) onPlugin?.(store, true);
    return result;
  }

  return {
    of(store) {
      if (store.credentials === null) return null;
      return {
        readGroup(id) {
          const ask = (api: StoreApi) => api.readGroup(id);
          return byItself(store, ask, (one) => (one.kind === 'failure' ? one.failure : null));
        },
        readGroups: (ids, options) =>
          byBest(
            store,
            (api) => api.readGroups(ids, options),
            (reading) => (reading.ok ? null : reading.failure),
          ),
        walk: (place, options) =>
          byBest(
            store,
            (api) => api.walk(place, options),
            (page) => (page.ok ? null : page.failure),
          ),
        changes: (after, options) =>
          byBest(
            store,
            (api) => api.changes(after, options),
            (changes) => (changes.ok ? null : changes.failure),
          ),
        facts: () =>
          byItself(
            store,
            (api) => api.facts(),
            () => null,
          ),
      };
    },
    async isWell(store) {
      const { pluginOffUntil } = knownOf(store);
      const client = store.plugin === null || pluginOffUntil > performance.now() ? null : clients.of(store);
      if (client !== null) return (await client.get('wc-dstnc/v1/status', {}, WELL)).ok;
      const page = await byItself(
        store,
        (api) => api.walk({ cursor: 0, walked: 0 }, WELL),
        () => null,
      );
      return page.ok;
    },
    reset(storeId) {
      const known = stores.get(storeId);
      if (known !== undefined) known.pluginOffUntil = 0;
    },
  };
}

/** Failures after which it may be another API that answers. A page or a firewall's word may be about this one request. */
const MOVED = new Set(['not_found rest_no_route', 'not_found woocommerce_api_disabled', 'not_json', 'redirect']);

function codeOf(failure: StoreFailure): string {
  return failure.kind === 'not_found' ? `not_found ${failure.code}` : failure.kind;
}

function sameWay(one: StoreAccess, other: StoreAccess): boolean {
  return one.api === other.api && one.restUrl === other.restUrl && one.authentication === other.authentication;
}

/** A store with the plugin has at least WooCommerce 5.8, and said where its REST API is. */
function assumed({ plugin }: Store): StoreAccess | null {
  if (plugin === null) return null;
  const [major = 0, minor = 0] = plugin.woocommerce.split('.').map(Number);
  const together = major > 10 || (major === 10 && minor >= 3);
  const { restUrl, woocommerce } = plugin;
  return { ...USUAL, restUrl, woocommerce, variationsTogether: together, modifiedAfter: true };
}

/** What every WooCommerce from 3.5 on can be asked. Its root and authentication are what the store's client takes by itself. */
const USUAL: StoreAccess = {
  api: 'wc/v3',
  restUrl: '',
  authentication: 'basic',
  woocommerce: null,
  variationsTogether: false,
  modifiedAfter: false,
  oddities: [],
  foundAt: 0,
};
