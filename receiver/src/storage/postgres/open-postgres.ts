import { Kysely, PostgresDialect, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { DatabaseError, Pool, TypeOverrides, types } from 'pg';
import type { Engine } from '../engine.ts';
import type { Write } from '../group-commit.ts';
import { migrations } from '../migrations/index.ts';
import type { Schema } from '../schema.ts';
import { pgPool } from './pg-pool.ts';

/** Connections of one process. What one waits for (a commit's flush) the others use. */
const CONNECTIONS = 12;
/** How long a connection is waited for before the database counts as unavailable, in milliseconds. */
const CONNECT_MS = 5_000;
/** How long a connection may be still before it is probed: a peer that vanished is noticed some seconds later. Milliseconds. */
const KEEP_ALIVE_MS = 10_000;
/** How often a write is tried that others were in the way of. */
const TRIES = 8;
/** SQLSTATE: could not serialise, deadlock detected. Nothing was written, and the same may be tried again. */
const IN_THE_WAY = new Set(['40001', '40P01']);

/**
 * Opens a PostgreSQL database, 14 or newer, and brings it up to date; any number of processes may do so at once, one of them makes the
 * tables (Kysely's migrator takes an advisory lock).
 *
 * Each write is a transaction of its own: PostgreSQL puts commits that come together into one flush by itself.
 *
 * @param url postgres://user:password@host:port/database
 * @throws StorageUnavailable
 */
export async function openPostgres(url: string): Promise<Engine> {
  const ints = new TypeOverrides();
  // Counts, times and ids: all of them far below 2^53.
  ints.setTypeParser(types.builtins.INT8, Number);
  const pool = new Pool({
    connectionString: url,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    application_name: 'dstnc-receiver',
    types: ints,
    // Once a connection: Kysely would ask with each transaction, as it is given another handle of it each time, and would never give
    // back a connection that fails at that.
    onConnect: (client) => client.query(SESSION),
  });
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: pgPool(pool) }) });
  try {
    const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) throw error;
  } catch (error) {
    await db.destroy();
    throw error;
  }

  async function write<T>(work: Write<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await db.transaction().execute(work);
      } catch (error) {
        if (tries === TRIES || !(error instanceof DatabaseError) || !IN_THE_WAY.has(error.code ?? '')) throw error;
      }
    }
  }

  return {
    name: 'postgres',
    db,
    write,
    exclusive: false,
    async time() {
      const { rows } = await sql<{ now: number }>`
        select (extract(epoch from clock_timestamp()) * 1000)::bigint as now
      `.execute(db);
      return rows[0]?.now ?? Date.now();
    },
    close: () => db.destroy(),
  };
}

/**
 * What every connection asks for, whatever the server's defaults are. A commit is durable. Who vanished in the middle of a transaction
 * (nothing of ours waits in one) doesn't keep its rows locked for the two hours that TCP would take to notice, and nobody waits for a
 * lock without an end.
 */
const SESSION = {
  text: `select ${Object.entries({
    synchronous_commit: 'on',
    idle_in_transaction_session_timeout: '10s',
    lock_timeout: '8s',
    tcp_keepalives_idle: '10',
    tcp_keepalives_interval: '5',
    tcp_keepalives_count: '3',
  })
    .map(([name, value]) => `set_config('${name}', '${value}', false)`)
    .join(', ')}`,
  query_timeout: CONNECT_MS,
};
