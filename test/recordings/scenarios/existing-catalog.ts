import type { Scenario } from '../scenario.ts';
import { createVariableLamp } from './variable-lamp.ts';

/** A store that has been selling for long when it is connected. */
export const existingCatalog: Scenario = {
  name: 'existing-catalog',
  title: 'Products were there before the webhooks: only some of them are ever named',
  // What is never changed is never sent: the import finds it.
  converges: 'sweep',
  async setUp({ wc }) {
    await createVariableLamp({ wc }, {}, { manage_stock: true, stock_quantity: 4 });
    for (const name of ['Lamp shade', 'Bulb', 'Socket']) await wc('POST', 'products', { name, regular_price: '10' });
    await wc('POST', 'products', { name: 'Lamp to come', regular_price: '10', status: 'draft' });
  },
  async play({ step, wc }) {
    const products: { id: number; name: string }[] = await wc('GET', 'products?per_page=100');
    const idOf = (name: string) => products.find((product) => product.name === name)?.id;
    await step("The shade's price was changed", () =>
      wc('PUT', `products/${idOf('Lamp shade')}`, { regular_price: '11' }),
    );
    await step("A variation's stock was changed", async () => {
      const [red] = await wc('GET', `products/${idOf('Lamp')}/variations?order=asc`);
      await wc('PUT', `products/${idOf('Lamp')}/variations/${red.id}`, { stock_quantity: 2 });
    });
  },
};
