import { sql } from 'kysely';
import type { Engine } from '../engine.ts';
import type { Storage } from '../storage.ts';

/** What people look at. */
export function listingsSql({ db }: Engine): Storage['listings'] {
  return {
    async group({ storeId, groupId }) {
      const row = await db
        .selectFrom('groups')
        .selectAll()
        .where('store_id', '=', storeId)
        .where('group_id', '=', groupId)
        .executeTakeFirst();
      if (row === undefined) return null;
      const dirty = row.due_at !== null;
      return {
        storeId,
        groupId,
        cause: row.cause,
        dirty,
        markedAt: row.marked_at ?? row.remarked_at,
        waitingFor: row.waiting_for,
        attempts: dirty ? row.attempts : row.tries,
        rev: row.rev,
        acceptedRev: row.accepted_rev,
        listingJson: row.listing_json,
        rejectedJson: row.rejected_json,
        discardedJson: row.discarded_json,
        readAt: row.read_at,
        sentAt: row.sent_at,
        acceptedAt: row.accepted_at,
        lateMs: row.late_ms,
      };
    },

    async history(storeId, externalId, limit) {
      const rows = await db
        .selectFrom('history')
        .selectAll()
        .where('store_id', '=', storeId)
        .where('external_id', '=', externalId)
        .orderBy('at', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        at: new Date(row.at).toISOString(),
        cause: row.cause,
        state: row.state,
        rule: row.rule,
        tracked: row.tracked === null ? null : row.tracked === 1,
        quantity: row.quantity,
        purchasable: row.purchasable === null ? null : row.purchasable === 1,
      }));
    },

    async search(storeId, words, limit) {
      const like = `%${words.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`;
      const rows = await db
        .selectFrom('items')
        .selectAll()
        .where('store_id', '=', storeId)
        .where(
          sql<boolean>`(lower(title) like ${like} escape '\\' or lower(sku) like ${like} escape '\\'
            or external_id like ${like} escape '\\')`,
        )
        .orderBy('group_id', 'desc')
        .orderBy('item_id')
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        storeId,
        groupId: row.group_id,
        itemId: row.item_id,
        externalId: row.external_id,
        title: row.title,
        sku: row.sku,
      }));
    },

    async totals(storeId) {
      const accepted = db.selectFrom('groups').where('store_id', '=', storeId).where('accepted_state', 'is not', null);
      const counts = await accepted
        .select((eb) => [
          'accepted_state',
          'purchasable',
          eb.fn.countAll().as('count'),
          eb.fn.max('accepted_at').as('at'),
        ])
        .groupBy(['accepted_state', 'purchasable'])
        .execute();
      const newest = counts.reduce<(typeof counts)[number] | null>(
        (held, one) => (held === null || Number(one.at) > Number(held.at) ? one : held),
        null,
      );
      const last =
        newest === null || newest.at === null
          ? undefined
          : await accepted
              .select('late_ms')
              .where('accepted_state', '=', newest.accepted_state)
              .where('purchasable', '=', newest.purchasable)
              .where('accepted_at', '=', newest.at)
              .limit(1)
              .executeTakeFirst();
      const sum = (rows: typeof counts) => rows.reduce((total, { count }) => total + Number(count), 0);
      const there = counts.filter(({ accepted_state }) => accepted_state !== 'deleted');
      return {
        products: sum(there),
        purchasable: sum(there.filter((row) => row.accepted_state === 'active' && row.purchasable === 1)),
        lastChange: last === undefined ? null : { at: Number(newest?.at), lateMs: Number(last.late_ms ?? 0) },
      };
    },
  };
}
