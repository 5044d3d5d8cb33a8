import type { RecordedDelivery } from '../recordings/recording.ts';

/** The products that deliveries speak of: an id's own, and a variation's parent. */
export function toldProducts(deliveries: readonly RecordedDelivery[]): Set<number> {
  const told = new Set<number>();
  for (const { body } of deliveries) {
    if (!body.startsWith('{')) continue;
    const { id, parent_id: parent } = JSON.parse(body) as { id?: number; parent_id?: number };
    if (id !== undefined) told.add(id);
    if (parent) told.add(parent);
  }
  return told;
}
