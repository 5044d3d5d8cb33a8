import type { Scenario } from '../scenario.ts';
import { shopper } from './shopper.ts';
import { createVariableLamp, type VariableLamp } from './variable-lamp.ts';

const none: VariableLamp = { id: 0, red: 0, blue: 0 };

/** Stock that WooCommerce itself takes when an order is paid for, and gives back when it is cancelled. */
export const checkoutStockReduction: Scenario = {
  name: 'checkout-stock-reduction',
  title: 'An order reduces the stock of a simple product and of variations, and its cancellation restores it',
  converges: 'webhooks',
  async play(stage) {
    const { step, wc } = stage;
    let shade = { id: 0 };
    let own = none;
    let shared = none;
    let order = { id: 0 };
    await step('A simple product and two variable ones were created', async () => {
      shade = await wc('POST', 'products', {
        name: 'Lamp shade',
        regular_price: '10',
        manage_stock: true,
        stock_quantity: 5,
      });
      own = await createVariableLamp(stage, { name: 'Lamp' }, { manage_stock: true, stock_quantity: 4 });
      shared = await createVariableLamp(stage, { name: 'Torch', manage_stock: true, stock_quantity: 8 }, { sku: '' });
    });
    await step('An order was placed, not yet paid for', async () => {
      order = await wc('POST', 'orders', {
        ...shopper,
        status: 'pending',
        payment_method: 'cod',
        line_items: [
          { product_id: shade.id, quantity: 2 },
          { product_id: own.id, variation_id: own.red, quantity: 1 },
          { product_id: shared.id, variation_id: shared.blue, quantity: 3 },
        ],
      });
    });
    await step('The order was paid for: WooCommerce reduced the stock', () =>
      wc('PUT', `orders/${order.id}`, { status: 'processing' }),
    );
    await step('The order was cancelled: WooCommerce put the stock back', () =>
      wc('PUT', `orders/${order.id}`, { status: 'cancelled' }),
    );
    await step('The last red one was sold: it went out of stock', () =>
      wc('POST', 'orders', {
        ...shopper,
        status: 'processing',
        payment_method: 'cod',
        line_items: [{ product_id: own.id, variation_id: own.red, quantity: 4 }],
      }),
    );
  },
};
