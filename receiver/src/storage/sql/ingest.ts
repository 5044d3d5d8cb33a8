import type { Insertable, Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Engine } from '../engine.ts';
import type { DeliveriesTable, PayloadsTable, Schema } from '../schema.ts';
import type { IngestRecord, Storage } from '../storage.ts';
import { type ManyRows, manyRows } from './many-rows.ts';
import { type Mark, markGroups } from './mark-groups.ts';
import { markOrders, type OrderMark } from './mark-orders.ts';
import { putDeadLetter } from './put-dead-letter.ts';

/** Rows to a statement: well under SQLite's 32 766 parameters. */
const ROWS = 500;

const addDeliveries = manyRows<Insertable<DeliveriesTable>>((trx, rows) => trx.insertInto('deliveries').values(rows));

/** Deliveries, and the marks that they make. */
export function ingestSql({ db, write }: Engine): Storage['ingest'] {
  return {
    record: (records, { marksOnly = false } = {}) =>
      write(async (trx) => {
        const known = await knownGroups(trx, records);
        const marks: Mark[] = [];
        const deliveries = records.map((record) => {
          const groups = groupsOf(record, known);
          for (const groupId of groups) {
            marks.push({ storeId: record.storeId, groupId, cause: record.cause, at: record.receivedAt, bulk: false });
          }
          return {
            store_id: record.storeId,
            received_at: record.receivedAt,
            topic: record.topic,
            delivery_id: record.deliveryId,
            group_id: groups[0] ?? null,
            outcome: record.outcome,
            bytes: record.bytes,
          };
        });
        if (!marksOnly) await addDeliveries(trx, deliveries);
        for (const run of payloadRuns(records)) await keepPayloads(trx, run);
        for (const record of records) await keepDeadLetter(trx, record);
        await markGroups(trx, marks);
        await markOrders(trx, orderMarks(records));
        return marks;
      }),

    mark: (keys, cause, now) =>
      write((trx) =>
        markGroups(
          trx,
          keys.map((key) => ({ ...key, cause, at: now, bulk: false })),
        ),
      ),

    async payloads({ storeId, groupId }) {
      const rows = await db
        .selectFrom('payloads')
        .selectAll()
        .where('store_id', '=', storeId)
        .where('group_id', '=', groupId)
        .execute();
      return rows.map((row) => ({
        itemId: row.item_id,
        modified: row.modified,
        arrivedAt: row.arrived_at,
        deleted: row.deleted === 1,
        body: row.body,
      }));
    },
  };
}

function orderMarks(records: readonly IngestRecord[]): OrderMark[] {
  return records.flatMap(({ storeId, orders = [], cause, receivedAt }) =>
    orders.length === 0 ? [] : [{ storeId, orderIds: orders, cause, at: receivedAt }],
  );
}

/** The groups that a delivery's ids are known to belong to, by `storeId itemId`. */
async function knownGroups(trx: Kysely<Schema>, records: readonly IngestRecord[]): Promise<Map<string, number>> {
  const ids = new Map<string, Set<number>>();
  const withoutReads = new Set<string>();
  for (const { storeId, marks, payload, deletedItem } of records) {
    for (const { itemId } of marks) {
      const of = ids.get(storeId) ?? new Set();
      ids.set(storeId, of.add(itemId));
    }
    if (payload !== undefined || deletedItem !== undefined) withoutReads.add(storeId);
  }
  const known = new Map<string, number>();
  for (const [storeId, itemIds] of ids) {
    // What a store without credentials has sent is known before anything of it was listed.
    for (const table of withoutReads.has(storeId) ? (['items', 'payloads'] as const) : (['items'] as const)) {
      const all = [...itemIds];
      for (let from = 0; from < all.length; from += ROWS) {
        const rows = await trx
          .selectFrom(table)
          .select(['item_id', 'group_id'])
          .where('store_id', '=', storeId)
          .where('item_id', 'in', all.slice(from, from + ROWS))
          .execute();
        for (const row of rows) known.set(`${storeId} ${row.item_id}`, row.group_id);
      }
    }
  }
  return known;
}

/**
 * Which groups a delivery makes dirty. An id that is now something else than it was (WordPress reuses none, but a restored backup
 * does) dirties both groups: the old one has lost it.
 */
