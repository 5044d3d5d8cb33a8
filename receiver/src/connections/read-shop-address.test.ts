import { expect, test } from 'vitest';
import { readShopAddress } from './read-shop-address.ts';

test.each([
  ['https://shop.example', 'https://shop.example'],
  ['  https://shop.example/ \n', 'https://shop.example'],
  ['shop.example', 'https://shop.example'],
  ['Shop.Example/Lamps/', 'https://shop.example/Lamps'],
  ['localhost:8080', 'https://localhost:8080'],
  ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
  ['http://intranet', 'http://intranet'],
  ['https://shop.example/wp-admin/admin.php?page=wc-settings', 'https://shop.example'],
  ['shop.example/blog/wp-json/wc/v3/', 'https://shop.example/blog'],
  ['https://shop.example/?lang=de#top', 'https://shop.example'],
  ['lämpchen.example', 'https://xn--lmpchen-5wa.example'],
])('%s', (typed, url) => {
  expect(readShopAddress(typed)).toEqual({ ok: true, url });
});

test.each([
  '',
  'shop',
  'my shop',
  'ftp://shop.example',
  'javascript:alert(1)',
  `https://${'a'.repeat(600)}.example`,
  '//',
])('refuses %s', (typed) => {
  expect(readShopAddress(typed)).toMatchObject({
    ok: false,
    reason: expect.stringContaining('https://shop.example') as string,
  });
});

test('refuses a password, and does not show it', () => {
  const reading = readShopAddress('https://anna:hunter2@shop.example');
  expect(reading.ok).toBe(false);
  expect(JSON.stringify(reading)).not.toContain('hunter2');
});
