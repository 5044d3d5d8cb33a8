import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { everyRole } from '@dstnc/receiver/config.ts';
import { type ConnectionCodes, createConnectionCodes } from '@dstnc/receiver/connections/connection-code.ts';
import { invite } from '@dstnc/receiver/connections/invite.ts';
import { createLogger } from '@dstnc/receiver/logger.ts';
import { type Service, startService } from '@dstnc/receiver/service.ts';
import { createStorage } from '@dstnc/receiver/storage/create-storage.ts';
import type { Storage } from '@dstnc/receiver/storage/storage.ts';
import { createSecretBox } from '@dstnc/receiver/stores/secret-box.ts';
import { signBody } from '@dstnc/shared';
import { keepStore } from '../rig/keep-store.ts';
import { openPair, type Pair } from '../rig/open-pair.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';

/** What was answered, its body as text and, where it is JSON, read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every form
  readonly body: any;
}

/** A store as its own side knows it. */
export interface AddedStore {
  readonly id: string;
  readonly vendor: string;
  readonly url: string;
  readonly webhookUrl: string;
  readonly webhookSecret: string;
}

/** See {@link Receiver.deliver}. */
export interface DeliveryOptions {
  readonly topic?: string;
  readonly source?: string;
  /** Null: unsigned. */
  readonly signature?: string | null;
  readonly secret?: string;
}

/** A real receiver on a temporary file, with the DSTNC sandbox behind it. */
export interface Receiver {
  readonly service: Service;
  readonly storage: Storage;
  readonly sandbox: Sandbox;
  /** Its database, past the storage: to see, or to set, what nobody could through it. */
  readonly db: Pair['engine']['db'];
  /** Of its database, where that is embedded. */
  readonly file: string;
  /** For another run of the service on the same data. */
  readonly wakeup: Pair['wakeup'];
  /** How the command line finds its database, beside the encryption keys. */
  readonly environment: Pair['environment'];
  /** All that it has logged, at level trace. */
  readonly lines: readonly string[];
  /** What must never be logged or shown. */
  readonly secrets: readonly string[];
  /** Stops the service, and starts it on the same database and port. */
  restart(): Promise<void>;
  /** Calls its API, as operator unless another token is given. */
  call(method: string, path: string, options?: { body?: unknown; token?: string | null }): Promise<Answer>;
  readonly codes: ConnectionCodes;
  /** As `ENCRYPTION_KEYS` takes them, for the command line. */
  readonly encryptionKeys: string;
  /** Makes a connection code, as `receiver invite` does. */
  invite(vendor: string, options?: { validMs?: number }): Promise<string>;
  /** @param keys whether it has REST keys, unchecked; without them it is known by its webhooks only */
  addStore(vendor: string, url: string, keys: boolean): Promise<AddedStore>;
  /** Sends what WooCommerce would send. */
  deliver(store: AddedStore, body: unknown, options?: DeliveryOptions): Promise<Answer>;
  stop(): Promise<void>;
}

/** Starts it on free ports. */
export async function startReceiver(
  options: { readonly allowPrivateStores?: boolean; readonly publicUrl?: string } = {},
): Promise<Receiver> {
  const { allowPrivateStores = true, publicUrl } = options;
  const folder = mkdtempSync(join(tmpdir(), 'dstnc-receiver-'));
  const file = join(folder, 'receiver.db');
  const adminToken = `admin-${randomBytes(16).toString('hex')}`;
  const dstncToken = `dstnc-${randomBytes(16).toString('hex')}`;
  const secrets = [adminToken, dstncToken];
  const lines: string[] = [];
  const sandbox = await startSandbox({ token: dstncToken });
  const key = randomBytes(32);
  const keys = new Map([['k1', key]]);
  const { engine, wakeup, environment } = await openPair(folder);
  const storage = createStorage(engine, createSecretBox(keys));
  const codes = createConnectionCodes(keys);
  const stream = { isTTY: false, write: (line: string) => lines.push(line) > 0 } as unknown as NodeJS.WriteStream;
  let port = 0;
  const start = () =>
    startService({
      polling: null,
      config: {
        port,
        host: '127.0.0.1',
        publicUrl,
        maxBody: 16 * 1024 * 1024,
        allowPrivateStores,
        roles: everyRole,
      },
      storage,
      wakeup: wakeup(),
      adminToken,
      codes,
      target: { url: sandbox.url, token: dstncToken },
      log: createLogger('trace', stream),
    });
  let service = await start();

  const call: Receiver['call'] = async (method, path, { body, token = adminToken } = {}) => {
    const response = await fetch(`${service.url}${path}`, {
      method,
      headers: {
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return answerOf(response);
  };

  return {
    get service() {
      return service;
    },
    async restart() {
      port = Number(new URL(service.url).port);
      await service.stop();
      service = await start();
    },
    storage,
    sandbox,
    db: engine.db,
    file,
    wakeup,
    environment,
    lines,
    secrets,
    call,
    codes,
    encryptionKeys: `k1:${key.toString('base64')}`,
    async invite(vendor, { validMs = 60 * 60_000 } = {}) {
      const inviting = { storage, codes, publicUrl: service.publicUrl, clock: Date.now };
      return (await invite(inviting, { vendor, validMs })).code;
    },
    async addStore(vendor, url, keys) {
      const webhookSecret = `webhook-${randomBytes(16).toString('hex')}`;
      const consumerKey = `ck_${randomBytes(16).toString('hex')}`;
      const consumerSecret = `cs_${randomBytes(16).toString('hex')}`;
      secrets.push(webhookSecret, consumerKey, consumerSecret);
      const store = { vendor, url, webhookSecret, currency: 'EUR' };
      if (keys) {
        const { id, webhookKey } = await keepStore(storage, { ...store, consumerKey, consumerSecret });
        return { id, vendor, url, webhookUrl: `${service.publicUrl}/v1/webhooks/${webhookKey}`, webhookSecret };
      }
      const { status, text, body } = await call('POST', '/v1/stores', { body: store });
      if (status !== 201) throw new Error(`the store was not added: ${text}`);
      return { id: body.id as string, vendor, url, webhookUrl: body.webhookUrl as string, webhookSecret };
    },
    async deliver(store, body, options = {}) {
      const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
      const { topic = 'product.updated', source = `${store.url}/`, secret = store.webhookSecret } = options;
      const { signature = signBody(bytes, secret) } = options;
      const response = await fetch(store.webhookUrl, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-wc-webhook-topic': topic,
          'x-wc-webhook-source': source,
          'x-wc-webhook-delivery-id': randomBytes(8).toString('hex'),
          ...(signature !== null && { 'x-wc-webhook-signature': signature }),
        },
        body: bytes,
      });
      return answerOf(response);
    },
    async stop() {
      await service.stop();
      await storage.close();
      await sandbox.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined };
}
