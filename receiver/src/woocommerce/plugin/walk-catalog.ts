import { catalogPage } from '@dstnc/shared';
import type { WalkedPage, WalkPlace } from '../store-api.ts';
import type { RequestOptions, StoreClient } from '../store-client.ts';

/** Ids to a page: a few kilobytes, and a transaction that blocks nobody for long. */
const PER_PAGE = 1_000;

/** Bytes; a page of ids has some thirty a group. */
const LONGEST_PAGE = 1024 * 1024;

/** Of all that the shop says it has, a walk finds at least this share: products come and go while it is under way. */
const LEAST = 0.9;

/** A walk finds at most twice what the shop says it has, and this many. */
const SPARE = 1_000;

/**
 * Reads which product groups follow a place, through the plugin. What it answers with must lead on and come to an end, and that must
 * be the catalogue's: a page that goes back, is empty or never the last would be walked for ever, and one that breaks off would hide
 * the rest.
 */
export async function walkCatalog(
  client: StoreClient,
  { cursor: after, walked }: WalkPlace,
  options?: RequestOptions,
): Promise<WalkedPage> {
  const query = { after, limit: PER_PAGE, _fields: 'groups.groupId' };
  const answer = await client.get('wc-dstnc/v1/catalog', query, { ...options, maxBytes: LONGEST_PAGE });
  if (!answer.ok) return answer;
  const read = catalogPage.safeParse(answer.body);
  if (!read.success) return mismatch('did not answer with a page of its catalogue');
  const { groups, next, total } = read.data;
  const groupIds = groups.map(({ groupId }) => groupId);
  const last = Math.max(after, ...groupIds);
  if (groupIds.some((id) => id <= after) || (next !== null && (next <= after || next < last))) {
    return mismatch(`was asked for its catalogue after ${after} and went back`);
  }
  const found = walked + groupIds.length;
  if (next === null && found < total * LEAST) {
    return mismatch(`says that it has ${total} products, and shows ${found}`);
  }
  if (next !== null && (groupIds.length === 0 || found > total * 2 + SPARE)) {
    return mismatch(`says that it has ${total} products, shows ${found}, and comes to no end`);
  }
  return { ok: true, groupIds, next, total: Math.max(0, total) };
}

function mismatch(what: string): WalkedPage {
  return { ok: false, failure: { kind: 'mismatch', message: `The store ${what}. Check its caches.`, retryable: true } };
}
