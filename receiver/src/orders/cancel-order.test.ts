import { expect, test } from 'vitest';
import { aStore } from '../../../test/behaviour/a-store.ts';
import type { OrderClaim } from '../storage/order-rows.ts';
import { judgeAnswer } from '../woocommerce/judge-answer.ts';
import type { OrderApi } from '../woocommerce/orders/order-api.ts';
import type { StoreClient } from '../woocommerce/store-client.ts';
import { cancelOrder } from './cancel-order.ts';

const plugin = {
  version: '1.0.0',
  contractVersion: 1,
  woocommerce: '11.0.1',
  restUrl: 'https://shop.example/wp-json/',
};
const claim = { reference: 'PO-1', storeOrderId: 8, progress: { via: 'plugin' } } as OrderClaim;

test.each([
  [404, { code: 'dstnc_unknown_order', data: { status: 404 } }, { kind: 'cancelled', status: 'trash' }],
  [409, { code: 'dstnc_too_late', data: { status: 409, orderStatus: 'trash' } }, { kind: 'too_late', status: 'trash' }],
  [500, { code: 'dstnc_order_failed', data: { status: 500 } }, { kind: 'failure' }],
])('cancelling where the plugin says %i %j', async (status, body, result) => {
  const text = JSON.stringify({ message: 'No.', ...body });
  const client = {
    post: async () => judgeAnswer({ status, headers: {}, text, mask: (said) => said }),
  } as unknown as StoreClient;
  const tools = { client, api: {} as OrderApi, pending: false };
  expect(await cancelOrder(tools, aStore({ plugin }), claim)).toMatchObject(result);
});
