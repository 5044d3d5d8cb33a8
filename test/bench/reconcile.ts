import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { printTable } from '../../receiver/src/cli/print-table.ts';
import { createStorage } from '../../receiver/src/storage/create-storage.ts';
import { openSqlite } from '../../receiver/src/storage/sqlite/open-sqlite.ts';
import { createSecretBox } from '../../receiver/src/stores/secret-box.ts';
import { startDstncStub } from './dstnc-stub.ts';
import { makeGround } from './ground.ts';
import { processUsage } from './process-usage.ts';
import { quantile } from './quantile.ts';
import { startReceiver } from './start-receiver.ts';
import { startStoreStub } from './store-stub.ts';

const TARGET_MB = 250;

const USAGE = `How fast the receiver reconciles a large catalogue, and what memory and disk that takes.

  npm run bench:reconcile -- [--quick] [--plugin] [--profile FOLDER]

  --quick    10 000 products instead of 100 000: memory and disk are then those of a small catalogue
  --plugin   the store has the plugin: it connects, is imported by itself, and its products are read many at once
  --profile  writes a CPU profile of the receiver there, which costs speed and memory
`;

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    plugin: { type: 'boolean', default: false },
    profile: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}

const { quick, plugin } = values;
const PRODUCTS = quick ? 10_000 : 100_000;
/** Products whose stock changes once they are listed. */
const CHANGED = PRODUCTS / 5;
/** Marks to a transaction: the receiver writes to the same database meanwhile and must not wait long. */
const CHUNK = 500;

/** What came of one pass over products. */
interface Pass {
  readonly groups: number;
  readonly seconds: number;
  readonly perSecond: number;
  /** The slowest and the fastest seconds tell how even it was. */
  readonly perSecondQuantiles: readonly [p10: number, p50: number, p90: number];
  readonly cpuMicros: number;
  /** The most that was resident, in MB, looking once a second. */
  readonly residentMb: number;
}

const startedAt = new Date();
const ground = makeGround();
const FIRST = 1_000_000;
const [dstnc, shop] = await Promise.all([startDstncStub(), startStoreStub({ from: FIRST, to: FIRST + PRODUCTS - 1 })]);
const receiver = await startReceiver(ground, {
  name: 'receiver',
  dstncUrl: dstnc.url,
  ...(values.profile !== undefined && { profile: values.profile }),
});
let storeId = '';
// The marks are made in the database, as a poll makes them: no delivery is measured here. No secret is read, so that any key will do.
const engine = await openSqlite(receiver.databasePath);
const storage = createStorage(engine, createSecretBox(new Map([['bench', randomBytes(32)]])));

const before = processUsage(receiver.pid);
const imported = await pass(PRODUCTS, 'import', addStore);
const changed = await pass(CHANGED, 'stock changes', () => mark(CHANGED, 'stock changes'));
const after = processUsage(receiver.pid);
const { products: listed } = await storage.listings.totals(storeId);
await storage.close();
await receiver.stop();
const databaseBytes = statSync(receiver.databasePath).size;
if (listed !== PRODUCTS) throw new Error(`${listed} of ${PRODUCTS} products are listed`);
report();

/** Its plugin's import marks the products; without it they are marked as a poll would. */
async function addStore(): Promise<void> {
  const consumerKey = `ck_${'0'.repeat(40)}`;
  const consumerSecret = `cs_${'0'.repeat(40)}`;
  if (!plugin) {
    ({ id: storeId } = await receiver.addStore({ url: shop.url, vendor: 'bench', consumerKey, consumerSecret }));
    await mark(PRODUCTS, 'import');
    return;
  }
  const versions = { plugin: '0.0.0', woocommerce: '0.0.0', wordpress: '0.0.0' };
  ({ storeId } = await receiver.connect('bench', {
    contractVersion: 1,
    store: { url: shop.url, restUrl: `${shop.url}/wp-json/`, ...versions },
    credentials: { consumerKey, consumerSecret },
    webhookSecret: '0'.repeat(64),
  }));
  const walk = engine.db.selectFrom('stores').select('import_json');
  while ((await walk.executeTakeFirstOrThrow()).import_json?.includes('"walkedAt":null')) await pause(20);
}

