import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import type { OrderClaim } from '../storage/order-rows.ts';
import { createOrdersWorker, type OrdersWorkerOptions } from './orders-worker.ts';

const claimOf = (reference: string) => ({ storeId: 'st_lamps', reference, phase: 'placed' }) as OrderClaim;

test('what is due is taken up once there is room for it, though somebody looked while there was none', async () => {
  const due = ['PO-1', 'PO-2', 'PO-3'];
  const finished: string[] = [];
  const ends: (() => void)[] = [];
  const orders = {
    claim: async ({ limit }: { limit: number }) => due.splice(0, limit).map(claimOf),
    async finish({ reference }: OrderClaim) {
      finished.push(reference);
      return true;
    },
  };
  const worker = createOrdersWorker({
    storage: { orders },
    owner: 'one',
    // Each is held until the test lets it go, and then its store is gone.
    storeOf: () => new Promise<null>((resolve) => ends.push(() => resolve(null))),
    placer: { stop() {} },
    log: pino({ level: 'silent' }),
    clock: () => 1,
    concurrency: 1,
  } as unknown as OrdersWorkerOptions);
  worker.start();
  for (let index = 0; index < 3; index++) {
    await vi.waitFor(() => expect(ends).toHaveLength(index + 1));
    worker.look();
    ends[index]?.();
  }
  await vi.waitFor(() => expect(finished).toEqual(['PO-1', 'PO-2', 'PO-3']));
  await worker.stop();
});
