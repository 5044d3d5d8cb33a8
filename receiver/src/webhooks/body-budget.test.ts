import { expect, test, vi } from 'vitest';
import { createBodyBudget } from './body-budget.ts';

const budgetOf = (patienceMs = 60_000) => createBodyBudget({ most: 100, mostOfOne: 60, patienceMs });

/** Whether it is granted by now. */
const granted = (taking: Promise<(() => void) | null>) =>
  Promise.race([taking.then((giveBack) => giveBack !== null), new Promise<boolean>((no) => setImmediate(no, false))]);

test('room is set aside until it is given back, once', async () => {
  const budget = budgetOf();
  const giveBack = await budget.take('a', 60);
  expect(budget.held).toBe(60);
  giveBack?.();
  giveBack?.();
  expect(budget.held).toBe(0);
});

test('what finds no room waits for it, in order of arrival', async () => {
  const budget = budgetOf();
  const held = await budget.take('a', 60);
  const large = budget.take('b', 50);
  const larger = budget.take('c', 60);
  expect([await granted(large), await granted(larger)]).toEqual([false, false]);
  held?.();
  expect([await granted(large), await granted(larger)]).toEqual([true, false]);
  expect(budget.held).toBe(50);
});

test('a store that has its share keeps nobody else waiting', async () => {
  const budget = budgetOf();
  const held = await budget.take('a', 60);
  const more = budget.take('a', 30);
  expect([await granted(more), await granted(budget.take('b', 30))]).toEqual([false, true]);
  held?.();
  expect(await granted(more)).toBe(true);
});

test('who has waited for too long is told, and takes up no room afterwards', async () => {
  vi.useFakeTimers();
  try {
    const budget = budgetOf(5_000);
    const held = await budget.take('a', 60);
    const late = budget.take('a', 30);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await late).toBeNull();
    held?.();
    expect(budget.held).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test('no more than a thousand wait', async () => {
  const budget = budgetOf();
  await budget.take('a', 60);
  const waiting = Array.from({ length: 1_000 }, () => budget.take('a', 60));
  expect(await budget.take('a', 60)).toBeNull();
  expect(waiting).toHaveLength(1_000);
});
