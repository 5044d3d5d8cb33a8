import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningRedis, redisAvailability, startRedis } from './start-redis.ts';

const availability = redisAvailability();
const name = availability.available ? 'a Redis' : `a Redis (skipped: ${availability.reason})`;

describe.skipIf(!availability.available)(name, () => {
  let server: RunningRedis;

  beforeAll(async () => {
    server = await startRedis();
  });

  afterAll(() => server?.stop());

  async function ask<T>(url: string, question: (redis: Redis) => Promise<T>): Promise<T> {
    const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
    redis.on('error', () => undefined);
    try {
      await redis.connect();
      return await question(redis);
    } finally {
      redis.disconnect();
    }
  }

  test('keeps what it answered to through a kill, and loses all of it when flushed', async () => {
    await ask(server.url, (redis) => redis.set('kept', '1'));
    await server.kill();
    await expect(ask(server.url, (redis) => redis.ping())).rejects.toThrow();
    await server.start();
    expect(await ask(server.url, (redis) => redis.get('kept'))).toBe('1');
    await server.flush();
    expect(await ask(server.url, (redis) => redis.dbsize())).toBe(0);
  });

  test('takes another policy', async () => {
    const evicting = await startRedis({ policy: 'allkeys-lru', appendonly: false });
    expect(await ask(evicting.url, (redis) => redis.config('GET', 'maxmemory-policy'))).toEqual([
      'maxmemory-policy',
      'allkeys-lru',
    ]);
    await evicting.stop();
    await expect(ask(evicting.url, (redis) => redis.ping())).rejects.toThrow();
  });
});
