import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { StoreFlag } from '../../stores/store.ts';
import type { Engine } from '../engine.ts';
import type { DeadLettersTable } from '../schema.ts';
import type { DeadLetter, Storage } from '../storage.ts';
import { forUpdate } from './for-update.ts';
import { putDeadLetter } from './put-dead-letter.ts';

/** Longest story that a list has, in characters. */
const LISTED = 65_536;

/** What waits for a person. */
export function deadLettersSql(engine: Engine): Storage['deadLetters'] {
  const { db, write } = engine;
  return {
    async list(storeId) {
      // A thousand whole ones could be gigabytes: products of any size stand in the stories, deliveries in the bodies.
      const all = db
        .selectFrom('dead_letters')
        .select(['id', 'store_id', 'kind', 'subject', 'reason', 'at'])
        .select(sql<string>`case when length(story_json) > ${LISTED} then 'null' else story_json end`.as('story_json'))
        .select(sql<string | null>`substr(body, 1, 1000)`.as('body'))
        .orderBy('at', 'desc')
        .limit(1000);
      const rows = await (storeId === undefined ? all : all.where('store_id', '=', storeId)).execute();
      return rows.map(read);
    },

    async byId(id) {
      const row = await db.selectFrom('dead_letters').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : read(row);
    },

    remove: (id) =>
      write(async (trx) => {
        const { numDeletedRows } = await trx.deleteFrom('dead_letters').where('id', '=', id).executeTakeFirstOrThrow();
        return numDeletedRows === 1n;
      }),

    discard: (id, { now, quietMs }) =>
      write(async (trx) => {
        const held = await forUpdate(
          engine,
          trx.selectFrom('dead_letters').selectAll().where('id', '=', id),
        ).executeTakeFirst();
        if (held === undefined) return 'unknown';
        await trx.deleteFrom('dead_letters').where('id', '=', id).execute();
        const { store_id: storeId, subject, covers, reason } = held;
        if (held.kind === 'unreadable') {
          await changeFlag(trx, storeId, (flag) => ({ ...flag, quietUntil: now + quietMs }));
        }
        if (covers === null) return 'discarded';
        const { numUpdatedRows } = await trx
          .updateTable('groups')
          .set({
            due_at: null,
            marked_at: null,
            remarked_at: null,
            bulk: 1,
            attempts: 0,
            waiting_for: null,
            failing_ms: 0,
            failed_at: null,
            // A step that is under way may have sent something, and its result will be dropped.
            in_doubt: sql`case when lease_owner is null then in_doubt else 1 end`,
            lease_owner: null,
            discarded_json: JSON.stringify({ at: new Date(now).toISOString(), reason }),
          })
          .where('store_id', '=', storeId)
          .where('group_id', '=', Number(subject))
          .where('dirty_seq', '<=', covers)
          .executeTakeFirstOrThrow();
        return numUpdatedRows === 1n ? 'discarded' : 'newer_change';
      }),

    putUnreadable: ({ storeId, reason, at, story }) =>
      write(async (trx) => {
        const flag = await changeFlag(trx, storeId, (raised) => raised);
        if (flag === null || (flag.quietUntil ?? 0) > at) return false;
        const letter = { storeId, kind: 'unreadable', subject: 'store', reason, at, story, body: null } as const;
        await putDeadLetter(trx, letter, null);
        return true;
      }),
  };

  /** Holds the store's row, so that the flag is not lowered meanwhile. @returns the flag as it was; null: it is down */
  async function changeFlag(
    trx: Parameters<typeof putDeadLetter>[0],
    storeId: string,
    change: (flag: StoreFlag) => StoreFlag,
  ): Promise<StoreFlag | null> {
    const held = trx.selectFrom('stores').select('flags_json').where('id', '=', storeId);
    const row = await forUpdate(engine, held).executeTakeFirst();
    const flags = JSON.parse(row?.flags_json ?? '{}') as Record<string, StoreFlag>;
    if (flags.unreadable === undefined) return null;
    const changed = { ...flags, unreadable: change(flags.unreadable) };
    await trx
      .updateTable('stores')
      .set({ flags_json: JSON.stringify(changed) })
      .where('id', '=', storeId)
      .execute();
    return flags.unreadable;
  }
}

function read(row: Omit<Selectable<DeadLettersTable>, 'covers'>): DeadLetter {
  return {
    id: row.id,
    storeId: row.store_id,
    kind: row.kind as DeadLetter['kind'],
    subject: row.subject,
    reason: row.reason,
    at: row.at,
    story: JSON.parse(row.story_json),
    body: row.body,
  };
}
