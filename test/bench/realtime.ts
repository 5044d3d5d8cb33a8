import { randomBytes } from 'node:crypto';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { printTable } from '../../receiver/src/cli/print-table.ts';
import { connectStore } from '../plugin/connect-store.ts';
import { pluginFolder } from '../plugin/plugin-folder.ts';
import { startRig } from '../rig/start-rig.ts';
import { startStore } from '../store/start-store.ts';
import { until } from '../store/until.ts';
import { listenForWebhooks } from '../store/webhook-listener.ts';
import { quantile } from './quantile.ts';

const TARGET = { p50Ms: 350, p99Ms: 1_000, moreShare: 0.05, moreMs: 5 };

const USAGE = `How long a stock change takes from the shop's request to DSTNC, beside WooCommerce's own delivery, and what it costs the request.

  npm run bench:realtime -- [--quick] [--woocommerce 11.0.1]

  --quick   fewer changes and shorter waits: for a look, not for a figure
`;

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    woocommerce: { type: 'string', default: '11.0.1' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}

const { quick, woocommerce } = values;
const CHANGES = quick ? 40 : 200;
const WARM_UP = 10;
/** Of WooCommerce's own delivery: changes, how far apart, and how long the last one is waited for. */
const CORE = quick ? { changes: 3, everyMs: 2_000, waitMs: 20_000 } : { changes: 12, everyMs: 5_000, waitMs: 60_000 };
const VENDOR = 'bench';

/** One way from the shop to a listener. */
interface Path {
  readonly path: string;
  readonly changes: number;
  /** Milliseconds from when the request was sent, of those that arrived. */
  readonly latencies: readonly number[];
}

const startedAt = new Date();
const rig = await startRig();
const store = await startStore({
  woocommerce,
  fpm: true,
  cron: true,
  seed: 200,
  plugins: [pluginFolder()],
  muPlugins: [join(import.meta.dirname, 'mu-plugins', 'without-plugin.php')],
});
await connectStore(store, await rig.invite(VENDOR));
const create = async (name: string): Promise<number> =>
  (await store.wc('POST', 'products', { name, regular_price: '10', manage_stock: true, stock_quantity: 1 })).body.id;
const [lamp, shade] = [await create('Lamp'), await create('Shade')];
await until('the catalogue to be at DSTNC', async () => rig.sandbox.state.products(VENDOR).length >= 202, 60_000);
await rig.settled();

let quantity = 1;
const measured = await measureOwnPath();
console.error(`${CHANGES} changes measured; now WooCommerce's own delivery`);
const core = await measureCore();
report();

/** Changes the stock over REST; gives when the request was sent and how long its answer took. */
async function change(id: number, query = ''): Promise<{ sentAt: number; tookMs: number; quantity: number }> {
  quantity += 1;
  const own = quantity;
  const sentAt = performance.now();
  const { status } = await store.wc('PUT', `products/${id}${query}`, { stock_quantity: own });
  const tookMs = performance.now() - sentAt;
  if (status !== 200) throw new Error(`a change was answered with ${status}`);
  return { sentAt, tookMs, quantity: own };
}

/** Resolves, with the time, once the sandbox holds a quantity. */
async function arrival(id: number, wanted: number, timeoutMs: number): Promise<number> {
  await rig.sandbox.until(() => rig.sandbox.state.item(VENDOR, `${id}:0`)?.quantity === wanted, timeoutMs);
  return performance.now();
}

/**
 * One change after the other, each followed by one of another product in a request that runs without the plugin; which of the two
 * goes first alternates.
 */
async function measureOwnPath() {
  const latencies: number[] = [];
  const withPlugin: number[] = [];
  const withoutPlugin: number[] = [];
  const ours = async (counted: boolean) => {
    const begun = change(lamp);
    const wanted = quantity;
    const [{ sentAt, tookMs }, at] = await Promise.all([begun, arrival(lamp, wanted, 30_000)]);
    if (!counted) return;
    withPlugin.push(tookMs);
    latencies.push(at - sentAt);
  };
  const theirs = async (counted: boolean) => {
    const { tookMs } = await change(shade, '?without_dstnc=1');
    if (counted) withoutPlugin.push(tookMs);
  };
  for (let round = -WARM_UP; round < CHANGES; round += 1) {
    const pair = round % 2 === 0 ? [ours, theirs] : [theirs, ours];
    for (const one of pair) {
      await one(round >= 0);
      await pause(20);
    }
  }
  return { latencies, withPlugin, withoutPlugin };
}

