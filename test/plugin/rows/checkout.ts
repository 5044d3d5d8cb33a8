import { createStockedLamps } from '../../recordings/scenarios/create-stocked-lamps.ts';
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
  const { step, store } = stage;
  const { shade, own, shared } = await createStockedLamps(stage);
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
