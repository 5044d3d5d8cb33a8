import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { aStore } from '../../../test/behaviour/a-store.ts';
import { createCatalogBatcher } from './catalog-batcher.ts';
import { createPluginApi } from './plugin/create-plugin-api.ts';
import type { StoreAnswer } from './store-answer.ts';
import type { RequestOptions, StoreClient } from './store-client.ts';
import type { StoreFailure } from './store-failure.ts';

const store = aStore({
  plugin: { version: '0.1.0', contractVersion: 1, woocommerce: '11.0.1', restUrl: 'https://shop.example/wp-json/' },
});
const product = (id: number) => ({ id, type: 'simple', status: 'publish', name: `Lamp ${id}` });
const ok = (body: unknown): StoreAnswer => ({ ok: true, status: 200, body, headers: {}, durationMs: 1 });
const failing = (kind: 'server_error' | 'too_large' | 'timeout' | 'unauthorized' | 'throttled'): StoreAnswer => {
  const about = { message: kind, retryable: true, status: 500, code: 'x', excerpt: '', maxBytes: 1, timeoutMs: 1 };
  return { ok: false, failure: { kind, ...about } as StoreFailure };
};

let asked: number[][];
let open: number;
let most: number;
let status: StoreAnswer;
/** Requests wait until the test lets them go on. */
let gate: Promise<void> | null;

beforeEach(() => {
  asked = [];
  open = 0;
  most = 0;
  status = ok({});
  gate = null;
});

/** As store-apis.ts has them for a store with the plugin. */
function toolsOf(client: StoreClient) {
  return {
    apiOf: () => createPluginApi(client, null),
    isWell: async () => (await client.get('wc-dstnc/v1/status', {}, { timeoutMs: 10_000 })).ok,
  };
}

function batcherOf(answer: (ids: number[]) => StoreAnswer, mostIds?: number) {
  const client = {
    async get(path: string, query: { include?: string } = {}) {
      if (path.endsWith('/status')) return status;
      const ids = (query.include ?? '').split(',').map(Number);
      asked.push(ids);
      open += 1;
      most = Math.max(most, open);
      await (gate ?? new Promise(setImmediate));
      open -= 1;
      return answer(ids);
    },
  } as unknown as StoreClient;
  return createCatalogBatcher({ ...toolsOf(client), ...(mostIds !== undefined && { mostIds }) });
}

const page = (over: object) => ok({ groups: [], next: null, total: 9, ...over });
const all = (ids: number[]) => page({ groups: ids.map((groupId) => ({ groupId, product: product(groupId) })) });
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

describe('reads of a store', () => {
  test('that come together go together, each id once', async () => {
    const batcher = batcherOf(all);
    const readings = await Promise.all([...upTo(250), 250].map((id) => batcher.read(store, id)));
    expect(readings.every(({ kind }) => kind === 'group')).toBe(true);
    expect(asked.map((ids) => ids.length)).toEqual([100, 100, 50]);
    expect(asked.flat().sort((a, b) => a - b)).toEqual(upTo(250));
  });

  test('that come while two are under way wait for the next one', async () => {
    let go = () => {};
    gate = new Promise((resolve) => {
      go = resolve;
    });
    const batcher = batcherOf(all);
    const reads = [];
    for (const id of [1, 2, 3, 4, 5]) {
      reads.push(batcher.read(store, id));
      await new Promise(setImmediate);
      await new Promise(setImmediate);
    }
    expect(asked).toEqual([[1], [2]]);
    go();
    await Promise.all(reads);
    expect(asked).toEqual([[1], [2], [3, 4, 5]]);
    expect(most).toBe(2);
  });

  test('never join a request that has begun: what it brings may be older', async () => {
    let go = () => {};
    gate = new Promise((resolve) => {
      go = resolve;
    });
    const batcher = batcherOf(all);
    const first = batcher.read(store, 7);
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    const before = Date.now();
    const second = batcher.read(store, 7);
    go();
    await first;
    const reading = await second;
    expect(asked).toEqual([[7], [7]]);
    expect(reading.kind === 'group' && reading.snapshot.readAt).toBeGreaterThanOrEqual(before);
  });

  test('of one store wait for no other', async () => {
    const batcher = batcherOf((ids) => (ids.includes(1) ? failing('throttled') : all(ids)));
    const [one, other] = await Promise.all([batcher.read(store, 1), batcher.read(aStore({ id: 'st_2' }), 2)]);
    expect([one.kind, other.kind]).toEqual(['failure', 'group']);
  });
});

