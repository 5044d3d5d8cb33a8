import { spawnSync } from 'node:child_process';

// Vitest refuses options that it doesn't know, and these are the suite's own.
const [own, given] = [new Set(['--full', '--quick']), process.argv.slice(2)];
const quick = given.includes('--quick');
const full = given.includes('--full');
if (quick) {
  console.log(
    'Left out by --quick: most cells of the matrix of versions (test/compatibility), and for orders all shops but 11.0.1 with HPOS',
  );
}
const { status } = spawnSync('vitest', ['run', '--project', 'store', ...given.filter((word) => !own.has(word))], {
  stdio: 'inherit',
  env: { ...process.env, ...(full && { DSTNC_FULL: '1' }), ...(quick && { DSTNC_QUICK: '1' }) },
});
process.exitCode = status ?? 1;
