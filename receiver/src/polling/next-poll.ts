/** How often stores are polled, in seconds. */
export interface PollIntervals {
  /** While a store's webhooks are silent, or there are none. */
  readonly silent: number;
  /** While they tell of changes before a poll does. */
  readonly healthy: number;
}

/** What the next poll's time depends on. */
export interface LastPoll {
  /** The store's own setting, in seconds; null: none. */
  readonly setting: number | null;
  readonly intervals: PollIntervals;
  /** Whether this poll found anything. */
  readonly foundAny: boolean;
  /** When the last webhook came, milliseconds since 1970; null: none is remembered. */
  readonly lastDelivery: number | null;
  /** When the poll before this one began; null: it is the first. */
  readonly heardBefore: number | null;
  readonly now: number;
}

/** A webhook that came within so long says that they work, in milliseconds: a quiet shop sends none for hours. */
const REMEMBERED_MS = 24 * 60 * 60_000;

/** The waits of failed polls double up to this, in milliseconds; with a dead key, up to the second. */
const LONGEST_MS = { failed: 10 * 60_000, refused: 60 * 60_000 };

/** When a poll that succeeded is followed by the next, in milliseconds from now. */
export function nextPollMs(last: LastPoll, random: () => number = Math.random): number {
  const { setting, intervals } = last;
  const seconds = setting ?? (webhooksWork(last) ? intervals.healthy : intervals.silent);
  return spread(seconds * 1000, random);
}

/** Changes that a poll finds and no webhook told of say that the webhooks are silent. */
function webhooksWork({ foundAny, lastDelivery, heardBefore, now }: LastPoll): boolean {
  if (lastDelivery === null || now - lastDelivery > REMEMBERED_MS) return false;
  return !foundAny || lastDelivery >= (heardBefore ?? 0);
}

/** When a poll that failed is tried again, in milliseconds from now: later each time, and later still where the key is refused. */
export function retryPollMs(
  {
    failures,
    intervalMs,
    refused,
    retryAfterMs = 0,
  }: {
    /** In a row, this one included. */
    readonly failures: number;
    readonly intervalMs: number;
    readonly refused: boolean;
    readonly retryAfterMs?: number | undefined;
  },
  random: () => number = Math.random,
): number {
  const longest = Math.max(intervalMs, refused ? LONGEST_MS.refused : LONGEST_MS.failed);
  const wait = Math.min(longest, intervalMs * 2 ** Math.min(failures - 1, 10));
  return Math.max(spread(wait, random), retryAfterMs);
}

/** A tenth earlier or later, so that stores that were due together don't stay so. */
function spread(ms: number, random: () => number): number {
  return Math.round(ms * (0.9 + 0.2 * random()));
}
