import type { StoresFreshness } from '../metrics.ts';
import type { Storage } from '../storage/storage.ts';
import { upTo } from './up-to.ts';

/** How fresh all connected stores are. */
export async function storesFreshness({
  stores,
  polls,
  lastDeliveries,
}: Pick<Storage, 'stores' | 'polls' | 'lastDeliveries'>): Promise<StoresFreshness> {
  const [all, fresh, deliveries] = await Promise.all([stores.list(), polls.freshness(), lastDeliveries()]);
  const known = new Map(fresh.map((one) => [one.storeId, one]));
  const states = { fresh: 0, stale: 0, credentials_invalid: 0, withheld: 0 };
  let oldest: number | null = null;
  for (const store of all) {
    const freshness = known.get(store.id);
    if (store.disconnectedAt !== null || freshness === undefined) continue;
    const at = upTo(store, freshness, deliveries.get(store.id) ?? null);
    oldest = oldest === null ? at : Math.min(oldest, at);
    if (store.withheld !== null) states.withheld += 1;
    else if (store.flags.credentials_invalid) states.credentials_invalid += 1;
    else if (store.flags.stale) states.stale += 1;
    else states.fresh += 1;
  }
  return { upTo: oldest, states };
}
