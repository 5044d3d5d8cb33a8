import { describe, expect, test } from 'vitest';
import { nextPollMs, retryPollMs } from './next-poll.ts';

const NOW = 1_790_000_000_000;
const HOUR = 60 * 60_000;
const quiet = {
  setting: null,
  intervals: { silent: 60, healthy: 300 },
  foundAny: false,
  lastDelivery: null,
  heardBefore: NOW - 60_000,
  now: NOW,
};
const middle = () => 0.5;

describe('the next poll', () => {
  test.each([
    ['without any webhook', {}, 60],
    ['while webhooks come', { lastDelivery: NOW - HOUR }, 300],
    ['with changes that a webhook told of, too', { lastDelivery: NOW - 1, foundAny: true }, 300],
    ['with changes that no webhook told of', { lastDelivery: NOW - HOUR, foundAny: true }, 60],
    ['a day after the last webhook', { lastDelivery: NOW - 25 * HOUR }, 60],
    ['as an operator wants it', { setting: 17, lastDelivery: NOW - 1 }, 17],
  ])('%s', (_what, over, seconds) => {
    expect(nextPollMs({ ...quiet, ...over }, middle)).toBe(seconds * 1000);
  });

  test('comes a little earlier or later, so that stores that were polled together drift apart', () => {
    expect(nextPollMs(quiet, () => 0)).toBe(54_000);
    expect(nextPollMs(quiet, () => 1)).toBe(66_000);
  });
});

describe('a poll that failed', () => {
  const failed = { failures: 1, intervalMs: 60_000, refused: false };

  test.each([
    [1, 60_000],
    [2, 120_000],
    [3, 240_000],
    [20, 600_000],
  ])('the %ith in a row waits %i ms', (failures, ms) => {
    expect(retryPollMs({ ...failed, failures }, middle)).toBe(ms);
  });

  test('waits an hour in the end, where the key is refused', () => {
    expect(retryPollMs({ ...failed, failures: 20, refused: true }, middle)).toBe(HOUR);
  });

  test('waits as long as the store asks for', () => {
    expect(retryPollMs({ ...failed, retryAfterMs: 5 * HOUR }, middle)).toBe(5 * HOUR);
  });

  test('of a store that is polled once a day is not tried more often than that', () => {
    expect(retryPollMs({ ...failed, intervalMs: 24 * HOUR, failures: 9 }, middle)).toBe(24 * HOUR);
  });
});
