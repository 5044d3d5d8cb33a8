import type { DiscardResult, Storage } from '../storage/storage.ts';

/** For how long nobody hears again of a store that can't be read, in milliseconds. */
const QUIET_MS = 7 * 24 * 60 * 60_000;

/** Discards a dead letter: what is done about it, and until when, is up to its kind (see {@link Storage.deadLetters}). */
export function discardDeadLetter(
  { storage, clock }: { storage: Pick<Storage, 'deadLetters'>; clock: () => number },
  id: string,
): Promise<DiscardResult> {
  return storage.deadLetters.discard(id, { now: clock(), quietMs: QUIET_MS });
}
