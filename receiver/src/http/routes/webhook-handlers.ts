import express, { type Request, type RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Store } from '../../stores/store.ts';
import { LONGEST_PING, receiveWebhook, type WebhookAnswer, type WebhookTools } from '../../webhooks/receive-webhook.ts';
import { ProblemError } from '../problem-error.ts';

/** What {@link webhookHandlers} needs. */
export interface WebhookHandlerOptions {
  readonly storeOf: (webhookKey: string) => Promise<Store | null>;
  readonly tools: WebhookTools;
  /** Bytes. */
  readonly maxBody: number;
  readonly delivered: (outcome: string) => void;
  readonly log: Logger;
}

/** `POST /v1/webhooks/:key`: where stores' deliveries arrive. */
export function webhookHandlers({
  storeOf,
  tools,
  maxBody,
  delivered,
  log,
}: WebhookHandlerOptions): RequestHandler<{ key: string }>[] {
  function turnAway(
    request: Request<{ key: string }>,
    kind: Exclude<WebhookAnswer['kind'], 'acknowledged'> | 'unknown_key',
  ): never {
    delivered(kind);
    // Scanners try addresses all day; a wrong secret is somebody's mistake.
    log[kind === 'unknown_key' ? 'debug' : 'warn'](
      { outcome: kind, topic: topicOf(request) },
      'a delivery was turned away',
    );
    throw REFUSALS[kind]();
  }

  /** Before the body is read: who doesn't know an address, or doesn't sign, can't make the receiver hold 16 MiB for him. */
  const checkFirst: RequestHandler<{ key: string }> = async (request, response, next) => {
    const store = await storeOf(request.params.key);
    if (store === null || store.disconnectedAt !== null) turnAway(request, 'unknown_key');
    const length = Number(request.get('content-length') ?? Number.POSITIVE_INFINITY);
    if (request.get('x-wc-webhook-signature') === undefined && length > LONGEST_PING) turnAway(request, 'unsigned');
    response.locals.store = store;
    next();
  };

  // Raw and whatever its content type says: the signature is over the bytes.
  const raw = express.raw({ type: () => true, limit: maxBody });
  const take: RequestHandler<{ key: string }> = async (request, response) => {
    const answer = await receiveWebhook(tools, {
      store: response.locals.store as Store,
      header: (name) => request.get(`x-wc-webhook-${name}`),
      body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    });
    if (answer.kind !== 'acknowledged') turnAway(request, answer.kind);
    delivered(answer.outcome);
    // Exactly 200: WooCommerce keeps pinging a receiver that answers anything else.
    response.status(200).end();
  };
  return [checkFirst, raw, take];
}

const CHECK_SECRET = "Check that the webhook's secret in WooCommerce is the one that the store was added with.";

const REFUSALS = {
  unknown_key: () =>
    new ProblemError(404, 'unknown-webhook-key', {
      title: 'No store has this webhook address',
      detail: 'The store was never connected or is disconnected: remove the webhook, or connect the store again.',
    }),
  unsigned: () =>
    new ProblemError(401, 'missing-signature', {
      title: 'The delivery has no X-WC-Webhook-Signature',
      detail: CHECK_SECRET,
    }),
  bad_signature: () =>
    new ProblemError(401, 'bad-signature', { title: 'The signature does not fit the body', detail: CHECK_SECRET }),
};

function topicOf(request: Pick<Request, 'get'>): string | undefined {
  return request.get('x-wc-webhook-topic')?.slice(0, 100);
}
