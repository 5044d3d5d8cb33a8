import { randomBytes } from 'node:crypto';
import type { Storage } from '../../receiver/src/storage/storage.ts';
import { DEFAULT_SETTINGS } from '../../receiver/src/stores/default-settings.ts';
import { newStoreIdentity } from '../../receiver/src/stores/new-store-identity.ts';
import type { Store } from '../../receiver/src/stores/store.ts';

/** What {@link keepStore} is told. */
export interface KeptStore {
  readonly url: string;
  readonly vendor: string;
  readonly consumerKey: string;
  readonly consumerSecret: string;
  readonly webhookSecret?: string;
  readonly currency?: string;
}

/** Puts a store with keys into the storage as if it had been connected long ago: nothing is asked of the shop, which may be a stub. */
export async function keepStore(storage: Pick<Storage, 'stores'>, given: KeptStore): Promise<Store> {
  const { url, vendor, consumerKey, consumerSecret, webhookSecret, currency } = given;
  const store: Store = {
    ...newStoreIdentity(),
    vendor,
    url: url.replace(/\/+$/, ''),
    webhookSecrets: [webhookSecret ?? randomBytes(32).toString('hex')],
    webhookSecretsUntil: null,
    credentials: { consumerKey, consumerSecret },
    plugin: null,
    tokenHash: null,
    previous: null,
    access: null,
    withheld: null,
    import: null,
    settings: DEFAULT_SETTINGS,
    currency: currency ?? null,
    taxIncluded: null,
    flags: {},
    createdAt: Date.now(),
    disconnectedAt: null,
  };
  if (!(await storage.stores.add(store))) throw new Error(`the vendor ${vendor} has a store already`);
  return store;
}
