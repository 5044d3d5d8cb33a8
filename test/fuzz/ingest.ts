import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { signBody } from '@dstnc/shared';
import fc from 'fast-check';
import { printTable } from '../../receiver/src/cli/print-table.ts';
import { processUsage } from '../bench/process-usage.ts';
import { createChildReceiver } from '../faults/child-receiver.ts';
import { startCountingStore } from '../faults/counting-store.ts';
import { lamp } from '../receiver/lamp.ts';
import { listRecordings } from '../recordings/list-recordings.ts';
import { readRecording } from '../recordings/read-recording.ts';
import { poll } from '../rig/poll.ts';
import { startSandbox } from '../sandbox/sandbox.ts';
import { startPostgres } from '../services/start-postgres.ts';
import { startRedis } from '../services/start-redis.ts';
import { freePort } from '../store/free-port.ts';
import { fire, type Impact, type Shot } from './fire.ts';
import { type FuzzedStore, shots } from './shots.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '120' },
    engine: { type: 'string', default: 'sqlite' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const SECONDS = Number(values.seconds);
const SEED = Number(values.seed);
if (!(SECONDS > 0) || !Number.isInteger(SEED) || !['sqlite', 'postgres'].includes(values.engine)) {
  console.error('usage: npm run fuzz:ingest -- [--seconds 120] [--engine sqlite|postgres] [--seed N]');
  process.exit(2);
}
/** Connections at once. */
const AT_ONCE = 16;
/** Shots of one seed. */
const BATCH = 64;
/** Less than as delivered, so that the limit is met often. In bytes. */
const MAX_BODY = 2 * 1024 * 1024;
/** How soon a good delivery must be at DSTNC, behind all that was made dirty before it. */
const ARRIVES_WITHIN = 60_000;
/** Memory may differ by so much between the run's second quarter and its last. */
const GROWTH = { part: 0.25, megabytes: 20 };
const TOKEN = 'fuzz-admin-token';
const SECRET = 'fuzz';

const folder = mkdtempSync(join(tmpdir(), 'dstnc-fuzz-'));
const sandbox = await startSandbox({ token: 'fuzz' });
const counting = await startCountingStore(40);
const services = await startServices();
const port = await freePort();
let logged = '';
const receiver = createChildReceiver({
  port,
  env: {
    ...services.env,
    DSTNC_API_URL: sandbox.url,
    DSTNC_API_TOKEN: 'fuzz',
    ADMIN_TOKEN: TOKEN,
    ENCRYPTION_KEYS: `fuzz:${randomBytes(32).toString('base64')}`,
    ALLOW_PRIVATE_STORES: '1',
    MAX_BODY: String(MAX_BODY),
    PUBLIC_URL: '',
  },
  onOutput: (text) => note(text),
});

process.on('exit', () => {
  if (receiver.running && receiver.pid !== undefined) process.kill(receiver.pid, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));

/** What the pair of storage and queue needs, and how to end it. */
async function startServices(): Promise<{ env: Record<string, string>; stop(): Promise<unknown> }> {
  if (values.engine === 'sqlite') {
    return { env: { DATABASE_URL: `sqlite:${join(folder, 'receiver.db')}`, REDIS_URL: '' }, stop: async () => {} };
  }
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  return {
    env: { DATABASE_URL: await postgres.createDatabase('receiver'), REDIS_URL: redis.url },
    stop: () => Promise.all([postgres.stop(), redis.stop()]),
  };
}

/** Lines of the receiver's log that nothing a caller sends may cause. */
const alarms: string[] = [];
function note(text: string): void {
  const lines = (logged + text).split('\n');
  logged = lines.pop() ?? '';
  for (const line of lines) {
    const level = /^\{"level":(\d+)/.exec(line)?.[1];
    if (line !== '' && (level === undefined || Number(level) >= 50) && alarms.length < 50)
      alarms.push(line.slice(0, 2_000));
  }
}

async function addStore(
  vendor: string,
  keys: Record<string, string>,
): Promise<FuzzedStore & { readonly vendor: string }> {
  const answer = await fetch(`${receiver.url}/v1/stores`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ url: counting.home, vendor, webhookSecret: SECRET, ...keys }),
  });
  if (!answer.ok) throw new Error(`the store was answered with ${answer.status}: ${await answer.text()}`);
  const { webhookUrl } = (await answer.json()) as { webhookUrl: string };
  return { vendor, path: new URL(webhookUrl).pathname, secret: SECRET, home: counting.home };
}

