import type { Insertable, Kysely } from 'kysely';
import { sql } from 'kysely';
import type { GroupsTable, Schema } from '../schema.ts';
import type { GroupKey } from '../storage.ts';
import { manyRows } from './many-rows.ts';

/** A group that becomes dirty. */
export interface Mark extends GroupKey {
  readonly cause: string;
  readonly at: number;
  /** One of many that are marked together: it waits for what somebody told of. */
  readonly bulk: boolean;
}

type MarkRow = Pick<
  Insertable<GroupsTable>,
  'store_id' | 'group_id' | 'dirty_seq' | 'marked_at' | 'cause' | 'bulk' | 'due_at'
>;

const upsert = manyRows<MarkRow>((trx, rows) =>
  trx
    .insertInto('groups')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['store_id', 'group_id']).doUpdateSet({
        dirty_seq: sql`groups.dirty_seq + excluded.dirty_seq`,
        marked_at: sql`case when groups.lease_owner is null then coalesce(groups.marked_at, excluded.marked_at)
          else groups.marked_at end`,
        remarked_at: sql`case when groups.lease_owner is null then null
          else coalesce(groups.remarked_at, excluded.marked_at) end`,
        cause: sql`excluded.cause`,
        bulk: sql`case when excluded.bulk < groups.bulk then excluded.bulk else groups.bulk end`,
        due_at: sql`coalesce(groups.due_at, excluded.due_at)`,
      }),
    ),
);

/**
 * Marks groups dirty. A mark never shortens the wait of a group that failed and is waiting for its next try, or whose lease runs:
 * it only makes sure that there is another round.
 */
export async function markGroups(trx: Kysely<Schema>, marks: readonly Mark[]): Promise<void> {
  // PostgreSQL refuses to touch a row twice in one statement, so marks of one group are added up first.
  const byGroup = new Map<string, Mark & { count: number }>();
  for (const mark of marks) {
    const id = `${mark.storeId} ${mark.groupId}`;
    const held = byGroup.get(id);
    const both = { cause: mark.cause, bulk: mark.bulk && held?.bulk !== false };
    byGroup.set(id, held ? { ...held, ...both, count: held.count + 1 } : { ...mark, count: 1 });
  }
  const rows = [...byGroup.values()].map(({ storeId, groupId, cause, at, bulk, count }) => ({
    store_id: storeId,
    group_id: groupId,
    dirty_seq: count,
    marked_at: at,
    cause,
    bulk: Number(bulk),
    due_at: at,
  }));
  // In one order always, so that two processes that mark the same groups wait for each other rather than deadlock.
  rows.sort((a, b) => (a.store_id === b.store_id ? a.group_id - b.group_id : a.store_id < b.store_id ? -1 : 1));
  await upsert(trx, rows);
}
