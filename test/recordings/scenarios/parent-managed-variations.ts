import type { Scenario } from '../scenario.ts';
import { createVariableLamp, type VariableLamp } from './variable-lamp.ts';

const none: VariableLamp = { id: 0, red: 0, blue: 0 };

/** Variations that share the parent's stock. */
export const parentManagedVariations: Scenario = {
  name: 'parent-managed-variations',
  title: 'Variations sell from the stock of their parent',
  converges: 'webhooks',
  async play(stage) {
    const { step, wc, store } = stage;
    let lamp = none;
    await step('A variable product with a stock of its own and two variations was created', async () => {
      lamp = await createVariableLamp(stage, { manage_stock: true, stock_quantity: 5 });
    });
    await step("The parent's quantity was set to 2", () => wc('PUT', `products/${lamp.id}`, { stock_quantity: 2 }));
    await step('One was sold of the red variation', () =>
      store.php("return wc_update_product_stock( wc_get_product( $args ), 1, 'decrease' );", { args: lamp.red }),
    );
    await step('The blue variation began to count its own stock, 9', () =>
      wc('PUT', `products/${lamp.id}/variations/${lamp.blue}`, { manage_stock: true, stock_quantity: 9 }),
    );
    await step('The parent was sold out', () => wc('PUT', `products/${lamp.id}`, { stock_quantity: 0 }));
  },
};