/** A line of the table. */
interface Row {
  requests: number;
  slowest: number;
  readonly ends: Map<string, number>;
}
const rows = new Map<string, Row>();
/** What went wrong, by check; the first few of each are shown. */
const faults = { 'server errors': [], 'wrong answers': [], 'no answers': [] } as Record<string, string[]>;

function take(shot: Shot, { statuses, end, milliseconds }: Impact, seed: number): void {
  const row = rows.get(shot.kind) ?? { requests: 0, slowest: 0, ends: new Map<string, number>() };
  rows.set(shot.kind, row);
  row.requests += Math.max(1, shot.answers);
  row.slowest = Math.max(row.slowest, milliseconds);
  const ends = statuses.length > 0 ? statuses.map(String) : [end];
  for (const one of ends) row.ends.set(one, (row.ends.get(one) ?? 0) + 1);

  const fault = (check: string, what: string) => {
    const text = Buffer.concat(shot.parts)
      .toString('latin1')
      .replaceAll(/(.)\1{40,}/gs, '$1…');
    faults[check]?.push(`${shot.kind}: ${what} (--seed ${seed} repeats it): ${JSON.stringify(text.slice(0, 1_500))}`);
  };
  if (statuses.some((status) => status >= 500)) fault('server errors', `answered with ${statuses}`);
  if (shot.allowed !== undefined && statuses.some((status) => !shot.allowed?.includes(status))) {
    fault('wrong answers', `answered with ${statuses} instead of ${shot.allowed}`);
  }
  if (end === 'hung' || (statuses.length < shot.answers && !shot.mayClose)) {
    fault('no answers', `${end} after ${statuses.length} of ${shot.answers} answers`);
  }
}

await receiver.start();
const withKeys = await addStore('with-keys', { consumerKey: 'ck_fuzz', consumerSecret: 'cs_fuzz' });
const webhooksOnly = await addStore('webhooks-only', {});
const files = await listRecordings();
const recordings = await Promise.all(files.map(({ path }) => readRecording(path)));
const arbitrary = shots({
  stores: [withKeys, webhooksOnly],
  recorded: recordings.flatMap(({ deliveries }) => deliveries),
  maxBody: MAX_BODY,
});

console.log(`seed ${SEED}, ${SECONDS} s, ${values.engine}`);
const began = performance.now();
const elapsed = () => (performance.now() - began) / 1_000;
const memory: { readonly at: number; readonly megabytes: number }[] = [];
const measuring = setInterval(() => {
  if (receiver.pid === undefined || !receiver.running) return;
  memory.push({ at: elapsed() / SECONDS, megabytes: processUsage(receiver.pid).residentMb });
}, 200);

let fired = 0;
/** Second of the last word about it. */
let told = 0;
for (let seed = SEED; elapsed() < SECONDS && receiver.running; seed += 1) {
  const batch = fc.sample(arbitrary, { seed, numRuns: BATCH });
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let shot = batch.pop(); shot !== undefined; shot = batch.pop()) {
        const impact = await fire(port, shot);
        if (!receiver.running)
          alarms.push(`the receiver ended within the shots of --seed ${seed}, ${shot.kind} among them`);
        take(shot, impact, seed);
        fired += 1;
      }
    }),
  );
  if (elapsed() >= told + 1) {
    told = Math.floor(elapsed());
    process.stdout.write(`\r${told} s, ${fired} connections `);
  }
}
process.stdout.write('\n');
clearInterval(measuring);

