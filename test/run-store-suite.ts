import { spawnSync } from 'node:child_process';

/** What a quick run plays: each part of the product once, in the shop that says most. */
const QUICK = [
  'test/compatibility',
  'test/connections',
  'test/plugin/catalog-endpoint',
  'test/plugin/change-log',
  'test/plugin/connect.store',
  'test/plugin/languages.store',
  'test/plugin/orders-once',
  'test/plugin/orders-place',
  'test/plugin/uninstall',
  'test/plugin/webhooks',
];
const LEFT_OUT =
  'most cells of the matrix of versions; for orders all shops but 11.0.1 with HPOS; the recorded scenarios played live, the older APIs one by one, and ' +
  "of the plugin its troubleshooter, incidents, copies of a shop, permalinks, the journey in a browser, tracking and the desk's pages";

// Vitest refuses options that it doesn't know, and these are the suite's own.
const own = new Set(['--full', '--quick']);
const given = process.argv.slice(2);
const quick = given.includes('--quick');
if (quick) console.log(`Left out by --quick: ${LEFT_OUT}`);
const words = given.filter((word) => !own.has(word));
const files = quick && words.every((word) => word.startsWith('-')) ? QUICK : [];
const { status } = spawnSync('vitest', ['run', '--project', 'store', ...files, ...words], {
  stdio: 'inherit',
  env: {
    ...process.env,
    ...(given.includes('--full') && { DSTNC_FULL: '1' }),
    ...(quick && { DSTNC_QUICK: '1' }),
  },
});
process.exitCode = status ?? 1;
