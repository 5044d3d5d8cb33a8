import type { Stage } from '../scenario.ts';
import { createVariableLamp, type VariableLamp } from './variable-lamp.ts';

/** Products of each way to keep stock. */
export interface StockedLamps {
  /** A simple product. */
  readonly shade: { readonly id: number };
  /** A variable product whose variations have stock of their own. */
  readonly own: VariableLamp;
  /** One whose variations share the stock of their parent. */
  readonly shared: VariableLamp;
}

/** A step that makes five shades, four lamps of each colour, and eight torches. */
export async function createStockedLamps(stage: Pick<Stage, 'wc' | 'step'>): Promise<StockedLamps> {
  let shade = { id: 0 };
  let own: VariableLamp = { id: 0, red: 0, blue: 0 };
  let shared = own;
  await stage.step('A simple product and two variable ones were created', async () => {
    shade = await stage.wc('POST', 'products', {
      name: 'Lamp shade',
      regular_price: '10',
      manage_stock: true,
      stock_quantity: 5,
    });
    own = await createVariableLamp(stage, { name: 'Lamp' }, { manage_stock: true, stock_quantity: 4 });
    shared = await createVariableLamp(stage, { name: 'Torch', manage_stock: true, stock_quantity: 8 }, { sku: '' });
  });
  return { shade, own, shared };
}
