import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { printTable } from '../../receiver/src/cli/print-table.ts';
import { createStorage } from '../../receiver/src/storage/create-storage.ts';
import { openPostgres } from '../../receiver/src/storage/postgres/open-postgres.ts';
import { beginImport } from '../../receiver/src/stores/begin-import.ts';
import { createSecretBox } from '../../receiver/src/stores/secret-box.ts';
import type { Store } from '../../receiver/src/stores/store.ts';
import { poll } from '../rig/poll.ts';
import { startBenchServers } from './bench-servers.ts';
import { createChangeBook, type Ledger, newLedger } from './change-book.ts';
import { makeDay } from './day.ts';
import { createDoorbells } from './doorbells.ts';
import { makeGround } from './ground.ts';
import { startListeningDstnc } from './listening-dstnc.ts';
import { familyUsage, machineCpuSeconds, processUsage } from './process-usage.ts';
import { quantile } from './quantile.ts';
import { addStores, connectedStore, copyProducts } from './seed-stores.ts';
import { seeded, startShops } from './shops.ts';
import { BENCH_KEY, type BenchReceiver, startReceiver } from './start-receiver.ts';

const TARGET_FAIR_MS = 2_000;

const USAGE = `How the receiver does with many stores on PostgreSQL and Redis, with one worker and with two, and whether one store's import holds up others.

  npm run bench:scale -- [--stores 1000] [--products 200000] [--seconds 60] [--rate 120] [--quick] [--only day|fairness]

  --seconds   how long the day takes that is played in time-lapse
  --rate      changes a second, on the day's average; its peak is some 2.4 times as much
  --shop-ms, --dstnc-ms   how long each answer of a shop and of DSTNC takes; 50 and 20 unless given
  --quick     100 stores, 10 000 products and a day of 5 s: for a look, not for a figure
  --only      one of the two parts
  --statements  prints what cost PostgreSQL most in the first day and backlog
  --profile   writes CPU profiles of the receivers there, which costs speed
`;

