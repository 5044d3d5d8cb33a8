import type { Logger } from 'pino';
import { type CircuitBreaker, createCircuitBreaker } from '../delivery/circuit-breaker.ts';
import type { Storage } from '../storage/storage.ts';
import type { Store } from '../stores/store.ts';
import { GIVE_UP_AFTER } from './give-up.ts';
import type { ReconcileEvent } from './reconcile-group.ts';

/** How long a peer that is down is left alone between two probes, in milliseconds. */
const PROBE_MS = 5_000;
/** How often what is told of a store that can't be read is brought up to date, in milliseconds. */
const TOLD_EACH_MS = 60 * 60_000;

/** Whether DSTNC and the stores work, as far as reads and sends tell. */
export interface PeerHealth {
  readonly target: CircuitBreaker;
  /** Undefined: the store never failed, or works again. */
  store(storeId: string): CircuitBreaker | undefined;
  /** Stores that failed lately. */
  failing(): readonly string[];
  /**
   * Whether a group of the store is taken up only to see if a peer works again. What is probed with by turns is what waits longest and
   * what was marked last: where the peer fails for some products only, they would else be tried one by one before any other.
   */
  isProbed(storeId: string): boolean;
  /** Takes note of a read or a send. */
  follow(event: ReconcileEvent): void;
  /** Lets the next calls through, whatever was asked for: after the clock was put back. */
  reopen(): void;
}

/** See {@link createPeerHealth}. */
export interface PeerHealthOptions {
  readonly storage: Pick<Storage, 'stores' | 'groups' | 'deadLetters'>;
  readonly log: Logger;
  readonly clock: () => number;
  /** After how long people are told of a store that can't be read: see give-up.ts. Milliseconds. */
  readonly giveUpAfterMs?: number;
  /** A store, or without an id DSTNC, works again: what waits for it may go. */
  readonly onRecovered: (storeId?: string) => void;
}

/** What of a read or a send tells whether the other side works. */
interface Following {
  readonly kind: string;
  readonly reason?: string;
  readonly outage?: boolean;
  readonly retryAfterMs?: number;
}

/** Watches DSTNC and the stores, and raises and lowers the stores' flag `unreadable`. */
export function createPeerHealth(options: PeerHealthOptions): PeerHealth {
  const { storage, log, clock, giveUpAfterMs = GIVE_UP_AFTER, onRecovered } = options;
  // Only a store that failed before has a breaker: thousands of healthy ones cost nothing.
  const stores = new Map<string, CircuitBreaker>();
  /** When people were told last of stores that can't be read for long. */
  const told = new Map<string, number>();
  const target = createCircuitBreaker({
    probeMs: PROBE_MS,
    onRecovered() {
      log.info('DSTNC answers again');
      onRecovered();
    },
  });

  function breakerOf(storeId: string): CircuitBreaker {
    const held = stores.get(storeId);
    if (held) return held;
    const breaker = createCircuitBreaker({
      probeMs: PROBE_MS,
      onRecovered() {
        log.info({ store: storeId }, 'the store answers again');
        stores.delete(storeId);
        told.delete(storeId);
        void setFlag(storeId, null);
        onRecovered(storeId);
      },
    });
    stores.set(storeId, breaker);
    return breaker;
  }

  async function setFlag(storeId: string, detail: string | null): Promise<void> {
    try {
      await storage.stores.flag(storeId, 'unreadable', detail === null ? null : { since: clock(), detail });
    } catch (error) {
      log.warn({ err: error, store: storeId }, 'a flag could not be changed yet');
    }
  }

  /** One letter for all of a store: its products fail for no reason of their own. The flag that is up knows since when. */
  async function tellOfStore({ id, url, flags }: Store, reason: string): Promise<void> {
    const now = clock();
    const since = flags.unreadable?.since ?? now;
    if (now - since < giveUpAfterMs || now - (told.get(id) ?? Number.NEGATIVE_INFINITY) < TOLD_EACH_MS) return;
    told.set(id, now);
    try {
      const { dirty } = await storage.groups.backlog(id);
      const at = (ms: number) => new Date(ms).toISOString();
      const story = {
        explanation: `${url} can't be read since ${at(since)}; ${dirty} of its products wait. The last try, at ${at(now)}: ${reason}`,
        unreadableSince: at(since),
        lastTryAt: at(now),
        productsWaiting: dirty,
      };
      await storage.deadLetters.putUnreadable({ storeId: id, reason, at: now, story });
    } catch (error) {
      told.delete(id);
      log.warn({ err: error, store: id }, 'a dead letter could not be written yet');
    }
  }

  function followStore(store: Store, reading: Following): void {
    const { id, flags } = store;
    if (reading.kind !== 'failure') {
      const breaker = stores.get(id);
      breaker?.succeeded();
      // Raised by a process before this one.
      if (breaker === undefined && flags.unreadable) void setFlag(id, null);
      return;
    }
    if (!reading.outage) return;
    const { reason = '' } = reading;
    const breaker = breakerOf(id);
    const goesDown = fails(breaker, reading);
    if (breaker.down !== null) void tellOfStore(store, reason);
    if (!goesDown) return;
    log.warn({ store: id, reason }, "the store can't be read");
    void setFlag(id, reason);
  }

  function followTarget(outcome: Following): void {
    if (outcome.kind !== 'retry') target.succeeded();
    else if (outcome.outage && fails(target, outcome)) {
      log.warn({ reason: outcome.reason }, 'DSTNC is down: everything waits');
    }
  }

  /** @returns whether that made it count as down */
  function fails(breaker: CircuitBreaker, { reason = '', retryAfterMs }: Following): boolean {
    const wasDown = breaker.down !== null;
    breaker.failed(reason, clock(), retryAfterMs);
    return !wasDown && breaker.down !== null;
  }

  return {
    target,
    store: (storeId) => stores.get(storeId),
    failing: () => [...stores.keys()],
    isProbed: (storeId) => target.down !== null || (stores.get(storeId)?.down ?? null) !== null,
    follow(event) {
      if (event.on === 'read') followStore(event.store, event.reading);
      else followTarget(event.outcome);
    },
    reopen() {
      for (const breaker of [target, ...stores.values()]) breaker.reopen();
    },
  };
}
