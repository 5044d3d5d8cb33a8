import { createVariableLamp, type VariableLamp } from '../../recordings/scenarios/variable-lamp.ts';
import { type CartItem, ShopperSession } from '../../store/shopper-session.ts';
import type { MatrixRow, PluginStage } from '../plugin-stage.ts';

/** What a shopper buys is taken from stock while the order is placed. */
export const checkout: readonly MatrixRow[] = [
  {
    name: 'stock reduced by the classic checkout',
    play: (stage) => play(stage, (shopper, items) => shopper.buy(items)),
  },
  {
    name: 'stock reduced by the checkout of blocks',
    since: '8.0',
    play: (stage) => play(stage, (shopper, items) => shopper.buyByBlocks(items)),
  },
];

async function play(
  stage: PluginStage,
  buy: (shopper: ShopperSession, items: readonly CartItem[]) => Promise<number>,
): Promise<void> {
  const { step, wc, store } = stage;
  let shade = { id: 0 };
  let own: VariableLamp = { id: 0, red: 0, blue: 0 };
  let shared = own;
  await step('A simple and two variable products were created', async () => {
    shade = await wc('POST', 'products', {
      name: 'Lamp shade',
      regular_price: '10',
      manage_stock: true,
      stock_quantity: 5,
    });
    own = await createVariableLamp(stage, { name: 'Lamp' }, { manage_stock: true, stock_quantity: 4 });
    shared = await createVariableLamp(stage, { name: 'Torch', manage_stock: true, stock_quantity: 8 }, { sku: '' });
  });
  await step('A shopper bought two shades', async () => {
    await buy(await ShopperSession.visit(store), [{ id: shade.id, quantity: 2 }]);
  });
  await step('A shopper bought one of each: of stock of its own, and of the parent’s', async () => {
    await buy(await ShopperSession.visit(store), [
      { id: shade.id, quantity: 1 },
      { id: own.red, quantity: 1 },
      { id: shared.blue, quantity: 3 },
    ]);
  });
  await step('A shopper bought the last red lamps', async () => {
    await buy(await ShopperSession.visit(store), [{ id: own.red, quantity: 3 }]);
  });
}
