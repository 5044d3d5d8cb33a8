import type { Scenario } from '../scenario.ts';
import { createVariableLamp, type VariableLamp } from './variable-lamp.ts';

/** Other plugins that write past WooCommerce: no event, and `date_modified` stays. */
export const stockByMetaAndSql: Scenario = {
  name: 'stock-by-meta-and-sql',
  title: 'Another plugin writes the stock as meta and by SQL',
  converges: 'sweep',
  async play(stage) {
    const { step, wc, store } = stage;
    const counted = { manage_stock: true, stock_quantity: 4 };
    let shade = { id: 0 };
    let lamp: VariableLamp = { id: 0, red: 0, blue: 0 };
    await step('A simple and a variable product, four in stock of each, were created', async () => {
      shade = await wc('POST', 'products', { name: 'Lamp shade', regular_price: '10', ...counted });
      lamp = await createVariableLamp(stage, {}, counted);
    });
    await step("The simple product's stock was written as meta", () =>
      store.php("return (bool) update_post_meta( $args, '_stock', 2 );", { args: shade.id }),
    );
    await step("The red variation's stock was written by SQL", () =>
      store.sql("UPDATE wp_postmeta SET meta_value = '1' WHERE meta_key = '_stock' AND post_id = ?", [lamp.red]),
    );
  },
};
