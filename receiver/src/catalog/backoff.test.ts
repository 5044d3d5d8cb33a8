import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backoffMs } from './backoff.ts';

const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('backoff', () => {
  test('the first wait is at most a second, all are at most 30 s, none is nothing', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1_000_000 }), chance, (attempts, random) => {
        const wait = backoffMs(attempts, () => random);
        expect(wait).toBeGreaterThanOrEqual(500);
        expect(wait).toBeLessThanOrEqual(attempts === 0 ? 1_000 : 30_000);
      }),
    );
  });

  test('waits grow with the failures and differ between those who failed together', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20 }), chance, (attempts, random) => {
        expect(backoffMs(attempts + 1, () => random)).toBeGreaterThanOrEqual(backoffMs(attempts, () => random));
      }),
    );
    expect(backoffMs(3, () => 0.9)).toBeGreaterThan(backoffMs(3, () => 0.1));
    expect(backoffMs(20, () => 1)).toBe(30_000);
  });
});
