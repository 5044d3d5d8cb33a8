import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { SqliteDatabase, SqliteStatement } from 'kysely';

/** Statements kept ready. Multi-row inserts come in many lengths, so the oldest give way. */
const KEPT_STATEMENTS = 300;

/**
 * Lets Kysely's own SQLite dialect run on `node:sqlite`.
 *
 * @throws TypeError for a parameter that SQLite has no type for: `node:sqlite` would take an object in first place for named
 *   parameters and store NULL without a word
 */
export function nodeSqliteDatabase(database: DatabaseSync): SqliteDatabase {
  const statements = new Map<string, StatementSync>();

  function prepare(sql: string): SqliteStatement {
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = database.prepare(sql);
      statements.set(sql, statement);
      const oldest = statements.size > KEPT_STATEMENTS ? statements.keys().next().value : undefined;
      if (oldest !== undefined) statements.delete(oldest);
    }
    const ready = statement;
    return {
      reader: ready.columns().length > 0,
      all: (parameters) => ready.all(...checked(parameters)),
      run: (parameters) => ready.run(...checked(parameters)),
      iterate: (parameters) => ready.iterate(...checked(parameters)),
    } as SqliteStatement;
  }

  return { prepare, close: () => database.close() };
}

function checked(parameters: readonly unknown[]): SQLInputValue[] {
  for (const value of parameters) {
    if (value !== null && typeof value === 'object' && !(value instanceof Uint8Array)) {
      throw new TypeError(`SQLite can't store a ${value.constructor.name}`);
    }
    if (value === undefined || typeof value === 'boolean') throw new TypeError(`SQLite can't store ${String(value)}`);
  }
  return parameters as SQLInputValue[];
}
