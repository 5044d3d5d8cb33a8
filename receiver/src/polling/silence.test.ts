import { describe, expect, test } from 'vitest';
import { DEFAULT_SETTINGS } from '../stores/default-settings.ts';
import { silenceOf } from './silence.ts';

const NOW = 1_790_000_000_000;
const HOUR = 60 * 60_000;
const hours = (count: number) => NOW - count * HOUR;
const withdraw = { settings: { ...DEFAULT_SETTINGS, onStale: 'withdraw' as const } };
const dead = (count: number) => ({
  flags: { credentials_invalid: { since: hours(count), detail: 'The store refuses the key.' } },
});
const store = { settings: DEFAULT_SETTINGS, flags: {}, createdAt: hours(1000) };
const heard = { heardAt: null, lastDelivery: null, failure: null, now: NOW };
const fine = { flag: null, withheld: null };

describe('a store', () => {
  test.each([
    ['that was polled lately is fine', {}, { heardAt: hours(1) }, fine],
    ['that sent a webhook lately is fine', {}, { lastDelivery: hours(1) }, fine],
    ['that was added lately is fine', { createdAt: hours(23) }, {}, fine],
    ['whose key died lately is fine', dead(1), { heardAt: hours(1) }, fine],
  ])('%s', (_what, over, when, expected) => {
    expect(silenceOf({ ...store, ...over }, { ...heard, ...when })).toEqual(expected);
  });

  test('that is silent for longer than a day is told of, and shown on', () => {
    const { flag, withheld } = silenceOf(store, { ...heard, heardAt: hours(25), failure: 'The store timed out.' });
    expect(withheld).toBeNull();
    expect(flag).toBe(
      `Nothing was heard of this store since ${new Date(hours(25)).toISOString()}. The store timed out. Its listings stay as they were then.`,
    );
  });

  test('is hidden for it where an operator has asked for that', () => {
    const silence = silenceOf({ ...store, ...withdraw }, { ...heard, heardAt: hours(25) });
    expect(silence.withheld).toBe('silent');
    expect(silence.flag).toContain('Its listings are hidden until it is back.');
  });

  test('with a dead key is hidden after a day, whatever was asked for and whatever its webhooks say', () => {
    const when = { ...heard, heardAt: hours(26), lastDelivery: hours(0) };
    expect(silenceOf({ ...store, ...dead(25) }, when).withheld).toBe('key');
    expect(silenceOf({ ...store, ...dead(23) }, when).withheld).toBeNull();
  });
});
