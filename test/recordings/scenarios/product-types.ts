import type { Scenario } from '../scenario.ts';

/** Every kind of product that WooCommerce has, made one after the other. */
export const productTypes: Scenario = {
  name: 'product-types',
  title: 'A product of every type is created',
  converges: 'webhooks',
  async play({ step, wc }) {
    let shade = { id: 0 };
    let lamp = { id: 0 };
    await step('A simple product was created', async () => {
      shade = await wc('POST', 'products', {
        name: 'Lamp shade',
        sku: 'SHADE',
        regular_price: '12.50',
        description: '<p>A shade.</p>',
        weight: '0.4',
        dimensions: { length: '30', width: '30', height: '20' },
      });
    });
    await step('A variable product was created', async () => {
      lamp = await wc('POST', 'products', {
        name: 'Lamp',
        type: 'variable',
        sku: 'LAMP',
        attributes: [{ name: 'Colour', options: ['red', 'blue'], visible: true, variation: true }],
      });
    });
    await step('A variation, red, was created', () =>
      wc('POST', `products/${lamp.id}/variations`, {
        sku: 'LAMP-RED',
        regular_price: '40',
        attributes: [{ name: 'Colour', option: 'red' }],
      }),
    );
    await step('A variation, blue, was created', () =>
      wc('POST', `products/${lamp.id}/variations`, {
        sku: 'LAMP-BLUE',
        regular_price: '45',
        manage_stock: true,
        stock_quantity: 3,
        attributes: [{ name: 'Colour', option: 'blue' }],
      }),
    );
    await step('A grouped product was created', () =>
      wc('POST', 'products', { name: 'Lamp and shade', type: 'grouped', grouped_products: [shade.id] }),
    );
    await step('An external product was created', () =>
      wc('POST', 'products', {
        name: 'Lamp of another shop',
        type: 'external',
        regular_price: '99',
        external_url: 'https://other-shop.example/lamp',
        button_text: 'Buy there',
      }),
    );
    await step('A virtual and downloadable product was created', () =>
      wc('POST', 'products', {
        name: 'Lamp building plan',
        type: 'simple',
        virtual: true,
        downloadable: true,
        regular_price: '5',
      }),
    );
  },
};
