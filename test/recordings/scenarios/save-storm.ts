import type { Scenario } from '../scenario.ts';

/** Deliveries that wait for the same id become one, with the last state. */
export const saveStorm: Scenario = {
  name: 'save-storm',
  title: 'A product is saved ten times before the first delivery',
  converges: 'webhooks',
  async play({ step, wc }) {
    let lamp = { id: 0 };
    await step('A product was created', async () => {
      lamp = await wc('POST', 'products', { name: 'Lamp', regular_price: '10' });
    });
    await step('Its price was changed ten times', async () => {
      for (let price = 11; price <= 20; price += 1) {
        await wc('PUT', `products/${lamp.id}`, { regular_price: String(price) });
      }
    });
  },
};
