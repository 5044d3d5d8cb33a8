import { catalogPage } from '@dstnc/shared';
import type { StoreClient } from '../woocommerce/store-client.ts';
import type { StoreFailure } from '../woocommerce/store-failure.ts';

/** One page of a store's catalogue: ids only. */
export type WalkedPage =
  | { readonly ok: true; readonly groupIds: readonly number[]; readonly next: number | null; readonly total: number }
  | { readonly ok: false; readonly failure: StoreFailure };

/** Ids to a page: a few kilobytes, and a transaction that blocks nobody for long. */
const PER_PAGE = 1_000;

/** Bytes; a page of ids has some thirty a group. */
const LONGEST_PAGE = 1024 * 1024;

/**
 * Reads which product groups follow an id. What it answers with must lead on: a page that goes back, or begins anew, would be walked
 * for ever.
 *
 * @param after 0: from the beginning
 */
export async function walkPage(client: StoreClient, after: number): Promise<WalkedPage> {
  const query = { after, limit: PER_PAGE, _fields: 'groups.groupId' };
  const answer = await client.get('wc-dstnc/v1/catalog', query, { maxBytes: LONGEST_PAGE });
  if (!answer.ok) return answer;
  const read = catalogPage.safeParse(answer.body);
  if (!read.success) return mismatch('did not answer with a page of its catalogue');
  const { groups, next, total } = read.data;
  const groupIds = groups.map(({ groupId }) => groupId);
  const last = Math.max(after, ...groupIds);
  if (groupIds.some((id) => id <= after) || (next !== null && (next <= after || next < last))) {
    return mismatch(`was asked for its catalogue after ${after} and went back`);
  }
  return { ok: true, groupIds, next, total: Math.max(0, total) };
}

function mismatch(what: string): WalkedPage {
  return { ok: false, failure: { kind: 'mismatch', message: `The store ${what}. Check its caches.`, retryable: true } };
}
