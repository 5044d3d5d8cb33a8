import type { Store } from '../stores/store.ts';
import { readCatalog } from './read-catalog.ts';
import type { StoreReading } from './read-group.ts';
import type { RequestOptions, StoreClient } from './store-client.ts';
import type { StoreFailure } from './store-failure.ts';

/** Ids in a request: the plugin takes no more. */
const MOST_IDS = 100;

/** Requests to one store at a time: one is answered while the next is being built, and a shared host has PHP workers to spare. */
const MOST_IN_FLIGHT = 2;

/** How long a request may take, in milliseconds, unless it is for a product that is known to need more. */
const TIMELY_MS = 8_000;

/** Of several groups in one answer; a single product may be as large as any answer. */
const SEVERAL: RequestOptions = { maxBytes: 16 * 1024 * 1024, timeoutMs: TIMELY_MS };
const SINGLE: RequestOptions = { timeoutMs: TIMELY_MS };

/** How long a product that failed where others didn't is read alone, in milliseconds, and how many are remembered. */
const ALONE_MS = 10 * 60_000;
const MOST_ALONE = 1_000;

/** Into how many parts a batch is divided: a time-out costs so much that few rounds are worth more than few requests. */
const [PARTS, PARTS_OF_SLOW] = [2, 10];

/** To a shop that is well its status is no work, in milliseconds. */
const WELL: RequestOptions = { timeoutMs: 10_000, maxBytes: 1024 * 1024 };

/** Failures in a row, while a batch is being divided, after which the rest of it isn't tried: seven halvings lead to a single id. */
const GIVE_UP = 8;

/** How long a plugin that is switched off isn't asked again, in milliseconds. */
const OFF_MS = 30_000;

/**
 * Failures that one product among many can cause: it is too large, too slow, ends PHP, or its bytes break the answer. A firewall that
 * dislikes long addresses is among them, too, as shorter ones may pass.
 */
const DIVISIBLE = new Set<StoreFailure['kind']>([
  'too_large',
  'timeout',
  'server_error',
  'truncated',
  'not_json',
  'refused',
  'mismatch',
]);

/** What is known of one id. */
export type BatchedReading =
  | Exclude<StoreReading, { kind: 'failure' }>
  /** `outage`: it may concern the store as a whole, as opposed to this one product. */
  | { readonly kind: 'failure'; readonly failure: StoreFailure; readonly outage: boolean }
  /** The plugin is switched off: wc/v3 has to be asked. */
  | { readonly kind: 'no_plugin' };

/** Gathers the reads of a store into few requests to its plugin. */
export interface CatalogBatcher {
  /** The request for it begins after this call: what is read is newer than whatever the caller knew. */
  read(store: Store, id: number): Promise<BatchedReading>;
  /** Whether reads of this store are answered many at a time, so that it pays to ask for many. */
  batches(storeId: string): boolean;
  /** The plugin was seen to answer: it is asked again, though it was switched off a moment ago. */
  reset(storeId: string): void;
}

/** See {@link createCatalogBatcher}. */
export interface CatalogBatcherOptions {
  readonly clientOf: (store: Store) => StoreClient | null;
  /** Told of each request, for the metrics. */
  readonly observe?: (event: { readonly ids: number; readonly outcome: 'answered' | StoreFailure['kind'] }) => void;
  readonly mostIds?: number;
}

interface Waiting {
  readonly store: Store;
  readonly id: number;
  resolve(reading: BatchedReading): void;
}

/** One store's reads. */
interface Line {
  queue: Waiting[];
  /** Of batches that failed: they go first. */
  readonly parts: Part[];
  inFlight: number;
  /** Whether one of those is a product that is read alone: no two of them at once, so that one way is always open. */
  aloneInFlight: boolean;
  scheduled: boolean;
  /** Ids in the next request: reduced where that many failed, doubled where they were answered in good time. */
  most: number;
  /** Not asked before this, by performance.now(): its plugin is switched off. */
  offUntil: number;
  answered: boolean;
  /** Products that are read alone, and until when, by performance.now(). */
  readonly alone: Map<number, number>;
}

