import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signBody } from '@dstnc/shared';
import { poll } from '../rig/poll.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { type Postgres, startPostgres } from '../services/start-postgres.ts';
import { type RunningRedis, startRedis } from '../services/start-redis.ts';
import { freePort } from '../store/free-port.ts';
import { type ChildReceiver, createChildReceiver } from './child-receiver.ts';
import { type CountingStore, startCountingStore } from './counting-store.ts';
import { createEffectWatch, type EffectWatch } from './effect-watch.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

/** What the receivers run on: SQLite and embedded wake-ups (one process), or PostgreSQL and BullMQ (two). */
export type PairName = 'sqlite' | 'postgres';

/** Receivers under load, and everything around them that can fail. */
export interface FaultGround {
  readonly pair: PairName;
  readonly receivers: readonly ChildReceiver[];
  readonly sandbox: Sandbox;
  readonly watch: EffectWatch;
  /** Only where the pair has it. */
  readonly postgres?: Postgres;
  readonly redis?: RunningRedis;
  /** Between the receivers and DSTNC, PostgreSQL, Redis. */
  readonly networks: readonly TcpProxy[];
  /** Sets the first receiver's clock, where it was started with `startFakeable`. Seconds ahead of the true time. */
  setClock(seconds: number): void;
  /** Starts the first receiver anew, so that its clock can be set. */
  startFakeable(): Promise<void>;
  /** Sends deliveries until the work is done. */
  underLoad(work: Promise<void>): Promise<void>;
  /** How many deliveries were acknowledged so far. */
  readonly acknowledged: number;
  /** What was acknowledged and isn't at DSTNC, one sentence each. */
  missing(): readonly string[];
  stop(): Promise<void>;
}

const PRODUCTS = 40;
/** Deliveries under way at once. */
const SENDERS = 8;
const SECRET = 'faults';
const ADMIN_TOKEN = 'faults-admin-token';
/** Debian's libfaketime. */
const FAKETIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';

/** A store under load: what of it was acknowledged, the highest quantity of each product. */
interface LoadedStore {
  readonly vendor: string;
  readonly store: CountingStore;
  /** Its address at each receiver. */
  readonly path: string;
  readonly acknowledged: Map<number, number>;
}

