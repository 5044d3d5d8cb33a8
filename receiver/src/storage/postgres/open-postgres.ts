import { Kysely, PostgresDialect, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { DatabaseError, Pool, TypeOverrides, types } from 'pg';
import type { Engine } from '../engine.ts';
import type { GroupCommit, Write } from '../group-commit.ts';
import { migrations } from '../migrations/index.ts';
import type { Schema } from '../schema.ts';
import { StorageUnavailable } from '../storage-unavailable.ts';
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
  await migrate(url);
  const db = connect(url, CONNECTIONS);
  // What must not wait behind all the others: a process that can't say that it is alive loses its leases.
  const beat = connect(url, 1);

  return {
    name: 'postgres',
    db,
    write: writer(db),
    urgent: writer(beat),
    exclusive: false,
    async time() {
      const { rows } = await sql<{ now: number }>`
        select (extract(epoch from clock_timestamp()) * 1000)::bigint as now
      `.execute(beat);
      return rows[0]?.now ?? Date.now();
    },
    async close() {
      await Promise.all([db.destroy(), beat.destroy()]);
    },
  };
}

/** The database over so many connections. */
function connect(url: string, connections: number): Kysely<Schema> {
  const ints = new TypeOverrides();
  // Counts, times and ids: all of them far below 2^53.
  ints.setTypeParser(types.builtins.INT8, Number);
  const pool = new Pool({
    ...addressOf(url),
    max: connections,
    types: ints,
    // Once a connection: Kysely would ask with each transaction, as it is given another handle of it each time, and would never give
    // back a connection that fails at that.
    onConnect: (client) => client.query(SESSION),
  });
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool: pgPool(pool) }) });
}

const addressOf = (url: string) => ({
  connectionString: url,
  connectionTimeoutMillis: CONNECT_MS,
  keepAlive: true,
  keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
  application_name: 'dstnc-receiver',
});

/** Over a connection without any limits: an index on a large table takes as long as it takes, and who starts meanwhile waits for it. */
async function migrate(url: string): Promise<void> {
  const pool = new Pool({ ...addressOf(url), max: 1 });
  pool.on('error', () => {});
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  try {
    const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) throw error instanceof DatabaseError ? error : new StorageUnavailable(error);
  } finally {
    await db.destroy();
  }
}

function writer(db: Kysely<Schema>): GroupCommit {
  return async <T>(work: Write<T>): Promise<T> => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await db.transaction().execute(work);
      } catch (error) {
        if (tries === TRIES || !(error instanceof DatabaseError) || !IN_THE_WAY.has(error.code ?? '')) throw error;
      }
    }
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
