import { createVariableLamp, type VariableLamp } from '../../recordings/scenarios/variable-lamp.ts';
import type { MatrixRow } from '../plugin-stage.ts';

const counted = { manage_stock: true, stock_quantity: 4 };

/** Stock written past WooCommerce, as other plugins do: core sends nothing, and `date_modified` stays. */
export const stockAsMeta: MatrixRow = {
  name: '_stock written as meta (core sends nothing)',
  async play(stage) {
    const { step, wc, store } = stage;
    let shade = { id: 0 };
    let lamp: VariableLamp = { id: 0, red: 0, blue: 0 };
    const write = (id: number, quantity: number, where: 'process' | 'server') =>
      store.php("return (bool) update_post_meta( $args['id'], '_stock', $args['quantity'] );", {
        args: { id, quantity },
        where,
      });
    await step('A simple and a variable product, four in stock of each, were created', async () => {
      shade = await wc('POST', 'products', { name: 'Lamp shade', regular_price: '10', ...counted });
      lamp = await createVariableLamp(stage, {}, counted);
    });
    await step("The simple product's stock was written in a visit", () => write(shade.id, 2, 'server'));
    await step("The simple product's stock was written by a job on the command line", () =>
      write(shade.id, 1, 'process'),
    );
    await step("The red variation's stock was written in a visit", () => write(lamp.red, 3, 'server'));
    await step("The blue variation's stock was written by a job on the command line", () =>
      write(lamp.blue, 0, 'process'),
    );
  },
};
