import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { poll } from '../rig/poll.ts';
import { freePort } from '../store/free-port.ts';
import type { Ground } from './ground.ts';

const execute = promisify(execFile);
const PROGRAM = join(import.meta.dirname, '../../receiver/bin/receiver.js');

/** A receiver in a process of its own. */
export interface BenchReceiver {
  readonly pid: number;
  readonly url: string;
  /** Of its SQLite file, where it has one. */
  readonly databasePath: string;
  readonly folder: string;
  /** Adds a store as an operator does. @param store body of `POST /v1/stores` */
  addStore(store: Readonly<Record<string, string>>): Promise<{ id: string; webhookUrl: string }>;
  /** Connects a store as its plugin does. @param store body of `POST /v1/connections` without its code */
  connect(vendor: string, store: Readonly<Record<string, unknown>>): Promise<{ storeId: string; webhookUrl: string }>;
  /** Groups of a store that DSTNC isn't known to agree on. */
  pending(storeId: string): Promise<number>;
  /** How its import stands. */
  importOf(storeId: string): Promise<{ readonly state: string; readonly done: number }>;
  /** Kills it (SIGKILL), and starts it again on the same database. @returns the process that goes on */
  killed(): Promise<BenchReceiver>;
  /** Ends it as an operator does, and resolves once it is gone. */
  stop(): Promise<void>;
}

/** PostgreSQL and Redis instead of a SQLite file; any number of processes may share them. */
export interface BenchDatabase {
  readonly url: string;
  readonly redisUrl: string;
}

/** The key that all receivers of a benchmark on PostgreSQL encrypt with: its id and bytes. */
export const BENCH_KEY: readonly [id: string, key: Buffer] = ['bench', Buffer.alloc(32, 7)];

/** Runs `receiver serve`, by default on a SQLite file of its own, as in production but for the private addresses of the stubs. */
export async function startReceiver(
  ground: Ground,
  options: {
    readonly name: string;
    readonly dstncUrl: string;
    readonly database?: BenchDatabase;
    /** `ROLE`; by default it does everything. */
    readonly role?: string;
    /** Folder for a CPU profile, written when it ends. */
    readonly profile?: string;
  },
): Promise<BenchReceiver> {
  return startIn(ground, ground.folder(options.name), options);
}

async function startIn(
  ground: Ground,
  folder: string,
  options: Parameters<typeof startReceiver>[1],
): Promise<BenchReceiver> {
  const databasePath = join(folder, 'receiver.db');
  const port = await freePort();
  const token = randomBytes(16).toString('hex');
  const data = {
    DATABASE_URL: options.database?.url ?? `sqlite:${databasePath}`,
    REDIS_URL: options.database?.redisUrl ?? '',
    ADMIN_TOKEN: token,
    ENCRYPTION_KEYS: options.database === undefined ? '' : `${BENCH_KEY[0]}:${BENCH_KEY[1].toString('base64')}`,
    DSTNC_API_URL: options.dstncUrl,
    DSTNC_API_TOKEN: 'bench',
  };
  const child = ground.start(PROGRAM, ['serve'], {
    ...data,
    PORT: String(port),
    HOST: '127.0.0.1',
    PUBLIC_URL: '',
    ROLE: options.role ?? 'all',
    MAX_BODY: '',
    ALLOW_PRIVATE_STORES: '1',
    LOG_LEVEL: 'error',
    // Production refuses private addresses, and differs in nothing that is measured.
    NODE_ENV: '',
    NODE_OPTIONS: options.profile === undefined ? '' : `--cpu-prof --cpu-prof-dir=${resolve(options.profile)}`,
  });
  const url = `http://127.0.0.1:${port}`;

  async function api(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path} was answered with ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as Record<string, unknown>;
  }

  await poll(
    async () => {
      if (child.exitCode !== null) throw new Error(`the receiver ended with ${child.exitCode}`);
      return fetch(`${url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      );
    },
    { timeoutMs: 20_000, what: 'the receiver to be ready', everyMs: 50 },
  );

  return {
    pid: child.pid ?? 0,
    url,
    databasePath,
    folder,
    async addStore(store) {
      const { id, webhookUrl } = await api('POST', '/v1/stores', store);
      return { id: String(id), webhookUrl: String(webhookUrl) };
    },
    async connect(vendor, store) {
      const { stdout } = await execute(process.execPath, [PROGRAM, 'invite', '--vendor', vendor, '--json'], {
        env: { ...process.env, ...data, PUBLIC_URL: url },
      });
      const { code } = JSON.parse(stdout) as { code: string };
      const { storeId, webhookUrl } = await api('POST', '/v1/connections', { ...store, code });
      return { storeId: String(storeId), webhookUrl: String(webhookUrl) };
    },
    pending: async (storeId) => Number((await api('GET', `/v1/stores/${storeId}`)).pending),
    async importOf(storeId) {
      const { import: walk } = await api('GET', `/v1/stores/${storeId}`);
      return (walk ?? { state: 'none', done: 0 }) as { state: string; done: number };
    },
    async killed() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
      return startIn(ground, folder, options);
    },
    async stop() {
      if (child.exitCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}
