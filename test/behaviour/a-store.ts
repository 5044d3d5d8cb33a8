import type { Store } from '@dstnc/receiver/stores/store.ts';

/** A store as it comes out of the storage, with what a test doesn't care about filled in. */
export function aStore(over: Partial<Store> = {}): Store {
  const id = over.id ?? 'st_lamps';
  return {
    id,
    vendor: `vendor-of-${id}`,
    url: 'https://shop.example',
    webhookKey: `wh_${id}`,
    webhookSecrets: ['webhook-secret'],
    webhookSecretsUntil: null,
    credentials: { consumerKey: 'ck_key', consumerSecret: 'cs_secret' },
    plugin: null,
    tokenHash: null,
    access: null,
    withheld: null,
    previous: null,
    import: null,
    settings: { language: null, pollSeconds: null, backorders: 'deny', staleAfter: 86_400, onStale: 'keep' },
    currency: 'EUR',
    taxIncluded: true,
    flags: {},
    createdAt: 1,
    disconnectedAt: null,
    ...over,
  };
}
