import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fetchWhole } from './fetch-whole.ts';
import { startStore } from './start-store.ts';
import type { Store } from './store.ts';
import { storeAvailability } from './store-availability.ts';
import { listenForWebhooks, type WebhookListener } from './webhook-listener.ts';

const woocommerce = '11.0.1';
const availability = await storeAvailability({ woocommerce });
const skipped = availability.available ? '' : ` (skipped: ${availability.reason})`;

describe.skipIf(!availability.available)(`a real store${skipped}`, () => {
  let store: Store;
  let listener: WebhookListener;

  beforeAll(async () => {
    store = await startStore({ woocommerce });
    listener = await listenForWebhooks();
  });

  afterAll(async () => {
    await listener?.stop();
    await store?.stop();
  });

  test('runs the version asked for', () => {
    expect(store.versions.woocommerce).toBe(woocommerce);
    expect(store.hpos).toBe(true);
  });

  test('delivers a rightly signed webhook for a product made over REST', async () => {
    const secret = 'a0b1c2d3e4f5';
    const webhookId = await store.createWebhook({ topic: 'product.created', deliveryUrl: listener.url, secret });
    const [ping] = listener.take();
    expect(ping?.body.toString()).toBe(`webhook_id=${webhookId}`);

    const created = await store.wc('POST', 'products', { name: 'Lamp', regular_price: '10' });
    expect(created.status).toBe(201);
    expect(await store.runQueue()).toBe(1);

    const [delivery] = listener.take();
    const headers = new Headers(delivery?.headers.map(([name, value]): [string, string] => [name, value]));
    expect(headers.get('x-wc-webhook-topic')).toBe('product.created');
    expect(headers.get('x-wc-webhook-source')).toBe(`${store.home}/`);
    const body = delivery?.body ?? Buffer.alloc(0);
    expect(headers.get('x-wc-webhook-signature')).toBe(createHmac('sha256', secret).update(body).digest('base64'));
    expect(JSON.parse(body.toString())).toMatchObject({ id: created.body.id, name: 'Lamp', regular_price: '10' });
  });

  test('refuses the keys by Basic over http, as WooCommerce does', async () => {
    const basic = Buffer.from(`${store.keys.consumerKey}:${store.keys.consumerSecret}`).toString('base64');
    const answer = await fetchWhole(`${store.home}/wp-json/wc/v3/products`, {
      headers: { authorization: `Basic ${basic}` },
    });
    expect(answer.status).toBe(401);
  });

  test('runs PHP and SQL, and records mails in place of sending them', async () => {
    expect(await store.php('return array( "currency" => get_woocommerce_currency() );')).toEqual({ currency: 'EUR' });
    const [row] = await store.sql('SELECT option_value AS timezone FROM wp_options WHERE option_name = ?', [
      'timezone_string',
    ]);
    expect(row?.timezone).toBe('UTC');
    await store.php('return wp_mail( "shopper@shop.example", "Hello", "A lamp." );');
    expect(await store.mails()).toMatchObject([{ to: 'shopper@shop.example', subject: 'Hello' }]);
  });
});
