import { afterAll, describe, expect, test } from 'vitest';
import { printTable } from '../../receiver/src/cli/print-table.ts';
import { seeded } from '../demo/schedule.ts';
import { storeAvailability } from '../store/store-availability.ts';
import { type Cell, type CellResult, playCell } from './order-cell.ts';
import { pluginPlacesOrders, type Way } from './order-shop.ts';

const FULL = process.env.ORDERS_FULL === '1';
const QUICK = process.env.ORDERS_QUICK === '1';
const SEED = Number(process.env.ORDERS_SEED ?? Date.now() % 100_000);
/** Orders of the cells that get the most, and of the others; by default some of each, so that it ends in a quarter of an hour. */
const [MOST, SOME] = FULL ? [500, 50] : [54, 18];

const allCells: readonly Cell[] = [
  ...(['plugin', 'api'] as const).flatMap((way) =>
    ['11.0.1', '8.9.3'].flatMap((woocommerce) =>
      [true, false].map(
        (hpos): Cell => ({ woocommerce, hpos, way, orders: woocommerce === '11.0.1' && hpos ? MOST : SOME }),
      ),
    ),
  ),
  // The Legacy API knows nothing of HPOS.
  { woocommerce: '8.9.3', hpos: false, way: 'legacy', orders: SOME },
];

/** A way each. */
const cells = QUICK
  ? allCells
      .filter(({ woocommerce, hpos, way }) => (woocommerce === '11.0.1') === (way === 'plugin') && hpos)
      .map((cell) => ({ ...cell, orders: SOME }))
  : allCells;

const results: string[][] = [];
const missing = { plugin: pluginPlacesOrders(), api: null, legacy: null };
const wayNames = { plugin: 'with the plugin', api: 'without the plugin', legacy: 'Legacy API' } satisfies Record<
  Way,
  string
>;
const stores = new Map(
  await Promise.all(
    ['11.0.1', '8.9.3'].map(async (woocommerce) => [woocommerce, await storeAvailability({ woocommerce })] as const),
  ),
);

function nameOf({ woocommerce, hpos, way }: Cell): string {
  return `WooCommerce ${woocommerce}, HPOS ${hpos ? 'on' : 'off'}, ${wayNames[way]}`;
}

function skipped(cell: Cell): string | null {
  const store = stores.get(cell.woocommerce);
  return missing[cell.way] ?? (store?.available === false ? store.reason : null);
}

afterAll(() => {
  console.log(`seed ${SEED}`);
  printTable(
    ['CELL', 'REFERENCES', 'ANSWERED', 'IN STORE', 'STOCK TAKEN', 'ORDERED', 'REQUESTS', 'FAULTS', 'KILLS', 'SECONDS'],
    results,
  );
});

describe.concurrent('an order under every fault is in the store once, and its stock is taken once', () => {
  for (const cell of cells) {
    const reason = skipped(cell);
    if (reason !== null) {
      test.skip(`${nameOf(cell)}: ${reason}`);
      continue;
    }
    test(nameOf(cell), { timeout: FULL ? 3_600_000 : 900_000 }, async () => {
      const result: CellResult = await playCell(cell, seeded(SEED));
      const { references, answered, inStore, taken, ordered, requests, faults, planned, kills, seconds } = result;
      results.push([
        nameOf(cell),
        ...[references, answered, inStore, taken, ordered, requests, faults, kills, seconds].map(String),
      ]);
      expect(result).toMatchObject({
        answered: cell.orders,
        inStore: cell.orders,
        wrong: [],
        mistaken: [],
        taken: ordered,
        faults: planned,
      });
    });
  }
});
