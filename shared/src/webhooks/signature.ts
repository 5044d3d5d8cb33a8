import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * WooCommerce's webhook signature: base64 of HMAC-SHA256 over the raw body, and over nothing else (no time, no headers).
 *
 * @param body the exact bytes that are, or were, sent
 */
export function signBody(body: Uint8Array, secret: string): string {
  return createHmac('sha256', secret).update(body).digest('base64');
}

/**
 * Whether a body was signed with one of the secrets: several are valid while one is being rotated. Compares in constant time.
 *
 * @param signature the value of `X-WC-Webhook-Signature`
 */
export function verifySignature(body: Uint8Array, signature: string, secrets: readonly string[]): boolean {
  const given = Buffer.from(signature);
  let valid = false;
  for (const secret of secrets) {
    const wanted = Buffer.from(signBody(body, secret));
    if (given.length === wanted.length && timingSafeEqual(given, wanted)) valid = true;
  }
  return valid;
}
