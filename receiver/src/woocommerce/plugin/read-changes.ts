import { changesPage } from '@dstnc/shared';
import type { ChangesReading } from '../store-api.ts';
import type { RequestOptions, StoreClient } from '../store-client.ts';

/** Changes to a page: a poll that finds nothing is answered with some bytes, whatever this is. */
const PER_PAGE = 500;

/** Bytes; a change has some fifty. */
const LONGEST_PAGE = 1024 * 1024;

/** No plugin has issued this one, so it answers `reset`, with the end of its list as `next`. */
const UNKNOWN = 'none';

/** Reads what changed from the plugin's own list: every product and order, whatever way it was changed by. */
export async function readChanges(
  client: StoreClient,
  after: string | null,
  options?: RequestOptions,
): Promise<ChangesReading> {
  const query = { after: after ?? UNKNOWN, limit: PER_PAGE };
  const answer = await client.get('wc-dstnc/v1/changes', query, { ...options, maxBytes: LONGEST_PAGE });
  if (!answer.ok) return answer;
  const read = changesPage.safeParse(answer.body);
  // A page that leads nowhere would be asked for, and marked, for ever.
  if (!read.success || (read.data.more && read.data.next === after)) {
    const message = 'The store did not answer with a page of its changes. Check its caches.';
    return { ok: false, failure: { kind: 'mismatch', message, retryable: true } };
  }
  const { changes, next, more, reset } = read.data;
  const groupIds = new Set<number>();
  const orderIds = new Set<number>();
  for (const change of changes) {
    if ('orderId' in change) orderIds.add(Number(change.orderId));
    else groupIds.add(change.groupId);
  }
  return { ok: true, groupIds: [...groupIds], orderIds: [...orderIds], next, more, reset: reset || after === null };
}
