import { expect, test } from 'vitest';
import { safeAddress } from './safe-address.ts';

test.each([
  ['admin.php?page=itsec', 'https://shop.example/wp-admin/admin.php?page=itsec'],
  ['post.php?post=4711&action=edit', 'https://shop.example/wp-admin/post.php?post=4711&action=edit'],
  ['https://help.example/a', 'https://help.example/a'],
  ['http://help.example/', 'http://help.example/'],
])('%s is followed', (address, expected) => {
  expect(safeAddress(address)).toBe(expected);
});

test.each([
  'javascript:alert(1)',
  ' JaVaScRiPt:alert(1)',
  'data:text/html,x',
  'vbscript:x',
  'file:///etc/passwd',
  'http://',
])('%s is not', (address) => {
  expect(safeAddress(address)).toBeNull();
});