async function pass(groups: number, name: string, begin: () => Promise<void>): Promise<Pass> {
  const cpu = processUsage(receiver.pid).cpuSeconds;
  const readsBefore = shop.reads;
  const rates: number[] = [];
  let residentMb = 0;
  let marked = false;
  const marking = begin().then(() => {
    marked = true;
  });
  // Marks that nobody announced are found when the receiver looks through the database; that wait is no work.
  while (shop.reads === readsBefore) await pause(5);
  const began = performance.now();
  for (let reads = shop.reads, at = began; ; ) {
    await pause(1_000);
    const now = performance.now();
    rates.push(((shop.reads - reads) * 1000) / (now - at));
    reads = shop.reads;
    at = now;
    residentMb = Math.max(residentMb, processUsage(receiver.pid).residentMb);
    const { dirty } = await storage.groups.backlog(storeId);
    console.error(`${name}: ${reads - readsBefore} of ${groups} read, ${dirty} dirty, ${residentMb.toFixed(0)} MB`);
    if (marked && dirty === 0) break;
  }
  await marking;
  const seconds = (performance.now() - began) / 1000;
  // The last second is not a whole one.
  const whole = rates.slice(0, -1);
  return {
    groups,
    seconds: rounded(seconds),
    perSecond: Math.round(groups / seconds),
    perSecondQuantiles: [0.1, 0.5, 0.9].map((share) => Math.round(quantile(whole, share))) as [number, number, number],
    cpuMicros: Math.round(((processUsage(receiver.pid).cpuSeconds - cpu) / groups) * 1e6),
    residentMb: rounded(residentMb),
  };
}

async function mark(groups: number, cause: string): Promise<void> {
  for (let from = 0; from < groups; from += CHUNK) {
    const keys = Array.from({ length: Math.min(CHUNK, groups - from) }, (_, i) => ({
      storeId,
      groupId: FIRST + from + i,
    }));
    await storage.ingest.mark(keys, cause, Date.now());
    // The receiver's turn at the database.
    await pause(2);
  }
}

function report(): void {
  const bytesPerProduct = Math.round(databaseBytes / PRODUCTS);
  const resident = {
    startMb: rounded(before.residentMb),
    endMb: rounded(after.residentMb),
    peakMb: rounded(after.peakMb),
  };
  const json = {
    benchmark: 'reconcile',
    at: startedAt.toISOString(),
    quick,
    plugin,
    machine: { node: process.version, cores: cpus().length, load: loadavg()[0], folder: tmpdir() },
    products: PRODUCTS,
    import: imported,
    stockChanges: changed,
    resident,
    databaseBytes,
    bytesPerProduct,
    calls: { reads: shop.reads, ...dstnc.taken },
  };
  console.log(JSON.stringify(json));
  console.log();
  printTable(
    ['PASS', 'GROUPS', 'SECONDS', 'GROUPS/S', 'P10', 'P50', 'P90', 'CPU/GROUP', 'MOST RESIDENT'],
    [
      ['import', imported],
      ['stock changes', changed],
    ].map(([name, result]) => {
      const { groups, seconds, perSecond, perSecondQuantiles, cpuMicros, residentMb } = result as Pass;
      return [
        String(name),
        String(groups),
        String(seconds),
        String(perSecond),
        ...perSecondQuantiles.map(String),
        `${cpuMicros} µs`,
        `${residentMb} MB`,
      ];
    }),
  );
  console.log(`
One store with ${plugin ? 'the plugin; its groups are read many at once' : 'keys; each group is read from it'} (5 KB, answered at once) and sent to DSTNC (answered at once): as whole products in the
import, in inventory calls for the stock changes. Resident: ${resident.startMb} MB after the start, ${resident.endMb} MB at the end, ${resident.peakMb} MB at the most.
Database: ${(databaseBytes / 1e6).toFixed(1)} MB, ${bytesPerProduct} bytes a product.`);
  if (quick) console.log('--quick: a small catalogue. Not a figure to quote.');
  const met = resident.peakMb < TARGET_MB;
  console.log(
    `\n${met ? 'Target met' : 'BELOW TARGET'}: at most ${resident.peakMb} MB resident with ${PRODUCTS} products (below ${TARGET_MB} MB).`,
  );
  process.exit(met ? 0 : 1);
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
