import type { GroupKey, IngestRecord, Storage } from '../storage/storage.ts';
import { StorageUnavailable } from '../storage/storage-unavailable.ts';

/** Most deliveries written in one go: bounds how long one commit blocks. */
const MOST = 500;

/** See {@link createIngestBuffer}. */
export interface IngestBufferOptions {
  /** Told which groups became dirty, after the commit. */
  readonly onMarked: (keys: readonly GroupKey[]) => void;
  /** Told how many deliveries left nothing but their marks, after the commit. */
  readonly onPressed?: (deliveries: number) => void;
  /**
   * Commits under way at a time. 1 unless given, which is best for an embedded database and for a PostgreSQL nearby: few large commits
   * cost less than many small ones. More may help where each takes long for its way over the network.
   */
  readonly commits?: number;
  readonly limits?: Partial<IngestLimits>;
}

/** From when on less is kept, and nothing any more. */
export interface IngestLimits {
  /** Pressure: deliveries that wait, or their payloads' characters. */
  readonly pressedRecords: number;
  readonly pressedCharacters: number;
  /** Pressure: how long the commit before took, in milliseconds. */
  readonly slowMs: number;
  /** Deliveries that may wait at all. */
  readonly mostRecords: number;
  /** How long one waits at most, in milliseconds: a shop's PHP process waits with it, and gives up after 60 s. */
  readonly patienceMs: number;
}

const LIMITS: IngestLimits = {
  pressedRecords: 2_000,
  pressedCharacters: 16 * 1024 * 1024,
  slowMs: 1_000,
  mostRecords: 20_000,
  patienceMs: 10_000,
};

/** Writes deliveries in as few commits as their arrival allows. */
export interface IngestBuffer {
  /** Resolves once the delivery's mark is durable. @throws StorageUnavailable, also where it is not known to be */
  add(record: IngestRecord): Promise<void>;
  /** Deliveries that wait for their commit. */
  readonly waiting: number;
}

interface Waiting {
  readonly record: IngestRecord;
  readonly since: number;
  resolve(): void;
  reject(reason: unknown): void;
}

/** What is committed one after the other. */
interface Lane {
  readonly queue: Waiting[];
  writing: readonly Waiting[];
  busy: boolean;
}

/**
 * Gathers what arrives in one turn of the event loop, and while the commits before are under way, into one transaction of few
 * statements. A record that the database won't take fails alone: the others are written again without it.
 *
 * Under pressure, and where the database is out of room for more, only what the work is done from is written: marks, payloads of stores
 * that can't be read, and unreadable deliveries, but no log. What can't be written even so is rejected, and so is what has waited for too
 * long: whether that is stored by then is not known, and it must not be acknowledged.
 */
export function createIngestBuffer({ ingest }: Pick<Storage, 'ingest'>, options: IngestBufferOptions): IngestBuffer {
  const { onMarked, onPressed, commits = 1 } = options;
  const limits = { ...LIMITS, ...options.limits };
  const lanes = Array.from({ length: commits }, (): Lane => ({ queue: [], writing: [], busy: false }));
  let records = 0;
  let characters = 0;
  let strained = false;
  let watch: NodeJS.Timeout | undefined;

  /** What a store says of one id has to be written in the order in which it came, so that goes one way; marks go any. */
  function laneFor({ payload, deletedItem }: IngestRecord): Lane {
    const itemId = payload?.itemId ?? deletedItem;
    if (itemId !== undefined) return lanes[itemId % commits] as Lane;
    return lanes.reduce((least, lane) => (load(lane) < load(least) ? lane : least));
  }

  const pressed = () => strained || records > limits.pressedRecords || characters > limits.pressedCharacters;

  async function write(batch: readonly Waiting[], marksOnly: boolean): Promise<void> {
    const startedAt = performance.now();
    try {
      const marked = await ingest.record(
        batch.map(({ record }) => record),
        { marksOnly },
      );
      strained = performance.now() - startedAt > limits.slowMs;
      onMarked(marked);
      if (marksOnly) onPressed?.(batch.length);
      for (const { resolve } of batch) resolve();
    } catch (error) {
      if (error instanceof StorageUnavailable) {
        strained = true;
        // On a full disk there may be room for marks of rows that are there.
        if (!marksOnly) return write(batch, true);
      }
      if (batch.length === 1 || error instanceof StorageUnavailable) {
        for (const { reject } of batch) reject(error);
        return;
      }
      for (const one of batch) await write([one], marksOnly);
    }
  }

  async function flush(lane: Lane): Promise<void> {
    while (lane.queue.length > 0) {
      lane.writing = lane.queue.splice(0, MOST);
      await write(lane.writing, pressed());
      for (const { record } of lane.writing) leave(record);
      lane.writing = [];
    }
    lane.busy = false;
  }

  function leave(record: IngestRecord): void {
    records -= 1;
    characters -= sizeOf(record);
    if (records > 0) return;
    clearInterval(watch);
    watch = undefined;
  }

  /** Nobody waits for ever, whatever hangs. */
  function giveUp(): void {
    const until = performance.now() - limits.patienceMs;
    for (const lane of lanes) {
      for (const { since, reject } of lane.writing) if (since < until) reject(tooLate(limits.patienceMs));
      const late = lane.queue.findIndex(({ since }) => since >= until);
      for (const { record, reject } of lane.queue.splice(0, late === -1 ? lane.queue.length : late)) {
        leave(record);
        reject(tooLate(limits.patienceMs));
      }
    }
  }

  return {
    add: (record) =>
      new Promise((resolve, reject) => {
        if (records >= limits.mostRecords) {
          reject(new StorageUnavailable(new Error('too many deliveries wait for it')));
          return;
        }
        records += 1;
        characters += sizeOf(record);
        watch ??= setInterval(giveUp, limits.patienceMs / 10).unref();
        const lane = laneFor(record);
        lane.queue.push({ record, since: performance.now(), resolve, reject });
        if (lane.busy) return;
        lane.busy = true;
        setImmediate(() => void flush(lane));
      }),
    get waiting() {
      return records;
    },
  };
}

const load = ({ queue, writing }: Lane) => queue.length + writing.length;

const sizeOf = ({ payload, deadLetter }: IngestRecord) => (payload?.body.length ?? 0) + (deadLetter?.body.length ?? 0);

const tooLate = (ms: number) => new StorageUnavailable(new Error(`no answer within ${ms / 1000} s`));
