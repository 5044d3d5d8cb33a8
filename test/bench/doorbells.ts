import { randomBytes } from 'node:crypto';
import { signBody } from '@dstnc/shared';
import { Pool } from 'undici';

/** A shop's webhooks, as far as they are known to the receiver. */
export interface Bell {
  readonly home: string;
  readonly webhookKey: string;
  readonly secret: string;
}

/** Rings as the plugin does: what changed, by its id, signed. */
export interface Doorbells {
  /** Resolves once it is acknowledged, with the milliseconds that took. @throws Error for anything but 200 */
  ring(bell: Bell, groupId: number, kind: 'stock' | 'product'): Promise<number>;
  close(): Promise<void>;
}

/** @param url of the receiver @param connections kept open, as a proxy before the receiver keeps them */
export function createDoorbells(url: string, connections: number): Doorbells {
  const pool = new Pool(url, { connections, pipelining: 1 });
  return {
    async ring({ home, webhookKey, secret }, groupId, kind) {
      const action = `woocommerce_dstnc_${kind}_changed`;
      const body = Buffer.from(JSON.stringify({ action, arg: groupId, changes: [{ groupId, kind }] }));
      const began = performance.now();
      const answer = await pool.request({
        method: 'POST',
        path: `/v1/webhooks/${webhookKey}`,
        headers: {
          'content-type': 'application/json',
          'x-wc-webhook-source': `${home}/`,
          'x-wc-webhook-topic': `action.${action}`,
          'x-wc-webhook-signature': signBody(body, secret),
          'x-wc-webhook-delivery-id': randomBytes(16).toString('hex'),
        },
        body,
      });
      await answer.body.dump();
      if (answer.statusCode !== 200) throw new Error(`a delivery was answered with ${answer.statusCode}`);
      return performance.now() - began;
    },
    close: () => pool.destroy(),
  };
}
