import type { Scenario } from '../scenario.ts';

/** A setting of the whole store, which changes every product's answer and sends nothing. */
export const stockManagementOff: Scenario = {
  name: 'stock-management-off',
  title: 'Stock management is switched off for the whole store and on again',
  converges: 'sweep',
  async play({ step, wc }) {
    const set = (value: string) => wc('PUT', 'settings/products/woocommerce_manage_stock', { value });
    await step('A product with four in stock was created', () =>
      wc('POST', 'products', { name: 'Lamp', regular_price: '10', manage_stock: true, stock_quantity: 4 }),
    );
    await step('Stock management was switched off for the store', () => set('no'));
    await step('Stock management was switched on again', () => set('yes'));
    await step('Stock management was switched off for good', () => set('no'));
  },
};
