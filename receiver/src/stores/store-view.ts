import type { Store } from './store.ts';
import type { StoreProgress } from './store-progress.ts';

/** A store as operators see it, without what has to be counted: nothing secret in it. */
export interface StoreView {
  readonly id: string;
  readonly vendor: string;
  readonly url: string;
  readonly webhookUrl: string;
  readonly access: 'keys' | 'webhooks_only';
  readonly plugin: Store['plugin'];
  readonly state: 'healthy' | 'importing' | 'attention' | 'disconnecting';
  readonly currency: string | null;
  readonly settings: Store['settings'];
  readonly flags: readonly { readonly kind: string; readonly since: string; readonly detail: string }[];
  readonly createdAt: string;
}

/**
 * @param publicUrl where stores reach the receiver
 * @param progress where it was counted: it tells whether an import is under way
 */
export function storeView(store: Store, publicUrl: string, progress?: Pick<StoreProgress, 'import'>): StoreView {
  const flags = Object.entries(store.flags).map(([kind, { since, detail }]) => ({
    kind,
    since: new Date(since).toISOString(),
    detail,
  }));
  const importing = progress === undefined ? store.import?.walkedAt === null : progress.import?.state === 'running';
  return {
    id: store.id,
    vendor: store.vendor,
    url: store.url,
    webhookUrl: `${publicUrl}/v1/webhooks/${store.webhookKey}`,
    access: store.credentials === null ? 'webhooks_only' : 'keys',
    plugin: store.plugin,
    state:
      store.disconnectedAt !== null
        ? 'disconnecting'
        : flags.length > 0
          ? 'attention'
          : importing
            ? 'importing'
            : 'healthy',
    currency: store.currency,
    settings: store.settings,
    flags,
    createdAt: new Date(store.createdAt).toISOString(),
  };
}
