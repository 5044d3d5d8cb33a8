/** The newest so many calls, and violations, are kept. */
const KEPT = 1_000;
/** Bodies over this are counted, not kept. */
const BODY_LIMIT = 64 * 1024;
/** A detail that lists more than this is cut. */
const DETAIL_LIMIT = 2_000;

/** What a call asked for, by the resource in its path; `other` is a path that the contract doesn't have. */
export type Route = 'products' | 'inventory' | 'shipments' | 'orders' | 'other';

/** One call as it was received and answered. */
export interface Call {
  at: string;
  method: string;
  path: string;
  route: Route;
  /** null where no answer was given. */
  status: number | null;
  /** The status, or `replayed`, `hang`, `cut`. */
  outcome: string;
  /** As parsed; as text where it isn't JSON; null where it is longer than 64 KiB. */
  body: unknown;
  bodyBytes: number;
  idempotencyKey: string | null;
}

/** A call that broke the contract, and how. */
export interface Violation {
  at: string;
  method: string;
  path: string;
  status: number;
  detail: string;
}

/** What the log is told of a call. */
export type CallRecord = Omit<Call, 'at' | 'body' | 'bodyBytes'> & { raw: Buffer };

type KeptCall = Omit<Call, 'body'> & { raw: Buffer | null };

/** How often each route ended in each outcome; under `items`, what became of the items of inventory batches. */
export type Counts = Record<string, Record<string, number>>;

/** What was asked of the sandbox: bounded, whatever the load. Bodies are kept as bytes and parsed only for a reader. */
export class CallLog {
  readonly #keepCalls: boolean;
  readonly #counts = new Map<string, Map<string, number>>();
  #calls: KeptCall[] = [];
  #violations: Violation[] = [];
  #waiting: (() => void)[] = [];

  /** @param options `keepCalls: false` only counts, for benchmarks */
  constructor(options: { keepCalls: boolean }) {
    this.#keepCalls = options.keepCalls;
  }

  /** The newest calls, oldest first. */
  get calls(): Call[] {
    return this.#calls.map(({ raw, ...call }) => ({ ...call, body: raw && readBody(raw) }));
  }

  /** The newest calls that broke the contract, oldest first. A correct receiver causes none. */
  get violations(): readonly Violation[] {
    return this.#violations;
  }

  /** How often each route ended in each outcome. */
  get counts(): Counts {
    return Object.fromEntries([...this.#counts].map(([name, outcomes]) => [name, Object.fromEntries(outcomes)]));
  }

  /** Notes a call once it is known how it ends, and before the caller knows it. */
  add({ raw, ...record }: CallRecord): void {
    this.count(record.route, record.outcome);
    if (this.#keepCalls) {
      const body = raw.length <= BODY_LIMIT ? raw : null;
      this.#calls.push({ at: new Date().toISOString(), ...record, bodyBytes: raw.length, raw: body });
      if (this.#calls.length > KEPT) this.#calls.shift();
    }
    if (this.#waiting.length > 0) {
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const wake of waiting) wake();
    }
  }

  /** Notes a breach of the contract. */
  addViolation(violation: Omit<Violation, 'at'>): void {
    const detail = violation.detail.slice(0, DETAIL_LIMIT);
    this.#violations.push({ at: new Date().toISOString(), ...violation, detail });
    if (this.#violations.length > KEPT) this.#violations.shift();
  }

  /** Adds one to a counter. */
  count(name: string, outcome: string): void {
    const outcomes = this.#counts.get(name) ?? new Map<string, number>();
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    this.#counts.set(name, outcomes);
  }

  /** Resolves at the next call, so that a test can wait without sleeping. */
  next(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Forgets calls, counts and violations; who waits goes on waiting. */
  clear(): void {
    this.#calls = [];
    this.#violations = [];
    this.#counts.clear();
  }
}

function readBody(raw: Buffer): unknown {
  const text = raw.toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
