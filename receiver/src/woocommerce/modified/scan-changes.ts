import type { ChangesReading } from '../store-api.ts';
import type { StoreFailure } from '../store-failure.ts';
import { cursorText, readCursor } from './changes-cursor.ts';
import { type ModifiedList, OVERLAP, scanModified } from './scan-modified.ts';
import type { ScanPlace } from './scan-place.ts';

/** A list, and where a scan of it begins that knows nothing: the second of its newest entry; 0: it is empty. */
export interface ScannedList extends ModifiedList {
  newest(): Promise<
    { readonly ok: true; readonly second: number } | { readonly ok: false; readonly failure: StoreFailure }
  >;
}

/** Reads what changed by the modification dates of a store's lists; a cursor that isn't ours is the same as none. */
export async function scanChanges(lists: readonly ScannedList[], after: string | null): Promise<ChangesReading> {
  const places = after === null ? null : readCursor(after, lists.length);
  if (places === null) return begin(lists);
  const groupIds = new Set<number>();
  const next: ScanPlace[] = [];
  let more = false;
  for (const [index, list] of lists.entries()) {
    const scan = await scanModified(list, places[index] as ScanPlace);
    if (!scan.ok) return scan;
    for (const id of scan.groupIds) groupIds.add(id);
    next.push(scan.place);
    more ||= scan.more;
  }
  return { ok: true, groupIds: [...groupIds], orderIds: [], next: cursorText(next), more, reset: false };
}

async function begin(lists: readonly ScannedList[]): Promise<ChangesReading> {
  const places: ScanPlace[] = [];
  for (const list of lists) {
    const newest = await list.newest();
    if (!newest.ok) return newest;
    const from = Math.max(0, newest.second - OVERLAP);
    places.push({ after: from, from, within: null, told: new Map() });
  }
  return { ok: true, groupIds: [], orderIds: [], next: cursorText(places), more: false, reset: true };
}