/** A request to make: a batch, or a part of one that failed. */
interface Part {
  readonly batch: readonly Waiting[];
  readonly division: Division;
  readonly alone: boolean;
}

/** What a batch has come to while it is being divided. */
interface Division {
  /** Parts that are not read yet. */
  open: number;
  answered: boolean;
  /** In a row, and the last of them. */
  failures: number;
  last?: StoreFailure;
  /** Whether the shop says that it is well, once it was asked. */
  well?: Promise<boolean>;
  /** `blamed`: it was read by itself, and not only given up with others. */
  readonly failed: { readonly waiting: Waiting; readonly failure: StoreFailure; readonly blamed: boolean }[];
}

/**
 * No timer: a lone read goes out at once; while two requests are under way the next reads collect, and go together. A batch that fails
 * is divided, and its parts are read before anything else and as many at once as other requests, until the product that is to blame
 * stands alone: the others wait for it twice as long as a request may take, or little more, and none of them is blamed. From then on it
 * is read alone for some minutes, with the client's whole time, while the other request of the two is there for all others.
 */
export function createCatalogBatcher(options: CatalogBatcherOptions): CatalogBatcher {
  const { clientOf, observe, mostIds = MOST_IDS } = options;
  const lines = new Map<string, Line>();

  function lineOf(storeId: string): Line {
    const held = lines.get(storeId);
    if (held) return held;
    const line: Line = {
      queue: [],
      parts: [],
      inFlight: 0,
      aloneInFlight: false,
      scheduled: false,
      most: mostIds,
      offUntil: 0,
      answered: false,
      alone: new Map(),
    };
    lines.set(storeId, line);
    return line;
  }

  function pump(line: Line): void {
    if (line.scheduled) return;
    line.scheduled = true;
    // One turn of the loop, so that the reads of one burst share the first request, too.
    setImmediate(() => {
      line.scheduled = false;
      while (line.inFlight < MOST_IN_FLIGHT) {
        const part = line.parts.shift() ?? nextBatch(line);
        if (part === undefined) break;
        line.inFlight += 1;
        if (part.alone) line.aloneInFlight = true;
        void run(line, part).finally(() => {
          line.inFlight -= 1;
          if (part.alone) line.aloneInFlight = false;
          pump(line);
        });
      }
    });
  }

  function nextBatch(line: Line): Part | undefined {
    const division: Division = { open: 1, answered: false, failures: 0, failed: [] };
    if (line.alone.size === 0) {
      const batch = line.queue.splice(0, line.most);
      return batch.length === 0 ? undefined : { batch, division, alone: false };
    }
    const now = performance.now();
    for (const [id, until] of line.alone) if (until <= now) line.alone.delete(id);
    const single = line.aloneInFlight ? undefined : line.queue.find(({ id }) => line.alone.has(id));
    const batch =
      single === undefined
        ? line.queue.filter(({ id }) => !line.alone.has(id)).slice(0, line.most)
        : line.queue.filter(({ id }) => id === single.id);
    const taken = new Set(batch);
    line.queue = line.queue.filter((waiting) => !taken.has(waiting));
    return batch.length === 0 ? undefined : { batch, division, alone: single !== undefined };
  }

  async function run(line: Line, part: Part): Promise<void> {
    const { batch, division } = part;
    const newest = batch.at(-1);
    const client = newest === undefined ? null : clientOf(newest.store);
    try {
      if (client === null) for (const { resolve } of batch) resolve({ kind: 'no_plugin' });
      else await ask(line, client, { ...part, language: newest?.store.settings.language ?? null });
    } catch (error) {
      // Nobody may be left waiting, whatever breaks.
      const failure = { kind: 'mismatch', message: `internal error: ${error}`, retryable: true } as const;
      for (const { resolve } of batch) resolve({ kind: 'failure', failure, outage: false });
    }
    division.open -= 1;
    if (division.open > 0 || division.failed.length === 0) return;
    // Was it these products, or is the whole shop ill? It answered about others, or it is asked for something that costs it nothing.
    const well = division.answered || (client !== null && (await isWell(client, division)));
    for (const { waiting, failure, blamed } of division.failed) {
      if (well && blamed) remember(line, waiting.id);
      waiting.resolve({ kind: 'failure', failure, outage: !well });
    }
  }

  function isWell(client: StoreClient, division: Division): Promise<boolean> {
    division.well ??= client.get('wc-dstnc/v1/status', {}, WELL).then(
      ({ ok }) => ok,
      () => false,
    );
    return division.well;
  }

  function remember(line: Line, id: number): void {
    line.alone.delete(id);
    line.alone.set(id, performance.now() + ALONE_MS);
    const [oldest] = line.alone.keys();
    if (line.alone.size > MOST_ALONE && oldest !== undefined) line.alone.delete(oldest);
  }

  async function ask(
    line: Line,
    client: StoreClient,
    { batch, division, alone, language }: Part & { readonly language: string | null },
  ): Promise<void> {
    const giveUp = (failure: StoreFailure, blamed = false) => {
      for (const waiting of batch) division.failed.push({ waiting, failure, blamed });
    };
    if (division.last !== undefined && division.failures >= GIVE_UP) return giveUp(division.last);
    const ids = [...new Set(batch.map(({ id }) => id))];
    const began = performance.now();
    const limits = alone ? {} : ids.length > 1 ? SEVERAL : SINGLE;
    const reading = await readCatalog(client, ids, { ...limits, language });
    const tookMs = performance.now() - began;
    observe?.({ ids: ids.length, outcome: reading.ok ? 'answered' : reading.failure.kind });
    if (reading.ok) {
      line.answered = true;
      line.offUntil = 0;
      if (ids.length >= line.most && tookMs < TIMELY_MS / 2) line.most = Math.min(mostIds, line.most * 2);
      division.answered = true;
      division.failures = 0;
      for (const waiting of batch) {
        const one = reading.readings.get(waiting.id);
        if (one === undefined) throw new TypeError(`no reading of ${waiting.id}`);
        // It takes its time whenever it is read.
        if (alone && tookMs > TIMELY_MS) remember(line, waiting.id);
        // Where the rest of the answer is right, what is wrong with one product is about that product.
        waiting.resolve(one.kind === 'failure' ? { ...one, outage: false } : one);
      }
      return;
    }
    const { failure } = reading;
    if (!reading.whole && failure.kind === 'not_found' && failure.code === 'rest_no_route') {
      line.answered = false;
      line.offUntil = performance.now() + OFF_MS;
      for (const { resolve } of batch) resolve({ kind: 'no_plugin' });
      return;
    }
    if (reading.whole || !DIVISIBLE.has(failure.kind)) {
      for (const { resolve } of batch) resolve({ kind: 'failure', failure, outage: true });
      return;
    }
    division.failures += 1;
    division.last = failure;
    if (ids.length === 1) return giveUp(failure, true);
    const slow = failure.kind === 'timeout';
    // A shop that hangs as a whole would be waited for with every part.
    if (slow && !division.answered && !(await isWell(client, division))) return giveUp(failure);
    const size = Math.ceil(ids.length / (slow ? PARTS_OF_SLOW : PARTS));
    line.most = Math.min(line.most, size);
    const parts: Part[] = [];
    for (let from = 0; from < ids.length; from += size) {
      const some = new Set(ids.slice(from, from + size));
      parts.push({ batch: batch.filter(({ id }) => some.has(id)), division, alone: false });
    }
    division.open += parts.length;
    line.parts.unshift(...parts);
  }

  return {
    read(store, id) {
      const line = lineOf(store.id);
      if (line.offUntil > performance.now()) return Promise.resolve({ kind: 'no_plugin' });
      return new Promise((resolve) => {
        line.queue.push({ store, id, resolve });
        pump(line);
      });
    },
    reset(storeId) {
      const line = lines.get(storeId);
      if (line !== undefined) line.offUntil = 0;
    },
    batches: (storeId) => lines.get(storeId)?.answered ?? false,
  };
}
