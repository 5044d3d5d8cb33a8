import type { SendOutcome } from '../delivery/target.ts';
import type { Claim, ClaimResult } from '../storage/storage.ts';

const HOUR = 60 * 60_000;

/**
 * For how long a product is tried before people are told that it can't be brought to DSTNC, or a store before they are told that it
 * can't be read. Milliseconds.
 */
export const GIVE_UP_AFTER = 7 * 24 * HOUR;

/** Longest time between two failed tries that counts as a time of failing, in milliseconds: longer ones are times without tries. */
const LONGEST_GAP = HOUR;

/** How long a product that was given up waits for its next try, in milliseconds; up to a quarter more, so that they don't come together. */
const SLOW = HOUR;

/** What a step did before it failed, for the story. */
export interface Tried {
  /** What the store said, or why it said nothing. */
  readonly read: { readonly at: number; readonly failure?: string; readonly fields?: unknown };
  /** What was sent to DSTNC, in order, with its answers. */
  readonly requests: readonly {
    readonly what: 'product' | 'inventory';
    readonly sentAt: number;
    readonly answeredAt: number;
    readonly body: unknown;
    readonly answer: SendOutcome | { readonly kind: string };
  }[];
}

/** How a step ended; one that failed says what it did. */
export type StepResult =
  | Exclude<ClaimResult, { kind: 'retry' }>
  | (Extract<ClaimResult, { kind: 'retry' }> & { readonly tried?: Tried });

/** See {@link giveUp}. */
export interface GivingUp {
  readonly now: number;
  /** Whether neither DSTNC nor the store is down as a whole, nor our own database: that the product fails says something about it. */
  readonly counts: boolean;
  readonly afterMs?: number;
}

/**
 * Retries are bounded by age rather than by count. A product's age of failing is the sum of the times between tries that failed one
 * after the other while DSTNC and its store worked as a whole, an hour each at most. So whatever happens while a circuit is open is left
 * out, and so are the times in which nothing is tried: the receiver is stopped, its database or DSTNC is gone, its turn doesn't come.
 * Past {@link GIVE_UP_AFTER} people are told; the product goes on being tried, slowly, until it is accepted or discarded.
 */
export function giveUp(claim: Claim, step: StepResult, options: GivingUp): ClaimResult {
  if (step.kind !== 'retry') return step;
  const { now, counts, afterMs = GIVE_UP_AFTER } = options;
  const { tried, ...result } = step;
  const { ms, at } = claim.failing;
  if (!counts) return { ...result, failing: { ms, at: null } };
  const failing = { ms: ms + Math.min(Math.max(0, at === null ? 0 : now - at), LONGEST_GAP), at: now };
  if (failing.ms < afterMs) return { ...result, failing };
  return {
    ...result,
    failing,
    dueAt: Math.max(result.dueAt, now + Math.round(SLOW * (1 + Math.random() / 4))),
    letter: { reason: result.waitingFor, story: storyOf(claim, { result, tried, failingMs: failing.ms, now }) },
  };
}

interface Telling {
  readonly result: Extract<ClaimResult, { kind: 'retry' }>;
  readonly tried: Tried | undefined;
  readonly failingMs: number;
  readonly now: number;
}

/** The whole of it, as JSON that people can read. */
function storyOf(claim: Claim, { result, tried, failingMs, now }: Telling): object {
  const at = (ms: number) => new Date(ms).toISOString();
  const hours = Math.round(failingMs / HOUR);
  return {
    explanation: `A change of product ${claim.groupId} waits since ${at(claim.markedAt)} (${claim.cause}). For ${hours} hours, counted without the times in which DSTNC, the store as a whole or the receiver were down, each try has failed; the last one at ${at(now)}: ${result.waitingFor}`,
    step: tried === undefined ? 'receiver' : tried.requests.length > 0 ? 'send' : 'read',
    waitingSince: at(claim.markedAt),
    cause: claim.cause,
    failingHours: hours,
    tries: claim.attempts + 1,
    lastTryAt: at(now),
    read: tried && { ...tried.read, at: at(tried.read.at) },
    requests: (tried?.requests ?? []).map(({ sentAt, answeredAt, ...request }) => ({
      ...request,
      sentAt: at(sentAt),
      answeredAt: at(answeredAt),
    })),
    accepted: claim.accepted && { rev: claim.accepted.rev },
  };
}
