import { expect, test } from 'vitest';
import type { StoreAnswer } from './store-answer.ts';
import type { StoreClient } from './store-client.ts';
import type { StoreFailure } from './store-failure.ts';
import { createTwoKeyClient } from './two-key-client.ts';

const fine: StoreAnswer = { ok: true, status: 200, body: {}, headers: {}, durationMs: 1 };
const no = (failure: Partial<StoreFailure>): StoreAnswer => ({
  ok: false,
  failure: { message: 'No.', retryable: false, ...failure } as StoreFailure,
});
const refused = (code: string) => no({ kind: 'unauthorized', status: 401, code });

/** A client that answers as it is told, and says so. */
function keyed(name: string, answers: Record<string, StoreAnswer>, asked: string[]): StoreClient {
  const get = async () => {
    asked.push(name);
    return answers[name] ?? fine;
  };
  return { get, post: get, delete: get, close: async () => {}, headerStripped: false };
}
function twoKeys(answers: Record<string, StoreAnswer>) {
  const asked: string[] = [];
  const client = createTwoKeyClient(keyed('new', answers, asked), keyed('old', answers, asked));
  return { client, asked, answers };
}

test('the likely key is asked with alone while it works', async () => {
  const { client, asked } = twoKeys({});
  expect(await client.get('x')).toEqual(fine);
  expect(asked).toEqual(['new']);
});

test('the other is tried where it is refused, and asked with from then on, until that is refused', async () => {
  const { client, asked, answers } = twoKeys({ new: refused('gone') });
  expect([await client.get('x'), await client.get('x')]).toEqual([fine, fine]);
  expect(asked).toEqual(['new', 'old', 'old']);
  delete answers.new;
  answers.old = refused('gone');
  expect(await client.post('x', {})).toEqual(fine);
  expect(asked.slice(3)).toEqual(['old', 'new']);
});

test('where both are refused, the first is told of', async () => {
  const { client } = twoKeys({ new: refused('new'), old: refused('old') });
  expect(await client.get('x')).toEqual(refused('new'));
});

test.each([
  no({ kind: 'timeout', timeoutMs: 1 }),
  no({ kind: 'not_found', code: 'rest_no_route' }),
  no({ kind: 'not_json', status: 403, excerpt: '' }),
])('whatever else fails is no matter of keys (%#)', async (answer) => {
  const { client, asked } = twoKeys({ new: answer });
  expect(await client.get('x')).toEqual(answer);
  expect(asked).toEqual(['new']);
});
