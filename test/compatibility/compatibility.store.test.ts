import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { connectStore } from '../plugin/connect-store.ts';
import { Mirror } from '../plugin/mirror.ts';
import { pluginFolder } from '../plugin/plugin-folder.ts';
import { startGate } from '../rig/gate.ts';
import { startRig } from '../rig/start-rig.ts';
import { startStore } from '../store/start-store.ts';
import type { Store } from '../store/store.ts';
import { storeAvailability } from '../store/store-availability.ts';
import { allCells, type Cell, cellName, cellStore, diagonalCells } from './cells.ts';
import { operations, playOperations } from './operations.ts';
import { type CellResult, printMatrix } from './print-matrix.ts';
import { randomNumbers } from './random-numbers.ts';

const full = process.env.DSTNC_FULL === '1';
const seed = Number(process.env.DSTNC_SEED ?? 7);
const COUNT = 200;
/** In seconds: what happens in a day or a minute out there happens here while a test waits. */
const POLLING = { silent: 1, healthy: 2, sweep: 3 };
const LIMIT_MS = 120_000;

const results: CellResult[] = [];

afterAll(() => {
  if (results.length > 0) printMatrix(results, { full, seed, count: COUNT });
});

describe.each(full ? allCells() : diagonalCells())('$woocommerce, $access, webhooks $webhooks', async (cell) => {
  const availability = await storeAvailability(cellStore(cell));
  const skipped = availability.available ? '' : ` (skipped: ${availability.reason})`;

  test.skipIf(!availability.available)(`${COUNT} operations end as they are in the store${skipped}`, async () => {
    const gate = await startGate();
    const rig = await startRig({ publicUrl: gate.url, polling: POLLING });
    if (cell.webhooks === 'work') gate.open(rig.service.url);
    else gate.swallow(rig.service.url);
    const store = await startStore({
      woocommerce: cell.woocommerce,
      plugins: cell.access === 'plugin' ? [pluginFolder()] : [],
      muPlugins: cell.access === 'legacy' ? [join(import.meta.dirname, 'mu-plugins/no-rest-api.php')] : [],
    });
    try {
      const random = randomNumbers(seed);
      const vendor = `cell-${cellName(cell).replaceAll(/[^a-z0-9]+/gi, '-')}`;
      const mirror = new Mirror(rig, store, vendor);
      // What is there before it is connected is imported.
      await playOperations(store, { count: 20, random });
      const began = performance.now();
      await connect(cell, store, { vendor, invite: rig.invite, addStore: rig.addStore });
      expect(await mirror.settled(LIMIT_MS)).toEqual([]);
      const importedMs = performance.now() - began;

      const done = await playOperations(store, {
        count: COUNT,
        random,
        // As a shop's own visitors have it run, now and then.
        afterEach: async (number) => number % 20 === 19 && cell.access === 'keys' && store.runQueue('webhooks'),
      });
      if (cell.access === 'keys') await store.runQueue('webhooks');
      const ended = performance.now();
      const differences = await mirror.settled(LIMIT_MS);
      const convergedMs = performance.now() - ended;
      const arrived = gate.requests.filter(({ path }) => path.startsWith('/v1/webhooks/'));
      results.push({
        cell,
        importedMs,
        convergedMs,
        differences: differences.length,
        webhooks: arrived.length,
        versions: store.versions,
      });
      expect(differences).toEqual([]);
      expect([...done.keys()].sort()).toEqual(operations.map(({ name }) => name).sort());
      expect(Object.keys(await mirror.expected()).length).toBeGreaterThan(10);
      expect(rig.sandbox.calls.violations).toEqual([]);
      expect(rig.sandbox.state.regressions).toBe(0);
      const swallowed = arrived.filter(({ state }) => state === 'swallowed').length;
      expect(swallowed).toBe(cell.webhooks === 'work' ? 0 : arrived.length);
    } finally {
      await store.stop();
      await rig.stop();
      await gate.stop();
    }
  });
});

interface Connecting {
  readonly vendor: string;
  readonly invite: (vendor: string) => Promise<string>;
  readonly addStore: (store: {
    url: string;
    vendor: string;
    webhookSecret: string;
    consumerKey: string;
    consumerSecret: string;
  }) => Promise<unknown>;
}

async function connect({ access }: Cell, store: Store, { vendor, invite, addStore }: Connecting): Promise<void> {
  if (access === 'plugin') return connectStore(store, await invite(vendor));
  await addStore({ url: store.home, vendor, webhookSecret: '11fe11fe11fe11fe11fe11fe11fe11fe', ...store.keys });
}
