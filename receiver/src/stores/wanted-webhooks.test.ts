import { expect, test } from 'vitest';
import { wantedWebhooks } from './wanted-webhooks.ts';

const store = {
  url: 'https://shop.example',
  webhookKey: 'wh_1',
  webhookSecrets: ['newest', 'before'],
  plugin: null,
  access: null,
};

test('a store without the plugin tells products, and of orders their numbers only', () => {
  const wanted = wantedWebhooks(store, 'https://in.example');
  expect(wanted).toMatchObject({
    deliveryUrl: 'https://in.example/v1/webhooks/wh_1',
    secret: 'newest',
    hindrance: null,
  });
  expect(wanted.topics).toContain('product.updated');
  expect(wanted.topics).toContain('action.woocommerce_order_status_completed');
  // These carry the shoppers' names and addresses.
  expect(wanted.topics.filter((topic) => topic.startsWith('order.'))).toEqual([]);
});

test("the plugin's own are its own", () => {
  const plugin = { version: '1', contractVersion: 1, woocommerce: '11.0.1', restUrl: 'https://shop.example/wp-json/' };
  expect(wantedWebhooks({ ...store, plugin }, 'https://in.example').topics).toEqual([]);
});

test.each([
  ['http://127.0.0.1:8080', /private network/],
  ['http://receiver.internal', /private network/],
  ['https://in.example:9443', /ports 80, 443 and 8080 only, not to 9443/],
])('at %s no shop out there reaches it', (publicUrl, words) => {
  expect(wantedWebhooks(store, publicUrl).hindrance).toMatch(words);
  // In the same network it may.
  expect(wantedWebhooks({ ...store, url: 'http://127.0.0.1:9' }, publicUrl).hindrance).toBeNull();
});
