/** The time by which everything is written, see {@link createSyncedClock}. */
export interface SyncedClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Asks what time it is. Rejects, and leaves everything as it was, if that can't be told. */
  sync(): Promise<void>;
}

/** An answer that took longer, in milliseconds, says little about now. */
const SLOWEST_MS = 1_000;

/**
 * A clock that goes by somebody else's, the database's: processes on several machines then agree on what is due and who is alive, and one
 * whose own clock jumps harms nobody. In between it goes by the machine's monotonic clock, which never jumps.
 *
 * @param time milliseconds since 1970
 */
export function createSyncedClock(time: () => Promise<number>): SyncedClock {
  let offset: number | undefined;
  return {
    now: () => Math.round(performance.now() + (offset ?? performance.timeOrigin)),
    async sync() {
      const asked = performance.now();
      const told = await time();
      const answered = performance.now();
      if (offset !== undefined && answered - asked > SLOWEST_MS) return;
      offset = told - (asked + answered) / 2;
    },
  };
}
