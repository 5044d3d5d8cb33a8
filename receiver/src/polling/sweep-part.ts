import type { ListingContext } from '../catalog/build-listing.ts';
import type { PollStep, Storage, Sweep } from '../storage/storage.ts';
import { isAboutTheShop } from '../woocommerce/about-the-shop.ts';
import type { StoreReading } from '../woocommerce/read-group.ts';
import type { StoreApi } from '../woocommerce/store-api.ts';
import type { RequestOptions } from '../woocommerce/store-client.ts';
import type { StoreFailure } from '../woocommerce/store-failure.ts';
import { compareGroups } from './compare-groups.ts';

/** Groups read at a time. */
const AT_ONCE = 100;
/** Failures in a row, while a hundred is being divided, that are not one product's any more: more than it takes to come to one. */
const MOST_FAILURES = 8;

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
  /** Called now and then: it goes on. */
  readonly held: () => Promise<void>;
  readonly options: RequestOptions;
}

interface ReadSoFar {
  /** Filled with what was read. */
  readonly readings: Map<number, StoreReading>;
  /** In a row. */
  failures: number;
}

/**
 * Reads groups together and, where that fails for something that may be about one of them, in halves: one product that can't be read must
 * not end every sweep at its place. @returns why nothing can be read; null: all of it was, or is known to fail by itself
 */
async function readAll(tools: SweepTools, ids: readonly number[], so: ReadSoFar): Promise<StoreFailure | null> {
  const some = await tools.api.readGroups(ids, tools.options);
  if (some.ok) {
    so.failures = 0;
    for (const [id, reading] of some.readings) so.readings.set(id, reading);
    return null;
  }
  so.failures += 1;
  if (isAboutTheShop(some.failure) || some.whole || so.failures > MOST_FAILURES) return some.failure;
  if (ids.length === 1) {
    for (const id of ids) so.readings.set(id, { kind: 'failure', failure: some.failure });
    return null;
  }
  await tools.held();
  const middle = Math.ceil(ids.length / 2);
  return (await readAll(tools, ids.slice(0, middle), so)) ?? (await readAll(tools, ids.slice(middle), so));
}

/** Goes on with a sweep by one page of the catalogue: reads what is there, compares, and marks only what differs. */
export async function sweepPart(tools: SweepTools, storeId: string, sweep: Sweep): Promise<SweptPart> {
  const { api, storage, context, clock, held, options } = tools;
  const page = await api.walk(sweep, options);
  if (!page.ok) return page;
  const readings = new Map<number, StoreReading>();
  for (let from = 0; from < page.groupIds.length; from += AT_ONCE) {
    const failure = await readAll(tools, page.groupIds.slice(from, from + AT_ONCE), { readings, failures: 0 });
    if (failure !== null) return { ok: false, failure };
    await held();
  }
  const known = await storage.polls.held(storeId, sweep.cursor, page.next);
  const groupIds = compareGroups({ readings, held: known, context });
  const so: Sweep = {
    ...sweep,
    failures: 0,
    retryAt: null,
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
