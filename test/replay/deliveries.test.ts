import { afterEach, beforeEach, expect, test } from 'vitest';
import { deliveryBody } from '../recordings/delivery-body.ts';
import { deliveryHeader } from '../recordings/delivery-header.ts';
import type { RecordedDelivery } from '../recordings/recording.ts';
import { listenForWebhooks, type WebhookListener } from '../store/webhook-listener.ts';
import { sendDelivery } from './deliveries.ts';

let listener: WebhookListener;
beforeEach(async () => {
  listener = await listenForWebhooks();
});
afterEach(() => listener.stop());

const delivery: RecordedDelivery = {
  kind: 'delivery',
  step: 1,
  at: '2026-01-02T03:04:05.000Z',
  headers: [
    ['Host', '127.0.0.1:1'],
    ['Content-Length', '3'],
    ['Connection', 'close'],
    ['User-Agent', 'WooCommerce/11.0.1 Hookshot (WordPress/7.1)'],
    ['Content-Type', 'application/json'],
    ['X-WC-Webhook-Source', 'http://recorded.example/'],
    ['X-WC-Webhook-Signature', 'c2lnbmF0dXJl'],
  ],
  body: '�(',
  bodyBase64: '/yg=',
};

test('sends the exact bytes under the recorded headers, from the home given', async () => {
  expect(await sendDelivery(delivery, listener.url, { sourceHome: 'http://127.0.0.1:2' })).toEqual({
    status: 200,
    body: '',
  });
  const [received] = listener.received;
  expect(received?.body).toEqual(deliveryBody(delivery));
  const headers = received?.headers.map(([name, value]): [string, string] => [name, value]) ?? [];
  expect(deliveryHeader({ headers }, 'user-agent')).toBe('WooCommerce/11.0.1 Hookshot (WordPress/7.1)');
  expect(deliveryHeader({ headers }, 'x-wc-webhook-signature')).toBe('c2lnbmF0dXJl');
  expect(deliveryHeader({ headers }, 'x-wc-webhook-source')).toBe('http://127.0.0.1:2/');
  expect(deliveryHeader({ headers }, 'host')).toBe(new URL(listener.url).host);
});
