import { randomBytes } from 'node:crypto';
import type { ConnectionAnswer, ConnectionRequest } from '@dstnc/shared';
import type { PluginShop } from './start-plugin-shop.ts';
import type { AddedStore, Answer, Receiver } from './start-receiver.ts';

/** A shop that is connected by its plugin. */
export interface ConnectedShop extends AddedStore {
  readonly token: string;
  /** Calls the receiver as the plugin does. */
  call(method: string, path: string, body?: unknown): Promise<Answer>;
}

/** Body of `POST /v1/connections` as the plugin sends it, with keys that the shop has just made. */
export function aConnection(
  shop: PluginShop,
  code: string,
  permissions: 'read' | 'write' | 'read_write' = 'read_write',
): ConnectionRequest {
  const [consumerKey, consumerSecret] = [
    `ck_${randomBytes(20).toString('hex')}`,
    `cs_${randomBytes(20).toString('hex')}`,
  ];
  shop.keys.set(consumerKey, { secret: consumerSecret, permissions });
  return {
    contractVersion: 1,
    code,
    store: { url: shop.url, restUrl: shop.restUrl, plugin: '0.1.0', woocommerce: '11.0.1', wordpress: '7.1' },
    credentials: { consumerKey, consumerSecret },
    webhookSecret: randomBytes(32).toString('hex'),
  };
}

/** Connects a shop as its plugin does. @throws Error unless the receiver takes it */
export async function connectShop(receiver: Receiver, shop: PluginShop, vendor: string): Promise<ConnectedShop> {
  const body = aConnection(shop, await receiver.invite(vendor));
  const answer = await receiver.call('POST', '/v1/connections', { body, token: null });
  if (answer.status !== 201) throw new Error(`the shop was not connected: ${answer.text}`);
  const { storeId, storeToken, webhookUrl } = answer.body as ConnectionAnswer;
  return {
    id: storeId,
    vendor,
    url: shop.url,
    webhookUrl,
    webhookSecret: body.webhookSecret,
    token: storeToken,
    call: (method, path, sent) =>
      receiver.call(method, `/v1/stores/${storeId}${path}`, {
        token: storeToken,
        ...(sent !== undefined && { body: sent }),
      }),
  };
}
