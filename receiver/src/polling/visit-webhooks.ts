import type { Logger } from 'pino';
import type { PollRow } from '../storage/storage.ts';
import type { Store } from '../stores/store.ts';
import { wantedWebhooks } from '../stores/wanted-webhooks.ts';
import { keepWebhooks, type WebhookState } from '../woocommerce/keep-webhooks.ts';
import type { StoreClient } from '../woocommerce/store-client.ts';

/** What a look at a store's webhooks came to: what is to be remembered, and why the catalogue is to be compared (null: it isn't). */
export interface WebhooksVisit {
  readonly found: WebhookState | null;
  readonly doubt: string | null;
}

/** See {@link createWebhooksVisit}. */
export interface WebhooksVisitOptions {
  readonly clientOf: (store: Store) => StoreClient | null;
  /** Where stores reach the receiver. */
  readonly publicUrl: () => string;
  readonly log: Logger;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** Looks after the webhooks of stores without the plugin: see woocommerce/keep-webhooks.ts. */
export function createWebhooksVisit({ clientOf, publicUrl, log, clock }: WebhooksVisitOptions) {
  return async (store: Store, before: PollRow['webhooks']): Promise<WebhooksVisit | null> => {
    const client = clientOf(store);
    if (client === null) return null;
    const previous = before?.found ?? null;
    const kept = await keepWebhooks(client, wantedWebhooks(store, publicUrl()), { previous, now: clock() });
    if (!kept.ok) {
      log.warn({ store: store.id, reason: kept.failure.message }, 'its webhooks could not be looked at');
      return { found: previous, doubt: null };
    }
    const { created, enabled, removed } = kept.did;
    if (created + enabled + removed > 0)
      log.info({ store: store.id, created, enabled, removed }, 'webhooks were set right');
    return { found: kept.state, doubt: kept.doubt ? 'a webhook was missing or switched off' : null };
  };
}
