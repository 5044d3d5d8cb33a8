import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Role } from '@dstnc/receiver/config.ts';
import { type ConnectionCodes, createConnectionCodes } from '@dstnc/receiver/connections/connection-code.ts';
import { createLogger } from '@dstnc/receiver/logger.ts';
import { type Service, startService } from '@dstnc/receiver/service.ts';
import { createStorage } from '@dstnc/receiver/storage/create-storage.ts';
import type { Storage } from '@dstnc/receiver/storage/storage.ts';
import { createSecretBox } from '@dstnc/receiver/stores/secret-box.ts';
import { signBody } from '@dstnc/shared';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { aStore } from '../behaviour/a-store.ts';
import { openPair, type Pair, pairName } from '../rig/open-pair.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { lamp } from './lamp.ts';
import { type PluginShop, startPluginShop } from './start-plugin-shop.ts';

const PATIENCE = { timeout: 40_000, interval: 20 };
const ADMIN_TOKEN = 'an-admin-token-of-the-tests';

describe.skipIf(pairName !== 'postgres')('several processes, each with a role of its own', () => {
  let folder: string;
  let pair: Pair;
  let storage: Storage;
  let codes: ConnectionCodes;
  let sandbox: Sandbox;
  let shop: PluginShop;
  let services: Service[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'dstnc-roles-'));
    const keys = new Map([['k1', randomBytes(32)]]);
    [pair, sandbox, shop] = await Promise.all([openPair(folder), startSandbox({ token: 'roles' }), startPluginShop()]);
    storage = createStorage(pair.engine, createSecretBox(keys));
    codes = createConnectionCodes(keys);
    services = [];
  });
  afterEach(async () => {
    await Promise.all(services.map((service) => service.stop()));
    await storage.close();
    await Promise.all([sandbox.stop(), shop.stop()]);
    rmSync(folder, { recursive: true });
  });

  async function start(...roles: Role[]): Promise<Service> {
    const service = await startService({
      polling: null,
      config: {
        port: 0,
        host: '127.0.0.1',
        publicUrl: undefined,
        maxBody: 1024 * 1024,
        allowPrivateStores: true,
        roles: new Set(roles),
      },
      storage,
      wakeup: pair.wakeup(),
      adminToken: ADMIN_TOKEN,
      codes,
      target: { url: sandbox.url, token: 'roles' },
      log: createLogger('silent'),
    });
    services.push(service);
    return service;
  }

  /** A shop that is connected by its plugin, and whose catalogue waits to be walked. */
  async function connected() {
    const store = aStore({
      id: 'st_lamps',
      vendor: 'lamps',
      url: shop.url,
      credentials: { consumerKey: 'ck_1', consumerSecret: 'cs_1' },
      plugin: { version: '1.0.0', contractVersion: 1, woocommerce: '11.0.1', restUrl: shop.restUrl },
      import: {
        cause: 'imported',
        startedAt: Date.now(),
        cursor: 0,
        walked: 0,
        total: 0,
        walkedAt: null,
        waitingFor: null,
      },
    });
    shop.keys.set('ck_1', { secret: 'cs_1', permissions: 'read_write' });
    await storage.stores.add(store);
    return store;
  }

  const atDstnc = (id: number) => sandbox.state.product('lamps', String(id))?.variants[0]?.inventory.quantity;
  const status = async (service: Service, method: string, path: string) => {
    const answer = await fetch(`${service.url}${path}`, { method });
    await answer.arrayBuffer();
    return answer.status;
  };

  test('what one takes in another brings to DSTNC, and only the one has doors', async () => {
    const store = { ...(await connected()), import: null };
    await storage.stores.update(store.id, { import: null });
    shop.groups.set(7, { product: lamp(7, { manage_stock: true, stock_quantity: 4 }) });
    const [ingest, worker, poller] = [await start('ingest'), await start('worker'), await start('poller')];
    const body = JSON.stringify({
      action: 'woocommerce_dstnc_stock_changed',
      arg: '1',
      changes: [{ groupId: 7, kind: 'stock' }],
    });
    const answer = await fetch(`${ingest.url}/v1/webhooks/${store.webhookKey}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-wc-webhook-topic': 'action.woocommerce_dstnc_stock_changed',
        'x-wc-webhook-signature': signBody(Buffer.from(body), store.webhookSecrets[0] ?? ''),
      },
      body,
    });
    expect(answer.status).toBe(200);
    await vi.waitFor(() => expect(atDstnc(7)).toBe(4), PATIENCE);
    for (const service of [worker, poller]) {
      expect(await status(service, 'GET', '/readyz')).toBe(200);
      expect(await status(service, 'POST', `/v1/webhooks/${store.webhookKey}`)).toBe(404);
    }
    expect(await status(ingest, 'GET', '/readyz')).toBe(200);
  });

  test('a catalogue is walked by one poller, and by the other when that one is gone', async () => {
    for (let id = 1; id <= 2_500; id += 1) shop.groups.set(id, { product: lamp(id) });
    let walks = 0;
    let held: (() => void) | undefined;
    shop.misbehave = async ({ query }) => {
      if (!query.has('after')) return false;
      walks += 1;
      // The second page stays away until the first poller has been stopped.
      if (query.get('after') === '1000' && held === undefined)
        await new Promise<void>((go) => {
          held = go;
        });
      return false;
    };
    const first = await start('poller');
    await connected();
    await vi.waitFor(() => expect(held).toBeDefined(), PATIENCE);
    await start('poller');
    // The other one has looked by now, more than once.
    await vi.waitFor(
      async () => expect(await storage.leases.take('walk st_lamps', 'somebody else', Date.now())).toBe(false),
      PATIENCE,
    );
    expect(walks).toBe(2);
    const stopped = first.stop();
    held?.();
    await stopped;
    await vi.waitFor(
      async () =>
        expect((await storage.stores.byId('st_lamps'))?.import).toMatchObject({ walked: 2_500, total: 2_500 }),
      PATIENCE,
    );
    expect((await storage.groups.backlog('st_lamps')).dirty).toBe(2_500);
  });
});
