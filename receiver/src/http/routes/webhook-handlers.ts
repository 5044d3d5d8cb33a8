import express, { type Request, type RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Store } from '../../stores/store.ts';
import type { BodyBudget } from '../../webhooks/body-budget.ts';
import { LONGEST_PING, receiveWebhook, type WebhookAnswer, type WebhookTools } from '../../webhooks/receive-webhook.ts';
import { ProblemError } from '../problem-error.ts';

/** What {@link webhookHandlers} needs. */
export interface WebhookHandlerOptions {
  readonly storeOf: (webhookKey: string) => Promise<Store | null>;
  /** The same, past what is remembered. */
  readonly storeNow: (webhookKey: string) => Promise<Store | null>;
  readonly tools: WebhookTools;
  /** Bytes. */
  readonly maxBody: number;
  /** What may be under way at a time. */
  readonly budget: BodyBudget;
  readonly delivered: (outcome: string) => void;
  /** A delivery to this address that may have been authentic is not taken, and its sender will not repeat it. */
  readonly refused: (webhookKey: string) => void;
  readonly log: Logger;
}

/** Seconds after which a sender may try again. WooCommerce doesn't, but it logs the answer. */
const RETRY_AFTER = 5;

/** `POST /v1/webhooks/:key`: where stores' deliveries arrive. */
export function webhookHandlers({
  storeOf,
  storeNow,
  tools,
  maxBody,
  budget,
  delivered,
  refused,
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

  /** Whatever fails on this side is remembered: the change that the delivery told of is not. */
  function remembering(handle: RequestHandler<{ key: string }>): RequestHandler<{ key: string }> {
    return async (request, response, next) => {
      try {
        await handle(request, response, next);
      } catch (error) {
        const ours = !(error instanceof ProblemError) || error.problem.status >= 500;
        if (ours && request.get('x-wc-webhook-signature') !== undefined) {
          delivered('refused');
          refused(request.params.key);
        }
        throw error;
      }
    };
  }

  /** Before the body is read: who doesn't know an address, or doesn't sign, can't make the receiver hold 16 MiB for him. */
  const checkFirst: RequestHandler<{ key: string }> = async (request, response, next) => {
    const store = await storeOf(request.params.key);
    if (store === null || store.disconnectedAt !== null) turnAway(request, 'unknown_key');
    const length = Number(request.get('content-length') ?? Number.POSITIVE_INFINITY);
    if (request.get('x-wc-webhook-signature') === undefined && length > LONGEST_PING) turnAway(request, 'unsigned');
    // What is longer is turned away unread; what is compressed, or sent in chunks, may become that long.
    const packed = request.get('content-encoding') !== undefined || length === Number.POSITIVE_INFINITY;
    const giveBack = await budget.take(store.id, packed ? maxBody : length > maxBody ? 0 : length);
    if (giveBack === null) throw TOO_MUCH();
    response.once('close', giveBack);
    // Its sender may have gone while it waited.
    if (response.closed || request.destroyed) giveBack();
    response.locals.store = store;
    next();
  };

  // Raw and whatever its content type says: the signature is over the bytes.
  const raw = express.raw({ type: () => true, limit: maxBody });
  const take: RequestHandler<{ key: string }> = async (request, response) => {
    const call = {
      header: (name: string) => request.get(`x-wc-webhook-${name}`),
      body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    };
    let answer = await receiveWebhook(tools, { ...call, store: response.locals.store as Store });
    if (answer.kind === 'bad_signature') {
      // Another process may have connected the shop again a moment ago, with another secret.
      const store = await storeNow(request.params.key);
      if (store !== null) answer = await receiveWebhook(tools, { ...call, store });
    }
    if (answer.kind !== 'acknowledged') turnAway(request, answer.kind);
    delivered(answer.outcome);
    // Exactly 200: WooCommerce keeps pinging a receiver that answers anything else.
    response.status(200).end();
  };
  return [remembering(checkFirst), raw, remembering(take)];
}

const TOO_MUCH = () =>
  new ProblemError(503, 'overloaded', {
    title: 'Too much is under way now',
    detail: 'The delivery was not read. Nothing was taken over; send it again later.',
    retryAfter: RETRY_AFTER,
  });

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