const { values } = parseArgs({
  options: {
    stores: { type: 'string' },
    products: { type: 'string' },
    seconds: { type: 'string' },
    rate: { type: 'string' },
    'shop-ms': { type: 'string', default: '50' },
    'dstnc-ms': { type: 'string', default: '20' },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    profile: { type: 'string' },
    statements: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
if (values.only !== undefined && !['day', 'fairness'].includes(values.only)) {
  console.error(`--only must be day or fairness\n\n${USAGE}`);
  process.exit(2);
}

const { quick } = values;
const STORES = Number(values.stores ?? (quick ? 100 : 1_000));
const EACH = Math.max(1, Math.round(Number(values.products ?? (quick ? 10_000 : 200_000)) / STORES));
const SECONDS = Number(values.seconds ?? (quick ? 5 : 60));
const RATE = Number(values.rate ?? 120);
const [SHOP_MS, DSTNC_MS] = [Number(values['shop-ms']), Number(values['dstnc-ms'])];
/** Changes that are due all at once, to see how fast they are worked off. */
const BACKLOG = Math.min(STORES * EACH, quick ? 1_000 : 10_000);
/** The import that others must not wait for, and how long it is watched at most. */
const [IMPORT, IMPORT_SECONDS] = quick ? [5_000, 8] : [100_000, 80];
/** A change each so many milliseconds in a store beside it, and for how many seconds before the import. */
const [FAIR_EACH_MS, ALONE_SECONDS] = [200, quick ? 3 : 20];
const FIRST = 1_000;
/** The store whose import others must not wait for is the one after the others. */
const IMPORTING = STORES;
const PASSES = [1, 2] as const;
const WITHIN_MS = 180_000;

/** What a process, or a server with all of its own, used in a stretch of time. */
interface Used {
  readonly process: string;
  readonly cpuSeconds: number;
  readonly seconds: number;
  /** The most that was resident, in MB, looking once a second. */
  readonly residentMb: number;
}

/** What was counted so far. */
interface Counts {
  readonly dstncCalls: number;
  readonly shopRequests: number;
  readonly commits: number;
  readonly walBytes: number;
}

interface Delays {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly most: number;
}

interface Played {
  readonly changes: number;
  readonly seconds: number;
  readonly perSecond: number;
  readonly delays: Delays;
  readonly counts: Counts;
  readonly used: readonly Used[];
}

const startedAt = new Date();
const ground = makeGround();
const book = createChangeBook();
const random = seeded(20_261_122);
const stores: Store[] = [];
const acks: number[] = [];
const failures: unknown[] = [];

const servers = await startBenchServers({ statements: values.statements });
const dstnc = await startListeningDstnc(({ vendor, groupId, quantity, title = '' }) => {
  const edition = Number(/^Edition (\d+) /.exec(title)?.[1] ?? 0);
  book.accepted(Number(vendor.replace('shop-', '')), groupId, { quantity, edition });
}, DSTNC_MS);
const shops = await startShops({
  productOf: book.now,
  firstId: FIRST,
  productsOf: (shop) => (shop === IMPORTING ? IMPORT : EACH),
  answerMs: SHOP_MS,
});
const database = await servers.createDatabase('scale');
const engine = await openPostgres(database.url);
const storage = createStorage(engine, createSecretBox(new Map([BENCH_KEY])));
if (values.statements) await sql`create extension pg_stat_statements`.execute(engine.db);
const start = (name: string, role: string): Promise<BenchReceiver> =>
  startReceiver(ground, {
    name,
    role,
    database,
    dstncUrl: dstnc.url,
    ...(values.profile !== undefined && { profile: `${values.profile}/${name}` }),
  });

const [ingest, poller] = await Promise.all([start('ingest', 'ingest'), start('poller', 'poller')]);
const ended: Promise<void>[] = [];
let started = 1;
let workers = [await start(`worker-${started}`, 'worker')];
const bells = createDoorbells(ingest.url, 64);

const seedSeconds = await seed();
const loaded = await sizes();
const passes: { workers: number; day: Played; acks: Delays; backlog: Played; busiest: number }[] = [];
if (values.only !== 'fairness') {
  for (const count of PASSES) {
    await useWorkers(count);
    if (values.statements) await sql`select pg_stat_statements_reset()`.execute(engine.db);
    const day = await playDay(count);
    if (count === 1) await printStatements('the day');
    passes.push({ workers: count, ...day, backlog: await workOff(count) });
    if (count === 1) await printStatements('the backlog');
  }
}
const changed = await sizes();
const fairness = values.only === 'day' ? undefined : await playFairness();
const redisBytes = await servers.redisMemory();
for (const receiver of [...workers, poller, ingest]) ended.push(receiver.stop());
// A profile is written on the way out; nothing else of it has to be waited for.
if (values.profile !== undefined) await Promise.all(ended);
await bells.close();
await storage.close();
report();

/** A store that is imported in earnest, and the others as its copies. @returns seconds */
async function seed(): Promise<number> {
  const began = performance.now();
  stores.push(
    ...Array.from({ length: STORES }, (_, i) => connectedStore(shops.homeOf(i), `shop-${i}`, { walk: i === 0 })),
  );
  const [first] = stores as [Store];
  await storage.stores.add(first);
  await poll(async () => (await storage.listings.totals(first.id)).products === EACH, {
    timeoutMs: 60_000,
    what: 'the first store to be imported',
    everyMs: 100,
  });
  await poll(async () => (await storage.groups.backlog()).dirty === 0, { timeoutMs: 10_000, what: 'its last product' });
  await addStores(storage, stores.slice(1));
  await copyProducts(engine, first.id);
  // Only now: what is busy by itself is none of the others'.
  const importing = connectedStore(shops.homeOf(IMPORTING), `shop-${IMPORTING}`, { walk: false });
  await storage.stores.add(importing);
  stores.push(importing);
  const seconds = (performance.now() - began) / 1000;
  console.error(`${STORES} stores with ${EACH} products each, after ${seconds.toFixed(1)} s`);
  return seconds;
}

/** New processes each time, so that none is measured with what it gathered before. */
async function useWorkers(count: number): Promise<void> {
  for (const worker of workers) ended.push(worker.stop());
  const names = Array.from({ length: count }, () => {
    started += 1;
    return `worker-${started}`;
  });
  workers = await Promise.all(names.map((name) => start(name, 'worker')));
}

async function counts(): Promise<Counts> {
  // What a connection did is in PostgreSQL's counters within a second.
  await pause(1_200);
  const { rows } = await sql<{ wal: number; commits: number }>`
    select (pg_current_wal_lsn() - '0/0')::bigint as wal, xact_commit as commits
    from pg_stat_database where datname = current_database()
  `.execute(engine.db);
  return {
    dstncCalls: dstnc.taken.products + dstnc.taken.inventory,
    shopRequests: shops.asked.requests,
    commits: Number(rows[0]?.commits),
    walBytes: Number(rows[0]?.wal),
  };
}

/** Plays something, until DSTNC has accepted all of it. */
async function played(name: string, play: (ledger: Ledger) => Promise<void>): Promise<Played> {
  const ledger = newLedger();
  const before = await counts();
  const watching = watch();
  const began = performance.now();
  await play(ledger);
  await allAccepted();
  const used = await watching.end();
  const after = await counts();
  if (failures.length > 0) throw new Error(`${failures.length} deliveries failed`, { cause: failures[0] });
  const seconds = (ledger.lastAcceptedAt - began) / 1000;
  const result = {
    changes: ledger.made,
    seconds,
    perSecond: ledger.made / seconds,
    delays: delaysOf(ledger.delays),
    counts: {
      dstncCalls: after.dstncCalls - before.dstncCalls,
      shopRequests: after.shopRequests - before.shopRequests,
      commits: after.commits - before.commits,
      walBytes: after.walBytes - before.walBytes,
    },
    used,
  };
  console.error(
    `${name}: ${result.changes} changes, ${result.perSecond.toFixed(0)}/s, p50 ${ms(result.delays.p50)}, p99 ${ms(result.delays.p99)}`,
  );
  return result;
}

function allAccepted(): Promise<void> {
  return poll(async () => book.open === 0, { timeoutMs: WITHIN_MS, what: 'DSTNC to have every change', everyMs: 20 });
}

async function playDay(count: number): Promise<{ day: Played; acks: Delays; busiest: number }> {
  const day = makeDay({ shops: STORES, productsEach: EACH, seconds: SECONDS, rate: RATE, random });
  // Programs are slow at first.
  await play(newLedger(), day.slice(0, RATE / 2), 0);
  await allAccepted();
  acks.length = 0;
  const result = await played(`day with ${count} worker(s)`, (ledger) => play(ledger, day, SECONDS));
  const bySecond = new Map<number, number>();
  for (const { at } of day) bySecond.set(Math.floor(at), (bySecond.get(Math.floor(at)) ?? 0) + 1);
  return { day: result, acks: delaysOf(acks), busiest: Math.max(...bySecond.values()) };
}

/** Makes each change in its shop when its time comes, and rings. */
async function play(ledger: Ledger, day: ReturnType<typeof makeDay>, seconds: number): Promise<void> {
  const began = performance.now();
  const rung: Promise<void>[] = [];
  for (const { at, shop, product, what } of day) {
    const early = began + at * 1000 - performance.now();
    if (early > 1) await pause(early);
    rung.push(change(ledger, shop, FIRST + product, what));
  }
  await pause(Math.max(0, began + seconds * 1000 - performance.now()));
  await Promise.all(rung);
}

async function change(ledger: Ledger, shop: number, id: number, what: 'stock' | 'product'): Promise<void> {
  const { url: home, webhookKey, webhookSecrets } = stores[shop] as Store;
  book.change(ledger, shop, id, what);
  try {
    acks.push(await bells.ring({ home, webhookKey, secret: webhookSecrets[0] ?? '' }, id, what));
  } catch (error) {
    failures.push(error);
  }
}

/** Changes that nobody told of, all due at once in all stores: how fast the workers are when they have as much to do as they like. */
async function workOff(count: number): Promise<Played> {
  const chosen = new Set<number>();
  while (chosen.size < BACKLOG) chosen.add(Math.floor(random() * STORES * EACH));
  const keys = [...chosen].map((one) => ({ shop: one % STORES, id: FIRST + Math.floor(one / STORES) }));
  return played(`backlog with ${count} worker(s)`, async (ledger) => {
    for (let from = 0; from < keys.length; from += 500) {
      const some = keys.slice(from, from + 500);
      for (const { shop, id } of some) book.change(ledger, shop, id, random() < 0.8 ? 'stock' : 'product');
      const marks = some.map(({ shop, id }) => ({ storeId: (stores[shop] as Store).id, groupId: id }));
      await storage.ingest.mark(marks, 'stock changes', await storage.time());
    }
  });
}

async function playFairness() {
  await useWorkers(1);
  const ledger = newLedger();
  await drip(ledger, 1_000, () => false);
  const alone = newLedger();
  await drip(alone, ALONE_SECONDS * 1_000, () => false);
  const { id } = stores[IMPORTING] as Store;
  await storage.stores.update(id, { import: beginImport(null, 'import', await storage.time()) });
  const walkedAt = async () => (await storage.stores.byId(id))?.import?.walkedAt ?? null;
  // From when its products are there in their thousands.
  await poll(async () => (await storage.groups.backlog(id)).dirty > 0, {
    timeoutMs: 20_000,
    what: 'the import to begin',
  });
  const began = performance.now();
  const productsBefore = dstnc.taken.products;
  const during = newLedger();
  let over = false;
  const looking = (async () => {
    while (!over) {
      await pause(250);
      over = (await walkedAt()) !== null && (await storage.groups.backlog(id)).dirty === 0;
    }
  })();
  await drip(during, IMPORT_SECONDS * 1_000, () => over);
  const seconds = (performance.now() - began) / 1000;
  const products = dstnc.taken.products - productsBefore;
  const finished = over;
  over = true;
  await looking;
  console.error(`import: ${products} of ${IMPORT} products in ${seconds.toFixed(0)} s`);
  return {
    alone: { changes: alone.made, ...delaysOf(alone.delays) },
    during: { changes: during.made, ...delaysOf(during.delays) },
    import: { products, of: IMPORT, finished, seconds, perSecond: products / seconds },
    sizes: finished ? await sizes() : null,
  };
}

/** A stock change in the first store each so often, until all of them are accepted. */
async function drip(ledger: Ledger, forMs: number, over: () => boolean): Promise<void> {
  const began = performance.now();
  for (let n = 0; n * FAIR_EACH_MS < forMs && !over(); n++) {
    await pause(Math.max(0, began + n * FAIR_EACH_MS - performance.now()));
    void change(ledger, 0, FIRST + (n % EACH), 'stock');
  }
  await allAccepted();
}

/** What cost PostgreSQL most since the last time. */
async function printStatements(what: string): Promise<void> {
  if (!values.statements) return;
  const { rows } = await sql<{ calls: number; ms: number; planning: number; query: string }>`
    select calls, round(total_exec_time) as ms, round(total_plan_time) as planning,
      left(regexp_replace(query, '\\s+', ' ', 'g'), 110) as query
    from pg_stat_statements order by total_exec_time + total_plan_time desc limit 12
  `.execute(engine.db);
  console.log(`\nWhat cost PostgreSQL most in ${what}:\n`);
  printTable(
    ['CALLS', 'RUNNING', 'PLANNING', 'STATEMENT'],
    rows.map(({ calls, ms, planning, query }) => [String(calls), `${ms} ms`, `${planning} ms`, query]),
  );
  await sql`select pg_stat_statements_reset()`.execute(engine.db);
}

/** Looks at all processes once a second. */
function watch(): { end(): Promise<Used[]> } {
  const watched = [
    { process: 'ingest', usage: () => processUsage(ingest.pid) },
    ...workers.map(({ pid }, i) => ({ process: `worker ${i + 1}`, usage: () => processUsage(pid) })),
    { process: 'poller', usage: () => processUsage(poller.pid) },
    { process: 'PostgreSQL', usage: () => familyUsage(servers.postgresPid) },
    { process: 'Redis', usage: () => processUsage(servers.redisPid) },
    { process: 'shops, DSTNC and load', usage: () => processUsage(process.pid) },
  ];
  const began = performance.now();
  const before = watched.map(({ usage }) => usage().cpuSeconds);
  const machineBefore = machineCpuSeconds();
  const most = watched.map(() => 0);
  const look = () => {
    for (const [i, { usage }] of watched.entries()) most[i] = Math.max(most[i] ?? 0, usage().residentMb);
  };
  const timer = setInterval(look, 1_000);
  return {
    async end() {
      clearInterval(timer);
      look();
      const seconds = (performance.now() - began) / 1000;
      const used = watched.map(({ process, usage }, i) => ({
        process,
        cpuSeconds: usage().cpuSeconds - (before[i] ?? 0),
        seconds,
        residentMb: most[i] ?? 0,
      }));
      const ours = used.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
      // What else the machine did meanwhile was not left for the figures.
      const others = Math.max(0, machineCpuSeconds() - machineBefore - ours);
      return [...used, { process: 'all else on the machine', cpuSeconds: others, seconds, residentMb: 0 }];
    },
  };
}

/** Bytes and rows by table. */
async function sizes() {
  const tables = ['groups', 'items', 'deliveries', 'history', 'stores'] as const;
  const entries = tables.map(async (table) => {
    const { rows } = await sql<{ bytes: number; rows: number }>`
      select pg_total_relation_size(${table}::regclass) as bytes, (select count(*) from ${sql.table(table)}) as rows
    `.execute(engine.db);
    return [table, { bytes: Number(rows[0]?.bytes), rows: Number(rows[0]?.rows) }] as const;
  });
  return Object.fromEntries(await Promise.all(entries)) as Record<
    (typeof tables)[number],
    { bytes: number; rows: number }
  >;
}

function delaysOf(delays: readonly number[]): Delays {
  const [p50, p95, p99, most] = [0.5, 0.95, 0.99, 1].map((share) => Math.round(quantile(delays, share)));
  return { p50, p95, p99, most } as Delays;
}

function report(): void {
  const perProduct = (of: typeof loaded) => (of.groups.bytes + of.items.bytes) / of.groups.rows;
  const json = {
    benchmark: 'scale',
    at: startedAt.toISOString(),
    seconds: Math.round((Date.now() - startedAt.getTime()) / 1000),
    quick,
    machine: {
      node: process.version,
      cores: cpus().length,
      memoryGb: Math.round(totalmem() / 1e9),
      load: loadavg()[0],
      folder: tmpdir(),
    },
    versions: servers.versions,
    stores: STORES,
    products: STORES * EACH,
    answerMs: { shop: SHOP_MS, dstnc: DSTNC_MS },
    seedSeconds,
    passes,
    sizes: { loaded, changed },
    redisBytes,
    fairness,
  };
  console.log(JSON.stringify(json));
  console.log(`
${STORES} stores with the plugin, ${EACH} products each. One process takes deliveries, one walks catalogues, one or two reconcile; PostgreSQL
${servers.versions.postgres}, Redis ${servers.versions.redis}, the shops, DSTNC and the load are on the same ${cpus().length} cores. A shop answers after ${SHOP_MS} ms, DSTNC after ${DSTNC_MS} ms.`);
  if (passes.length > 0) reportPasses(perProduct);
  if (fairness !== undefined) reportFairness();
  if (quick) console.log('\n--quick: small and short. Not a figure to quote.');
  const met = fairness === undefined || fairness.during.p99 < TARGET_FAIR_MS;
  if (fairness !== undefined) {
    console.log(
      `\n${met ? 'Target met' : 'BELOW TARGET'}: p99 ${ms(fairness.during.p99)} beside the import (below ${TARGET_FAIR_MS / 1000} s).`,
    );
  }
  process.exit(met ? 0 : 1);
}

function reportPasses(perProduct: (of: typeof loaded) => number): void {
  console.log(`
A day in ${SECONDS} s: 80 % changes of stock and 20 % of products, some in a row, runs of 50 on one product; each a signed delivery.
`);
  printTable(
    [
      'WORKERS',
      'CHANGES',
      'ACCEPTED/S',
      'BUSIEST S',
      'P50',
      'P95',
      'P99',
      'MOST',
      'ACK P99',
      'DSTNC CALLS',
      'SHOP REQUESTS',
    ],
    passes.map(({ workers, day, acks, busiest }) => [
      String(workers),
      String(day.changes),
      day.perSecond.toFixed(0),
      `${busiest}/s`,
      ...[day.delays.p50, day.delays.p95, day.delays.p99, day.delays.most, acks.p99].map(ms),
      `${(day.counts.dstncCalls / day.changes).toFixed(2)} a change`,
      `${(day.counts.shopRequests / day.changes).toFixed(2)} a change`,
    ]),
  );
  console.log(`
P50 to MOST: from the change in the shop to DSTNC's answer. A backlog of ${BACKLOG} changes, one a product and due all at once:
`);
  printTable(
    ['WORKERS', 'CHANGES', 'SECONDS', 'ACCEPTED/S', 'DSTNC CALLS', 'SHOP REQUESTS'],
    passes.map(({ workers, backlog }) => [
      String(workers),
      String(backlog.changes),
      backlog.seconds.toFixed(1),
      backlog.perSecond.toFixed(0),
      `${(backlog.counts.dstncCalls / backlog.changes).toFixed(2)} a change`,
      `${(backlog.counts.shopRequests / backlog.changes).toFixed(2)} a change`,
    ]),
  );
  console.log('\nWhat that took of each process: share of a core and CPU time for a change.\n');
  printTable(
    ['WORKERS', 'PROCESS', 'DAY: CPU', 'A CHANGE', 'RESIDENT', 'BACKLOG: CPU', 'A CHANGE', 'RESIDENT'],
    passes.flatMap(({ workers, day, backlog }) =>
      day.used.map((used, i) => [
        String(workers),
        used.process,
        ...usedCells(used, day.changes),
        ...usedCells(backlog.used[i] as Used, backlog.changes),
      ]),
    ),
  );
  const [one] = passes;
  if (one === undefined) return;
  const writes = ({ counts, changes }: Played) =>
    `${(counts.commits / changes).toFixed(1)} transactions and ${(counts.walBytes / changes / 1000).toFixed(1)} kB of WAL a change`;
  const each = ({ bytes, rows }: { bytes: number; rows: number }) => (rows === 0 ? 0 : Math.round(bytes / rows));
  console.log(`
Database, one worker: ${writes(one.day)} in the day, ${writes(one.backlog)} in the backlog.
Bytes a product: ${perProduct(loaded).toFixed(0)} as loaded (groups ${each(loaded.groups)}, items ${each(loaded.items)}), ${perProduct(changed).toFixed(0)} after both days. A delivery's log row: ${each(changed.deliveries)}
(kept 7 days); a change's history row: ${each(changed.history)} (kept 90 days). All with their indexes. Redis holds ${(redisBytes / 1e6).toFixed(1)} MB.
The products were loaded in ${seedSeconds.toFixed(0)} s: one store was imported by the receiver, and its rows were copied to the others in SQL.`);
}

function reportFairness(): void {
  if (fairness === undefined) return;
  const { alone, during, import: walk, sizes: after } = fairness;
  console.log(`
Fairness, one worker: a stock change each ${FAIR_EACH_MS} ms in one store, while another store's ${IMPORT} products are imported.
`);
  printTable(
    ['BESIDE', 'CHANGES', 'P50', 'P95', 'P99', 'MOST', 'THE IMPORT'],
    [
      ['nothing', String(alone.changes), ...[alone.p50, alone.p95, alone.p99, alone.most].map(ms), ''],
      [
        'the import',
        String(during.changes),
        ...[during.p50, during.p95, during.p99, during.most].map(ms),
        `${walk.products} products in ${walk.seconds.toFixed(0)} s, ${walk.perSecond.toFixed(0)}/s${walk.finished ? '' : ', unfinished'}`,
      ],
    ],
  );
  if (after === null) return;
  const grown = after.groups.bytes + after.items.bytes - changed.groups.bytes - changed.items.bytes;
  const history = after.history.bytes - changed.history.bytes;
  console.log(`
The import left ${Math.round(grown / IMPORT)} bytes a product in groups and items, and ${Math.round(history / IMPORT)} in their histories.`);
}

function usedCells({ cpuSeconds, seconds, residentMb }: Used, changes: number): string[] {
  return [
    `${Math.round((100 * cpuSeconds) / seconds)} %`,
    `${Math.round((cpuSeconds / changes) * 1e6)} µs`,
    residentMb === 0 ? '' : `${Math.round(residentMb)} MB`,
  ];
}

function ms(value: number): string {
  return `${Math.round(value)} ms`;
}