/** The same store, the same kind of change, delivered by WooCommerce's own webhook to a listener, and by the plugin beside it. */
async function measureCore() {
  const listener = await listenForWebhooks();
  await store.createWebhook({
    topic: 'product.updated',
    deliveryUrl: listener.url,
    secret: randomBytes(16).toString('hex'),
  });
  listener.take();

  async function round(visitors: boolean): Promise<{ core: Path; own: Path }> {
    let over = false;
    const visiting = (async () => {
      while (visitors && !over) {
        await fetch(`${store.home}/`).then((answer) => answer.text());
        await pause(1_000);
      }
    })();
    const sent: { id: number; quantity: number; sentAt: number; ownAt: Promise<number> }[] = [];
    for (let n = 0; n < CORE.changes; n += 1) {
      // A product each: identical pending deliveries would become one.
      const id = await create(`Lamp ${visitors} ${n}`);
      await arrival(id, 1, 30_000);
      const begun = change(id);
      const wanted = quantity;
      const ownAt = arrival(id, wanted, 30_000);
      const { sentAt } = await begun;
      sent.push({ id, quantity: wanted, sentAt, ownAt });
      await pause(CORE.everyMs);
    }
    const own = await Promise.all(sent.map(async ({ sentAt, ownAt }) => (await ownAt) - sentAt));
    const arrived = () =>
      sent.flatMap(({ id, quantity: wanted, sentAt }) => {
        const delivery = listener.received.find(({ body }) => {
          const text = body.toString();
          if (!text.startsWith('{')) return false;
          const product = JSON.parse(text) as { id?: number; stock_quantity?: number };
          return product.id === id && product.stock_quantity === wanted;
        });
        return delivery ? [delivery.receivedAt.getTime() - performance.timeOrigin - sentAt] : [];
      });
    const last = sent.at(-1)?.sentAt ?? 0;
    while (arrived().length < sent.length && performance.now() - last < CORE.waitMs) await pause(100);
    over = true;
    await visiting;
    const who = visitors ? 'a visitor a second' : 'no visitors but these changes';
    return {
      core: { path: `WooCommerce's own, ${who}`, changes: sent.length, latencies: arrived() },
      own: { path: `the plugin beside it, ${who}`, changes: sent.length, latencies: own },
    };
  }

  const quiet = await round(false);
  const visited = await round(true);
  await listener.stop();
  return [quiet.core, quiet.own, visited.core, visited.own];
}

function report(): void {
  const { latencies, withPlugin, withoutPlugin } = measured;
  const own: Path = { path: 'the plugin, no visitors but these changes', changes: CHANGES, latencies };
  const paths = [own, ...core];
  const requestMs = { with: quantile(withPlugin, 0.5), without: quantile(withoutPlugin, 0.5) };
  const allowedMs = Math.max(requestMs.without * TARGET.moreShare, TARGET.moreMs);
  const p50 = quantile(latencies, 0.5);
  const p99 = quantile(latencies, 0.99);
  console.log(
    JSON.stringify({
      benchmark: 'realtime',
      at: startedAt.toISOString(),
      quick,
      seconds: Math.round((Date.now() - startedAt.getTime()) / 1000),
      machine: { node: process.version, cores: cpus().length, load: loadavg()[0] },
      versions: store.versions,
      requestMs,
      paths: paths.map(({ latencies: all, ...path }) => ({ ...path, arrived: all.length, ms: all.map(Math.round) })),
    }),
  );
  console.log();
  printTable(
    ['FROM THE REQUEST TO THE OTHER SIDE', 'CHANGES', 'ARRIVED', 'P50', 'P99', 'MOST', 'P50 TO OURS'],
    paths.map(({ path, changes, latencies: all }) => [
      path,
      String(changes),
      String(all.length),
      ms(quantile(all, 0.5)),
      ms(quantile(all, 0.99)),
      ms(quantile(all, 1)),
      all.length === 0 ? '-' : `${(quantile(all, 0.5) / p50).toFixed(1)} x`,
    ]),
  );
  const moreMs = requestMs.with - requestMs.without;
  console.log();
  printTable(
    ["THE CHANGE'S REQUEST", 'MEDIAN', 'P99'],
    [
      ['with the plugin', ms(requestMs.with), ms(quantile(withPlugin, 0.99))],
      ['without', ms(requestMs.without), ms(quantile(withoutPlugin, 0.99))],
      ['more', `${ms(moreMs)} (${((moreMs / requestMs.without) * 100).toFixed(1)} %)`, ''],
    ],
  );
  console.log(`
nginx and PHP-FPM, WooCommerce ${store.versions.woocommerce}, 200 products; receiver and DSTNC's sandbox on the same machine. A change is a PUT of
stock_quantity over REST; it has arrived when the sandbox holds the quantity, or the listener of WooCommerce's webhook has it.
The changes are requests, too, and start WP-Cron once a minute: a shop that nobody calls at all delivers nothing of its own.
Of those that didn't arrive, none did within ${CORE.waitMs / 1000} s after the last change.`);
  if (quick) console.log('--quick: few changes. Not a figure to quote.');
  const met = p50 < TARGET.p50Ms && p99 < TARGET.p99Ms && moreMs <= allowedMs;
  console.log(
    `\n${met ? 'Target met' : 'BELOW TARGET'}: p50 ${ms(p50)} (below ${TARGET.p50Ms} ms), p99 ${ms(p99)} (below ${TARGET.p99Ms} ms), ${ms(moreMs)} more a request (at most ${ms(allowedMs)}).`,
  );
  process.exit(met ? 0 : 1);
}

function ms(value: number): string {
  return Number.isNaN(value) ? '-' : `${value < 100 ? value.toFixed(1) : Math.round(value)} ms`;
}
