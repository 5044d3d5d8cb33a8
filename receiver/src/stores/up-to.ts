import type { Freshness } from '../storage/storage.ts';
import type { Store } from './store.ts';

/**
 * Everything that happened in the store up to then is at DSTNC, provably: it was asked then what had changed, all of that is accepted, and
 * nothing is known to have been missed. Milliseconds since 1970.
 *
 * @param lastDelivery of a store without keys, which can't be asked: then its last word has to do
 */
export function upTo(
  store: Pick<Store, 'credentials' | 'createdAt'>,
  { oldestMarkedAt, heardAt, doubtSince }: Omit<Freshness, 'storeId'>,
  lastDelivery: number | null,
): number {
  const heard = (store.credentials === null ? lastDelivery : heardAt) ?? store.createdAt;
  return Math.min(heard, ...[oldestMarkedAt, doubtSince].filter((at) => at !== null));
}
