import type { Scenario } from '../scenario.ts';
import { createVariableLamp, type VariableLamp } from './variable-lamp.ts';

const none: VariableLamp = { id: 0, red: 0, blue: 0 };
const counted = { manage_stock: true, stock_quantity: 4 };

/** A variation's change names the variation alone. */
export const variationStockAndPrice: Scenario = {
  name: 'variation-stock-and-price',
  title: "A variation's stock and price change",
  converges: 'webhooks',
  async play(stage) {
    const { step, wc } = stage;
    let lamp = none;
    await step('A variable product with two variations was created', async () => {
      lamp = await createVariableLamp(stage, {}, counted);
    });
    const change = (id: number, fields: object) => wc('PUT', `products/${lamp.id}/variations/${id}`, fields);
    await step("The red variation's quantity was set to 1", () => change(lamp.red, { stock_quantity: 1 }));
    await step("The red variation's price was set to 42", () => change(lamp.red, { regular_price: '42' }));
    await step('The blue variation went on sale for 30', () => change(lamp.blue, { sale_price: '30' }));
    await step('Both variations were sold out', async () => {
      await change(lamp.red, { stock_quantity: 0 });
      await change(lamp.blue, { stock_quantity: 0 });
    });
    await step('The blue variation was restocked to 6', () => change(lamp.blue, { stock_quantity: 6 }));
    await step('The red variation was disabled', () => change(lamp.red, { status: 'private' }));
  },
};
