import { expect, test } from 'vitest';
import { readShopLanguages } from './read-shop-languages.ts';
import type { StoreClient } from './store-client.ts';

const shopWith = (body: unknown) =>
  ({ get: async () => ({ ok: true, status: 200, body, headers: {}, durationMs: 1 }) }) as unknown as StoreClient;
const running = (...files: string[]) => ({
  environment: { language: 'de_DE' },
  active_plugins: files.map((plugin) => ({ plugin, name: 'x' })),
});

test.each([
  ['one language', running('woocommerce/woocommerce.php'), { plugin: null, name: '', supported: true }],
  [
    'WPML',
    running('gtranslate/gtranslate.php', 'sitepress-multilingual-cms/sitepress.php'),
    { plugin: 'wpml', supported: true },
  ],
  ['Polylang Pro', running('polylang-pro/polylang.php'), { plugin: 'polylang', supported: true }],
  ['Polylang, which says nothing over wc/v3', running('polylang/polylang.php'), { name: 'Polylang', supported: false }],
  ['TranslatePress', running('translatepress-multilingual/index.php'), { name: 'TranslatePress', supported: false }],
  ['Weglot', running('weglot/weglot.php'), { plugin: null, name: 'Weglot', supported: false }],
  [
    'plugins that are none',
    { environment: { language: 'de_DE' }, active_plugins: [7, { plugin: 8 }, null] },
    { name: '' },
  ],
])('a shop with %s', async (_name, body, languages) => {
  expect(await readShopLanguages(shopWith(body))).toMatchObject({
    ok: true,
    languages: { ...languages, default: 'de-DE', available: [] },
  });
});

test.each(['<p>', [], { environment: 7 }])('an answer that is none: %j', async (body) => {
  expect(await readShopLanguages(shopWith(body))).toMatchObject({ ok: false, failure: { kind: 'mismatch' } });
});
