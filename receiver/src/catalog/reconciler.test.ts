import { aStore } from '@dstnc/test/behaviour/a-store.ts';
import { pino } from 'pino';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Wakeup } from '../queue/wakeup.ts';
import type { Claim, Storage } from '../storage/storage.ts';
import { createReconciler, type Reconciler, type ReconcilerOptions } from './reconciler.ts';

const IMPORTING = ['a', 'b', 'c', 'd', 'e'];

/** Stores with more to do than will ever be done, and reads that end when the test lets them. */
function startWorker({
  batching,
  perStore = 8,
  concurrency = 32,
  busy = IMPORTING,
}: {
  batching: (storeId: string) => boolean;
  perStore?: number;
  concurrency?: number;
  busy?: readonly string[];
}) {
  const due = new Map<string, number>(busy.map((id) => [id, Number.POSITIVE_INFINITY]));
  const running: { storeId: string; end: () => void }[] = [];
  let ids = 0;
  let kick = () => {};
  const groups: Partial<Storage['groups']> = {
    voidLeases: async () => 0,
    giveBack: async () => 0,
    retargeted: async () => false,
    wake: async () => {},
    nextDue: async () => null,
    dueStores: async (_now, except) => [...due.keys()].filter((id) => !except.includes(id)),
    async claim({ storeId, limit }) {
      const left = due.get(storeId) ?? 0;
      const count = Math.min(left, limit);
      if (left > count) due.set(storeId, left - count);
      else due.delete(storeId);
      return Array.from({ length: count }, () => ({ storeId, groupId: ids++, failing: { ms: 0, at: null } }) as Claim);
    },
    finish: async () => true,
  };
  const tools = {
    clock: Date.now,
    reader: {
      read: ({ id: storeId }: { id: string }) =>
        new Promise((resolve) => {
          const one = {
            storeId,
            end() {
              running.splice(running.indexOf(one), 1);
              resolve({ kind: 'unseen' });
            },
          };
          running.push(one);
        }),
    },
  };
  const reconciler = createReconciler({
    storage: { groups } as unknown as Storage,
    wakeup: {
      listen(listener: () => void) {
        kick = listener;
      },
    } as unknown as Wakeup,
    owner: 'this process',
    storeOf: async (id) => aStore({ id }),
    tools: tools as unknown as ReconcilerOptions['tools'],
    observe() {},
    log: pino({ level: 'silent' }),
    batches: batching,
    concurrency,
    perStore,
  });
  return {
    reconciler,
    running,
    of: (storeId: string) => running.filter((one) => one.storeId === storeId),
    mark(storeId: string, count = 1) {
      due.set(storeId, count);
      kick();
    },
  };
}

describe('a store', () => {
  let reconciler: Reconciler;
  let worker: ReturnType<typeof startWorker>;
  afterEach(async () => {
    const stopped = reconciler.stop();
    while (worker.running.length > 0) {
      for (const { end } of [...worker.running]) end();
      await new Promise(setImmediate);
    }
    await stopped;
  });

  async function full(options: Parameters<typeof startWorker>[0]): Promise<void> {
    worker = startWorker(options);
    ({ reconciler } = worker);
    await reconciler.start();
    await vi.waitFor(() => expect(worker.running.length).toBeGreaterThanOrEqual(32));
    // Until nothing more is taken up.
    for (let before = 0; before !== worker.running.length; ) {
      before = worker.running.length;
      for (let i = 0; i < 20; i += 1) await new Promise(setImmediate);
    }
  }

  test('that is read one group at a time waits for no import of stores that are read many at a time', async () => {
    await full({ batching: (id) => IMPORTING.includes(id) });
    worker.mark('lamps');
    await vi.waitFor(() => expect(worker.of('lamps')).toHaveLength(1));
    expect(IMPORTING.every((id) => worker.of(id).length > 1)).toBe(true);
  });

  test('that is read one group at a time waits for no import of others like it', async () => {
    await full({ batching: () => false });
    worker.mark('lamps');
    await vi.waitFor(() => expect(worker.of('lamps')).toHaveLength(1));
  });

  test('has one group more than there is room for, and a hundred stores do not have a hundred', async () => {
    await full({ batching: (id) => IMPORTING.includes(id) });
    worker.mark('lamps', 50);
    await vi.waitFor(() => expect(worker.of('lamps')).toHaveLength(1));
    for (let i = 0; i < 100; i += 1) worker.mark(`small ${i}`);
    for (let i = 0; i < 50; i += 1) await new Promise(setImmediate);
    expect(worker.of('lamps')).toHaveLength(1);
    expect(worker.running.filter(({ storeId }) => storeId.startsWith('small')).length).toBeLessThanOrEqual(32);
  });

  test('has its turn, however many there are that never run out of work', async () => {
    const busy = Array.from({ length: 200 }, (_, i) => `store ${String(i).padStart(3, '0')}`);
    worker = startWorker({ batching: () => true, concurrency: 1, busy });
    ({ reconciler } = worker);
    await reconciler.start();
    const seen = new Set<string>();
    // Room for sixteen groups, and for twice as many where each is a store's first.
    for (let round = 0; round < 20; round += 1) {
      await vi.waitFor(() => expect(worker.running.length).toBeGreaterThanOrEqual(16));
      for (const one of [...worker.running]) {
        seen.add(one.storeId);
        one.end();
      }
      for (let i = 0; i < 20; i += 1) await new Promise(setImmediate);
    }
    expect(busy.filter((id) => !seen.has(id))).toEqual([]);
  });
});
