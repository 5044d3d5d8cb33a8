import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { signBody } from '@dstnc/shared';
import { printTable } from '../../receiver/src/cli/print-table.ts';
import { seeded } from '../demo/schedule.ts';
import { poll } from '../rig/poll.ts';
import { startSandbox } from '../sandbox/sandbox.ts';
import { freePort } from '../store/free-port.ts';
import { createChildReceiver } from './child-receiver.ts';
import { startCountingStore } from './counting-store.ts';
import { createEffectWatch } from './effect-watch.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
  },
});
const ROUNDS = Number(values.rounds ?? (values.quick ? 8 : 50));
const PRODUCTS = 40;
/** Deliveries under way at once. */
const SENDERS = 8;
/** How soon after the last restart everything must be at DSTNC, in milliseconds. */
const CONVERGES_WITHIN = 30_000;
const SECRET = 'faults';

if (values.quick) console.log(`quick: ${ROUNDS} kills instead of 50`);
console.log(`seed ${values.seed}`);
const random = seeded(Number(values.seed));
const folder = mkdtempSync(join(tmpdir(), 'dstnc-faults-'));
const sandbox = await startSandbox({ token: 'faults' });
const watch = createEffectWatch(sandbox);
const looking = setInterval(() => watch.look(), 20);
const receiver = createChildReceiver({
  port: await freePort(),
  env: {
    DATABASE_URL: `sqlite:${join(folder, 'receiver.db')}`,
    DSTNC_API_URL: sandbox.url,
    DSTNC_API_TOKEN: 'faults',
    ADMIN_TOKEN: 'faults-admin-token',
    ALLOW_PRIVATE_STORES: '1',
  },
});

/** A store under load: what of it was acknowledged, the highest quantity of each product. */
interface LoadedStore {
  readonly vendor: string;
  readonly store: Awaited<ReturnType<typeof startCountingStore>>;
  readonly webhookUrl: string;
  readonly acknowledged: Map<number, number>;
}

async function addStore(vendor: string, withReads: boolean): Promise<LoadedStore> {
  const store = await startCountingStore(PRODUCTS);
  const answer = await fetch(`${receiver.url}/v1/stores`, {
    method: 'POST',
    headers: { authorization: 'Bearer faults-admin-token', 'content-type': 'application/json' },
    body: JSON.stringify({
      url: store.home,
      vendor,
      webhookSecret: SECRET,
      ...(withReads && { consumerKey: 'ck_faults', consumerSecret: 'cs_faults' }),
    }),
  });
  const { webhookUrl } = (await answer.json()) as { webhookUrl: string };
  return { vendor, store, webhookUrl, acknowledged: new Map() };
}

let acknowledged = 0;

async function deliver({ store, webhookUrl, acknowledged: held }: LoadedStore): Promise<void> {
  const id = store.ids[Math.floor(random() * store.ids.length)] ?? 1;
  const { quantity, payload } = store.raise(id);
  const answer = await fetch(webhookUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-wc-webhook-topic': 'product.updated',
      'x-wc-webhook-signature': signBody(Buffer.from(payload), SECRET),
    },
    body: payload,
  }).catch(() => null);
  if (answer?.status !== 200) return;
  acknowledged += 1;
  held.set(id, Math.max(held.get(id) ?? 0, quantity));
}

/** What was acknowledged and isn't at DSTNC. */
function missing(loaded: LoadedStore): string[] {
  return [...loaded.acknowledged]
    .filter(([id, quantity]) => watch.told(loaded.vendor, id) < quantity)
    .map(
      ([id, quantity]) =>
        `${loaded.vendor} ${id}: ${quantity} acknowledged, DSTNC has ${watch.told(loaded.vendor, id)}`,
    );
}

await receiver.start();
const stores = [await addStore('with-keys', true), await addStore('webhooks-only', false)];

async function underLoad(until: Promise<void>): Promise<void> {
  let over = false;
  const senders = Array.from({ length: SENDERS }, async (_, i) => {
    while (!over) await deliver(stores[i % stores.length] as LoadedStore);
  });
  await until;
  over = true;
  await Promise.all(senders);
}

for (let round = 1; round <= ROUNDS; round += 1) {
  // A moment chosen by chance, not a wait for something: anywhere between start-up and full swing.
  await underLoad(pause(20 + random() * 600).then(() => receiver.kill()));
  await receiver.start();
  process.stdout.write(`\r${round}/${ROUNDS} kills, ${acknowledged} acknowledged `);
}
process.stdout.write('\n');

const began = performance.now();
await poll(
  async () => {
    watch.look();
    return stores.every((loaded) => missing(loaded).length === 0);
  },
  { timeoutMs: CONVERGES_WITHIN, what: 'everything acknowledged to be at DSTNC' },
).catch(() => undefined);
const converged = performance.now() - began;
const lost = stores.flatMap(missing);
const exitCode = await receiver.stop();
clearInterval(looking);
watch.look();

printTable(
  ['FAULT', 'ROUNDS', 'ACKNOWLEDGED', 'LOST', 'OLDER OVER NEWER', 'DUPLICATED SENDS', 'TIME TO CONVERGE'],
  [
    [
      'SIGKILL of the receiver',
      String(ROUNDS),
      String(acknowledged),
      String(lost.length),
      String(watch.older.length + sandbox.state.regressions),
      String(watch.duplicated),
      `${(converged / 1000).toFixed(1)} s`,
    ],
  ],
);
const failures = [
  ...lost,
  ...watch.older,
  ...sandbox.calls.violations.map(({ detail }) => `against the contract: ${detail}`),
  ...(exitCode === 0 ? [] : [`the receiver ended with ${exitCode} on SIGTERM`]),
  ...(acknowledged === 0 ? ['nothing was acknowledged at all'] : []),
];
for (const failure of failures) console.error(failure);
await Promise.all([sandbox.stop(), ...stores.map(({ store }) => store.stop())]);
rmSync(folder, { recursive: true, force: true });
console.log(`${failures.length === 0 ? 1 : 0} passed, ${failures.length === 0 ? 0 : 1} failed`);
process.exit(failures.length === 0 ? 0 : 1);
