import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

/**
 * `npm run test:orders [-- --full] [part of a file's name …]`: orders in real stores. By default a part of the cells with a part of their
 * orders, in a quarter of an hour; with `--full` all of them.
 */
const { values, positionals } = parseArgs({
  options: { full: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const { status } = spawnSync('vitest', ['run', '--project', 'orders', ...positionals], {
  stdio: 'inherit',
  env: { ...process.env, ...(values.full && { ORDERS_FULL: '1' }) },
});
process.exitCode = status ?? 1;
