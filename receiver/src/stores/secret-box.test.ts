import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createSecretBox, SecretUnreadable } from './secret-box.ts';

const [a, b] = [randomBytes(32), randomBytes(32)];

describe('secret box', () => {
  test('opens what it sealed, and shows nothing of it', () => {
    const box = createSecretBox(new Map([['a', a]]));
    const sealed = box.seal('cs_0123', 'st_1');
    expect(sealed).not.toContain('cs_0123');
    expect(box.seal('cs_0123', 'st_1')).not.toBe(sealed);
    expect(box.open(sealed, 'st_1')).toBe('cs_0123');
  });

  test("won't open a secret moved to another store, or changed", () => {
    const box = createSecretBox(new Map([['a', a]]));
    const sealed = box.seal('cs_0123', 'st_1');
    expect(() => box.open(sealed, 'st_2')).toThrow(SecretUnreadable);
    const [version, id, nonce, tag = '', text] = sealed.split('.');
    const flipped = [version, id, nonce, (tag.startsWith('A') ? 'B' : 'A') + tag.slice(1), text].join('.');
    expect(() => box.open(flipped, 'st_1')).toThrow(SecretUnreadable);
  });

  test('opens with an older key while the first one seals', () => {
    const sealed = createSecretBox(new Map([['a', a]])).seal('x', 'st_1');
    const rotated = createSecretBox(
      new Map([
        ['b', b],
        ['a', a],
      ]),
    );
    expect(rotated.open(sealed, 'st_1')).toBe('x');
    expect(rotated.seal('x', 'st_1')).toMatch(/^v1\.b\./);
    expect(() => createSecretBox(new Map([['b', b]])).open(sealed, 'st_1')).toThrow('no key "a"');
  });
});
