import { OVERLAP } from '../modified/scan-modified.ts';
import { placeText, readPlace, type ScanPlace } from '../modified/scan-place.ts';
import { readStoreTime, storeClock } from '../modified/store-time.ts';
import type { ChangesReading } from '../store-api.ts';
import type { RequestOptions, StoreClient } from '../store-client.ts';
import { walkProducts } from './walk-products.ts';

const FORM = 'w1';

/** How long before now a first walk begins, in seconds: the clock that an answer shows may be a proxy's. */
const FIRST = 3_600;

/** A walk for changes. Times are seconds since 1970, by the store's clock. */
interface DatedWalk {
  /** What was modified later is told. */
  readonly since: ScanPlace;
  readonly cursor: number;
  readonly walked: number;
  /** When it began: what is modified while it is under way may be behind it already. */
  readonly began: number;
  /** The newest modification that was seen on the way. */
  readonly newest: number;
}

/**
 * Reads what changed in WooCommerce older than 5.8, whose lists know neither `modified_after` nor an order by modification (3.9.1:
 * source): the whole catalogue's ids and dates, a hundred in a request, are walked once a poll. That is the cheapest way that loses
 * nothing: 20 small requests for 2 000 products.
 */
export async function walkedChanges(
  client: StoreClient,
  after: string | null,
  options?: RequestOptions,
): Promise<ChangesReading> {
  const held = after === null ? null : readWalk(after);
  if (held === null) return begin(client, options);
  const { since, cursor, walked } = held;
  const told = new Map(since.told);
  const groupIds: number[] = [];
  let { newest, began } = held;
  let clock: number | null = null;
  const page = await walkProducts(client, held, {
    ...options,
    // wc/v1 has the first alone, and it is in UTC there.
    filter: { _fields: 'id,date_modified,date_modified_gmt' },
    onHeaders(headers) {
      clock ??= storeClock(headers);
      if (cursor === 0 && clock !== null) began = clock;
    },
    onEntry({ id, date_modified_gmt }) {
      const modified = readStoreTime(date_modified_gmt);
      // Without a date nobody knows: then it may have changed.
      if (modified === null) {
        groupIds.push(Number(id));
        return;
      }
      newest = Math.max(newest, modified);
      if (modified <= since.after || told.get(Number(id)) === modified) return;
      groupIds.push(Number(id));
      // Once its second is over, whatever changes it again gives it another date.
      if (clock !== null && modified + 2 <= clock) told.set(Number(id), modified);
    },
  });
  if (!page.ok) return page;
  if (page.next !== null) {
    const on = { cursor: page.next, walked: walked + page.groupIds.length };
    return answer(groupIds, { since: { ...since, told }, ...on, began, newest }, { more: true, reset: false });
  }
  const from = Math.max(since.after, Math.min(began, newest) - OVERLAP);
  const kept = new Map([...told].filter(([, modified]) => modified > from));
  const next = {
    since: { after: from, from, within: null, told: kept },
    cursor: 0,
    walked: 0,
    began: newest,
    newest: 0,
  };
  return answer(groupIds, next, { more: false, reset: false });
}

async function begin(client: StoreClient, options: RequestOptions | undefined): Promise<ChangesReading> {
  const one = await client.get('wc/v3/products', { per_page: 1, _fields: 'id' }, options);
  if (!one.ok) return one;
  const now = storeClock(one.headers) ?? 0;
  const from = Math.max(0, now - FIRST);
  const since = { after: from, from, within: null, told: new Map() };
  return answer([], { since, cursor: 0, walked: 0, began: now, newest: 0 }, { more: false, reset: true });
}

function answer(
  groupIds: readonly number[],
  { since, cursor, walked, began, newest }: DatedWalk,
  rest: Pick<Extract<ChangesReading, { ok: true }>, 'more' | 'reset'>,
): ChangesReading {
  const numbers = [cursor, walked, began, newest].map((number) => number.toString(36));
  return {
    ok: true,
    groupIds,
    orderIds: [],
    next: [FORM, placeText(since), numbers.join('.')].join('|'),
    ...rest,
  };
}

function readWalk(text: string): DatedWalk | null {
  const [form, place = '', numbers = ''] = text.split('|');
  const since = form === FORM ? readPlace(place) : null;
  const [cursor, walked, began, newest] = numbers.split('.').map((part) => Number.parseInt(part, 36));
  if (since === null || ![cursor, walked, began, newest].every(Number.isSafeInteger)) return null;
  return { since, cursor, walked, began, newest } as DatedWalk;
}
