import type { Store } from './store.ts';

/** A store as operators see it: nothing secret in it. */
export interface StoreView {
  readonly id: string;
  readonly vendor: string;
  readonly url: string;
  readonly webhookUrl: string;
  readonly access: 'keys' | 'webhooks_only';
  readonly state: 'healthy' | 'attention' | 'disconnecting';
  readonly currency: string | null;
  readonly settings: Store['settings'];
  readonly flags: readonly { readonly kind: string; readonly since: string; readonly detail: string }[];
  readonly createdAt: string;
}

/** @param publicUrl where stores reach the receiver */
export function storeView(store: Store, publicUrl: string): StoreView {
  const flags = Object.entries(store.flags).map(([kind, { since, detail }]) => ({
    kind,
    since: new Date(since).toISOString(),
    detail,
  }));
  return {
    id: store.id,
    vendor: store.vendor,
    url: store.url,
    webhookUrl: `${publicUrl}/v1/webhooks/${store.webhookKey}`,
    access: store.credentials === null ? 'webhooks_only' : 'keys',
    state: store.disconnectedAt !== null ? 'disconnecting' : flags.length > 0 ? 'attention' : 'healthy',
    currency: store.currency,
    settings: store.settings,
    flags,
    createdAt: new Date(store.createdAt).toISOString(),
  };
}
