import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Schema } from '../schema.ts';

/** Orders to a statement: well under SQLite's 32 766 parameters. */
const ROWS = 500;

/** Orders that may have changed in a store. */
export interface OrderMark {
  readonly storeId: string;
  readonly orderIds: readonly number[];
  readonly cause: string;
  readonly at: number;
}

/**
 * Marks orders dirty. Those that somebody is at get another round after this one; those that failed wait on for their next try, as
 * with groups.
 *
 * @returns how many are known
 */
export async function markOrders(trx: Kysely<Schema>, marks: readonly OrderMark[]): Promise<number> {
  let known = 0;
  // In one order always, so that two processes that mark the same orders wait for each other rather than deadlock.
  const ordered = [...marks].sort((a, b) => (a.storeId < b.storeId ? -1 : a.storeId > b.storeId ? 1 : 0));
  for (const { storeId, orderIds, cause, at } of ordered) {
    const ids = [...new Set(orderIds)].sort((a, b) => a - b);
    for (let from = 0; from < ids.length; from += ROWS) {
      const { numUpdatedRows } = await trx
        .updateTable('orders')
        .set({
          dirty_seq: sql`dirty_seq + 1`,
          cause,
          due_at: sql`case when lease_owner is not null or attempts > 0 then due_at
            when due_at is null or due_at > ${at} then cast(${at} as bigint) else due_at end`,
        })
        .where('store_id', '=', storeId)
        .where('store_order_id', 'in', ids.slice(from, from + ROWS))
        .executeTakeFirstOrThrow();
      known += Number(numUpdatedRows);
    }
  }
  return known;
}