/** Sends what a healthy shop sends, and waits until DSTNC has it. @returns what went wrong */
async function goodDelivery(store: typeof withKeys, id: number, payload: string, quantity: number): Promise<string[]> {
  try {
    const answer = await fetch(`${receiver.url}${store.path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-wc-webhook-topic': 'product.updated',
        'x-wc-webhook-signature': signBody(Buffer.from(payload), store.secret),
      },
      body: payload,
    });
    if (answer.status !== 200) return [`${store.vendor}: answered with ${answer.status}`];
    await poll(async () => sandbox.state.item(store.vendor, `${id}:0`)?.quantity === quantity, {
      timeoutMs: ARRIVES_WITHIN,
      what: `${store.vendor}'s product ${id} to be at DSTNC`,
    });
    return [];
  } catch (error) {
    return [`${store.vendor}: ${error instanceof Error ? error.message : error}`];
  }
}

const raised = counting.raise(1);
const fresh = lamp(1_000_001, { stock_quantity: 17 });
const afterwards = [
  ...(await goodDelivery(withKeys, 1, raised.payload, raised.quantity)),
  ...(await goodDelivery(webhooksOnly, 1_000_001, JSON.stringify(fresh), 17)),
];
const exitCode = await receiver.stop();

const median = (from: number, to: number) => {
  const part = memory.filter(({ at }) => at >= from && at < to).map(({ megabytes }) => megabytes);
  return part.sort((a, b) => a - b)[Math.floor(part.length / 2)] ?? Number.NaN;
};
const quarters = [0, 0.25, 0.5, 0.75].map((from) =>
  median(from, from === 0.75 ? Number.POSITIVE_INFINITY : from + 0.25),
);
const [, second = Number.NaN, , last = Number.NaN] = quarters;
const most = second * (1 + GROWTH.part) + GROWTH.megabytes;

printTable(
  ['KIND', 'REQUESTS', 'SLOWEST', 'STATUSES'],
  [...rows]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([kind, { requests, slowest, ends }]) => [
      kind,
      String(requests),
      `${Math.round(slowest)} ms`,
      [...ends]
        .sort(([a], [b]) => a.localeCompare(b))
        .map(([end, count]) => `${end}: ${count}`)
        .join(', '),
    ]),
);
console.log(
  `memory: ${quarters.map((megabytes) => megabytes.toFixed(0)).join(', ')} MB by quarters of the time (medians); the last may be ${most.toFixed(0)} MB`,
);

const checks: Record<string, readonly string[]> = {
  'no server errors': faults['server errors'] ?? [],
  'every answer is the right one': faults['wrong answers'] ?? [],
  'every request is answered': faults['no answers'] ?? [],
  'nothing unforeseen in the log': alarms,
  'memory stays': last <= most ? [] : [`${last.toFixed(0)} MB`],
  'good deliveries arrive afterwards': afterwards,
  "DSTNC's contract is kept": sandbox.calls.violations.map(({ path, detail }) => `${path}: ${detail}`),
  'newer never yields to older': sandbox.state.regressions === 0 ? [] : [`${sandbox.state.regressions} times it did`],
  'it ends in order': exitCode === 0 ? [] : [`exit code ${exitCode}`],
};
let failed = 0;
for (const [check, found] of Object.entries(checks)) {
  console.log(`${found.length === 0 ? 'ok    ' : 'FAILED'}  ${check}${found.length > 1 ? ` (${found.length})` : ''}`);
  for (const one of found.slice(0, 5)) console.log(`        ${one}`);
  if (found.length > 0) failed += 1;
}
await Promise.all([sandbox.stop(), counting.stop(), services.stop()]);
console.log(`${Object.keys(checks).length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
