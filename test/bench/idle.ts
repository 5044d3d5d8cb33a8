import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { printTable } from '../../receiver/src/cli/print-table.ts';
import { connectStore } from '../plugin/connect-store.ts';
import { pluginFolder } from '../plugin/plugin-folder.ts';
import { poll } from '../rig/poll.ts';
import { startRig } from '../rig/start-rig.ts';
import { startStore } from '../store/start-store.ts';
import { StoreUnavailable } from '../store/store-unavailable.ts';
import { quantile } from './quantile.ts';

/** What a shop in which nothing happens is asked: how many requests, and how long its PHP is at them. */

const PRODUCTS = 200;
const POLLS = 40;
/** As receivers are set by default, in seconds. */
const DEFAULTS = { silent: 60, healthy: 300 };

interface Idle {
  readonly requestsPerPoll: number;
  readonly msPerPoll: number;
  readonly p50: number;
  readonly paths: readonly string[];
}

async function measure(woocommerce: string, plugin: boolean): Promise<Idle> {
  const rig = await startRig({ polling: { silent: 0.1, healthy: 0.1, sweep: 1e9 } });
  const store = await startStore({
    woocommerce,
    seed: PRODUCTS,
    fpm: true,
    plugins: plugin ? [pluginFolder()] : [],
    muPlugins: [join(import.meta.dirname, 'mu-plugins/note-requests.php')],
  });
  try {
    // Polls go over the last minutes of changes more than once: here there were none for a day.
    await store.php(
      `global $wpdb;
      $wpdb->query( "UPDATE $wpdb->posts SET post_modified = post_modified - INTERVAL 1 DAY, post_modified_gmt = post_modified_gmt - INTERVAL 1 DAY" );`,
    );
    if (plugin) await connectStore(store, await rig.invite('idle'));
    else await rig.addStore({ url: store.home, vendor: 'idle', webhookSecret: '0'.repeat(64), ...store.keys });
    const [{ id } = { id: '' }] = await rig.storage.stores.list();
    const calm = new Set<number>();
    const quiet = async () => {
      const [row, kept] = await Promise.all([rig.storage.polls.byStore(id), rig.storage.stores.byId(id)]);
      if (row === null || row.heardAt === null || row.sweep !== null || kept?.import?.walkedAt === null) return false;
      if ((await rig.storage.groups.backlog(id)).dirty > 0) calm.clear();
      else calm.add(row.heardAt);
      return calm.size > 3;
    };
    await poll(quiet, { timeoutMs: 120_000, what: 'the catalogue to be imported', everyMs: 100 });
    const file = join(dirname(store.docroot), 'requests.jsonl');
    writeFileSync(file, '');
    let polls = 0;
    let last = 0;
    const enough = async () => {
      const heardAt = (await rig.storage.polls.byStore(id))?.heardAt ?? 0;
      if (heardAt !== last) polls += 1;
      last = heardAt;
      return polls >= POLLS;
    };
    await poll(enough, { timeoutMs: 300_000, what: 'polls', everyMs: 10 });
    const noted = readFileSync(file, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { path: string; ms: number });
    const times = noted.map(({ ms }) => ms);
    return {
      requestsPerPoll: noted.length / polls,
      msPerPoll: times.reduce((sum, ms) => sum + ms, 0) / polls,
      p50: quantile(times, 0.5),
      paths: [...new Set(noted.map(({ path }) => path))],
    };
  } finally {
    await store.stop();
    await rig.stop();
  }
}

try {
  const rows: string[][] = [];
  for (const [woocommerce, plugin] of [
    ['11.0.1', true],
    ['11.0.1', false],
    ['8.9.3', false],
    ['3.9.1', false],
  ] as const) {
    const idle = await measure(woocommerce, plugin);
    const perHour = (seconds: number) => ((3600 / seconds) * idle.requestsPerPoll).toFixed(0);
    const secondsPerHour = (seconds: number) => `${(((3600 / seconds) * idle.msPerPoll) / 1000).toFixed(1)} s`;
    rows.push([
      `${woocommerce}${plugin ? ' with the plugin' : ', keys only'}`,
      idle.requestsPerPoll.toFixed(1),
      `${idle.p50.toFixed(0)} ms`,
      `${perHour(DEFAULTS.silent)} (${secondsPerHour(DEFAULTS.silent)})`,
      `${perHour(DEFAULTS.healthy)} (${secondsPerHour(DEFAULTS.healthy)})`,
      idle.paths.join(' '),
    ]);
  }
  console.log(
    `A shop of ${PRODUCTS} products on PHP-FPM, ${POLLS} polls in which nothing had changed. In brackets: PHP's time.\n`,
  );
  printTable(['SHOP', 'REQUESTS/POLL', 'P50', 'PER HOUR, SILENT', 'PER HOUR, HEALTHY', 'ASKED'], rows);
} catch (error) {
  if (!(error instanceof StoreUnavailable)) throw error;
  console.error(`Not measured: ${error.message}`);
  process.exitCode = 1;
}
process.exit();
