import type { WalkedPage, WalkPlace } from './store-api.ts';
import type { StoreFailure } from './store-failure.ts';

/** Requests for one page of a walk: a store that moves its products faster than they can be listed is asked again later. */
const MOST_REQUESTS = 40;

/** A part of a list that is in the order of its ids. */
export type ListedIds =
  | {
      readonly ok: true;
      readonly ids: readonly number[];
      /** Of the whole list; null: the store didn't say. */
      readonly total: number | null;
    }
  | { readonly ok: false; readonly failure: StoreFailure };

/** A list that can be asked for by place only. */
export interface PlacedList {
  readonly perPage: number;
  read(offset: number, count: number): Promise<ListedIds>;
}

/**
 * The next page of a walk by ascending id through a list that counts places and knows no "after this id". Places shift: a page is
 * believed only if it reaches back to what was seen before, or to the list's beginning. What was deleted below moves everything towards
 * the beginning, so that the page begins too late; then one further back is asked for. What is new has the highest id and moves nothing;
 * what came back from the trash is seen again, and skipped.
 */
export async function walkById({ cursor, walked }: WalkPlace, { perPage, read }: PlacedList): Promise<WalkedPage> {
  let offset = cursor === 0 ? 0 : Math.max(0, walked - 1);
  let step = 1;
  for (let request = 1; request <= MOST_REQUESTS; request++) {
    const page = await read(offset, perPage);
    if (!page.ok) return page;
    const { ids, total } = page;
    if (ids.some((id, index) => index > 0 && id <= (ids[index - 1] ?? 0))) {
      return mismatch('does not list its products by their ids');
    }
    const [first] = ids;
    if (offset > 0 && (first === undefined || first > cursor)) {
      // Beyond the end, or begins behind the cursor: something in between may be missing.
      offset = Math.max(0, offset - step);
      step *= 2;
      continue;
    }
    let last = total === null ? ids.length < perPage : offset + perPage >= total;
    if (total === null && last) {
      // A page lacks what the key's user may not see, so a short one is the last only if nothing is behind it.
      const behind = await read(offset + perPage, 1);
      if (!behind.ok) return behind;
      last = behind.ids.length === 0;
    }
    const groupIds = ids.filter((id) => id > cursor);
    if (groupIds.length === 0 && !last) {
      // The two pages share an entry, so that nothing slips through between them.
      offset += perPage - 1;
      continue;
    }
    const seen = walked + groupIds.length;
    const next = last ? null : (groupIds.at(-1) ?? cursor);
    return { ok: true, groupIds, next, total: Math.max(total ?? 0, seen) };
  }
  return mismatch('moves its products about faster than they can be listed');
}

function mismatch(what: string): WalkedPage {
  return { ok: false, failure: { kind: 'mismatch', message: `The store ${what}. Check its caches.`, retryable: true } };
}
