import type { GroupKey, IngestRecord, Storage } from '../storage/storage.ts';
import { StorageUnavailable } from '../storage/storage-unavailable.ts';

/** Most deliveries written in one go: bounds how long one commit blocks. */
const MOST = 500;

/** Writes deliveries in as few commits as their arrival allows. */
export interface IngestBuffer {
  /** Resolves once the delivery and its mark are durable. @throws StorageUnavailable */
  add(record: IngestRecord): Promise<void>;
}

interface Waiting {
  readonly record: IngestRecord;
  resolve(): void;
  reject(reason: unknown): void;
}

/**
 * Gathers what arrives in one turn of the event loop, and while the commit before is under way, into one transaction of few
 * statements. A record that the database won't take fails alone: the others are written again without it.
 *
 * @param onMarked told which groups became dirty, after the commit
 */
export function createIngestBuffer(
  { ingest }: Pick<Storage, 'ingest'>,
  onMarked: (keys: readonly GroupKey[]) => void,
): IngestBuffer {
  let queue: Waiting[] = [];
  let flushing = false;

  async function write(batch: readonly Waiting[]): Promise<void> {
    try {
      onMarked(await ingest.record(batch.map(({ record }) => record)));
      for (const { resolve } of batch) resolve();
    } catch (error) {
      if (batch.length === 1 || error instanceof StorageUnavailable) {
        for (const { reject } of batch) reject(error);
        return;
      }
      for (const one of batch) await write([one]);
    }
  }

  async function flush(): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.slice(0, MOST);
      queue = queue.slice(MOST);
      await write(batch);
    }
    flushing = false;
  }

  return {
    add: (record) =>
      new Promise((resolve, reject) => {
        queue.push({ record, resolve, reject });
        if (flushing) return;
        flushing = true;
        setImmediate(() => void flush());
      }),
  };
}