describe('a batch that fails', () => {
  test.each([
    ['server_error', 18],
    ['too_large', 18],
    ['timeout', 22],
  ] as const)(
    'with %s is divided: every other product is read, and the broken one is told apart',
    async (kind, requests) => {
      const batcher = batcherOf((ids) => (ids.includes(37) ? failing(kind) : all(ids)));
      const readings = await Promise.all(upTo(100).map((id) => batcher.read(store, id)));
      const failed = readings.flatMap((reading, i) => (reading.kind === 'failure' ? [{ id: i + 1, reading }] : []));
      expect(failed).toMatchObject([{ id: 37, reading: { outage: false } }]);
      expect(asked.length).toBeLessThan(requests);
    },
  );

  test('whatever is broken: what is not is read, nobody is left waiting, and nobody is asked for ever', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 60 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 5 }),
        async (count, broken) => {
          asked = [];
          const batcher = batcherOf(
            (ids) => (ids.some((id) => broken.includes(id)) ? failing('server_error') : all(ids)),
            16,
          );
          const readings = await Promise.all(upTo(count).map((id) => batcher.read(store, id)));
          for (const [i, reading] of readings.entries()) {
            const bad = broken.includes(i + 1);
            expect([i + 1, reading.kind]).toEqual([i + 1, bad ? 'failure' : 'group']);
          }
          expect(asked.length).toBeLessThan(count + 20);
        },
      ),
    );
  });

  test('because the whole shop is ill is given up soon, and is an outage', async () => {
    status = failing('server_error');
    const batcher = batcherOf(() => failing('server_error'));
    const readings = await Promise.all(upTo(100).map((id) => batcher.read(store, id)));
    expect(readings.every((reading) => reading.kind === 'failure' && reading.outage)).toBe(true);
    expect(asked.length).toBeLessThan(12);
  });

  test('of a lone product asks the shop how it is: one that is well has a broken product', async () => {
    const batcher = batcherOf(() => failing('server_error'));
    expect(await batcher.read(store, 7)).toMatchObject({ kind: 'failure', outage: false });
    status = failing('timeout');
    expect(await batcher.read(store, 7)).toMatchObject({ kind: 'failure', outage: true });
  });

  test.each(['unauthorized', 'throttled'] as const)('with %s is not divided: it is about the shop', async (kind) => {
    const batcher = batcherOf(() => failing(kind));
    const readings = await Promise.all(upTo(100).map((id) => batcher.read(store, id)));
    expect(readings.every((reading) => reading.kind === 'failure' && reading.outage)).toBe(true);
    expect(asked).toHaveLength(1);
  });

  test('makes the next ones smaller, and successes make them larger again', async () => {
    let broken = true;
    const batcher = batcherOf((ids) => (broken && ids.length > 10 ? failing('too_large') : all(ids)));
    await Promise.all(upTo(100).map((id) => batcher.read(store, id)));
    broken = false;
    asked = [];
    await Promise.all(upTo(800).map((id) => batcher.read(store, id)));
    expect(asked[0]?.length).toBeLessThanOrEqual(26);
    expect(Math.max(...asked.map((ids) => ids.length))).toBe(100);
  });
});

