import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type ChildReceiver, createChildReceiver } from '../faults/child-receiver.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { freePort } from '../store/free-port.ts';
import { createDstncClient } from './dstnc-client.ts';
import type { OrderShop, Way } from './order-shop.ts';

const ADMIN_TOKEN = 'orders-admin-token';

/** A receiver in a process of its own, which can be killed, with DSTNC's sandbox behind it and DSTNC itself in front. */
export interface OrderGround {
  readonly receiver: ChildReceiver;
  readonly sandbox: Sandbox;
  readonly dstnc: ReturnType<typeof createDstncClient>;
  /** Makes a shop known, and gives the store's id. */
  connect(shop: OrderShop, vendor: string, way: Way): Promise<string>;
  call(method: string, path: string): Promise<{ status: number; body: unknown }>;
  /** It is time to look for what came into being late: five minutes and an hour have passed. */
  hourPasses(): void;
  stop(): Promise<void>;
}

/** Starts everything on free ports. */
export async function startOrderGround(): Promise<OrderGround> {
  const folder = mkdtempSync(join(tmpdir(), 'dstnc-order-ground-'));
  const sandbox = await startSandbox({ token: 'orders' });
  const port = await freePort();
  const database = join(folder, 'receiver.db');
  const env = {
    DATABASE_URL: `sqlite:${database}`,
    DSTNC_API_URL: sandbox.url,
    DSTNC_API_TOKEN: 'orders',
    ADMIN_TOKEN,
    ALLOW_PRIVATE_STORES: '1',
    PUBLIC_URL: `http://127.0.0.1:${port}`,
  };
  const onOutput = (text: string) => process.env.ORDERS_LOG && process.stderr.write(text);
  const receiver = createChildReceiver({ port, env, onOutput });
  await receiver.start();

  async function call(method: string, path: string, body?: unknown) {
    const response = await fetch(`${receiver.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  }

  return {
    receiver,
    sandbox,
    dstnc: createDstncClient({ url: () => receiver.url, token: ADMIN_TOKEN }),
    call,
    async connect(shop, vendor, way) {
      const { keys } = shop.store;
      const { status, body } = await call('POST', '/v1/stores', { vendor, url: shop.url, ...keys });
      if (status !== 201) throw new Error(`the shop was not added: ${JSON.stringify(body)}`);
      const { id } = body as { id: string };
      if (way === 'plugin') {
        // Connected by its page the shop would be called at its own address, past the network that fails.
        const plugin = { version: '0.1.0', contractVersion: 1, woocommerce: '11.0.1', restUrl: `${shop.url}/wp-json/` };
        const db = new DatabaseSync(database, { timeout: 5_000 });
        db.prepare('update stores set plugin_json = ? where id = ?').run(JSON.stringify(plugin), id);
        db.close();
      }
      return id;
    },
    hourPasses() {
      const db = new DatabaseSync(database, { timeout: 5_000 });
      db.exec(
        "update orders set due_at = 0, progress_json = json_set(progress_json, '$.looks', json_array(1)) where json_array_length(progress_json, '$.looks') > 0 and lease_owner is null",
      );
      db.close();
    },
    async stop() {
      await receiver.kill();
      await sandbox.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
