import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import type { OrderClaim } from '../storage/order-rows.ts';
import { createOrdersWorker, type OrdersWorkerOptions } from './orders-worker.ts';

const claimOf = (reference: string, storeId = 'st_lamps') => ({ storeId, reference, phase: 'placed' }) as OrderClaim;

function aWorker({
  orders,
  ...over
}: {
  orders: object;
  storeOf: OrdersWorkerOptions['storeOf'];
  concurrency?: number;
}) {
  return createOrdersWorker({
    storage: { orders },
    owner: 'one',
    placer: { stop() {} },
    log: pino({ level: 'silent' }),
    clock: () => 1,
    ...over,
  } as unknown as OrdersWorkerOptions);
}

test('what is due is taken up once there is room for it, though somebody looked while there was none', async () => {
  const due = ['PO-1', 'PO-2', 'PO-3'];
  const finished: string[] = [];
  const ends: (() => void)[] = [];
  const orders = {
    claim: async ({ limit }: { limit: number }) => due.splice(0, limit).map((reference) => claimOf(reference)),
    async finish({ reference }: OrderClaim) {
      finished.push(reference);
      return true;
    },
  };
  // Each is held until the test lets it go, and then its store is gone.
  const storeOf = () => new Promise<null>((resolve) => ends.push(() => resolve(null)));
  const worker = aWorker({ orders, storeOf, concurrency: 1 });
  worker.start();
  for (let index = 0; index < 3; index++) {
    await vi.waitFor(() => expect(ends).toHaveLength(index + 1));
    worker.look();
    ends[index]?.();
  }
  await vi.waitFor(() => expect(finished).toEqual(['PO-1', 'PO-2', 'PO-3']));
  await worker.stop();
});

test('a store with many orders that are due, and slow, leaves room for those of another one', async () => {
  let due = [
    ...Array.from({ length: 100 }, (_, index) => claimOf(`PO-${index}`, 'st_slow')),
    claimOf('PO-1', 'st_quick'),
  ];
  const taken: string[] = [];
  const finished: string[] = [];
  const orders = {
    async claim({ limit, except }: { limit: number; except: readonly string[] }) {
      const claims = due.filter(({ storeId }) => !except.includes(storeId)).slice(0, limit);
      due = due.filter((one) => !claims.includes(one));
      taken.push(...claims.map(({ storeId }) => storeId));
      return claims;
    },
    async finish({ storeId }: OrderClaim) {
      finished.push(storeId);
      return true;
    },
  };
  const storeOf = (id: string) => (id === 'st_slow' ? new Promise<null>(() => {}) : Promise.resolve(null));
  const worker = aWorker({ orders, storeOf });
  worker.start();
  await vi.waitFor(() => expect(finished).toEqual(['st_quick']));
  expect(taken.filter((id) => id === 'st_slow').length).toBeLessThan(8);
  void worker.stop();
});
