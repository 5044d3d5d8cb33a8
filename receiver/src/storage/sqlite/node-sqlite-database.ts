import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { SqliteDatabase, SqliteStatement } from 'kysely';
import { StorageUnavailable } from '../storage-unavailable.ts';

/** Result codes that say "not now" rather than "never": busy, locked, read-only, I/O error, full, can't open. */
const UNAVAILABLE = new Set([5, 6, 8, 10, 13, 14]);

/** Statements kept ready. Multi-row inserts come in many lengths, so the oldest give way. */
const KEPT_STATEMENTS = 300;

/**
 * Lets Kysely's own SQLite dialect run on `node:sqlite`.
 *
 * @throws StorageUnavailable when the database can't answer now
 * @throws TypeError for a parameter that SQLite has no type for: `node:sqlite` would take an object in first place for named
 *   parameters and store NULL without a word
 */
export function nodeSqliteDatabase(database: DatabaseSync): SqliteDatabase {
  const statements = new Map<string, StatementSync>();

  function statementFor(sql: string): StatementSync {
    const held = statements.get(sql);
    if (held !== undefined) return held;
    const statement = database.prepare(sql);
    statements.set(sql, statement);
    const oldest = statements.size > KEPT_STATEMENTS ? statements.keys().next().value : undefined;
    if (oldest !== undefined) statements.delete(oldest);
    return statement;
  }

  function prepare(sql: string): SqliteStatement {
    const statement = classified(() => statementFor(sql));
    return {
      reader: statement.columns().length > 0,
      all: (parameters) => classified(() => statement.all(...checked(parameters))),
      run: (parameters) => classified(() => statement.run(...checked(parameters))),
      iterate: (parameters) => classified(() => statement.iterate(...checked(parameters))),
    } as SqliteStatement;
  }

  return { prepare, close: () => database.close() };
}

/** Tells "not now" from "never". */
function classified<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
    throw UNAVAILABLE.has(code) ? new StorageUnavailable(error) : error;
  }
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
