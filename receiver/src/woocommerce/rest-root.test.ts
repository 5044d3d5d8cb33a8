import { describe, expect, test } from 'vitest';
import { readRestRoot, restAddress, restRootText, usualRestRoot } from './rest-root.ts';

const address = (root: string, path = 'wc/v3/products/12') => {
  const read = readRestRoot(root);
  return read && restAddress(read, path).href;
};

describe('the root of a REST API', () => {
  test.each([
    ['https://shop.example/wp-json/', 'https://shop.example/wp-json/wc/v3/products/12'],
    ['https://shop.example/wp-json', 'https://shop.example/wp-json/wc/v3/products/12'],
    ['https://shop.example/sub/wp-json/', 'https://shop.example/sub/wp-json/wc/v3/products/12'],
    ['https://shop.example/index.php/wp-json/', 'https://shop.example/index.php/wp-json/wc/v3/products/12'],
    ['https://shop.example/api/', 'https://shop.example/api/wc/v3/products/12'],
    [
      'https://shop.example/index.php?rest_route=/',
      'https://shop.example/index.php?rest_route=%2Fwc%2Fv3%2Fproducts%2F12',
    ],
    ['https://shop.example/?rest_route=/', 'https://shop.example/index.php?rest_route=%2Fwc%2Fv3%2Fproducts%2F12'],
    [
      'https://shop.example/sub/?rest_route=/',
      'https://shop.example/sub/index.php?rest_route=%2Fwc%2Fv3%2Fproducts%2F12',
    ],
    ['https://shop.example/wp-json/?lang=de#x', 'https://shop.example/wp-json/wc/v3/products/12'],
  ])('%s leads to %s', (root, wanted) => {
    expect(address(root)).toBe(wanted);
    const kept = readRestRoot(root);
    expect(kept && address(restRootText(kept))).toBe(wanted);
  });

  test.each(['', 'wp-json', 'ftp://shop.example/', 'javascript:alert(1)'])('%j is none', (root) => {
    expect(readRestRoot(root)).toBeNull();
  });

  test('of a store that did not name one is /wp-json/ below its home', () => {
    for (const home of ['https://shop.example', 'https://shop.example/']) {
      expect(restAddress(usualRestRoot(new URL(home)), '/wc/v3/x').href).toBe('https://shop.example/wp-json/wc/v3/x');
    }
    expect(restAddress(usualRestRoot(new URL('https://shop.example/sub')), 'x').href).toBe(
      'https://shop.example/sub/wp-json/x',
    );
  });
});
