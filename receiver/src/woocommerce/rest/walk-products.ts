import { countHeader } from '../count-header.ts';
import type { StoreAnswer } from '../store-answer.ts';
import type { WalkedPage, WalkPlace } from '../store-api.ts';
import type { RequestOptions, StoreClient, StoreQuery } from '../store-client.ts';
import { type ListedIds, walkById } from '../walk-by-id.ts';

/** wc/v3 gives no more. */
const PER_PAGE = 100;

/** What is walked through; by default all products. */
export interface WalkOptions {
  /** A list of wc/v3 whose entries have an `id`. */
  readonly path?: string;
  readonly filter?: StoreQuery;
  /** Told of each entry that is read, and that follows the place. */
  readonly onEntry?: (entry: Readonly<Record<string, unknown>>) => void;
  /** Told of the headers of each answer. */
  readonly onHeaders?: (headers: Extract<StoreAnswer, { ok: true }>['headers']) => void;
}

/** The next page of a walk over wc/v3, by ascending id: a hundred of them. */
export function walkProducts(
  client: StoreClient,
  place: WalkPlace,
  { path = 'wc/v3/products', filter, onEntry, onHeaders, ...options }: WalkOptions & RequestOptions = {},
): Promise<WalkedPage> {
  async function read(offset: number, count: number): Promise<ListedIds> {
    const query = { orderby: 'id', order: 'asc', per_page: count, offset, status: 'any', _fields: 'id', ...filter };
    const answer = await client.get(path, query, options);
    if (!answer.ok) return answer;
    onHeaders?.(answer.headers);
    const ids = Array.isArray(answer.body) ? answer.body.map((entry) => Number(entry?.id)) : [Number.NaN];
    if (!ids.every((id) => Number.isSafeInteger(id) && id > 0)) {
      const message = 'The store did not answer with a list of its products. Check its caches.';
      return { ok: false, failure: { kind: 'mismatch', message, retryable: true } };
    }
    for (const entry of answer.body as { id: number }[]) if (entry.id > place.cursor) onEntry?.(entry);
    return { ok: true, ids, total: countHeader(answer.headers, 'x-wp-total') };
  }

  return walkById(place, { perPage: PER_PAGE, read });
}
