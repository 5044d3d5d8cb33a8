import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { GroupKey, IngestRecord } from '../storage/storage.ts';
import { StorageUnavailable } from '../storage/storage-unavailable.ts';
import { createIngestBuffer, type IngestBufferOptions } from './ingest-buffer.ts';

/** A commit that was begun. */
interface Commit {
  readonly records: readonly IngestRecord[];
  readonly marksOnly: boolean;
  succeed(): void;
  fail(error: unknown): void;
}

let commits: Commit[];
let marked: GroupKey[];
let pressed: number;
beforeEach(() => {
  commits = [];
  marked = [];
  pressed = 0;
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function bufferWith(options: Partial<IngestBufferOptions> = {}) {
  return createIngestBuffer(
    {
      ingest: {
        record: (records: readonly IngestRecord[], { marksOnly = false } = {}) =>
          new Promise<readonly GroupKey[]>((resolve, reject) => {
            const keys = records.flatMap(({ storeId, marks }) =>
              marks.map(({ itemId }) => ({ storeId, groupId: itemId })),
            );
            commits.push({ records, marksOnly, succeed: () => resolve(keys), fail: reject });
          }),
      } as never,
    },
    {
      onMarked: (keys) => marked.push(...keys),
      onPressed: (deliveries) => {
        pressed += deliveries;
      },
      ...options,
    },
  );
}

function record(itemId: number, { payload = false, body = '{}', n = 0 } = {}): IngestRecord {
  return {
    storeId: 'st_1',
    receivedAt: n,
    topic: 'product.updated',
    deliveryId: `d-${n}`,
    outcome: 'marked',
    bytes: body.length,
    cause: 'webhook',
    marks: [{ itemId, groupId: itemId }],
    ...(payload && { payload: { itemId, groupId: itemId, modified: '', restored: false, body } }),
  };
}

const gone = () => new StorageUnavailable(new Error('locked'));
const begun = (count: number) => vi.waitFor(() => expect(commits).toHaveLength(count));
const sizes = () => commits.map(({ records }) => records.length);
const newest = () => commits.at(-1) as Commit;
/** What became of each: true, or the error. */
const outcomes = async (adding: readonly Promise<void>[]) =>
  (await Promise.allSettled(adding)).map((one) => (one.status === 'fulfilled' ? true : (one.reason as unknown)));

describe('deliveries', () => {
  test('of one turn share a commit, those that come meanwhile share the next, and none is acknowledged before', async () => {
    const buffer = bufferWith();
    const acknowledged: number[] = [];
    const add = (id: number) => buffer.add(record(id)).then(() => acknowledged.push(id));
    const first = [add(1), add(2)];
    await begun(1);
    const second = [add(3), add(4), add(5)];
    expect(acknowledged).toEqual([]);
    newest().succeed();
    await Promise.all(first);
    expect([acknowledged, marked.length]).toEqual([[1, 2], 2]);
    await begun(2);
    newest().succeed();
    await Promise.all(second);
    expect(sizes()).toEqual([2, 3]);
    expect(pressed).toBe(0);
    await vi.waitFor(() => expect(buffer.waiting).toBe(0));
  });

  test('that the database will not take fail alone', async () => {
    const buffer = bufferWith();
    const adding = outcomes([1, 2, 3].map((id) => buffer.add(record(id))));
    await begun(1);
    newest().fail(new Error('one of them'));
    await begun(2);
    newest().succeed();
    await begun(3);
    newest().fail(new Error('this one'));
    await begun(4);
    newest().succeed();
    expect(await adding).toEqual([true, expect.objectContaining({ message: 'this one' }), true]);
  });
});

describe('under pressure only what the work is done from is kept', () => {
  test('when too many wait', async () => {
    const buffer = bufferWith({ limits: { pressedRecords: 2 } });
    const adding = [1, 2, 3].map((id) => buffer.add(record(id)));
    await begun(1);
    expect(newest().marksOnly).toBe(true);
    newest().succeed();
    expect(await outcomes(adding)).toEqual([true, true, true]);
    expect(pressed).toBe(3);
    const after = buffer.add(record(4));
    await begun(2);
    expect(newest().marksOnly).toBe(false);
    newest().succeed();
    await after;
  });

  test('when too much waits', async () => {
    const buffer = bufferWith({ limits: { pressedCharacters: 10 } });
    const adding = buffer.add(record(1, { payload: true, body: 'x'.repeat(11) }));
    await begun(1);
    expect(newest()).toMatchObject({ marksOnly: true, records: [{ payload: { body: 'x'.repeat(11) } }] });
    newest().succeed();
    await adding;
  });

  test('after a slow commit, until a quick one', async () => {
    const buffer = bufferWith({ limits: { slowMs: 500 } });
    const took: boolean[] = [];
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    for (const [n, ms] of [501, 10, 10].entries()) {
      const adding = buffer.add(record(1));
      await begun(n + 1);
      took.push(newest().marksOnly);
      now += ms;
      newest().succeed();
      await adding;
    }
    expect(took).toEqual([false, true, false]);
  });

  test('where there is no room for more: tried again at once, and acknowledged', async () => {
    const buffer = bufferWith();
    const adding = [1, 2].map((id) => buffer.add(record(id)));
    await begun(1);
    newest().fail(gone());
    await begun(2);
    expect(newest()).toMatchObject({ marksOnly: true, records: [{}, {}] });
    newest().succeed();
    expect(await outcomes(adding)).toEqual([true, true]);
  });
});

describe('nothing is acknowledged that is not stored', () => {
  test('not even the marks: rejected, and the next is tried with its marks alone until one succeeds', async () => {
    const buffer = bufferWith();
    const lost = [1, 2].map((id) => buffer.add(record(id)));
    await begun(1);
    newest().fail(gone());
    await begun(2);
    newest().fail(gone());
    expect(await outcomes(lost)).toEqual([expect.any(StorageUnavailable), expect.any(StorageUnavailable)]);
    const next = buffer.add(record(3));
    await begun(3);
    expect(newest().marksOnly).toBe(true);
    newest().succeed();
    await next;
    expect(marked).toEqual([{ storeId: 'st_1', groupId: 3 }]);
    await vi.waitFor(() => expect(buffer.waiting).toBe(0));
  });

  test('a commit that hangs: whoever waited for too long is rejected, and what comes later is not lost for it', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
    const buffer = bufferWith({ limits: { patienceMs: 1_000 } });
    const writing = buffer.add(record(1));
    await begun(1);
    const queued = buffer.add(record(2));
    const lost = outcomes([writing, queued]);
    await vi.advanceTimersByTimeAsync(1_200);
    expect(await lost).toEqual([expect.any(StorageUnavailable), expect.any(StorageUnavailable)]);
    const later = buffer.add(record(3));
    newest().succeed();
    await begun(2);
    expect(newest().records).toMatchObject([{ marks: [{ itemId: 3 }] }]);
    newest().succeed();
    await later;
    await vi.waitFor(() => expect(buffer.waiting).toBe(0));
  });

  test('more than may wait: rejected at once', async () => {
    const buffer = bufferWith({ limits: { mostRecords: 2 } });
    const adding = [1, 2].map((id) => buffer.add(record(id)));
    await expect(buffer.add(record(3))).rejects.toBeInstanceOf(StorageUnavailable);
    await begun(1);
    newest().succeed();
    expect(await outcomes(adding)).toEqual([true, true]);
  });
});

describe('several commits at a time', () => {
  test('go on beside one that takes long', async () => {
    const buffer = bufferWith({ commits: 2 });
    const slow = buffer.add(record(1));
    await begun(1);
    const quick = buffer.add(record(2));
    await begun(2);
    newest().succeed();
    await quick;
    commits[0]?.succeed();
    await slow;
  });

  test('what is said of one id is written in order of arrival', async () => {
    const buffer = bufferWith({ commits: 3 });
    const ids = [1, 2, 3, 4, 1, 2, 5, 1];
    const adding: Promise<void>[] = [];
    const written: number[][] = [];
    const ended = new Set<Commit>();
    const end = (commit: Commit) => {
      ended.add(commit);
      written.push(...commit.records.map(({ receivedAt, marks }) => [marks[0]?.itemId ?? 0, receivedAt]));
      commit.succeed();
    };
    const open = () => commits.filter((one) => !ended.has(one));
    for (let n = 0; n < 200; n++) {
      adding.push(buffer.add(record(ids[n % ids.length] ?? 0, { payload: true, n })));
      if (n % 7 !== 0) continue;
      await new Promise<void>((next) => setImmediate(next));
      // The newest commits end first: whatever may overtake does.
      open().slice(-2).reverse().forEach(end);
    }
    await vi.waitFor(() => {
      open().forEach(end);
      expect(buffer.waiting).toBe(0);
    });
    await Promise.all(adding);
    expect(written).toHaveLength(200);
    for (const id of new Set(ids)) {
      const arrivals = written.flatMap(([of = 0, at = 0]) => (of === id ? [at] : []));
      expect(arrivals).toEqual(arrivals.toSorted((a, b) => a - b));
    }
  });
});
