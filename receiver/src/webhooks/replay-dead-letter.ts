import type { GroupKey, Storage } from '../storage/storage.ts';
import { interpretDelivery } from './interpret-delivery.ts';

/**
 * Sends a dead letter the normal way once more: a rejected product is marked dirty and an undeliverable one is due at once (the
 * store's current state wins), a store that can't be read is asked again, a delivery is read again by whatever can read it now.
 *
 * @param announce told which groups became dirty
 */
export async function replayDeadLetter(
  {
    storage,
    clock,
    announce,
  }: { storage: Storage; clock: () => number; announce: (keys: readonly GroupKey[]) => void },
  id: string,
): Promise<'replayed' | 'unknown' | 'unreadable'> {
  const letter = await storage.deadLetters.byId(id);
  const store = letter && (await storage.stores.byId(letter.storeId));
  if (!letter || !store) return 'unknown';
  if (letter.kind === 'unreadable') {
    await storage.groups.wake(clock(), store.id);
    announce([{ storeId: store.id, groupId: 0 }]);
    return 'replayed';
  }
  if (letter.kind !== 'delivery') {
    const key = { storeId: store.id, groupId: Number(letter.subject) };
    // What can't be delivered is dirty as it is: another mark would be another change, which a discard would leave alone.
    if (letter.kind === 'rejection') await storage.ingest.mark([key], 'replayed by an operator', clock());
    await storage.groups.wake(clock(), key.storeId, key.groupId);
    announce([key]);
    return 'replayed';
  }
  const { topic = '', deliveryId = '' } = letter.story as { topic?: string; deliveryId?: string };
  const body = Buffer.from(letter.body ?? '');
  const record = interpretDelivery(store, { topic, deliveryId, receivedAt: clock(), body, fromClone: false });
  if (record.deadLetter !== undefined) return 'unreadable';
  announce(await storage.ingest.record([record]));
  await storage.deadLetters.remove(id);
  return 'replayed';
}
