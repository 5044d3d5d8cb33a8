import { sql } from 'kysely';
import type { Engine } from '../engine.ts';

/** Rows to a transaction: deleting millions at once would hold up whoever wants to write, and take longer than a database may. */
const ROWS = 5_000;

/** What is kept for a while only, and the column that tells since when. Each needs an index on it. */
const SINCE = { deliveries: 'received_at', history: 'at' } as const;

/**
 * Deletes what is older than that, some at a time. What it has deleted stays deleted if it is broken off.
 *
 * @param before milliseconds since 1970
 */
export async function deleteOld({ name, write }: Engine, table: keyof typeof SINCE, before: number): Promise<void> {
  // Where a row is stored: a history has no key of its own.
  const place = sql.ref(name === 'postgres' ? 'ctid' : 'rowid');
  for (let deleted = ROWS; deleted === ROWS; ) {
    deleted = await write(async (trx) => {
      const old = sql`select ${place} from ${sql.table(table)} where ${sql.ref(SINCE[table])} < ${before} limit ${ROWS}`;
      const { numDeletedRows } = await trx
        .deleteFrom(table)
        .where(sql<boolean>`${place} in (${old})`)
        .executeTakeFirstOrThrow();
      return Number(numDeletedRows);
    });
  }
}
