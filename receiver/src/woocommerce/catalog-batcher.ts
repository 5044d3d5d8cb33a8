import type { Store } from '../stores/store.ts';
import { readCatalog } from './read-catalog.ts';
import type { StoreReading } from './read-group.ts';
import type { RequestOptions, StoreClient } from './store-client.ts';
import type { StoreFailure } from './store-failure.ts';

/** Ids in a request: the plugin takes no more. */
const MOST_IDS = 100;

/** Requests to one store at a time: one is answered while the next is being built, and a shared host has PHP workers to spare. */
const MOST_IN_FLIGHT = 2;

/** Of several groups in one answer; a single product may be as large as any answer. */
const SEVERAL: RequestOptions = { maxBytes: 16 * 1024 * 1024 };

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
  inFlight: number;
  scheduled: boolean;
  /** Ids in the next request: halved where that many failed, doubled where they were answered. */
  most: number;
  /** Not asked before this, by performance.now(): its plugin is switched off. */
  offUntil: number;
  answered: boolean;
}

/** What a batch has come to while it is being divided. */
interface Division {
  answered: boolean;
  /** In a row, and the last of them. */
  failures: number;
  last?: StoreFailure;
  readonly failed: { readonly waiting: Waiting; readonly failure: StoreFailure }[];
}

/**
 * No timer: a lone read goes out at once; while two requests are under way the next reads collect, and go together. A batch that fails
 * is divided until the product that is to blame stands alone: no other waits for it, nor is blamed.
 */
export function createCatalogBatcher(options: CatalogBatcherOptions): CatalogBatcher {
  const { clientOf, observe, mostIds = MOST_IDS } = options;
  const lines = new Map<string, Line>();

  function lineOf(storeId: string): Line {
    const held = lines.get(storeId);
    if (held) return held;
    const line = { queue: [], inFlight: 0, scheduled: false, most: mostIds, offUntil: 0, answered: false };
    lines.set(storeId, line);
    return line;
  }

  function pump(line: Line): void {
    if (line.scheduled) return;
    line.scheduled = true;
    // One turn of the loop, so that the reads of one burst share the first request, too.
    setImmediate(() => {
      line.scheduled = false;
      while (line.inFlight < MOST_IN_FLIGHT && line.queue.length > 0) {
        line.inFlight += 1;
        void run(line, line.queue.splice(0, line.most)).finally(() => {
          line.inFlight -= 1;
          pump(line);
        });
      }
    });
  }

  async function run(line: Line, batch: readonly Waiting[]): Promise<void> {
    const newest = batch.at(-1);
    const client = newest === undefined ? null : clientOf(newest.store);
    if (client === null) {
      for (const { resolve } of batch) resolve({ kind: 'no_plugin' });
      return;
    }
    const division: Division = { answered: false, failures: 0, failed: [] };
    try {
      await divide(line, client, { batch, division });
    } catch (error) {
      // Nobody may be left waiting, whatever breaks.
      const failure = { kind: 'mismatch', message: `internal error: ${error}`, retryable: true } as const;
      for (const { resolve } of batch) resolve({ kind: 'failure', failure, outage: false });
      return;
    }
    if (division.failed.length === 0) return;
    // Was it these products, or is the whole shop ill? It answered about others, or it is asked for something that costs it nothing.
    const well = division.answered || (await client.get('wc-dstnc/v1/status', {}, WELL)).ok;
    for (const { waiting, failure } of division.failed) waiting.resolve({ kind: 'failure', failure, outage: !well });
  }

  async function divide(
    line: Line,
    client: StoreClient,
    { batch, division }: { batch: readonly Waiting[]; division: Division },
  ): Promise<void> {
    const { last } = division;
    if (last !== undefined && division.failures >= GIVE_UP) {
      for (const waiting of batch) division.failed.push({ waiting, failure: last });
      return;
    }
    const ids = [...new Set(batch.map(({ id }) => id))];
    const reading = await readCatalog(client, ids, ids.length > 1 ? SEVERAL : undefined);
    observe?.({ ids: ids.length, outcome: reading.ok ? 'answered' : reading.failure.kind });
    if (reading.ok) {
      line.answered = true;
      line.offUntil = 0;
      if (ids.length >= line.most) line.most = Math.min(mostIds, line.most * 2);
      division.answered = true;
      division.failures = 0;
      for (const waiting of batch) {
        const one = reading.readings.get(waiting.id);
        if (one === undefined) throw new TypeError(`no reading of ${waiting.id}`);
        // Where the rest of the answer is right, what is wrong with one product is about that product.
        waiting.resolve(one.kind === 'failure' ? { ...one, outage: false } : one);
      }
      return;
    }
    const { failure } = reading;
    if (failure.kind === 'not_found' && failure.code === 'rest_no_route') {
      line.answered = false;
      line.offUntil = performance.now() + OFF_MS;
      for (const { resolve } of batch) resolve({ kind: 'no_plugin' });
      return;
    }
    if (!DIVISIBLE.has(failure.kind)) {
      for (const { resolve } of batch) resolve({ kind: 'failure', failure, outage: true });
      return;
    }
    division.failures += 1;
    division.last = failure;
    if (ids.length === 1) {
      for (const waiting of batch) division.failed.push({ waiting, failure });
      return;
    }
    const half = Math.ceil(ids.length / 2);
    line.most = Math.min(line.most, half);
    const first = new Set(ids.slice(0, half));
    await divide(line, client, { batch: batch.filter(({ id }) => first.has(id)), division });
    await divide(line, client, { batch: batch.filter(({ id }) => !first.has(id)), division });
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
    batches: (storeId) => lines.get(storeId)?.answered ?? false,
  };
}
