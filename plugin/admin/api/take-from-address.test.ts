import { afterEach, expect, test } from 'vitest';
import { takeFromAddress } from './take-from-address.ts';

const home = '/wp-admin/admin.php?page=dstnc';
afterEach(() => window.history.replaceState(null, '', home));

test('takes the code out of the address bar, and leaves the rest', () => {
  window.history.replaceState(null, '', `${home}&code=dstnc1_abc.def&tab=x#y`);
  expect(takeFromAddress('code')).toBe('dstnc1_abc.def');
  expect(window.location.search).toBe('?page=dstnc&tab=x');
  expect(window.location.hash).toBe('#y');
});

test('a link that a mail program has broken into lines still works', () => {
  window.history.replaceState(null, '', `${home}&code=dstnc1_abc%0A%20def`);
  expect(takeFromAddress('code')).toBe('dstnc1_abcdef');
});

test('no code', () => {
  window.history.replaceState(null, '', home);
  expect(takeFromAddress('code')).toBe('');
});

test('the product that a link names leaves too', () => {
  window.history.replaceState(null, '', `${home}&product=4711%3A0`);
  expect(takeFromAddress('product')).toBe('4711:0');
  expect(window.location.search).toBe('?page=dstnc');
});
