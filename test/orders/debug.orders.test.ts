import { createStoreClient } from '@dstnc/receiver/woocommerce/store-client.ts';
import { createWcOrderApi } from '@dstnc/receiver/woocommerce/orders/wc-order-api.ts';
import { test } from 'vitest';
import { anOrder } from './an-order.ts';
import { startOrderShop } from './order-shop.ts';
import { orderIn } from '@dstnc/shared';
test('debug', async () => {
  const shop = await startOrderShop('api', { woocommerce: '11.0.1' });
  try {
    const client = createStoreClient({ home: shop.url, credentials: shop.store.keys, allowPrivate: true });
    const api = createWcOrderApi(client);
    const id = await shop.addProduct();
    const order = orderIn.parse(anOrder('PO-1', id));
    const a: any = await api.create({ order, email: 'a@b.example' });
    const b: any = await api.create({ order, email: 'a@b.example' });
    console.log(a, await api.find('PO-1', 0));
    console.log(await client.post('wc/v3/orders/batch', { delete: [b.value.id], _fields: 'delete' }));
    console.log(await api.find('PO-1', 0), await api.newestId());
    console.log(await api.setStatus(a.value.id, 'processing'));
  } finally { await shop.stop(); }
});
