import express, { type Request, Router } from 'express';
import type { Logger } from 'pino';
import { receiveWebhook, type WebhookTools } from '../../webhooks/receive-webhook.ts';
import { ProblemError } from '../problem-error.ts';

/** What {@link webhookRoutes} needs. */
export interface WebhookRouteOptions {
  readonly tools: WebhookTools;
  /** Bytes. */
  readonly maxBody: number;
  readonly delivered: (outcome: string) => void;
  readonly log: Logger;
}

/** `POST /v1/webhooks/:key`: where stores' deliveries arrive. */
export function webhookRoutes({ tools, maxBody, delivered, log }: WebhookRouteOptions): Router {
  const router = Router();
  // Raw and whatever its content type says: the signature is over the bytes.
  router.post('/v1/webhooks/:key', express.raw({ type: () => true, limit: maxBody }), async (request, response) => {
    const answer = await receiveWebhook(tools, {
      key: String(request.params.key),
      header: (name) => request.get(`x-wc-webhook-${name}`),
      body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    });
    if (answer.kind === 'acknowledged') {
      delivered(answer.outcome);
      // Exactly 200: WooCommerce keeps pinging a receiver that answers anything else.
      response.status(200).end();
      return;
    }
    delivered(answer.kind);
    // Scanners try addresses all day; a wrong secret is somebody's mistake.
    const level = answer.kind === 'unknown_key' ? 'debug' : 'warn';
    log[level]({ outcome: answer.kind, topic: topicOf(request) }, 'a delivery was turned away');
    if (answer.kind === 'unknown_key') {
      throw new ProblemError(404, 'unknown-webhook-key', {
        title: 'No store has this webhook address',
        detail: 'The store was never connected or is disconnected: remove the webhook, or connect the store again.',
      });
    }
    throw new ProblemError(401, answer.kind === 'unsigned' ? 'missing-signature' : 'bad-signature', {
      title:
        answer.kind === 'unsigned'
          ? 'The delivery has no X-WC-Webhook-Signature'
          : 'The signature does not fit the body',
      detail: "Check that the webhook's secret in WooCommerce is the one that the store was added with.",
    });
  });
  return router;
}

function topicOf(request: Request): string | undefined {
  return request.get('x-wc-webhook-topic')?.slice(0, 100);
}
