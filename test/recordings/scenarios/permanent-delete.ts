import type { Scenario } from '../scenario.ts';
import { createVariableLamp, type VariableLamp } from './variable-lamp.ts';

/** Nothing is sent for what is deleted for good (woocommerce/woocommerce#28541, #31620). */
export const permanentDelete: Scenario = {
  name: 'permanent-delete',
  title: 'A simple and a variable product are deleted for good',
  converges: 'sweep',
  async play(stage) {
    const { step, wc } = stage;
    let shade = { id: 0 };
    let lamp: VariableLamp = { id: 0, red: 0, blue: 0 };
    await step('A simple and a variable product were created, and one that stays', async () => {
      shade = await wc('POST', 'products', { name: 'Lamp shade', regular_price: '10' });
      lamp = await createVariableLamp(stage);
      await wc('POST', 'products', { name: 'Bulb', regular_price: '3' });
    });
    await step('The simple product was deleted for good', () => wc('DELETE', `products/${shade.id}?force=true`));
    await step('The variable product was deleted for good', () => wc('DELETE', `products/${lamp.id}?force=true`));
  },
};
