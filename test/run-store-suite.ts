import { spawnSync } from 'node:child_process';

// Vitest refuses options that it doesn't know, and these are the suite's own.
const [own, given] = [new Set(['--full', '--quick']), process.argv.slice(2)];
if (given.includes('--quick')) console.log('Left out by --quick: the matrix of versions (test/compatibility)');
const less = given.includes('--quick') ? ['--exclude', 'test/compatibility/**'] : [];
const words = ['run', '--project', 'store', ...less, ...given.filter((word) => !own.has(word))];
const { status } = spawnSync('vitest', words, {
  stdio: 'inherit',
  env: { ...process.env, ...(given.includes('--full') && { DSTNC_FULL: '1' }) },
});
process.exitCode = status ?? 1;
