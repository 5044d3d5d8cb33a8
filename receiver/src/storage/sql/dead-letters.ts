import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { Engine } from '../engine.ts';
import type { DeadLettersTable } from '../schema.ts';
import type { DeadLetter, Storage } from '../storage.ts';

/** What waits for a person. */
export function deadLettersSql({ db, write }: Engine): Storage['deadLetters'] {
  return {
    async list(storeId) {
      // Only the beginnings of the bodies: a thousand whole ones would be 64 MB.
      const all = db
        .selectFrom('dead_letters')
        .select(['id', 'store_id', 'kind', 'subject', 'reason', 'at', 'story_json'])
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
  };
}

function read(row: Selectable<DeadLettersTable>): DeadLetter {
  return {
    id: row.id,
    storeId: row.store_id,
    kind: row.kind === 'rejection' ? 'rejection' : 'delivery',
    subject: row.subject,
    reason: row.reason,
    at: row.at,
    story: JSON.parse(row.story_json),
    body: row.body,
  };
}
