import type { Scenario } from '../scenario.ts';
import { createVariableLamp, type VariableLamp } from './variable-lamp.ts';

const none: VariableLamp = { id: 0, red: 0, blue: 0 };
const counted = { manage_stock: true, stock_quantity: 4 };

/** Nothing is sent for a removed variation. */
export const variationRemoved: Scenario = {
  name: 'variation-removed',
  title: 'A variation is removed for good',
  converges: 'sweep',
  async play(stage) {
    const { step, wc } = stage;
    let lamp = none;
    await step('A variable product with two variations was created', async () => {
      lamp = await createVariableLamp(stage, {}, counted);
    });
    await step('The red variation was removed', () =>
      wc('DELETE', `products/${lamp.id}/variations/${lamp.red}?force=true`),
    );
  },
};
