import { spawnSync } from 'node:child_process';

/**
 * `npm run test:orders [-- --quick | --full] [what vitest takes …]`: orders in real stores. By default a part of the cells' orders, in a
 * quarter of an hour; with `--full` all of them; with `--quick` one cell with the plugin and one without, and the Legacy API.
 */
const own = new Set(['--quick', '--full']);
const given = process.argv.slice(2);
const quick = given.includes('--quick');
if (quick)
  console.log(
    'Left out by --quick: all cells but two of the table of faults, totals, shipments, a shop that loses its plugin',
  );
const files = quick ? ['test/orders/faults', 'test/orders/legacy'] : [];
const words = ['run', '--project', 'orders', ...files, ...given.filter((one) => !own.has(one))];
const { status } = spawnSync('vitest', words, {
  stdio: 'inherit',
  env: {
    ...process.env,
    ...(given.includes('--full') && { ORDERS_FULL: '1' }),
    ...(quick && { ORDERS_QUICK: '1' }),
  },
});
process.exitCode = status ?? 1;
