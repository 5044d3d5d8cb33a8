import type { ListingContext } from '../catalog/build-listing.ts';
import type { PollStep, Storage, Sweep } from '../storage/storage.ts';
import type { StoreReading } from '../woocommerce/read-group.ts';
import type { StoreApi } from '../woocommerce/store-api.ts';
import type { RequestOptions } from '../woocommerce/store-client.ts';
import type { StoreFailure } from '../woocommerce/store-failure.ts';
import { compareGroups } from './compare-groups.ts';

/** Groups read at a time. */
const AT_ONCE = 100;

/** What came of a part of a sweep: what is to be kept, and whether that was the last part. */
export type SweptPart =
  | { readonly ok: true; readonly step: PollStep; readonly ended: boolean }
  | { readonly ok: false; readonly failure: StoreFailure };

/** See {@link sweepPart}. */
export interface SweepTools {
  readonly api: StoreApi;
  readonly storage: Pick<Storage, 'polls'>;
  readonly context: ListingContext;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly options: RequestOptions;
}

/** Goes on with a sweep by one page of the catalogue: reads what is there, compares, and marks only what differs. */
export async function sweepPart(tools: SweepTools, storeId: string, sweep: Sweep): Promise<SweptPart> {
  const { api, storage, context, clock, options } = tools;
  const page = await api.walk(sweep, options);
  if (!page.ok) return page;
  const readings = new Map<number, StoreReading>();
  for (let from = 0; from < page.groupIds.length; from += AT_ONCE) {
    const some = await api.readGroups(page.groupIds.slice(from, from + AT_ONCE), options);
    if (!some.ok) return some;
    for (const [id, reading] of some.readings) readings.set(id, reading);
  }
  const held = await storage.polls.held(storeId, sweep.cursor, page.next);
  const groupIds = compareGroups({ readings, held, context });
  const so: Sweep = {
    ...sweep,
    cursor: page.next ?? sweep.cursor,
    walked: sweep.walked + page.groupIds.length,
    total: page.total,
    differing: sweep.differing + groupIds.length,
  };
  const marks = { groupIds, cause: sweep.cause, bulk: true };
  if (page.next !== null) return { ok: true, ended: false, step: { sweep: so, marks } };
  const { cause, startedAt, walked, differing } = so;
  const lastSweep = { cause, startedAt, walked, differing, endedAt: clock() };
  return { ok: true, ended: true, step: { sweep: null, lastSweep, marks } };
}
