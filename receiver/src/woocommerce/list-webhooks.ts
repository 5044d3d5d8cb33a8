import { z } from 'zod';
import type { StoreClient } from './store-client.ts';
import type { StoreFailure } from './store-failure.ts';

/** A webhook of a store, as wc/v3 and wc/v2 show it. Its secret is never shown. */
export interface StoreWebhook {
  readonly id: number;
  readonly name: string;
  /** `active`, `paused` (by a person) or `disabled` (by WooCommerce, or by a person). */
  readonly status: string;
  readonly topic: string;
  readonly deliveryUrl: string;
}

/** See {@link listWebhooks}. */
export type WebhookList =
  | { readonly ok: true; readonly webhooks: readonly StoreWebhook[] }
  | { readonly ok: false; readonly failure: StoreFailure };

const PER_PAGE = 100;

/** No shop has as many webhooks. */
const MOST_PAGES = 10;

const LIMITS = { timeoutMs: 20_000, maxBytes: 1024 * 1024 };

const shown = z.array(
  z.looseObject({
    id: z.int().positive(),
    name: z.string().catch(''),
    status: z.string().catch(''),
    topic: z.string().catch(''),
    delivery_url: z.string().catch(''),
  }),
);

/**
 * A store's webhooks that deliver to this receiver, oldest first.
 *
 * @param webhookKey the last part of the address that they deliver to: it is the store's own, wherever the receiver is reached
 */
export async function listWebhooks(
  client: StoreClient,
  api: 'wc/v3' | 'wc/v2',
  webhookKey: string,
): Promise<WebhookList> {
  const ours = new Map<number, StoreWebhook>();
  for (let page = 1; page <= MOST_PAGES; page++) {
    const query = { per_page: PER_PAGE, page, orderby: 'id', order: 'asc' };
    const answer = await client.get(`${api}/webhooks`, query, LIMITS);
    if (!answer.ok) return answer;
    const read = shown.safeParse(answer.body);
    if (!read.success) return mismatch();
    for (const { id, name, status, topic, delivery_url: deliveryUrl } of read.data) {
      if (!URL.parse(deliveryUrl)?.pathname.endsWith(`/v1/webhooks/${webhookKey}`)) continue;
      // Into sentences for people: a name may be anything, and long.
      ours.set(id, { id, name: name.slice(0, 100), status, topic, deliveryUrl });
    }
    if (read.data.length < PER_PAGE) break;
  }
  return { ok: true, webhooks: [...ours.values()] };
}

function mismatch(): WebhookList {
  const message = 'The store did not answer with a list of its webhooks. Check its caches.';
  return { ok: false, failure: { kind: 'mismatch', message, retryable: true } };
}
