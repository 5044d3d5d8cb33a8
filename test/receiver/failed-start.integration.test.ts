import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { everyRole } from '@dstnc/receiver/config.ts';
import { createConnectionCodes } from '@dstnc/receiver/connections/connection-code.ts';
import { createLogger } from '@dstnc/receiver/logger.ts';
import { createBullmqWakeup } from '@dstnc/receiver/queue/bullmq-wakeup.ts';
import { startService } from '@dstnc/receiver/service.ts';
import { createStorage } from '@dstnc/receiver/storage/create-storage.ts';
import type { Engine } from '@dstnc/receiver/storage/engine.ts';
import { openPostgres } from '@dstnc/receiver/storage/postgres/open-postgres.ts';
import type { Storage } from '@dstnc/receiver/storage/storage.ts';
import { createSecretBox } from '@dstnc/receiver/stores/secret-box.ts';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Postgres, postgresAvailability, startPostgres } from '../services/start-postgres.ts';

const availability = postgresAvailability();
const log = createLogger('silent');
const HOUR = 3_600_000;

describe.skipIf(!availability.available)(
  availability.available ? 'on PostgreSQL' : `on PostgreSQL (skipped: ${availability.reason})`,
  () => {
    let postgres: Postgres;
    let engine: Engine;
    let storage: Storage;
    let taken: Server;
    beforeEach(async () => {
      postgres = await startPostgres();
      engine = await openPostgres(postgres.url);
      storage = createStorage(engine, createSecretBox(new Map([['k1', randomBytes(32)]])));
      taken = createServer();
      await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    });
    afterEach(async () => {
      vi.restoreAllMocks();
      taken.close();
      await storage.close();
      await postgres.stop();
    });

    /** Nothing listens where its Redis should be, which is no reason not to start. */
    const start = (port: number, target: string) =>
      startService({
        polling: null,
        config: {
          port,
          host: '127.0.0.1',
          publicUrl: undefined,
          maxBody: 1024,
          allowPrivateStores: true,
          roles: everyRole,
        },
        storage,
        wakeup: createBullmqWakeup({ url: 'redis://127.0.0.1:1', log, prefix: randomUUID() }),
        adminToken: 'the-operators-token',
        codes: createConnectionCodes(new Map([['k1', randomBytes(32)]])),
        target: { url: target, token: 'target' },
        log,
      });
    const workers = () => engine.db.selectFrom('workers').selectAll().execute();

    test('a receiver that can not listen does not go on saying that it is alive', async () => {
      const { port } = taken.address() as AddressInfo;
      await expect(start(port, 'http://127.0.0.1:1')).rejects.toMatchObject({ code: 'EADDRINUSE' });
      expect(await workers()).toEqual([]);
    });

    test('a machine whose clock is an hour ahead marks nothing for an hour later', async () => {
      await storage.groups.retarget('http://before.example', Date.now());
      await storage.ingest.mark([{ storeId: 'st_1', groupId: 1 }], 'test', 1);
      vi.spyOn(performance, 'timeOrigin', 'get').mockReturnValue(performance.timeOrigin + HOUR);
      const retarget = vi.spyOn(storage.groups, 'retarget');
      const service = await start(0, 'http://127.0.0.1:1');
      await service.stop();
      expect(retarget.mock.lastCall?.[1]).toBeLessThan(Date.now() + HOUR / 2);
    });
  },
);
