import { getSettings, setSettings } from '@wordpress/date';
import { beforeEach, describe, expect, test } from 'vitest';
import { ago, clockTime, since, sinceLine } from './times.ts';

const noon = Date.parse('2026-03-12T12:00:00Z');
const before = (seconds: number): string => new Date(noon - seconds * 1000).toISOString();

beforeEach(() => {
  const settings = getSettings();
  setSettings({
    ...settings,
    formats: { ...settings.formats, date: 'j F Y', time: 'H:i' },
    timezone: { string: 'Asia/Tokyo', offset: 9, offsetFormatted: '9', abbr: 'JST' },
  });
});

test.each([
  [0, 'just now'],
  [4, '4 s ago'],
  [59, '59 s ago'],
  [60, '1 minute ago'],
  [3_599, '59 minutes ago'],
  [3_600, '1 hour ago'],
  [86_400, 'yesterday'],
  [86_400 * 29, '29 days ago'],
  [86_400 * 31, 'last month'],
  [86_400 * 400, 'last year'],
])('%s seconds ago: %s', (seconds, words) => {
  expect(ago(before(seconds), noon)).toBe(words);
});

test('a clock that is ahead makes nothing happen in the future', () => {
  expect(ago(before(-30), noon)).toBe('just now');
});

test("in the user's language", () => {
  document.documentElement.lang = 'de-DE';
  expect(ago(before(120), noon)).toBe('vor 2 Minuten');
});

test('a language that is none does not break the page', () => {
  document.documentElement.lang = 'en_US!';
  expect(ago(before(120), noon)).toBe('2 minutes ago');
});

describe("in the shop's time zone", () => {
  test('today has no date', () => {
    expect(clockTime('2026-03-12T11:58:02Z', noon)).toBe('20:58:02');
    expect(since('2026-03-12T00:12:00Z', noon)).toBe('since 09:12 today');
    expect(sinceLine('2026-03-12T00:12:00Z', noon)).toBe('Since 09:12 today');
  });

  test('what was yesterday there has one, even if it is today elsewhere', () => {
    expect(clockTime('2026-03-11T14:30:00Z', noon)).toBe('11 March 2026, 23:30:00');
    expect(since('2026-03-11T14:30:00Z', noon)).toBe('since 11 March 2026');
    expect(sinceLine('2026-03-11T14:30:00Z', noon)).toBe('Since 11 March 2026, 23:30:00');
  });
});