function groupsOf({ storeId, marks }: IngestRecord, known: ReadonlyMap<string, number>): number[] {
  const groups = new Set<number>();
  for (const { itemId, groupId, knownOnly } of marks) {
    const held = known.get(`${storeId} ${itemId}`);
    if (groupId !== undefined) groups.add(groupId);
    if (held !== undefined) groups.add(held);
    if (groupId === undefined && held === undefined && !knownOnly) groups.add(itemId);
  }
  return [...groups];
}

/**
 * Splits records into runs whose payloads one statement can write: what a store says twice of an id, or of an id's deletion, has to be
 * written in the order in which it came, and PostgreSQL refuses to touch a row twice in one statement anyway.
 *
 * The first run has all ids, in one order always, and the others have none but these: so two processes that hear of the same products
 * at the same time wait for each other rather than deadlock.
 */
function payloadRuns(records: readonly IngestRecord[]): readonly (readonly IngestRecord[])[] {
  const runs: { record: IngestRecord; itemId: number }[][] = [];
  const seen = new Map<string, number>();
  for (const record of records) {
    const itemId = record.payload?.itemId ?? record.deletedItem;
    if (itemId === undefined) continue;
    const id = `${record.storeId} ${itemId}`;
    const nth = seen.get(id) ?? 0;
    seen.set(id, nth + 1);
    runs[nth] ??= [];
    runs[nth].push({ record, itemId });
  }
  const inOrder = (run: (typeof runs)[number]) =>
    run.sort((a, b) =>
      a.record.storeId === b.record.storeId ? a.itemId - b.itemId : a.record.storeId < b.record.storeId ? -1 : 1,
    );
  return runs.map((run) => inOrder(run).map(({ record }) => record));
}

const [putPayloads, putRestored] = [false, true].map((restored) =>
  manyRows<Insertable<PayloadsTable>>((trx, rows) =>
    trx
      .insertInto('payloads')
      .values(rows)
      .onConflict((conflict) =>
        conflict
          .columns(['store_id', 'item_id'])
          .doUpdateSet({
            group_id: sql`excluded.group_id`,
            modified: sql`case when excluded.modified = '' then payloads.modified else excluded.modified end`,
            arrived_at: sql`excluded.arrived_at`,
            deleted: sql`excluded.deleted`,
            body: sql`excluded.body`,
          })
          // Newer wins, ties by arrival, and so does what has no readable date; but a repeated delivery from before a deletion
          // must not bring the product back.
          .where(
            restored
              ? sql<boolean>`excluded.modified >= payloads.modified or excluded.modified = ''`
              : sql<boolean>`excluded.modified > payloads.modified
                  or (excluded.modified in (payloads.modified, '') and payloads.deleted = 0)`,
          ),
      ),
  ),
) as [ManyRows<Insertable<PayloadsTable>>, ManyRows<Insertable<PayloadsTable>>];

/** @param records no two of the same id */
async function keepPayloads(trx: Kysely<Schema>, records: readonly IngestRecord[]): Promise<void> {
  for (const restored of [false, true]) {
    const rows = records.flatMap(({ storeId, receivedAt, payload }) =>
      payload === undefined || payload.restored !== restored
        ? []
        : [
            {
              store_id: storeId,
              item_id: payload.itemId,
              group_id: payload.groupId,
              modified: payload.modified,
              arrived_at: receivedAt,
              deleted: 0,
              body: payload.body,
            },
          ],
    );
    await (restored ? putRestored : putPayloads)(trx, rows);
  }
  for (const { storeId, receivedAt, deletedItem } of records) {
    if (deletedItem === undefined) continue;
    await trx
      .updateTable('payloads')
      .set({ deleted: 1, arrived_at: receivedAt })
      .where('store_id', '=', storeId)
      .where('item_id', '=', deletedItem)
      .execute();
  }
}

async function keepDeadLetter(trx: Kysely<Schema>, record: IngestRecord): Promise<void> {
  const { storeId, receivedAt, deadLetter } = record;
  if (deadLetter === undefined) return;
  await putDeadLetter(
    trx,
    {
      storeId,
      kind: 'delivery',
      subject: `${record.deliveryId} ${receivedAt}`,
      reason: deadLetter.reason,
      at: receivedAt,
      story: { topic: record.topic, deliveryId: record.deliveryId, bytes: record.bytes },
      body: deadLetter.body,
    },
    null,
  );
}
