import { expect, test } from 'vitest';
import { sameHome } from './same-home.ts';

test.each([
  ['https://shop.example', 'http://www.Shop.example/', true],
  ['https://shop.example/en', 'https://shop.example/EN/', true],
  ['https://shop.example:443/', 'http://shop.example:80', true],
  ['https://shop.example', 'https://staging.shop.example', false],
  ['https://shop.example', 'https://shop.example/staging', false],
  ['http://127.0.0.1:8081', 'http://127.0.0.1:8082', false],
])('%s and %s: %s', (one, other, same) => {
  expect(sameHome(one, other)).toBe(same);
});
