import { expect, test } from 'vitest';
import { plainExcerpt } from './plain-excerpt.ts';

test('keeps what a person would read of a page', () => {
  const page =
    '<!doctype html><html><head><style>b{c:d}</style><script>alert("<b>")</script><title>Wartung</title></head>\n\n<body><h1>Bald   zurück</h1></body>';
  expect(plainExcerpt(page)).toBe('Wartung Bald zurück');
});

test('is 200 characters at most, also of hostile pages', () => {
  expect(plainExcerpt('x'.repeat(1_000_000))).toHaveLength(200);
  expect(plainExcerpt('<'.repeat(1_000_000)).length).toBeLessThanOrEqual(200);
  expect(plainExcerpt('<script'.repeat(100_000)).length).toBeLessThanOrEqual(200);
});