/** Starts everything, with a store that has keys and one that is known by its webhooks only. */
export async function startFaultGround(pair: PairName, random: () => number): Promise<FaultGround> {
  const folder = mkdtempSync(join(tmpdir(), 'dstnc-faults-'));
  const clockFile = join(folder, 'clock');
  const sandbox = await startSandbox({ token: 'faults' });
  const watch = createEffectWatch(sandbox);
  const looking = setInterval(() => watch.look(), 20);
  const toDstnc = await startTcpProxy(Number(new URL(sandbox.url).port));
  const networks = [toDstnc];
  const env: Record<string, string> = {
    DSTNC_API_URL: `http://127.0.0.1:${toDstnc.port}`,
    DSTNC_API_TOKEN: 'faults',
    ADMIN_TOKEN,
    ALLOW_PRIVATE_STORES: '1',
  };
  let postgres: Postgres | undefined;
  let redis: RunningRedis | undefined;
  if (pair === 'postgres') {
    [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
    const database = new URL(postgres.url);
    const toPostgres = await startTcpProxy(Number(database.port));
    networks.push(toPostgres);
    database.port = String(toPostgres.port);
    env.DATABASE_URL = database.href;
    const toRedis = await startTcpProxy(Number(new URL(redis.url).port));
    networks.push(toRedis);
    env.REDIS_URL = `redis://127.0.0.1:${toRedis.port}`;
    env.ENCRYPTION_KEYS = `k1:${Buffer.alloc(32, 7).toString('base64')}`;
  } else {
    env.DATABASE_URL = `sqlite:${join(folder, 'receiver.db')}`;
  }

  const first = await freePort();
  const fakeable = createChildReceiver({
    port: first,
    env: {
      ...env,
      LD_PRELOAD: FAKETIME,
      FAKETIME_TIMESTAMP_FILE: clockFile,
      FAKETIME_NO_CACHE: '1',
      DONT_FAKE_MONOTONIC: '1',
    },
  });
  const onOutput = (text: string) => process.env.FAULTS_LOG && process.stderr.write(text);
  const receivers = [createChildReceiver({ port: first, env, onOutput })];
  if (pair === 'postgres') receivers.push(createChildReceiver({ port: await freePort(), env, onOutput }));
  for (const receiver of receivers) await receiver.start();

  async function addStore(vendor: string, withReads: boolean): Promise<LoadedStore> {
    const store = await startCountingStore(PRODUCTS);
    const answer = await fetch(`${receivers[0]?.url}/v1/stores`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        url: store.home,
        vendor,
        webhookSecret: SECRET,
        ...(withReads && { consumerKey: 'ck_faults', consumerSecret: 'cs_faults' }),
      }),
    });
    const { webhookUrl } = (await answer.json()) as { webhookUrl: string };
    return { vendor, store, path: new URL(webhookUrl).pathname, acknowledged: new Map() };
  }
  const stores = [await addStore('with-keys', true), await addStore('webhooks-only', false)];
  let acknowledged = 0;

  async function deliver({ store, path, acknowledged: held }: LoadedStore): Promise<void> {
    const id = store.ids[Math.floor(random() * store.ids.length)] ?? 1;
    const receiver = receivers[Math.floor(random() * receivers.length)];
    const { quantity, payload } = store.raise(id);
    const answer = await fetch(`${receiver?.url}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-wc-webhook-topic': 'product.updated',
        'x-wc-webhook-signature': signBody(Buffer.from(payload), SECRET),
      },
      body: payload,
      // As long as WooCommerce's queue waits for one.
      signal: AbortSignal.timeout(60_000),
    }).catch(() => null);
    await answer?.arrayBuffer().catch(() => null);
    if (answer?.status !== 200) return;
    acknowledged += 1;
    held.set(id, Math.max(held.get(id) ?? 0, quantity));
  }

  const setClock = (seconds: number) => writeFileSync(clockFile, `${seconds >= 0 ? '+' : ''}${seconds}\n`);

  return {
    pair,
    receivers,
    sandbox,
    watch,
    ...(postgres && { postgres }),
    ...(redis && { redis }),
    networks,
    setClock,
    async startFakeable() {
      await receivers[0]?.stop();
      receivers[0] = fakeable;
      setClock(0);
      await fakeable.start();
    },
    async underLoad(work) {
      let over = false;
      const senders = Array.from({ length: SENDERS }, async (_, i) => {
        while (!over) await deliver(stores[i % stores.length] as LoadedStore);
      });
      await work.finally(() => {
        over = true;
      });
      await Promise.all(senders);
    },
    get acknowledged() {
      return acknowledged;
    },
    missing() {
      watch.look();
      return stores.flatMap((loaded) =>
        [...loaded.acknowledged]
          .filter(([id, quantity]) => watch.told(loaded.vendor, id) < quantity)
          .map(
            ([id, quantity]) =>
              `${loaded.vendor} ${id}: ${quantity} acknowledged, DSTNC has ${watch.told(loaded.vendor, id)}`,
          ),
      );
    },
    async stop() {
      for (const receiver of receivers) await receiver.kill();
      clearInterval(looking);
      await Promise.all([
        sandbox.stop(),
        ...stores.map(({ store }) => store.stop()),
        ...networks.map((network) => network.stop()),
        postgres?.stop(),
        redis?.stop(),
      ]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Waits until everything acknowledged is at DSTNC. @returns milliseconds, and what is missing after `withinMs` */
export async function converge(
  ground: FaultGround,
  withinMs: number,
): Promise<{ ms: number; lost: readonly string[] }> {
  const began = performance.now();
  await poll(async () => ground.missing().length === 0, {
    timeoutMs: withinMs,
    what: 'everything acknowledged to be at DSTNC',
  }).catch(() => undefined);
  return { ms: performance.now() - began, lost: ground.missing() };
}
