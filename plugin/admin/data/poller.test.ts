import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Poller } from './poller.ts';

let hidden = false;
let poller: Poller | undefined;

beforeEach(() => {
  vi.useFakeTimers();
  hidden = false;
  vi.spyOn(document, 'hidden', 'get').mockImplementation(() => hidden);
});
afterEach(() => {
  poller?.stop();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function look(isHidden: boolean): void {
  hidden = isHidden;
  document.dispatchEvent(new Event('visibilitychange'));
}

test('runs at once, and again after the pause that the task asks for', async () => {
  const task = vi.fn().mockResolvedValue(1_500);
  poller = new Poller(task);
  poller.start();
  await vi.advanceTimersByTimeAsync(0);
  expect(task).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1_499);
  expect(task).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(task).toHaveBeenCalledTimes(2);
});

test('a slow run and whatever asks for another meanwhile never overlap', async () => {
  let under = 0;
  let most = 0;
  const task = vi.fn(async () => {
    under += 1;
    most = Math.max(most, under);
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    under -= 1;
    return 1_000;
  });
  poller = new Poller(task);
  poller.start();
  await vi.advanceTimersByTimeAsync(1_000);
  const asked = [poller.now(), poller.now()];
  look(true);
  look(false);
  await vi.advanceTimersByTimeAsync(30_000);
  await Promise.all(asked);
  expect(most).toBe(1);
});

test('now() gives what was read after it was called', async () => {
  let value = 'old';
  const read: string[] = [];
  poller = new Poller(async () => {
    const seen = value;
    await new Promise((resolve) => setTimeout(resolve, 100));
    read.push(seen);
    return 60_000;
  });
  poller.start();
  await vi.advanceTimersByTimeAsync(50);
  value = 'new';
  const done = poller.now();
  await vi.advanceTimersByTimeAsync(500);
  await done;
  expect(read).toEqual(['old', 'new']);
});

test('rests while nobody looks, and looks at once when somebody does again', async () => {
  const task = vi.fn().mockResolvedValue(1_000);
  poller = new Poller(task);
  poller.start();
  await vi.advanceTimersByTimeAsync(0);
  look(true);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(task).toHaveBeenCalledTimes(1);
  look(false);
  await vi.advanceTimersByTimeAsync(0);
  expect(task).toHaveBeenCalledTimes(2);
});

test('stops', async () => {
  const task = vi.fn().mockResolvedValue(1_000);
  poller = new Poller(task);
  poller.start();
  await vi.advanceTimersByTimeAsync(0);
  poller.stop();
  look(false);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(task).toHaveBeenCalledTimes(1);
});
