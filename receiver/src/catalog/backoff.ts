/** Milliseconds: the first wait at most 1 s, every wait at most 30 s. */
const [FIRST, LONGEST] = [1_000, 30_000];

/**
 * How long to wait before the next try: doubling, capped, with jitter over its upper half so that what failed together doesn't come
 * back together.
 *
 * @param attempts failed so far, 0 or more
 */
export function backoffMs(attempts: number, random: () => number = Math.random): number {
  const ceiling = Math.min(LONGEST, FIRST * 2 ** Math.min(attempts, 10));
  return Math.round(ceiling / 2 + (ceiling / 2) * random());
}
