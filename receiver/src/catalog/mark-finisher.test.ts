import { afterEach, expect, test, vi } from 'vitest';
import { createLogger } from '../logger.ts';
import { createMarkFinisher } from './mark-finisher.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** Stores by how many pieces are left of them. */
function aFinisher(left: Map<string, number>, markOn = async (_storeId: string) => {}) {
  const finished: string[] = [];
  const stores = {
    marking: async () => [...left.keys()],
    async markOn(id: string) {
      await markOn(id);
      const more = (left.get(id) ?? 0) - 1;
      if (more > 0) left.set(id, more);
      else left.delete(id);
      return more > 0;
    },
  };
  const onFinished = (storeId: string) => void finished.push(storeId);
  return { finisher: createMarkFinisher({ storage: { stores }, onFinished, log: createLogger('silent') }), finished };
}

test('what is left at the start is finished, and what fails is tried again without holding up the others', async () => {
  vi.useFakeTimers();
  let fails = true;
  const { finisher, finished } = aFinisher(
    new Map([
      ['st_1', 2],
      ['st_2', 3],
    ]),
    async (id) => {
      if (id === 'st_1' && fails) throw new Error('locked');
    },
  );
  finisher.start();
  await vi.waitFor(() => expect(finished).toEqual(['st_2']));
  fails = false;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(finished).toEqual(['st_2', 'st_1']);
  await finisher.stop();
});

test('stopped, it ends after the piece that is under way', async () => {
  const left = new Map([['st_1', 9]]);
  let piece = () => {};
  const { finisher, finished } = aFinisher(left, () => new Promise((resolve) => (piece = resolve)));
  const begun = piece;
  finisher.start();
  await vi.waitFor(() => expect(piece).not.toBe(begun));
  const stopped = finisher.stop();
  piece();
  await stopped;
  expect(left.get('st_1')).toBe(8);
  expect(finished).toEqual([]);
});
