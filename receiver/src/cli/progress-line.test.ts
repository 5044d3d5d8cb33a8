import { expect, test } from 'vitest';
import { progressLine } from './progress-line.ts';

const running = { state: 'running', total: 3812, done: 1240, secondsLeft: 20, waitingFor: null } as const;

test('shows how many of how many, a bar as wide, and how long it will take', () => {
  expect(progressLine(running).replaceAll('\u00a0', ' ')).toBe(
    '1 240 of 3 812 products  ███████·················  about 20 s left',
  );
  expect(progressLine({ ...running, secondsLeft: 600 })).toMatch(/about 10 min left$/);
  expect(progressLine({ ...running, secondsLeft: 9000 })).toMatch(/about 3 h left$/);
});

test('says what it waits for instead, and doesn’t know the end of what it hasn’t seen', () => {
  expect(progressLine({ ...running, waitingFor: 'The store is overloaded.' })).toMatch(
    /waits: The store is overloaded\.$/,
  );
  const begun = { ...running, total: 0, done: 0, secondsLeft: null };
  expect(progressLine(begun)).toBe(`0 of an unknown number of products  ${'·'.repeat(24)}`);
  expect(progressLine({ ...running, done: 3812, secondsLeft: 0 })).toContain('█'.repeat(24));
});
