import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { everyRole } from '../../receiver/src/config.ts';
import { createConnectionCodes } from '../../receiver/src/connections/connection-code.ts';
import { invite } from '../../receiver/src/connections/invite.ts';
import { createLogger } from '../../receiver/src/logger.ts';
import { type Service, type ServiceOptions, startService } from '../../receiver/src/service.ts';
import { createStorage } from '../../receiver/src/storage/create-storage.ts';
import type { Storage } from '../../receiver/src/storage/storage.ts';
import { createSecretBox } from '../../receiver/src/stores/secret-box.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { keepStore } from './keep-store.ts';
import { openPair } from './open-pair.ts';
import { poll } from './poll.ts';

/** A receiver with its real parts on a temporary database, and the DSTNC sandbox behind it. */
export interface Rig {
  readonly service: Service;
  readonly sandbox: Sandbox;
  readonly storage: Storage;
  readonly adminToken: string;
  /** A call to the receiver's API as operator; the parsed answer. */
  api<T>(method: string, path: string, body?: unknown): Promise<{ status: number; body: T }>;
  /** Makes a connection code for a vendor, as `receiver invite` does; its shop then connects to `service.publicUrl`. */
  invite(vendor: string, options?: { validMs?: number }): Promise<string>;
  /** Adds a store; with keys they are not tried. */
  addStore(store: NewStore): Promise<{ id: string; webhookUrl: string }>;
  /** Resolves once nothing is dirty any more. */
  settled(timeoutMs?: number): Promise<void>;
  stop(): Promise<void>;
}

/** Body of `POST /v1/stores`. */
export interface NewStore {
  readonly url: string;
  readonly vendor: string;
  readonly webhookSecret: string;
  readonly consumerKey?: string;
  readonly consumerSecret?: string;
  readonly currency?: string;
}

/** See {@link startRig}. */
export interface RigOptions extends Partial<Pick<ServiceOptions, 'observe' | 'clock' | 'log' | 'polling'>> {
  /** Where the receiver listens; any free port unless given. */
  readonly port?: number;
  /** Where stores reach it, if something stands before it. */
  readonly publicUrl?: string;
}

/** Starts a rig on free ports. */
export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const { port = 0, publicUrl, polling = null, ...behaviour } = options;
  const folder = mkdtempSync(join(tmpdir(), 'dstnc-rig-'));
  const sandbox = await startSandbox({ token: 'rig' });
  const { engine, wakeup } = await openPair(folder);
  const keys = new Map([['k1', randomBytes(32)]]);
  const storage = createStorage(engine, createSecretBox(keys));
  const codes = createConnectionCodes(keys);
  const adminToken = randomBytes(16).toString('hex');
  const service = await startService({
    config: {
      port,
      host: '127.0.0.1',
      publicUrl,
      maxBody: 16 * 1024 * 1024,
      allowPrivateStores: true,
      roles: everyRole,
    },
    polling,
    storage,
    wakeup: wakeup(),
    adminToken,
    codes,
    target: { url: sandbox.url, token: 'rig' },
    log: createLogger('silent'),
    ...behaviour,
  });

  async function api<T>(method: string, path: string, body?: unknown): Promise<{ status: number; body: T }> {
    const answer = await fetch(`${service.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: (text === '' ? undefined : JSON.parse(text)) as T };
  }

  return {
    service,
    sandbox,
    storage,
    adminToken,
    api,
    async invite(vendor, { validMs = 60 * 60_000 } = {}) {
      const inviting = { storage, codes, publicUrl: service.publicUrl, clock: options.clock ?? Date.now };
      return (await invite(inviting, { vendor, validMs })).code;
    },
    async addStore(store) {
      const { consumerKey, consumerSecret } = store;
      if (consumerKey !== undefined && consumerSecret !== undefined) {
        const { id, webhookKey } = await keepStore(storage, { ...store, consumerKey, consumerSecret });
        return { id, webhookUrl: `${service.publicUrl}/v1/webhooks/${webhookKey}` };
      }
      const { status, body } = await api<{ id: string; webhookUrl: string }>('POST', '/v1/stores', store);
      if (status !== 201) throw new Error(`the store was not added: ${JSON.stringify(body)}`);
      return body;
    },
    settled: (timeoutMs = 30_000) =>
      poll(async () => (await storage.groups.backlog()).dirty === 0, { timeoutMs, what: 'nothing to be dirty' }),
    async stop() {
      await service.stop();
      await storage.close();
      await sandbox.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
