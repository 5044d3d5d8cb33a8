import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createBullmqWakeup } from '@dstnc/receiver/queue/bullmq-wakeup.ts';
import { createEmbeddedWakeup } from '@dstnc/receiver/queue/embedded-wakeup.ts';
import type { Wakeup } from '@dstnc/receiver/queue/wakeup.ts';
import type { Engine } from '@dstnc/receiver/storage/engine.ts';
import { openPostgres } from '@dstnc/receiver/storage/postgres/open-postgres.ts';
import { openSqlite } from '@dstnc/receiver/storage/sqlite/open-sqlite.ts';
import { pino } from 'pino';
import { startPostgres } from '../services/start-postgres.ts';
import { startRedis } from '../services/start-redis.ts';

/** Which pair the tests run on, see {@link openPair}. */
export const pairName: 'sqlite' | 'postgres' = process.env.DSTNC_PAIR === 'postgres' ? 'postgres' : 'sqlite';

/** What a receiver runs on. */
export interface Pair {
  readonly engine: Engine;
  /** For one run of the service, whose stop ends it. */
  wakeup(): Wakeup;
  /** How the command line finds the same data, beside the encryption keys. */
  readonly environment: Readonly<Record<string, string>>;
}

let servers: Promise<{ postgres: Awaited<ReturnType<typeof startPostgres>>; redisUrl: string }> | undefined;

/** One of each a test process; they end with it. Databases are copies of one whose tables are made. */
function start() {
  servers ??= (async () => {
    const [postgres, redis] = await Promise.all([startPostgres({ durable: false }), startRedis()]);
    const template = await openPostgres(await postgres.createDatabase(TEMPLATE));
    await template.close();
    return { postgres, redisUrl: redis.url };
  })();
  return servers;
}

const TEMPLATE = 'with_tables';

/**
 * The pair that `$DSTNC_PAIR` asks for, on data of its own: `postgres` for PostgreSQL and BullMQ on servers that are started for it; by
 * default SQLite and embedded wake-ups.
 *
 * @param folder where the embedded database's files are
 */
export async function openPair(folder: string): Promise<Pair> {
  if (pairName === 'sqlite') {
    const file = join(folder, 'receiver.db');
    return {
      engine: await openSqlite(file),
      wakeup: createEmbeddedWakeup,
      environment: { DATABASE_URL: `sqlite:${file}` },
    };
  }
  const { postgres, redisUrl } = await start();
  const name = randomUUID();
  const url = await postgres.createDatabase(name, TEMPLATE);
  const log = pino({ level: 'silent' });
  return {
    engine: await openPostgres(url),
    wakeup: () => createBullmqWakeup({ url: redisUrl, log, prefix: name }),
    environment: {
      DATABASE_URL: url,
      REDIS_URL: redisUrl,
      // What PostgreSQL asks for besides; no command of the command line uses it.
      ADMIN_TOKEN: 'an-admin-token-of-the-tests',
      DSTNC_API_URL: 'http://127.0.0.1:9',
      DSTNC_API_TOKEN: 'unused',
    },
  };
}
