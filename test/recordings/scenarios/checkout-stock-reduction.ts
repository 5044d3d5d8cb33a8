import type { Scenario } from '../scenario.ts';
import { createStockedLamps } from './create-stocked-lamps.ts';
import { shopper } from './shopper.ts';

/** Stock that WooCommerce itself takes when an order is paid for, and gives back when it is cancelled. */
export const checkoutStockReduction: Scenario = {
  name: 'checkout-stock-reduction',
  title: 'An order reduces the stock of a simple product and of variations, and its cancellation restores it',
  converges: 'webhooks',
  async play(stage) {
    const { step, wc } = stage;
    const { shade, own, shared } = await createStockedLamps(stage);
    let order = { id: 0 };
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
