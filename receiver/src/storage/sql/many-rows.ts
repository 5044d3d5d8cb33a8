import type { Compilable, Kysely } from 'kysely';
import { CompiledQuery } from 'kysely';
import type { Schema } from '../schema.ts';

/** Rows to a statement: well under SQLite's 32 766 parameters. */
const ROWS = 500;

/** Runs one kind of statement for many rows. */
export type ManyRows<Row> = (trx: Kysely<Schema>, rows: readonly Row[]) => Promise<void>;

/**
 * A statement over many rows, of which Kysely makes the SQL once for each number of rows: for a large one that costs more than to run it.
 *
 * @param build must have the rows' values for its only parameters, row by row and in the order of the row's fields, which must be the
 *   same in all rows
 */
export function manyRows<Row extends object>(
  build: (trx: Kysely<Schema>, rows: readonly Row[]) => Compilable,
): ManyRows<Row> {
  const sqlFor = new Map<number, string>();
  return async (trx, rows) => {
    for (let from = 0; from < rows.length; from += ROWS) {
      const some = rows.slice(from, from + ROWS);
      const sql = sqlFor.get(some.length) ?? build(trx, some).compile().sql;
      sqlFor.set(some.length, sql);
      await trx.executeQuery(CompiledQuery.raw(sql, some.flatMap(Object.values)));
    }
  };
}
