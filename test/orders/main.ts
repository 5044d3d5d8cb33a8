import { spawnSync } from 'node:child_process';

/**
 * `npm run test:orders [-- --full] [what vitest takes …]`: orders in real stores. By default a part of the cells' orders, in a quarter of
 * an hour; with `--full` all of them.
 */
const given = process.argv.slice(2);
const { status } = spawnSync('vitest', ['run', '--project', 'orders', ...given.filter((one) => one !== '--full')], {
  stdio: 'inherit',
  env: { ...process.env, ...(given.includes('--full') && { ORDERS_FULL: '1' }) },
});
process.exitCode = status ?? 1;
