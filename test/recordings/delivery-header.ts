import type { RecordedDelivery } from './recording.ts';

/** The value of a recorded delivery's header, whatever the case of its name. */
export function deliveryHeader(delivery: Pick<RecordedDelivery, 'headers'>, name: string): string | undefined {
  return delivery.headers.find(([header]) => header.toLowerCase() === name.toLowerCase())?.[1];
}
