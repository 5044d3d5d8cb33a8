import { verifySignature } from '@dstnc/shared';
import type { IngestRecord } from '../storage/storage.ts';
import { sameHome } from '../stores/same-home.ts';
import type { Store } from '../stores/store.ts';
import { interpretDelivery } from './interpret-delivery.ts';

/** A webhook call as HTTP brought it. */
export interface WebhookCall {
  /** The last part of the address. */
  readonly key: string;
  /** One of WooCommerce's `X-WC-Webhook-*` headers, by its last part in lower case: "topic", "signature". */
  header(name: string): string | undefined;
  readonly body: Buffer;
}

/** What a webhook call is answered with. Expected failures are values; a StorageUnavailable is thrown. */
export type WebhookAnswer =
  | { readonly kind: 'acknowledged'; readonly outcome: string }
  | { readonly kind: 'unknown_key' }
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'bad_signature' };

/** What {@link receiveWebhook} uses. */
export interface WebhookTools {
  readonly storeOf: (webhookKey: string) => Promise<Store | null>;
  /** Resolves once the record is durable. */
  readonly keep: (record: IngestRecord) => Promise<void>;
  /** The store's webhooks are also in another shop. */
  readonly flagClone: (store: Store, source: string) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** WooCommerce's creation ping: a form, unsigned, and it must be answered with exactly 200. */
const PING = /^webhook_id=\d+$/;

/**
 * Takes one delivery: key, ping, signature, then one durable write, and only then the acknowledgement. Order of checks and answers
 * are the contract of `POST /v1/webhooks/:key`.
 *
 * @throws StorageUnavailable nothing was stored, and nothing may be acknowledged
 */
export async function receiveWebhook(tools: WebhookTools, call: WebhookCall): Promise<WebhookAnswer> {
  const store = await tools.storeOf(call.key);
  if (store === null || store.disconnectedAt !== null) return { kind: 'unknown_key' };

  const signature = call.header('signature');
  if (signature === undefined) {
    return call.body.length < 40 && PING.test(call.body.toString('latin1'))
      ? { kind: 'acknowledged', outcome: 'ping' }
      : { kind: 'unsigned' };
  }
  if (!verifySignature(call.body, signature, store.webhookSecrets)) return { kind: 'bad_signature' };

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
  if (fromClone) await tools.flagClone(store, source);
  return { kind: 'acknowledged', outcome: record.outcome };
}
