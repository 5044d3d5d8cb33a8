import { createVariableLamp, type VariableLamp } from '../../recordings/scenarios/variable-lamp.ts';
import type { MatrixRow } from '../plugin-stage.ts';

/** What WooCommerce works out for the parent after its webhooks were queued: core's event of the parent is lost. */
export const parentOfVariation: MatrixRow = {
  name: 'the parent of a changed variation (core loses its event)',
  async play(stage) {
    const { step, wc } = stage;
    let lamp: VariableLamp = { id: 0, red: 0, blue: 0 };
    const change = (id: number, fields: object) => wc('PUT', `products/${lamp.id}/variations/${id}`, fields);
    await step('A variable product with two variations was created', async () => {
      lamp = await createVariableLamp(stage);
    });
    await step('Only the red variation had a price any more', () => change(lamp.blue, { regular_price: '' }));
    await step('No variation had a price any more: the product is not for sale', () =>
      change(lamp.red, { regular_price: '' }),
    );
    await step('The blue variation had a price again: the product is for sale', () =>
      change(lamp.blue, { regular_price: '41' }),
    );
  },
};
