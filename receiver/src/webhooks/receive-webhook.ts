import { verifySignature } from '@dstnc/shared';
import type { IngestRecord } from '../storage/storage.ts';
import { goodWebhookSecrets } from '../stores/good-webhook-secrets.ts';
import { sameHome } from '../stores/same-home.ts';
import type { Store } from '../stores/store.ts';
import { interpretDelivery } from './interpret-delivery.ts';

/** A webhook call as HTTP brought it. */
export interface WebhookCall {
  /** Whose address was called. */
  readonly store: Store;
  /** One of WooCommerce's `X-WC-Webhook-*` headers, by its last part in lower case: "topic", "signature". */
  header(name: string): string | undefined;
  readonly body: Buffer;
}

/** What a webhook call is answered with. Expected failures are values; a StorageUnavailable is thrown. */
export type WebhookAnswer =
  | { readonly kind: 'acknowledged'; readonly outcome: string }
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'bad_signature' };

/** What {@link receiveWebhook} uses. */
export interface WebhookTools {
  /** Resolves once the record is durable. */
  readonly keep: (record: IngestRecord) => Promise<void>;
  /** Something that an operator should look at; null: it is over. */
  readonly flag: (store: Store, kind: 'clone' | 'webhook_user', detail: string | null) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** WooCommerce's creation ping: a form, unsigned, and it must be answered with exactly 200. */
const PING = /^webhook_id=\d+$/;

/** The longest ping, in bytes: whatever is longer and unsigned need not even be read. */
export const LONGEST_PING = 40;

/** WooCommerce builds payloads as the webhook's user; when that is deleted or demoted it sends the refusal instead, and no id. */
const WEBHOOK_USER_GONE =
  "The shop's webhooks can't see its products any more, as the user that they act as was deleted or lost its role: set another user (or save the webhooks again as an administrator), then run a sync.";

/**
 * Takes one delivery of a known address: ping, signature, then one durable write, and only then the acknowledgement. Order of checks
 * and answers are the contract of `POST /v1/webhooks/:key`.
 *
 * @throws StorageUnavailable nothing was stored, and nothing may be acknowledged
 */
export async function receiveWebhook(tools: WebhookTools, call: WebhookCall): Promise<WebhookAnswer> {
  const { store } = call;
  const signature = call.header('signature');
  if (signature === undefined) {
    return call.body.length <= LONGEST_PING && PING.test(call.body.toString('latin1'))
      ? { kind: 'acknowledged', outcome: 'ping' }
      : { kind: 'unsigned' };
  }
  if (!verifySignature(call.body, signature, goodWebhookSecrets(store, tools.clock())))
    return { kind: 'bad_signature' };

  const source = call.header('source');
  const fromClone = source !== undefined && source !== '' && !sameHome(source, store.url);
  const record = interpretDelivery(store, {
    topic: call.header('topic') ?? '',
    deliveryId: call.header('delivery-id') ?? '',
    receivedAt: tools.clock(),
    body: call.body,
    fromClone,
  });
  await tools.keep(record);
  if (fromClone) {
    const from = source.slice(0, 200);
    await tools.flag(
      store,
      'clone',
      `Deliveries come from ${from}, which is not ${store.url}: a copy of the shop still has its webhooks.`,
    );
  } else if (record.outcome === 'store_error_access') {
    await tools.flag(store, 'webhook_user', WEBHOOK_USER_GONE);
  } else if (record.outcome === 'marked') {
    await tools.flag(store, 'webhook_user', null);
  }
  return { kind: 'acknowledged', outcome: record.outcome };
}
