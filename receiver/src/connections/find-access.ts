import { tellWithoutPlugin } from '../doctor/tell-without-plugin.ts';
import { sameHome } from '../stores/same-home.ts';
import type { Store } from '../stores/store.ts';
import type { StoreClient } from '../woocommerce/store-client.ts';
import type { StoreFailure } from '../woocommerce/store-failure.ts';
import type { AccessProblem, AccessReading, FindAccess } from './access-reading.ts';

/** Milliseconds and bytes: whoever asks is waiting. */
const PATIENCE = { timeoutMs: 20_000, maxBytes: 1024 * 1024 };

const FIRST = 'wc/v3/products';

/**
 * Tries keys on a shop over wc/v3: reads a product, and writes nothing into products and orders, which a key that may only read is refused.
 *
 * @param clientFor a client for a store that isn't known yet; closed after use
 */
export function createFindAccess(
  clientFor: (store: Pick<Store, 'url' | 'credentials' | 'plugin'>) => StoreClient,
  clock: () => number,
): FindAccess {
  return async (url, credentials) => {
    const found = await tryAt(url);
    return 'moved' in found ? withoutMove(await tryAt(found.moved)) : found;

    async function tryAt(home: string): Promise<AccessReading | { readonly moved: string; failure: StoreFailure }> {
      const client = clientFor({ url: home, credentials, plugin: null });
      try {
        const read = await client.get(FIRST, { per_page: 1, _fields: 'id' }, PATIENCE);
        if (!read.ok) {
          const moved = movedTo(home, read.failure);
          return moved === null ? refused(problemOf(read.failure)) : { moved, failure: read.failure };
        }
        for (const path of ['wc/v3/products/batch', 'wc/v3/orders/batch']) {
          const written = await client.post(path, {}, PATIENCE);
          if (!written.ok) return refused(writing(written.failure));
        }
        return {
          ok: true,
          home,
          access: {
            api: 'wc/v3',
            restUrl: `${home}/wp-json/`,
            authentication: client.headerStripped ? 'query' : home.startsWith('https:') ? 'basic' : 'oauth1',
            woocommerce: null,
            variationsTogether: false,
            modifiedAfter: false,
            oddities: [],
            foundAt: clock(),
          },
        };
      } finally {
        await client.close();
      }
    }
  };
}

function withoutMove(found: AccessReading | { readonly moved: string; failure: StoreFailure }): AccessReading {
  return 'moved' in found ? refused(problemOf(found.failure)) : found;
}

/** Where the same shop is, if that is all that a redirect says: with or without www., or encrypted. */
function movedTo(home: string, failure: StoreFailure): string | null {
  if (failure.kind !== 'redirect' || failure.location === null) return null;
  const [, moved] = /^(.*?)\/wp-json\/wc\/v3\/products\/?$/.exec(failure.location) ?? [];
  return moved !== undefined && moved !== home && sameHome(moved, home) ? moved : null;
}

function writing(failure: StoreFailure): AccessProblem {
  if (failure.kind === 'unauthorized' && failure.code === 'woocommerce_rest_authentication_error') {
    return {
      kind: 'read_only',
      message:
        'The key may only read. Under WooCommerce > Settings > Advanced > REST API, make a key with the permissions Read/Write.',
    };
  }
  return problemOf(failure);
}

function problemOf(failure: StoreFailure): AccessProblem {
  if (failure.kind === 'unauthorized' && failure.status === 403) {
    return {
      kind: 'no_role',
      message:
        "The key's user may not manage the shop. Make a key for a user who is an administrator or shop manager, under WooCommerce > Settings > Advanced > REST API.",
    };
  }
  if (failure.kind === 'unauthorized') {
    return {
      kind: 'bad_key',
      message: `The shop doesn't accept this key (${failure.code}). Check that key and secret are copied whole, belong together, allow Read/Write, and were made in this shop.`,
    };
  }
  const { title, advice } = tellWithoutPlugin(failure);
  return { kind: failure.kind, message: `${title} ${advice}` };
}

function refused(problem: AccessProblem): AccessReading {
  return { ok: false, problem };
}
