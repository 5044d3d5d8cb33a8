import { randomBytes } from 'node:crypto';
import { signBody } from '@dstnc/shared';
import { productPayload } from './product-payload.ts';

/** A delivery, ready but for where it comes from and goes to. */
export interface SignedDelivery {
  /** The headers that WooCommerce's requests have beside `Host` and the Source, each line ended. */
  readonly headers: string;
  readonly body: Buffer;
}

/**
 * Makes `product.updated` deliveries, signed as WooCommerce signs them: all products once, then all again with another quantity, and
 * so on, so that no two deliveries of a product that follow each other say the same.
 */
export function signedDeliveries(options: {
  readonly products: number;
  readonly rounds: number;
  readonly secret: string;
}): SignedDelivery[] {
  const { products, rounds, secret } = options;
  return Array.from({ length: products * rounds }, (_, index) => {
    const body = Buffer.from(productPayload(1_000 + (index % products), 5 + Math.floor(index / products)));
    const headers = [
      'User-Agent: WooCommerce/11.0.1 Hookshot (WordPress/7.1)',
      'Accept: */*',
      'Accept-Encoding: deflate, gzip, br, zstd',
      'Content-Type: application/json',
      'X-WC-Webhook-Topic: product.updated',
      'X-WC-Webhook-Resource: product',
      'X-WC-Webhook-Event: updated',
      `X-WC-Webhook-Signature: ${signBody(body, secret)}`,
      'X-WC-Webhook-ID: 2',
      `X-WC-Webhook-Delivery-ID: ${randomBytes(16).toString('hex')}`,
      `Content-Length: ${body.length}`,
    ];
    return { headers: headers.map((line) => `${line}\r\n`).join(''), body };
  });
}
