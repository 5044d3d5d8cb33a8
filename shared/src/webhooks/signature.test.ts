import { describe, expect, test } from 'vitest';
import { signBody, verifySignature } from './signature.ts';

const body = Buffer.from('{"id":7,"name":"Lamp \\u201cOslo\\u201d"}');

describe('webhook signature', () => {
  test('is what WooCommerce computes: base64(hash_hmac("sha256", body, secret, true))', () => {
    expect(signBody(Buffer.from('{"id":1}'), 'secret')).toBe('A971iWIMgT8Zj9A9eWfikrFj7wQ16/Qwcc4OlRl2PLc=');
  });

  test('holds for any of the valid secrets', () => {
    const signature = signBody(body, 'old');
    expect(verifySignature(body, signature, ['new', 'old'])).toBe(true);
    expect(verifySignature(body, signature, ['new'])).toBe(false);
    expect(verifySignature(body, signature, [])).toBe(false);
  });

  test('fails for another body, a cut signature and none', () => {
    const signature = signBody(body, 'secret');
    expect(verifySignature(Buffer.from(`${body} `), signature, ['secret'])).toBe(false);
    expect(verifySignature(body, signature.slice(0, -1), ['secret'])).toBe(false);
    expect(verifySignature(body, '', ['secret'])).toBe(false);
    expect(verifySignature(body, 'é'.repeat(44), ['secret'])).toBe(false);
  });
});
