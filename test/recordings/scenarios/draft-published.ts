import type { Scenario } from '../scenario.ts';

/** A product that is prepared before it is shown. */
export const draftPublished: Scenario = {
  name: 'draft-published',
  title: 'A draft is edited, published, and withdrawn again',
  converges: 'webhooks',
  async play({ step, wc }) {
    let lamp = { id: 0 };
    const change = (fields: object) => wc('PUT', `products/${lamp.id}`, fields);
    await step('A draft was created', async () => {
      lamp = await wc('POST', 'products', { name: 'Lamp', status: 'draft', regular_price: '10' });
    });
    await step('The draft was edited', () => change({ regular_price: '11' }));
    await step('The draft was published', () => change({ status: 'publish' }));
    await step('The product was made a draft again', () => change({ status: 'draft' }));
    await step('The product was set to pending review', () => change({ status: 'pending' }));
  },
};
