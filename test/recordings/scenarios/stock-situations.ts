import type { Scenario } from '../scenario.ts';

/** What the stock rules tell apart. */
export const stockSituations: Scenario = {
  name: 'stock-situations',
  title: 'The four stock situations, sold out, restocked and on backorder',
  converges: 'webhooks',
  async play({ step, wc }) {
    let counted = { id: 0 };
    const create = (name: string, stock: object) => wc('POST', 'products', { name, regular_price: '10', ...stock });
    await step('A product without stock management, in stock, was created', () =>
      create('Untracked, in stock', { manage_stock: false, stock_status: 'instock' }),
    );
    await step('A product without stock management, out of stock, was created', () =>
      create('Untracked, out of stock', { manage_stock: false, stock_status: 'outofstock' }),
    );
    await step('A product without stock management, on backorder, was created', () =>
      create('Untracked, on backorder', { manage_stock: false, stock_status: 'onbackorder' }),
    );
    await step('A product with seven in stock was created', async () => {
      counted = await create('Tracked', { manage_stock: true, stock_quantity: 7 });
    });
    await step('Its quantity was set to 0', () => wc('PUT', `products/${counted.id}`, { stock_quantity: 0 }));
    await step('It was restocked to 3', () => wc('PUT', `products/${counted.id}`, { stock_quantity: 3 }));
    await step('Backorders were allowed and the quantity set to -2', () =>
      wc('PUT', `products/${counted.id}`, { backorders: 'yes', stock_quantity: -2 }),
    );
    await step('Stock management was switched off, in stock', () =>
      wc('PUT', `products/${counted.id}`, { manage_stock: false, stock_status: 'instock' }),
    );
  },
};
