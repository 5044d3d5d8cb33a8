import { Redis } from 'ioredis';
import { Client } from 'pg';
import { startPostgres } from '../services/start-postgres.ts';
import { startRedis } from '../services/start-redis.ts';
import { parentOf } from './process-usage.ts';
import type { BenchDatabase } from './start-receiver.ts';

/** A PostgreSQL and a Redis of a benchmark's own; they end with it. */
export interface BenchServers {
  readonly postgresPid: number;
  readonly redisPid: number;
  /** `15.18`, `7.0.15` */
  readonly versions: { readonly postgres: string; readonly redis: string };
  /** A new, empty database. Redis has one for all of them. */
  createDatabase(name: string): Promise<BenchDatabase>;
  /** Bytes that Redis holds. */
  redisMemory(): Promise<number>;
}

/** See {@link startBenchServers}. */
export interface BenchServersOptions {
  /** Has PostgreSQL count what each statement costs (its extension pg_stat_statements). */
  readonly statements?: boolean;
}

/**
 * Starts both as an operator would run them as far as durability goes: PostgreSQL flushes each commit, Redis appends to its file.
 *
 * @throws StoreUnavailable that says what isn't installed
 */
export async function startBenchServers({ statements = false }: BenchServersOptions = {}): Promise<BenchServers> {
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis({ appendfsync: 'everysec' })]);
  const told = async (...commands: string[]) => {
    const client = new Client({ connectionString: postgres.url });
    await client.connect();
    for (const command of commands) await client.query(command);
    await client.end();
  };
  if (statements) {
    await told("alter system set shared_preload_libraries = 'pg_stat_statements'");
    await postgres.restart();
    await told('alter system set pg_stat_statements.track_planning = on', 'select pg_reload_conf()');
  }
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  const { rows } = await client.query<{ pid: number; server_version: string }>(
    "select pg_backend_pid() as pid, current_setting('server_version') as server_version",
  );
  const postgresPid = parentOf(rows[0]?.pid ?? 0);
  await client.end();

  async function info(section: string, field: string): Promise<string> {
    const asking = new Redis(redis.url, { lazyConnect: true });
    try {
      await asking.connect();
      return new RegExp(`^${field}:(\\S+)`, 'm').exec(await asking.info(section))?.[1] ?? '';
    } finally {
      asking.disconnect();
    }
  }

  return {
    postgresPid,
    redisPid: Number(await info('server', 'process_id')),
    versions: {
      postgres: rows[0]?.server_version.split(' ')[0] ?? '',
      redis: await info('server', 'redis_version'),
    },
    createDatabase: async (name) => ({ url: await postgres.createDatabase(name), redisUrl: redis.url }),
    redisMemory: async () => Number(await info('memory', 'used_memory')),
  };
}
