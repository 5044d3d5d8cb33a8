import type { Insertable, Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Engine } from '../engine.ts';
import type { Schema, StoreMarksTable } from '../schema.ts';
import type { StoreMark } from '../storage.ts';
import { forUpdate } from './for-update.ts';
import { manyRows } from './many-rows.ts';

/** Groups to a piece: what waits for their rows waits for some hundredths of a second, however large the store is. */
const PIECE = 1_000;

/** No group's id is as low. */
const BEGINNING = Number.MIN_SAFE_INTEGER;

/** How far a store is marked. */
export interface MarkProgress {
  /** Groups so far. */
  readonly marked: number;
  /** Whether any may be left. */
  readonly more: boolean;
}

/** Marks stores whole, see {@link storeMarks}. */
export interface StoreMarks {
  /**
   * Says, in the caller's transaction, that stores are to be marked whole. One that is being marked begins again: what was told of
   * first counts from then, the newest cause is told, and a doubt stays.
   */
  put(trx: Kysely<Schema>, storeIds: readonly string[], mark: StoreMark): Promise<void>;
  /** Marks the next piece of a store, in a transaction of its own. */
  markOn(storeId: string): Promise<MarkProgress>;
  /** Marks what is left of a store. @returns how many groups that mark is about, those that others have marked of it included */
  finish(storeId: string): Promise<number>;
  /** Ids of stores that are not marked whole yet. @param inDoubt only those whose accepted states count for nothing */
  pending(options?: { readonly inDoubt?: boolean }): Promise<string[]>;
}

const upsert = manyRows<Insertable<StoreMarksTable>>((trx, rows) =>
  trx
    .insertInto('store_marks')
    .values(rows)
    .onConflict((conflict) =>
      conflict.column('store_id').doUpdateSet({
        cause: sql`excluded.cause`,
        at: sql`case when store_marks.marked_to is null or excluded.at < store_marks.at then excluded.at
          else store_marks.at end`,
        in_doubt: sql`case when store_marks.marked_to is null or excluded.in_doubt = 1 then excluded.in_doubt
          else store_marks.in_doubt end`,
        marked_to: sql`excluded.marked_to`,
        marked: sql`excluded.marked`,
      }),
    ),
);

/**
 * Marks every known group of a store. That all are to be marked is written first, together with what it is for; the groups follow in
 * pieces, each a transaction of its own: all in one would hold their rows until the last is written, and large stores would take longer
 * than a database's answer is waited for. How far it is stands in the database, so that anybody goes on where a process died, and any
 * number of them may be at it.
 */
export function storeMarks(engine: Engine): StoreMarks {
  const { db, write } = engine;

  const markOn = (storeId: string): Promise<MarkProgress> =>
    write(async (trx) => {
      // Locked for as long as the piece takes: whoever else is at it goes on behind it.
      const pending = trx.selectFrom('store_marks').selectAll().where('store_id', '=', storeId);
      const held = await forUpdate(engine, pending).executeTakeFirst();
      if (held === undefined || held.marked_to === null) return { marked: held?.marked ?? 0, more: false };
      const { marked_to: from } = held;
      const next = trx
        .selectFrom('groups')
        .select('group_id')
        .where('store_id', '=', storeId)
        .where('group_id', '>', from)
        .orderBy('group_id')
        .limit(PIECE);
      // In the order in which single marks are made: without it, the two deadlock, and one of them waits a second for nothing.
      const piece = await forUpdate(engine, next).execute();
      const to = piece.at(-1)?.group_id;
      if (to !== undefined) {
        await trx
          .updateTable('groups')
          .set(markOf({ cause: held.cause, now: held.at, doubt: held.in_doubt === 1 }))
          .where('store_id', '=', storeId)
          .where('group_id', '>', from)
          .where('group_id', '<=', to)
          .execute();
      }
      const more = to !== undefined && piece.length === PIECE;
      const marked = held.marked + piece.length;
      await trx
        .updateTable('store_marks')
        .set({ marked_to: more ? to : null, marked })
        .where('store_id', '=', storeId)
        .execute();
      return { marked, more };
    });

  return {
    put: (trx, storeIds, { cause, now, doubt = false }) =>
      upsert(
        trx,
        storeIds.map((id) => ({
          store_id: id,
          cause,
          at: now,
          in_doubt: Number(doubt),
          marked_to: BEGINNING,
          marked: 0,
        })),
      ),

    markOn,

    async finish(storeId) {
      for (;;) {
        const { marked, more } = await markOn(storeId);
        if (!more) return marked;
      }
    },

    async pending({ inDoubt = false } = {}) {
      const rows = await db
        .selectFrom('store_marks')
        .select('store_id')
        .where('marked_to', 'is not', null)
        .$if(inDoubt, (query) => query.where('in_doubt', '=', 1))
        .orderBy('store_id')
        .execute();
      return rows.map((row) => row.store_id);
    },
  };
}

/**
 * What is written to each group. With `doubt`, what DSTNC accepted counts for nothing, and the whole product is sent: a step that is
 * under way was begun without that doubt, so its lease is void and its result will be dropped. All these marks are in bulk: what was
 * clean is so, and what somebody told of stays ahead.
 */
function markOf({ cause, now, doubt }: Required<StoreMark>) {
  return {
    dirty_seq: sql<number>`dirty_seq + 1`,
    cause,
    ...(doubt
      ? {
          lease_owner: null,
          in_doubt: 1,
          attempts: 0,
          due_at: now,
          marked_at: sql<number>`coalesce(marked_at, ${now})`,
        }
      : {
          marked_at: sql<number>`case when lease_owner is null then coalesce(marked_at, ${now}) else marked_at end`,
          remarked_at: sql<number>`case when lease_owner is null then null else coalesce(remarked_at, ${now}) end`,
          due_at: sql<number>`coalesce(due_at, ${now})`,
        }),
  };
}
