import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { findProgram } from '../store/find-program.ts';
import { freePort } from '../store/free-port.ts';
import { Workspace } from '../store/workspace.ts';
import { createServerProcess, type ServerProcess } from './server-process.ts';
import { type ServiceAvailability, serviceAvailability } from './service-availability.ts';

/** What a Redis of a test keeps, and how soon it is on the disk. */
export interface RedisOptions {
  /** `maxmemory-policy`; no memory limit is set. */
  readonly policy?: string;
  readonly appendonly?: boolean;
  readonly appendfsync?: 'always' | 'everysec' | 'no';
}

/** A Redis of this process alone, on 127.0.0.1. */
export interface RunningRedis extends ServerProcess {
  /** `redis://…` */
  readonly url: string;
  /** FLUSHALL: nothing is left. */
  flush(): Promise<void>;
}

/** Whether `startRedis` would find what it needs. */
export function redisAvailability(): ServiceAvailability {
  return serviceAvailability(redisServer);
}

/**
 * Starts a new, empty Redis. By default what it answered to survives `kill()`.
 *
 * @throws StoreUnavailable that says what is missing
 */
export async function startRedis({
  policy = 'noeviction',
  appendonly = true,
  appendfsync = 'always',
}: RedisOptions = {}): Promise<RunningRedis> {
  const folder = mkdtempSync(join(Workspace.current().folder, 'redis-'));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;

  async function ask<T>(question: (redis: Redis) => Promise<T>): Promise<T> {
    const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
    // Told by the question itself, too.
    redis.on('error', () => undefined);
    try {
      await redis.connect();
      return await question(redis);
    } finally {
      redis.disconnect();
    }
  }

  const server = createServerProcess({
    name: 'Redis',
    command: redisServer(),
    args: Object.entries({
      port: String(port),
      bind: '127.0.0.1',
      dir: folder,
      // The folder stays in its command line, see Workspace.
      'set-proc-title': 'no',
      save: '',
      appendonly: appendonly ? 'yes' : 'no',
      appendfsync,
      'maxmemory-policy': policy,
    }).flatMap(([name, value]) => [`--${name}`, value]),
    folder,
    stopSignal: 'SIGTERM',
    answers: () => ask((redis) => redis.ping()),
  });
  await server.start();
  return {
    ...server,
    url,
    async flush() {
      await ask((redis) => redis.flushall());
    },
  };
}

function redisServer(): string {
  return findProgram(['redis-server'], 'redis-server');
}
