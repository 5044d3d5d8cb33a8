/**
 * Which of a suite's shops are played in this run: all of them, or with `--quick` (see run-store-suite.ts) only the first, which must
 * be the ones that say most.
 *
 * @param quick how many of them then
 */
export function shopsOfRun<Shop>(all: readonly Shop[], quick = 1): readonly Shop[] {
  return process.env.DSTNC_QUICK === '1' ? all.slice(0, quick) : all;
}
