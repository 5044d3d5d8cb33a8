import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { differences } from '../expectation/differences.ts';
import { connectStore } from '../plugin/connect-store.ts';
import { pluginFolder } from '../plugin/plugin-folder.ts';
import { startGate } from '../rig/gate.ts';
import { type Rig, startRig } from '../rig/start-rig.ts';
import { shopsOfRun } from '../store/shops-of-run.ts';
import { startStore } from '../store/start-store.ts';
import type { Store } from '../store/store.ts';
import { storeAvailability } from '../store/store-availability.ts';
import { until } from '../store/until.ts';
import { allCells, type Cell, cellName, cellStore, diagonalCells } from './cells.ts';
import { operations, playOperations } from './operations.ts';
import { type CellResult, printMatrix } from './print-matrix.ts';
import { randomNumbers } from './random-numbers.ts';
import { readState } from './read-state.ts';

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

describe.each(full ? allCells() : shopsOfRun(diagonalCells(), 4))(
  '$woocommerce, $access, webhooks $webhooks',
  async (cell) => {
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
        // What is there before it is connected is imported.
        await playOperations(store, { count: 20, random });
        const began = performance.now();
        await connect(cell, store, { vendor, invite: rig.invite, addStore: rig.addStore });
        expect(await settled(rig, store, vendor)).toEqual([]);
        const importedMs = performance.now() - began;

        const done = await playOperations(store, {
          count: COUNT,
          random,
          // As a shop's own visitors have it run, now and then.
          afterEach: async (number) => number % 20 === 19 && cell.access === 'keys' && store.runQueue('webhooks'),
        });
        if (cell.access === 'keys') await store.runQueue('webhooks');
        const ended = performance.now();
        const left = await settled(rig, store, vendor);
        const convergedMs = performance.now() - ended;
        const arrived = gate.requests.filter(({ path }) => path.startsWith('/v1/webhooks/'));
        results.push({
          cell,
          importedMs,
          convergedMs,
          differences: left.length,
          webhooks: arrived.length,
          versions: store.versions,
        });
        expect(left).toEqual([]);
        expect([...done.keys()].sort()).toEqual(operations.map(({ name }) => name).sort());
        expect(rig.sandbox.state.products(vendor).length).toBeGreaterThan(10);
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
  },
);

/** Waits until DSTNC is as the store, in which nothing happens any more. @returns the differences that stay */
async function settled(rig: Rig, store: Store, vendor: string): Promise<string[]> {
  const state = await readState(store);
  const all = new Set(state.products.map(({ id }) => id));
  let found: string[] = [];
  const same = async () => {
    found = differences(state, rig.sandbox.state.products(vendor), all);
    return found.length === 0;
  };
  await until('DSTNC to be as the store', same, LIMIT_MS).catch(() => undefined);
  return found;
}

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
