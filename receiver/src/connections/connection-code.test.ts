import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createConnectionCodes } from './connection-code.ts';

const [one, two] = [randomBytes(32), randomBytes(32)];
const codes = createConnectionCodes(new Map([['k1', one]]));
const said = { receiver: 'https://in.example', vendor: 'nordic-lamps', token: 'abc', expiresAt: 1_790_000_000_000 };

describe('a connection code', () => {
  test('is read as it was written', () => {
    expect(codes.read(codes.write(said))).toEqual({ ok: true, code: said });
  });

  test('can be read by whoever has it: it says whom to call', () => {
    const [, payload = ''] = /^dstnc1_([\w-]+)\.[\w-]{43}$/.exec(codes.write(said)) ?? [];
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toEqual({
      v: 1,
      receiver: 'https://in.example',
      vendor: 'nordic-lamps',
      token: 'abc',
      exp: 1_790_000_000,
    });
  });

  test('made with an older key is valid as long as that key is there', () => {
    const old = codes.write(said);
    const rotated = createConnectionCodes(
      new Map([
        ['k2', two],
        ['k1', one],
      ]),
    );
    expect(rotated.read(old).ok).toBe(true);
    expect(codes.read(rotated.write(said))).toEqual({ ok: false, kind: 'foreign' });
    expect(createConnectionCodes(new Map([['k2', two]])).read(old)).toEqual({ ok: false, kind: 'foreign' });
  });

  test('with any one character changed is none of ours', () => {
    const code = codes.write(said);
    const other = (character: string) => (character === 'A' ? 'B' : 'A');
    for (let at = 0; at < code.length - 1; at++) {
      const changed = code.slice(0, at) + other(code.charAt(at)) + code.slice(at + 1);
      expect([at, codes.read(changed).ok]).toEqual([at, false]);
    }
  });

  test('may have been broken into lines on its way', () => {
    const code = codes.write(said);
    fc.assert(
      fc.property(fc.array(fc.nat(code.length)), fc.constantFrom(' ', '\n', '\r\n', '\t'), (places, space) => {
        const broken = places.reduce((text, at) => text.slice(0, at) + space + text.slice(at), code);
        expect(codes.read(broken)).toEqual({ ok: true, code: said });
      }),
    );
  });

  test('that is none is malformed, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (text) => {
        expect(codes.read(text)).toEqual({ ok: false, kind: 'malformed' });
      }),
    );
    const code = codes.write(said);
    for (const text of [
      '',
      'dstnc1_',
      code.slice(1),
      code.slice(0, -1),
      `${code}x`,
      code.replace('dstnc1_', 'dstnc2_'),
    ]) {
      expect(codes.read(text)).toEqual({ ok: false, kind: 'malformed' });
    }
    const odd = `dstnc1_${Buffer.from('{"v":1}').toString('base64url')}.${'A'.repeat(43)}`;
    expect(codes.read(odd)).toEqual({ ok: false, kind: 'malformed' });
  });
});
