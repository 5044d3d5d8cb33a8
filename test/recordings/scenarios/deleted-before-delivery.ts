import type { Scenario } from '../scenario.ts';

/** Payloads are built when they are sent: what is gone by then comes as an error, signed like any payload. */
export const deletedBeforeDelivery: Scenario = {
  name: 'deleted-before-delivery',
  title: 'A product is deleted for good while its delivery waits',
  // The error's body has no id, and the deletion itself sends nothing.
  converges: 'sweep',
  async play({ step, wc }) {
    let lamp = { id: 0 };
    await step('Two products were created', async () => {
      lamp = await wc('POST', 'products', { name: 'Lamp', regular_price: '10' });
      await wc('POST', 'products', { name: 'Lamp shade', regular_price: '5' });
    });
    await step('The lamp was changed, and deleted for good before the delivery', async () => {
      await wc('PUT', `products/${lamp.id}`, { regular_price: '11' });
      await wc('DELETE', `products/${lamp.id}?force=true`);
    });
  },
};
