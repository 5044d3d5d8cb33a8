import { expect, test } from 'vitest';
import { problemOf, refusal } from '../testing/states.ts';
import { readProblem } from './read-problem.ts';
import { RequestTimedOut } from './request-timed-out.ts';

test("the shop's own words are kept", () => {
  const problem = problemOf('code_expired', { link: { label: 'Help', url: 'https://help.example' } });
  expect(readProblem(refusal(problem))).toEqual(problem);
});

test('what is missing or of another kind does no harm', () => {
  const read = readProblem({ data: { problem: { title: 'Only this', detail: 7, link: { label: 'x' } } } });
  expect(read).toEqual({ code: 'unknown', title: 'Only this', detail: '', advice: '', technical: '', link: null });
});

test.each([
  ['no answer in time', new RequestTimedOut('/state', 30), 'shop_silent'],
  ['offline', { code: 'offline_error', message: 'You are offline' }, 'shop_silent'],
  ['signed out', { code: 'rest_cookie_invalid_nonce', message: 'Cookie check failed' }, 'signed_out'],
  ['a page of HTML', { code: 'invalid_json', message: 'The response is not a valid JSON response.' }, 'invalid_json'],
  ['nothing at all', undefined, 'unknown'],
])('%s: says what is and what to do', (_, error, code) => {
  const read = readProblem(error);
  expect(read.code).toBe(code);
  expect(read.title).not.toBe('');
  expect(read.advice).not.toBe('');
});
