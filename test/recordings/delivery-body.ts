import type { RecordedDelivery } from './recording.ts';

/** The exact bytes of a recorded delivery's body. */
export function deliveryBody(delivery: Pick<RecordedDelivery, 'body' | 'bodyBase64'>): Buffer {
  return delivery.bodyBase64 === undefined ? Buffer.from(delivery.body) : Buffer.from(delivery.bodyBase64, 'base64');
}
