import { request } from 'undici';
import { deliveryBody } from '../recordings/delivery-body.ts';
import type { RecordedDelivery } from '../recordings/recording.ts';

/** Headers of one connection, which the next one makes itself. */
const hopByHop = new Set([
  'host',
  'connection',
  'keep-alive',
  'content-length',
  'transfer-encoding',
  'te',
  'upgrade',
  'expect',
]);

/** What the receiver answered. */
export interface DeliveryAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * Sends a recorded delivery again: the exact bytes, under the recorded headers.
 * @param sourceHome the home that the receiver knows the store by, a replay store's in tests
 */
export async function sendDelivery(
  delivery: RecordedDelivery,
  webhookUrl: string,
  { sourceHome }: { readonly sourceHome: string },
): Promise<DeliveryAnswer> {
  const headers = delivery.headers
    .filter(([name]) => !hopByHop.has(name.toLowerCase()))
    .map(([name, value]): [string, string] => [
      name,
      // The recorded store had another address. No header is signed, so this may be put right, and has to be: a receiver
      // takes a source other than the home it knows for a clone of the store.
      name.toLowerCase() === 'x-wc-webhook-source' ? `${sourceHome.replace(/\/$/, '')}/` : value,
    ]);
  const answer = await request(webhookUrl, { method: 'POST', headers: headers.flat(), body: deliveryBody(delivery) });
  return { status: answer.statusCode, body: await answer.body.text() };
}
