import { expect, test } from 'vitest';
import { readKeys } from './read-keys.ts';

const KEY = `ck_${'a'.repeat(40)}`;
const SECRET = `cs_${'b'.repeat(40)}`;
const read = (consumerKey: string, consumerSecret: string) => readKeys({ consumerKey, consumerSecret });

test('takes keys without the spaces that came with them', () => {
  const credentials = { consumerKey: KEY, consumerSecret: SECRET };
  expect(read(KEY, SECRET)).toEqual({ ok: true, credentials });
  expect(read(`  ${KEY} `, `\t${SECRET}\n`)).toEqual({ ok: true, credentials });
});

test.each([
  ['swapped', SECRET, KEY, /swapped/],
  ['the secret twice', SECRET, SECRET, /swapped/],
  ['the key twice', KEY, KEY, /swapped/],
  ['in two pieces', `${KEY.slice(0, 9)} ${KEY.slice(9)}`, SECRET, /space in the middle of the consumer key/],
  ['of the list of keys', '…aaaaaaa', SECRET, /only the end of the consumer key/],
  ['of the list, written otherwise', KEY, '...bbbbbbb', /only the end of the consumer secret/],
  ['empty', KEY, ' ', /consumer secret is empty/],
  ['with a line end in a header', `${KEY}\u0000`, SECRET, /characters/],
  ['endless', `ck_${'a'.repeat(5_000)}`, SECRET, /characters/],
])('%s: says so, and never shows them', (_, key, secret, words) => {
  const reading = read(key, secret);
  expect(reading).toMatchObject({ ok: false, reason: expect.stringMatching(words) as string });
  expect(JSON.stringify(reading)).not.toContain('aaaaaaaa');
  expect(JSON.stringify(reading)).not.toContain('bbbbbbbb');
});
