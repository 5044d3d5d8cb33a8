import { listWebhooks } from './list-webhooks.ts';
import type { StoreClient } from './store-client.ts';
import type { StoreFailure } from './store-failure.ts';

/** See {@link removeWebhooks}. */
export type WebhookRemoval =
  | { readonly ok: true; readonly removed: number }
  | { readonly ok: false; readonly failure: StoreFailure };

const LIMITS = { timeoutMs: 30_000, maxBytes: 1024 * 1024 };

/** Deletes a store's webhooks that deliver to this receiver, as when it is disconnected. Those that stay are given up by WooCommerce itself. */
export async function removeWebhooks(
  client: StoreClient,
  api: 'wc/v3' | 'wc/v2',
  webhookKey: string,
): Promise<WebhookRemoval> {
  const listed = await listWebhooks(client, api, webhookKey);
  if (!listed.ok) return listed;
  const ids = listed.webhooks.map(({ id }) => id);
  if (ids.length === 0) return { ok: true, removed: 0 };
  const answer = await client.post(`${api}/webhooks/batch`, { delete: ids }, LIMITS);
  return answer.ok ? { ok: true, removed: ids.length } : answer;
}
