import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Engine } from '../engine.ts';
import type { Schema } from '../schema.ts';
import type { StoreMark } from '../storage.ts';

/**
 * Marks every known group of a store. With `doubt`, what DSTNC accepted counts for nothing, and the whole product
 * is sent: a step that is under way was begun without that doubt, so its lease is void and its result will be dropped. All these marks
 * are in bulk: what was clean is so, and what somebody told of stays ahead.
 *
 * @returns how many
 */
export async function markStore(
  { name }: Pick<Engine, 'name'>,
  trx: Kysely<Schema>,
  storeId: string,
  mark: StoreMark,
): Promise<number> {
  const { cause, now, doubt = false } = mark;
  if (name === 'postgres') {
    // In the order in which single marks are made: without it, the two deadlock, and one of them waits a second for nothing.
    const held = trx
      .selectFrom('groups')
      .select('group_id')
      .where('store_id', '=', storeId)
      .orderBy('group_id')
      .forUpdate();
    await trx
      .selectFrom(held.as('held'))
      .select((of) => of.fn.countAll().as('count'))
      .execute();
  }
  const all = trx.updateTable('groups').set({
    dirty_seq: sql`dirty_seq + 1`,
    cause,
    ...(doubt
      ? { lease_owner: null, in_doubt: 1, attempts: 0, due_at: now, marked_at: sql`coalesce(marked_at, ${now})` }
      : {
          marked_at: sql`case when lease_owner is null then coalesce(marked_at, ${now}) else marked_at end`,
          remarked_at: sql`case when lease_owner is null then null else coalesce(remarked_at, ${now}) end`,
          due_at: sql`coalesce(due_at, ${now})`,
        }),
  });
  const { numUpdatedRows } = await all.where('store_id', '=', storeId).executeTakeFirstOrThrow();
  return Number(numUpdatedRows);
}
