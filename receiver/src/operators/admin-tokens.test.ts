import { describe, expect, test } from 'vitest';
import { adminTokens } from './admin-tokens.ts';
import { operatorOf } from './operator-of.ts';

const [ANNA, CI] = ['annas-token-of-20-ch', 'the-token-of-ci-0001'] as const;

describe('ADMIN_TOKEN', () => {
  test('is one token, or several that have names', () => {
    expect(adminTokens(ANNA)).toEqual({ ok: true, tokens: new Map([['operator', ANNA]]) });
    expect(adminTokens(`anna:${ANNA}, ci:${CI}`)).toEqual({
      ok: true,
      tokens: new Map([
        ['anna', ANNA],
        ['ci', CI],
      ]),
    });
    // A token may have colons, its name can't.
    expect(adminTokens(`anna:${ANNA}:x`)).toEqual({ ok: true, tokens: new Map([['anna', `${ANNA}:x`]]) });
  });

  test.each([
    ['too short', 'short', '16 characters'],
    ['too short behind a name', 'a-name-of-some-length:short', '16 characters'],
    ['one without a name among others', `anna:${ANNA},${CI}`, 'name:token'],
    ['a name twice', `anna:${ANNA},anna:${CI}`, 'each name once'],
    ['a token twice', `anna:${ANNA},ci:${ANNA}`, 'of their own'],
    ['a name that is none', `an na:${ANNA}`, 'letters'],
    ['an empty one', `anna:${ANNA},`, 'name:token'],
    ['with a space', `anna:${ANNA} x`, 'no spaces'],
  ])('that is wrong is refused with the reason, and without the token: %s', (_name, text, reason) => {
    const read = adminTokens(text);
    expect(read).toMatchObject({ ok: false, reason: expect.stringContaining(reason) });
    for (const token of [ANNA, CI]) expect(JSON.stringify(read)).not.toContain(token);
  });

  test('tells who calls', () => {
    const who = operatorOf(`anna:${ANNA},ci:${CI}`);
    expect([ANNA, CI, 'anna', `anna:${ANNA}`, '', ANNA.slice(1)].map(who)).toEqual([
      'anna',
      'ci',
      null,
      null,
      null,
      null,
    ]);
  });
});
