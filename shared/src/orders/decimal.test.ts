import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { placesOf, readDecimal, roundDecimal, sameDecimal, writeDecimal } from './decimal.ts';

describe('a decimal number', () => {
  test.each(['', 'x', '1e3', '1,5', '.5', '--1', '1234567890123456', 'NaN'])('is not %j', (text) => {
    expect(readDecimal(text)).toBeNull();
  });

  test('is the same however it is written', () => {
    expect(sameDecimal('48.79', '48.79000000')).toBe(true);
    expect(sameDecimal('5', '5.')).toBe(true);
    expect(sameDecimal('48.79', '48.790001')).toBe(false);
    expect(sameDecimal('x', 'x')).toBe(false);
    expect(placesOf('48.790')).toBe(3);
  });

  test('comes back as it was, and is rounded half away from zero', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 20n), 10n ** 20n), fc.integer({ min: 0, max: 10 }), (value, places) => {
        expect(readDecimal(writeDecimal(value, 10))).toBe(value);
        expect(readDecimal(writeDecimal(value, places))).toBe(roundDecimal(value, places));
      }),
    );
    expect(['0.005', '-0.005', '0.0049'].map((text) => writeDecimal(readDecimal(text) ?? 0n, 2))).toEqual([
      '0.01',
      '-0.01',
      '0.00',
    ]);
  });
});
