import type { WalkedPage, WalkPlace } from '../store-api.ts';
import type { StoreFailure } from '../store-failure.ts';
import type { ScanPlace } from './scan-place.ts';

/**
 * How far behind the newest entry each scan begins again, in seconds: servers of one store may differ in their clocks, and an entry may
 * be seen a moment after it was written.
 */
export const OVERLAP = 120;

/** How far behind the store's clock a scan begins at most, in seconds: the clock that an answer shows may be a proxy's, and ahead. */
const LONGEST = 20 * 60;

/**
 * A second is over for good only when the store's clock is past it by this many: until then its entries are told again. WooCommerce writes a
 * product's date first and its prices and stock afterwards, with other plugins' hooks in between, and PHP gives a request 30 s.
 */
const SETTLED = 30;

/** One product or variation, and when it was modified. */
export interface ModifiedEntry {
  readonly id: number;
  /** The product that is to be read. */
  readonly groupId: number;
  /** Seconds since 1970. */
  readonly modified: number;
}

/** A page of entries. */
export type ModifiedPage =
  | {
      readonly ok: true;
      readonly entries: readonly ModifiedEntry[];
      /** More follow, as far as is known. */
      readonly full: boolean;
      /** The store's own clock, in seconds since 1970; null: it didn't say. */
      readonly clock: number | null;
    }
  | { readonly ok: false; readonly failure: StoreFailure };

/** A list of a store that can be asked for by modification date. */
export interface ModifiedList {
  /** The first entries that were modified after a second, in the order of their modification. @param after seconds since 1970 */
  since(after: number): Promise<ModifiedPage>;
  /** Those of one second, by id: see walk-products.ts. @param onEntry told of each */
  within(second: number, place: WalkPlace, onEntry: (entry: ModifiedEntry) => void): Promise<WalkedPage>;
}

/** What came of {@link scanModified}. */
export type Scan =
  | {
      readonly ok: true;
      readonly groupIds: readonly number[];
      readonly place: ScanPlace;
      /** More follows behind the place. */
      readonly more: boolean;
    }
  | { readonly ok: false; readonly failure: StoreFailure };

/**
 * Goes on with a scan by one page. Dates have whole seconds and many entries may share one, so a full page leads on to the second of its
 * last entry, which is read again whole; where one second alone fills a page, it is walked by id. At the end the scan goes back by
 * {@link OVERLAP}, and what it told of since then is remembered, so that an idle store's poll is one request and tells nothing. Of more than
 * that memory holds, changed within two minutes, the rest is told again until the shop's clock has left them behind.
 *
 * What an entry is told by is its date, and nothing else: a product that is created with a date of long ago (an import that brings its
 * dates) is found by the sweep.
 */
export async function scanModified(list: ModifiedList, place: ScanPlace): Promise<Scan> {
  if (place.within !== null) return walkSecond(list, place);
  const page = await list.since(place.after);
  if (!page.ok) return page;
  const { entries, full, clock } = page;
  const newest = entries.at(-1)?.modified ?? place.after;
  const news = entries.filter(({ id, modified }) => place.told.get(id) !== modified);
  const told = new Map(place.told);
  for (const { id, modified } of entries) {
    if (clock !== null && modified + SETTLED <= clock) told.set(id, modified);
  }
  const groupIds = [...new Set(news.map(({ groupId }) => groupId))];
  if (full) {
    // Dates come in order, so the scan ends no earlier than here, and goes back by the overlap at most.
    const on: ScanPlace = { ...place, told: later(told, newest - OVERLAP) };
    if (newest - 1 > place.after) return { ok: true, groupIds, place: { ...on, after: newest - 1 }, more: true };
    const within = { second: newest, cursor: 0, walked: 0, settled: clock !== null && newest + SETTLED <= clock };
    // The walk tells all of them, these here included.
    return { ok: true, groupIds: [], place: { ...place, within }, more: true };
  }
  // A date in the future, of a clock that was set back or of a planned product, must not hide all that comes until then.
  const top = Math.min(newest, clock ?? newest);
  const from = Math.max(place.from, top - OVERLAP, (clock ?? 0) - LONGEST);
  return { ok: true, groupIds, place: { after: from, from, within: null, told: later(told, from) }, more: false };
}

async function walkSecond(list: ModifiedList, place: ScanPlace): Promise<Scan> {
  const { within } = place;
  if (within === null) throw new TypeError('no second to walk');
  const groupIds = new Set<number>();
  const told = new Map(place.told);
  const page = await list.within(within.second, within, ({ id, groupId }) => {
    if (place.told.get(id) !== within.second) groupIds.add(groupId);
    if (within.settled) told.set(id, within.second);
  });
  if (!page.ok) return page;
  const next: ScanPlace =
    page.next === null
      ? { ...place, told, after: within.second, within: null }
      : {
          ...place,
          told,
          within: { ...within, cursor: page.next, walked: within.walked + page.groupIds.length },
        };
  return { ok: true, groupIds: [...groupIds], place: next, more: true };
}

function later(told: ReadonlyMap<number, number>, than: number): Map<number, number> {
  return new Map([...told].filter(([, modified]) => modified > than));
}