describe('a product that hangs', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] }));
  afterEach(() => void vi.useRealTimers());

  /** Products that never answer: a request with one of them takes as long as it is given, any other 200 ms. */
  function batcherWith(hanging: readonly number[], { well = true } = {}) {
    const client = {
      async get(path: string, query: { include?: string } = {}, { timeoutMs = 30_000 }: RequestOptions = {}) {
        const ids = path.endsWith('/status') ? [] : (query.include ?? '').split(',').map(Number);
        if (ids.length > 0) asked.push(ids);
        const hangs = ids.length > 0 ? ids.some((id) => hanging.includes(id)) : !well;
        open += 1;
        most = Math.max(most, open);
        await new Promise((resolve) => setTimeout(resolve, hangs ? timeoutMs : 200));
        open -= 1;
        return hangs ? failing('timeout') : all(ids);
      },
    } as unknown as StoreClient;
    return createCatalogBatcher(toolsOf(client));
  }
  /** Reads them, and tells after how many seconds each was there, and how. */
  async function timed(batcher: ReturnType<typeof batcherWith>, ids: readonly number[]) {
    const began = performance.now();
    const reads = Promise.all(
      ids.map(async (id) => {
        const reading = await batcher.read(store, id);
        return { id, reading, seconds: (performance.now() - began) / 1000 };
      }),
    );
    let done = false;
    void reads.then(() => {
      done = true;
    });
    while (!done) {
      await new Promise(setImmediate);
      await vi.advanceTimersByTimeAsync(100);
    }
    return reads;
  }

  test('holds up none of its batch for long, and the shop counts as well', async () => {
    const read = await timed(batcherWith([37]), upTo(100));
    const [hung, others] = [read.filter(({ id }) => id === 37), read.filter(({ id }) => id !== 37)];
    expect(hung).toMatchObject([{ reading: { kind: 'failure', outage: false } }]);
    expect(others.every(({ reading }) => reading.kind === 'group')).toBe(true);
    expect(Math.max(...others.map(({ seconds }) => seconds))).toBeLessThan(20);
    expect(most).toBe(2);
  });

  test('is read alone for a while, with all the time that there is, and leaves the others a way past it', async () => {
    const batcher = batcherWith([3, 37]);
    await timed(batcher, upTo(100));
    asked = [];
    const read = await timed(batcher, upTo(300));
    const bad = read.filter(({ reading }) => reading.kind === 'failure');
    expect(bad.map(({ id }) => id)).toEqual([3, 37]);
    expect(Math.min(...bad.map(({ seconds }) => seconds))).toBeGreaterThan(29);
    expect(asked.filter((ids) => ids.some((id) => id === 3 || id === 37))).toEqual([[3], [37]]);
    const others = read.filter(({ reading }) => reading.kind === 'group');
    expect(others).toHaveLength(298);
    expect(Math.max(...others.map(({ seconds }) => seconds))).toBeLessThan(10);
  });

  test('is told apart from those that are given up with it: they go together again', async () => {
    let broken = true;
    const batcher = batcherOf((ids) => (broken ? failing('timeout') : all(ids)));
    await timed(batcher, upTo(100));
    broken = false;
    asked = [];
    await timed(batcher, upTo(100));
    expect(asked.length).toBeLessThan(20);
  });

  test('is not looked for where the whole shop hangs', async () => {
    const read = await timed(batcherWith(upTo(100), { well: false }), upTo(100));
    expect(read.every(({ reading }) => reading.kind === 'failure' && reading.outage)).toBe(true);
    expect(asked).toHaveLength(1);
    expect(Math.max(...read.map(({ seconds }) => seconds))).toBeLessThan(20);
  });
});

describe('a store without the plugin', () => {
  const own = aStore({ id: 'st_own', plugin: null });

  test('is asked for more at a time as long as it answers in good time', async () => {
    const batcher = batcherOf(all);
    await Promise.all(upTo(300).map((id) => batcher.read(own, id)));
    expect(asked.map((ids) => ids.length)).toEqual([20, 20, 40, 40, 80, 80, 20]);
    expect(batcher.batches(own.id)).toBe(true);
  });

  test('that takes its time is asked for less at a time', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const batcher = batcherOf((ids) => {
      vi.advanceTimersByTime(9_000);
      return all(ids);
    });
    await Promise.all(upTo(60).map((id) => batcher.read(own, id)));
    vi.useRealTimers();
    expect(Math.max(...asked.slice(3).map((ids) => ids.length))).toBeLessThanOrEqual(10);
  });
});

test('a store that asks to be left alone is left alone for as long, and what is asked meanwhile is told how long that is', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  let rests = true;
  const throttled = failing('throttled');
  if (throttled.ok) throw new Error('a failure');
  const resting: StoreAnswer = { ok: false, failure: { ...throttled.failure, retryAfterMs: 60_000 } };
  const batcher = batcherOf((ids) => (rests ? resting : all(ids)));
  await batcher.read(store, 1);
  rests = false;
  vi.advanceTimersByTime(20_000);
  expect(await batcher.read(store, 2)).toMatchObject({
    kind: 'failure',
    outage: true,
    failure: { kind: 'throttled', retryAfterMs: 40_000 },
  });
  expect(asked).toEqual([[1]]);
  vi.advanceTimersByTime(41_000);
  expect(await batcher.read(store, 2)).toMatchObject({ kind: 'group' });
  vi.useRealTimers();
});
