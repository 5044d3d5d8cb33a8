import type { Inventory } from '@dstnc/shared';
import { describe, expect, test } from 'vitest';
import { createInventoryBatcher } from './inventory-batcher.ts';
import type { BatchOutcome, Target } from './target.ts';

/** `count` items of a group. */
function items(groupId: number, count: number): Inventory[] {
  return Array.from({ length: count }, (_, i) => ({
    externalId: `${groupId}:${i}`,
    rev: 1,
    tracked: true,
    quantity: 1,
    purchasable: true,
    rule: 3 as const,
    readAt: '2026-01-01T00:00:00.000Z',
  }));
}

/** A target that notes the calls and answers when it is told to. */
function aTarget(answer: (items: readonly Inventory[]) => BatchOutcome = () => ({ kind: 'answered', results: [] })) {
  const calls: { vendor: string; ids: string[] }[] = [];
  let busy = 0;
  let busiest = 0;
  const target: Target = {
    putProduct: () => Promise.reject(new Error('not asked for')),
    async postInventory(vendor, sent) {
      busy += 1;
      busiest = Math.max(busiest, busy);
      calls.push({ vendor, ids: sent.map(({ externalId }) => externalId) });
      await new Promise(setImmediate);
      busy -= 1;
      return answer(sent);
    },
    close: async () => {},
  };
  return { target, calls, busiest: () => busiest };
}

describe('inventory batcher', () => {
  test('sends what comes together in one call', async () => {
    const { target, calls } = aTarget();
    const batcher = createInventoryBatcher(target);
    await Promise.all([batcher.submit('lamps', items(1, 2)), batcher.submit('lamps', items(2, 1))]);
    expect(calls).toEqual([{ vendor: 'lamps', ids: ['1:0', '1:1', '2:0'] }]);
  });

  test('sends everything, at most 50 a call, one call at a time, no group torn apart', async () => {
    const { target, calls, busiest } = aTarget();
    const batcher = createInventoryBatcher(target);
    const groups = Array.from({ length: 40 }, (_, i) => items(i, 1 + ((i * 7) % 50)));
    const outcomes = await Promise.all(groups.map((group) => batcher.submit('lamps', group)));
    expect(outcomes.map((outcome) => outcome.kind === 'answered' && outcome.statuses.length)).toEqual(
      groups.map((group) => group.length),
    );
    expect(calls.every(({ ids }) => ids.length <= 50)).toBe(true);
    expect(calls.flatMap(({ ids }) => ids)).toEqual(groups.flat().map(({ externalId }) => externalId));
    expect(busiest()).toBe(1);
    for (const group of groups) {
      const first = group[0]?.externalId ?? '';
      const last = group.at(-1)?.externalId ?? '';
      expect(calls.find(({ ids }) => ids.includes(first))?.ids).toContain(last);
    }
  });

  test('goes on with what comes while a call is under way, and after it was idle', async () => {
    const { target, calls } = aTarget();
    const batcher = createInventoryBatcher(target);
    const first = batcher.submit('lamps', items(1, 1));
    await new Promise(setImmediate);
    await Promise.all([first, batcher.submit('lamps', items(2, 1))]);
    await batcher.submit('lamps', items(3, 1));
    expect(calls.map(({ ids }) => ids)).toEqual([['1:0'], ['2:0'], ['3:0']]);
  });

  test('vendors do not share calls, nor wait for each other', async () => {
    const { target, calls, busiest } = aTarget();
    const batcher = createInventoryBatcher(target);
    await Promise.all([batcher.submit('lamps', items(1, 1)), batcher.submit('chairs', items(1, 1))]);
    expect(calls.map(({ vendor }) => vendor).sort()).toEqual(['chairs', 'lamps']);
    expect(busiest()).toBe(2);
  });

  test('each group is told of its own items; what DSTNC says nothing of is accepted', async () => {
    const { target } = aTarget(() => ({
      kind: 'answered',
      results: [
        { externalId: '2:1', status: 'unknown' },
        { externalId: '1:0', status: 'stale' },
        { externalId: '9:9', status: 'rejected' },
      ],
    }));
    const batcher = createInventoryBatcher(target);
    const outcomes = await Promise.all([batcher.submit('lamps', items(1, 2)), batcher.submit('lamps', items(2, 2))]);
    expect(outcomes).toEqual([
      { kind: 'answered', statuses: ['stale', 'accepted'] },
      { kind: 'answered', statuses: ['accepted', 'unknown'] },
    ]);
  });

  test.each<BatchOutcome>([
    { kind: 'retry', reason: 'DSTNC answered 503', outage: true },
    { kind: 'rejected', status: 422, reason: 'no' },
  ])('a call that fails fails for all who shared it: $kind', async (outcome) => {
    const { target } = aTarget(() => outcome);
    const batcher = createInventoryBatcher(target);
    const told = await Promise.all([batcher.submit('lamps', items(1, 1)), batcher.submit('lamps', items(2, 1))]);
    expect(told).toEqual([outcome, outcome]);
  });

  test.each([0, 51])('%i items are the mistake of the caller', (count) => {
    const batcher = createInventoryBatcher(aTarget().target);
    expect(() => batcher.submit('lamps', items(1, count))).toThrow(RangeError);
  });
});
