import { z } from 'zod';
import type { StoreClient } from './store-client.ts';
import type { StoreFailure } from './store-failure.ts';

/** What came of {@link enableWebhooks}: how many were switched on again, or why that isn't known. */
export type EnabledWebhooks =
  | { readonly ok: true; readonly enabled: number }
  | { readonly ok: false; readonly failure: StoreFailure };

const PER_PAGE = 100;

/** No shop has as many webhooks that WooCommerce gave up. */
const MOST_PAGES = 10;

const LIMITS = { timeoutMs: 20_000, maxBytes: 1024 * 1024 };

const disabledWebhooks = z.array(z.looseObject({ id: z.int().positive(), delivery_url: z.string() }));

/**
 * Switches a store's webhooks to this receiver on again. WooCommerce sets one to `disabled` after the seventh failed delivery in a row, for
 * good; those that a person paused are left alone. The count of failures stays until the next delivery that arrives.
 *
 * @param webhookKey the last part of the address that they deliver to: it is the store's own, wherever the receiver is reached
 */
export async function enableWebhooks(client: StoreClient, webhookKey: string): Promise<EnabledWebhooks> {
  const ours: number[] = [];
  for (let page = 1; page <= MOST_PAGES; page++) {
    const answer = await client.get('wc/v3/webhooks', { status: 'disabled', per_page: PER_PAGE, page }, LIMITS);
    if (!answer.ok) return answer;
    const read = disabledWebhooks.safeParse(answer.body);
    if (!read.success) return mismatch();
    for (const { id, delivery_url } of read.data) {
      if (URL.parse(delivery_url)?.pathname.endsWith(`/v1/webhooks/${webhookKey}`)) ours.push(id);
    }
    if (read.data.length < PER_PAGE) break;
  }
  for (const id of ours) {
    const answer = await client.post(`wc/v3/webhooks/${id}`, { status: 'active' }, LIMITS);
    if (!answer.ok) return answer;
  }
  return { ok: true, enabled: ours.length };
}

function mismatch(): EnabledWebhooks {
  const message = 'The store did not answer with a list of its webhooks. Check its caches.';
  return { ok: false, failure: { kind: 'mismatch', message, retryable: true } };
}
