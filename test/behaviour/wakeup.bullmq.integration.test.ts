import { randomUUID } from 'node:crypto';
import { createBullmqWakeup } from '@dstnc/receiver/queue/bullmq-wakeup.ts';
import { pino } from 'pino';
import { afterAll, beforeAll, describe } from 'vitest';
import { type RunningRedis, redisAvailability, startRedis } from '../services/start-redis.ts';
import { wakeupBehaviour } from './wakeup.ts';

const availability = redisAvailability();
const log = pino({ level: 'silent' });

describe.skipIf(!availability.available)(
  availability.available ? 'a real Redis' : `a real Redis (skipped: ${availability.reason})`,
  () => {
    let redis: RunningRedis;
    beforeAll(async () => {
      redis = await startRedis();
    });
    afterAll(() => redis?.stop());

    wakeupBehaviour('BullMQ', async () => {
      const wakeup = createBullmqWakeup({ url: redis.url, log, prefix: randomUUID() });
      return { wakeup, destroy: () => wakeup.close() };
    });
  },
);
