/** Failures in a row after which a peer counts as down. */
const OPENS_AFTER = 5;

/** Whether a peer (DSTNC, a store) works, as far as our own calls tell. */
export interface CircuitBreaker {
  /** What is wrong; null while it works. */
  readonly down: { readonly since: number; readonly reason: string } | null;
  /** When the next call may be tried, milliseconds since 1970; 0: now. */
  readonly closedUntil: number;
  succeeded(): void;
  /** Lets the next call through whatever was asked for: after the clock was put back. */
  reopen(): void;
  /** @param retryAfterMs how long the peer asked to be left alone: obeyed at once, whatever the count */
  failed(reason: string, now: number, retryAfterMs?: number): void;
}

/**
 * Stops calling a peer that doesn't work: after some failures in a row only one call each `probeMs` is let through, and its first
 * success opens the way for all.
 */
export function createCircuitBreaker({
  probeMs,
  onRecovered,
}: {
  probeMs: number;
  onRecovered(): void;
}): CircuitBreaker {
  let failures = 0;
  let down: { since: number; reason: string } | null = null;
  let probeAt = 0;
  // Kept apart: a call that was under way already may succeed, and that is no leave to come back early.
  let askedUntil = 0;
  return {
    get down() {
      return down;
    },
    get closedUntil() {
      return Math.max(probeAt, askedUntil);
    },
    succeeded() {
      failures = 0;
      probeAt = 0;
      if (down === null) return;
      down = null;
      onRecovered();
    },
    reopen() {
      probeAt = 0;
      askedUntil = 0;
    },
    failed(reason, now, retryAfterMs = 0) {
      failures += 1;
      if (failures >= OPENS_AFTER) {
        down = { since: down?.since ?? now, reason };
        probeAt = now + probeMs;
      }
      if (retryAfterMs > 0) askedUntil = Math.max(askedUntil, now + retryAfterMs);
    },
  };
}
