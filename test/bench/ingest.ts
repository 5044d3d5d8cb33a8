import { cpus, loadavg, tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { printTable } from '../../receiver/src/cli/print-table.ts';
import { poll } from '../rig/poll.ts';
import { type BenchServers, startBenchServers } from './bench-servers.ts';
import { startDstncStub } from './dstnc-stub.ts';
import { makeGround } from './ground.ts';
import { createLoad, type Load, type LoadResult } from './load.ts';
import { familyUsage, processUsage } from './process-usage.ts';
import { quantile } from './quantile.ts';
import { signedDeliveries } from './signed-deliveries.ts';
import { startFloor } from './start-floor.ts';
import { type BenchReceiver, startReceiver } from './start-receiver.ts';
import { startStoreStub } from './store-stub.ts';

const TARGET = { shareOfFloor: 0.8, p99Ms: 30 };

const USAGE = `How many deliveries a second the receiver acknowledges durably, and how that compares to the least that it can cost.

  npm run bench:ingest -- [--engine sqlite|postgres|both] [--quick] [--only SUBJECT]… [--profile FOLDER]

  --engine   what the receiver and its floor store in; both unless given (PostgreSQL and Redis are started for it)
  --quick    fewer and shorter rounds: for a look, not for a figure
  --only     floor, "keys held", "webhooks held", "keys running", "webhooks running"
  --profile  writes a CPU profile of each receiver there, which costs speed
`;

const { values } = parseArgs({
  options: {
    engine: { type: 'string', default: 'both' },
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    profile: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}

const { quick } = values;
const ENGINES = (['sqlite', 'postgres'] as const).filter((one) => values.engine === one || values.engine === 'both');
if (ENGINES.length === 0) {
  console.error(`--engine must be sqlite, postgres or both\n\n${USAGE}`);
  process.exit(2);
}
const [ROUNDS, ROUND_SECONDS, WARM_UP_SECONDS] = quick ? [3, 2, 2] : [5, 3, 3];
const [WINDOWS, WINDOW_SECONDS] = quick ? [1, 3] : [3, 3];
const CONNECTIONS = 64;
const PRODUCTS = 2_000;
const SECRET = 'the secret of a benchmark';

/** What is measured: an address that takes deliveries. */
interface Subject {
  readonly name: string;
  readonly url: string;
  readonly source: string;
  readonly pid: number;
  /** Waits until nothing of what it was given keeps it busy. */
  settle(): Promise<void>;
}

interface Round {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** CPU time of the measured process for one acknowledgement, in microseconds: less moved by what else the machine does. */
  readonly cpuMicros: number;
  readonly clientCpu: number;
  /** Of PostgreSQL, for one acknowledgement; 0 with SQLite, which runs in the measured process. */
  readonly serverMicros: number;
}

type EngineName = (typeof ENGINES)[number];

const startedAt = new Date();
const ground = makeGround();
const deliveries = signedDeliveries({ products: PRODUCTS, rounds: 3, secret: SECRET });
let servers: BenchServers | undefined;
let met = true;
for (const engine of ENGINES) {
  if (engine === 'postgres') servers = await startBenchServers();
  met = (await benchmark(engine)) && met;
}
process.exit(met ? 0 : 1);

/** @returns whether the target is met */
async function benchmark(engine: EngineName): Promise<boolean> {
  const receivers: BenchReceiver[] = [];
  const all = await startSubjects(engine, receivers);
  const subjects = all.filter(({ name }) => values.only.length === 0 || values.only.includes(name));

  const saturated = new Map<string, Round[]>(subjects.map(({ name }) => [name, []]));
  for (const subject of subjects) await measure(subject, (load) => load.saturate(WARM_UP_SECONDS));
  for (let round = 0; round < ROUNDS; round++) {
    // Each round begins with another subject, so that none always comes after the same.
    for (const [index] of subjects.entries()) {
      const subject = subjects[(index + round) % subjects.length] as Subject;
      const result = await measure(subject, (load) => load.saturate(ROUND_SECONDS));
      saturated.get(subject.name)?.push(result);
      console.error(
        `${engine} round ${round + 1}/${ROUNDS}  ${subject.name}: ${result.perSecond.toFixed(0)} acknowledged/s`,
      );
    }
  }

  const halfLoad = new Map<string, Round[]>(subjects.map(({ name }) => [name, []]));
  for (let window = 0; window < WINDOWS; window++) {
    for (const subject of subjects) {
      // With reconcile running, too, half of what is acknowledged without it: that is the load that a store may send.
      const reference = subject.name.replace('running', 'held');
      const rate = median(saturated.get(saturated.has(reference) ? reference : subject.name), 'perSecond') / 2;
      const result = await measure(subject, (load) => load.pace(rate, WINDOW_SECONDS));
      halfLoad.get(subject.name)?.push(result);
      console.error(
        `${engine} window ${window + 1}/${WINDOWS}  ${subject.name}: p99 ${result.p99.toFixed(1)} ms at ${rate.toFixed(0)}/s`,
      );
    }
  }
  // In an orderly way, so that a profile that was asked for is written.
  for (const receiver of receivers) await receiver.stop();
  return report(engine, subjects, saturated, halfLoad);
}

async function startSubjects(engine: EngineName, receivers: BenchReceiver[]): Promise<Subject[]> {
  const [dstnc, dstncDown, shop] = await Promise.all([
    startDstncStub(),
    startDstncStub({ down: true }),
    startStoreStub(),
  ]);
  const common = values.profile === undefined ? {} : { profile: values.profile };
  const database = async (name: string) =>
    engine === 'postgres' && servers !== undefined ? { database: await servers.createDatabase(name) } : {};
  const floor = await startFloor(ground, SECRET, (await database('floor')).database?.url);
  const receiver = async (name: string, dstncUrl: string) =>
    startReceiver(ground, { name: `${engine}-${name}`, dstncUrl, ...common, ...(await database(name)) });
  const held = await receiver('held', dstncDown.url);
  const running = await receiver('running', dstnc.url);

  receivers.push(held, running);

  const source = shop.url;
  const store = { url: source, webhookSecret: SECRET, currency: 'EUR' };
  const keys = { consumerKey: 'ck_bench', consumerSecret: 'cs_bench' };
  const list: Subject[] = [{ name: 'floor', url: floor.url, source, pid: floor.pid, settle: async () => {} }];
  for (const [receiver, reconcile] of [
    [held, 'held'],
    [running, 'running'],
  ] as const) {
    for (const [access, credentials] of [
      ['keys', keys],
      ['webhooks', {}],
    ] as const) {
      const { id, webhookUrl } = await receiver.addStore({ ...store, ...credentials, vendor: `bench-${access}` });
      list.push({
        name: `${access} ${reconcile}`,
        url: webhookUrl,
        source,
        pid: receiver.pid,
        async settle() {
          if (reconcile === 'held') return;
          await poll(async () => (await receiver.pending(id)) === 0, {
            timeoutMs: 120_000,
            what: 'the backlog to be worked off',
            everyMs: 100,
          });
        },
      });
    }
  }
  return list;
}

async function measure(subject: Subject, run: (load: Load) => Promise<LoadResult>): Promise<Round> {
  const load = await createLoad({ url: subject.url, source: subject.source, deliveries, connections: CONNECTIONS });
  const before = processUsage(subject.pid).cpuSeconds;
  const serverBefore = serverCpu();
  const { acknowledged, seconds, latencies, clientCpu } = await run(load);
  const cpuSeconds = processUsage(subject.pid).cpuSeconds - before;
  const serverSeconds = serverCpu() - serverBefore;
  load.close();
  await subject.settle();
  return {
    perSecond: acknowledged / seconds,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    cpuMicros: (cpuSeconds / acknowledged) * 1e6,
    clientCpu,
    serverMicros: (serverSeconds / acknowledged) * 1e6,
  };
}

function serverCpu(): number {
  return servers === undefined ? 0 : familyUsage(servers.postgresPid).cpuSeconds;
}

function median(rounds: readonly Round[] | undefined, field: keyof Round): number {
  return quantile(
    (rounds ?? []).map((round) => round[field]),
    0.5,
  );
}

function report(
  engine: EngineName,
  subjects: readonly Subject[],
  saturated: ReadonlyMap<string, Round[]>,
  halfLoad: ReadonlyMap<string, Round[]>,
): boolean {
  const floorRate = median(saturated.get('floor'), 'perSecond');
  const results = subjects.map(({ name }) => {
    const full = saturated.get(name);
    const half = halfLoad.get(name);
    return {
      subject: name,
      perSecond: Math.round(median(full, 'perSecond')),
      perSecondRounds: (full ?? []).map(({ perSecond }) => Math.round(perSecond)),
      shareOfFloor: rounded(median(full, 'perSecond') / floorRate),
      p50Ms: rounded(median(full, 'p50')),
      p99Ms: rounded(median(full, 'p99')),
      cpuMicros: Math.round(median(full, 'cpuMicros')),
      ...(engine === 'postgres' && { postgresMicros: Math.round(median(full, 'serverMicros')) }),
      clientCpu: rounded(median(full, 'clientCpu')),
      half: {
        perSecond: Math.round(median(half, 'perSecond')),
        p50Ms: rounded(median(half, 'p50')),
        p99Ms: rounded(median(half, 'p99')),
        p99MsWindows: (half ?? []).map(({ p99 }) => rounded(p99)),
      },
    };
  });
  const json = {
    benchmark: 'ingest',
    engine,
    ...(engine === 'postgres' && { versions: servers?.versions }),
    at: startedAt.toISOString(),
    quick,
    machine: { node: process.version, cores: cpus().length, load: loadavg()[0], folder: tmpdir() },
    payloadBytes: deliveries[0]?.body.length,
    products: PRODUCTS,
    connections: CONNECTIONS,
    rounds: ROUNDS,
    roundSeconds: ROUND_SECONDS,
    results,
  };
  console.log(JSON.stringify(json));
  const told =
    engine === 'sqlite' ? 'SQLite, embedded' : `PostgreSQL ${servers?.versions.postgres}, on the same machine`;
  console.log(`\n${told}\n`);
  printTable(
    [
      ...['SUBJECT', 'ACK/S', 'OF FLOOR', 'P50', 'P99', 'CPU/ACK'],
      ...(engine === 'postgres' ? ['POSTGRES'] : []),
      ...['CLIENT CPU', 'HALF LOAD', 'P50', 'P99'],
    ],
    results.map((row) => [
      row.subject,
      String(row.perSecond),
      percent(row.shareOfFloor),
      `${row.p50Ms} ms`,
      `${row.p99Ms} ms`,
      `${row.cpuMicros} µs`,
      ...(row.postgresMicros === undefined ? [] : [`${row.postgresMicros} µs`]),
      percent(row.clientCpu),
      `${row.half.perSecond}/s`,
      `${row.half.p50Ms} ms`,
      `${row.half.p99Ms} ms`,
    ]),
  );
  console.log(`
floor     Express, raw body, HMAC, ${engine === 'sqlite' ? 'one insert of the body, one commit for each turn of the event loop' : 'one insert of all bodies that came while the one before was committed (synchronous_commit on)'}; nothing else.
keys      a store with REST keys: a delivery becomes a log row and a mark. webhooks: a store without; its payload is kept, too.
held      DSTNC is down, so that reconcile waits, as in a burst under back-pressure: ingest alone. The target is judged on this.
running   each mark is reconciled meanwhile in the same process, store and DSTNC answering at once.${engine === 'sqlite' ? '' : '\nCPU/ACK   of the receiver; PostgreSQL itself takes as much again as its column says, and Redis a little.'}
Medians of ${ROUNDS} rounds of ${ROUND_SECONDS} s, one after the other in turn, ${CONNECTIONS} connections that stay open; half load: medians of ${WINDOWS} of ${WINDOW_SECONDS} s.`);
  if (quick) console.log('--quick: short rounds, and one window at half load. Not a figure to quote.');
  if (values.only.length > 0) {
    // Without the floor, or without one of the accesses, there is nothing to compare.
    console.log('--only: nothing is judged.');
    return true;
  }

  const judged = results.filter(({ subject }) => subject.endsWith(' held'));
  const share = Math.min(...judged.map(({ shareOfFloor }) => shareOfFloor));
  const p99 = Math.max(...judged.map(({ half }) => half.p99Ms));
  const enough = share >= TARGET.shareOfFloor && p99 < TARGET.p99Ms;
  const worst = judged.map(({ subject, shareOfFloor }) => `${subject} ${percent(shareOfFloor)}`).join(', ');
  console.log(
    `\n${enough ? 'Target met' : 'BELOW TARGET'}: ${worst} of the floor (at least ${percent(TARGET.shareOfFloor)}); p99 at half load ${p99} ms (below ${TARGET.p99Ms} ms).`,
  );
  return enough;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
