import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { CompiledQuery, Kysely, SqliteDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import type { Engine } from '../engine.ts';
import { createGroupCommit } from '../group-commit.ts';
import { migrations } from '../migrations/index.ts';
import type { Schema } from '../schema.ts';
import { StorageUnavailable } from '../storage-unavailable.ts';
import { nodeSqliteDatabase } from './node-sqlite-database.ts';

/**
 * Opens, or makes, an embedded database and brings it up to date.
 *
 * WAL with `synchronous=FULL`: a commit that returned survives a power cut. The busy time-out is short because waiting blocks the
 * process; the command line writes in milliseconds, and who waits longer gets {@link StorageUnavailable} and tries again.
 *
 * @param path of the database file; its folder is made
 * @param options.busyMs how long to wait for another process's lock, in milliseconds
 * @throws StorageUnavailable
 */
export async function openSqlite(path: string, { busyMs = 250 }: { busyMs?: number } = {}): Promise<Engine> {
  let database: DatabaseSync;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    database = new DatabaseSync(path, { timeout: busyMs });
    database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on;');
    // 16 MiB of pages, and a log that is cut back after a burst: memory and disk stay flat.
    database.exec('pragma cache_size = -16384; pragma journal_size_limit = 67108864;');
    // SQLite's own lower() knows A to Z only: "Ölkanne" could not be found.
    database.function('lower', { deterministic: true }, (value) =>
      typeof value === 'string' ? value.toLowerCase() : value,
    );
  } catch (error) {
    throw new StorageUnavailable(error);
  }
  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: nodeSqliteDatabase(database) }) });

  await migrate(db);

  const write = createGroupCommit(
    (work) =>
      db.connection().execute(async (connection) => {
        try {
          // Immediate: a transaction that began as a reader can't wait for another process's lock, it fails at once.
          await connection.executeQuery(BEGIN);
          await work(connection);
          await connection.executeQuery(COMMIT);
        } catch (error) {
          if (database.isTransaction) await connection.executeQuery(ROLLBACK);
          throw error;
        }
      }),
    async (trx, work) => {
      await trx.executeQuery(SAVEPOINT);
      try {
        const value = await work();
        await trx.executeQuery(RELEASE);
        return value;
      } catch (error) {
        // Some failures (a full disk) end the whole transaction by themselves: then there is no savepoint left.
        if (database.isTransaction) await trx.executeQuery(UNDO).then(() => trx.executeQuery(RELEASE));
        throw error;
      }
    },
  );

  return {
    name: 'sqlite',
    db,
    write,
    urgent: write,
    exclusive: true,
    time: async () => Date.now(),
    close: () => db.destroy(),
  };
}

const BEGIN = CompiledQuery.raw('begin immediate');
const COMMIT = CompiledQuery.raw('commit');
const ROLLBACK = CompiledQuery.raw('rollback');
const SAVEPOINT = CompiledQuery.raw('savepoint one_write');
const RELEASE = CompiledQuery.raw('release one_write');
const UNDO = CompiledQuery.raw('rollback to one_write');

/** Times that a new database is tried to be made, while other processes are making it, too. */
const TRIES = 20;

/**
 * Brings the tables up to date. The migrator's lock is a table that it makes itself, so several processes that open a new database at
 * once can be in each other's way: whoever fails looks again whether somebody else has done it.
 */
async function migrate(db: Kysely<Schema>): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => migrations },
    allowUnorderedMigrations: false,
  });
  for (let tries = 1; ; tries++) {
    const { error } = await migrator.migrateToLatest();
    if (error === undefined) return;
    const inTheWay = error instanceof Error && /locked|already exists|UNIQUE constraint/i.test(error.message);
    if (!inTheWay || tries === TRIES) throw error;
    await setTimeout(25 * tries);
  }
}
