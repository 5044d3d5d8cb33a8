import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Gate, startGate } from '../rig/gate.ts';
import { type Rig, startRig } from '../rig/start-rig.ts';
import { ShopperSession } from '../store/shopper-session.ts';
import { startStore } from '../store/start-store.ts';
import type { Store } from '../store/store.ts';
import { storeAvailability } from '../store/store-availability.ts';
import { until } from '../store/until.ts';
import { connectByApi } from './connect-by-api.ts';
import { pluginFolder } from './plugin-folder.ts';

const woocommerce = '11.0.1';

/** As hosts run it, where the answer can go out first; and a server where another request of the shop to itself has to ring. */
const servers = [
  { server: 'PHP-FPM', fpm: true },
  { server: "PHP's own server", fpm: false },
];

describe.each(servers)('a shopper, while DSTNC is dead or asleep, on $server', async ({ fpm }) => {
  const availability = await storeAvailability({ woocommerce, fpm });
  const skipped = availability.available ? '' : ` (skipped: ${availability.reason})`;

  describe.skipIf(!availability.available)(`in a connected shop${skipped}`, () => {
    let rig: Rig;
    let gate: Gate;
    let store: Store;
    let lamp: number;

    beforeAll(async () => {
      gate = await startGate();
      rig = await startRig({ publicUrl: gate.url });
      gate.open(rig.service.url);
      store = await startStore({ woocommerce, fpm, plugins: [pluginFolder()] });
      const created = await store.wc('POST', 'products', {
        name: 'Lamp',
        regular_price: '10',
        manage_stock: true,
        stock_quantity: 1000,
      });
      lamp = created.body.id;
      await connectByApi(rig, store, 'nordic-lamps');
      await until('the lamp to be at DSTNC', async () => quantityAtDstnc() === 1000);
    });
    afterAll(async () => {
      await store?.stop();
      await rig?.stop();
      await gate?.stop();
    });
    beforeEach(async () => {
      gate.open(rig.service.url);
      await aMinuteLater(store);
      await until('DSTNC to be as the shop', async () => quantityAtDstnc() === (await quantityInShop()));
    });

    const quantityAtDstnc = () => rig.sandbox.state.item('nordic-lamps', `${lamp}:0`)?.quantity;
    const quantityInShop = async () => (await store.wc('GET', `products/${lamp}`)).body.stock_quantity as number;
    const rings = () => gate.requests.filter(({ path }) => path.startsWith('/v1/webhooks/'));

    test.each([
      ['the classic checkout', (shopper: ShopperSession) => shopper.buy([{ id: lamp, quantity: 1 }])],
      ['the checkout of blocks', (shopper: ShopperSession) => shopper.buyByBlocks([{ id: lamp, quantity: 1 }])],
    ])('has the answer of %s before the notification is given up', async (_what, buy) => {
      const before = await quantityInShop();
      const shopper = await ShopperSession.visit(store);
      const happened: string[] = [];
      gate.onGivenUp(() => happened.push('notification given up'));
      gate.hold();
      const held = rings().length;
      expect(await buy(shopper)).toBeGreaterThan(0);
      happened.push('shopper answered');
      await until('a notification to be given up', async () => happened.includes('notification given up'));
      expect(happened[0]).toBe('shopper answered');
      expect(rings().length).toBeGreaterThan(held);
      expect(await quantityInShop()).toBe(before - 1);

      gate.open(rig.service.url);
      await aMinuteLater(store);
      await until('the sale to be at DSTNC', async () => quantityAtDstnc() === before - 1);
    });

    test('the shop tries a dead receiver three times, then rests, and tells all of it once it is back', async () => {
      const before = await quantityInShop();
      gate.refuse();
      // On the command line, where the ring is over when the process is.
      const sell = () =>
        store.php("return wc_update_product_stock( wc_get_product( $args ), 1, 'decrease' );", { args: lamp });
      const tried: number[] = [];
      for (let n = 0; n < 5; n += 1) {
        const already = rings().length;
        await sell();
        tried.push(rings().length - already);
      }
      expect(tried).toEqual([1, 1, 1, 0, 0]);

      gate.open(rig.service.url);
      await aMinuteLater(store);
      await until('the sales to be at DSTNC', async () => quantityAtDstnc() === before - 5);
      // And the direct way is there again.
      await sell();
      await until('the next sale to be at DSTNC', async () => quantityAtDstnc() === before - 6);
    });

    test('many shoppers at once are served while every notification hangs', async () => {
      const before = await quantityInShop();
      const shoppers = await Promise.all(Array.from({ length: 6 }, () => ShopperSession.visit(store)));
      gate.hold();
      const orders = await Promise.all(shoppers.map((shopper) => shopper.buy([{ id: lamp, quantity: 1 }])));
      expect(new Set(orders).size).toBe(6);
      expect(await quantityInShop()).toBe(before - 6);
      // One process of the shop at a time waits for DSTNC, whatever the number of shoppers.
      expect(gate.mostHeld).toBe(1);
    });
  });
});

/** What a minute would bring: the rest of the direct way is over, and repeated rings are due. They are run, as a visit would. */
async function aMinuteLater(store: Store): Promise<void> {
  await store.php(
    `$failures = get_option( 'dstnc_ring_failures' );
    if ( is_array( $failures ) ) { $failures['restUntil'] = 0; update_option( 'dstnc_ring_failures', $failures ); }
    return true;`,
    { where: 'server' },
  );
  await store.sql(
    "UPDATE wp_actionscheduler_actions SET scheduled_date_gmt = '2020-01-01', scheduled_date_local = '2020-01-01' WHERE hook = 'dstnc_ring' AND status = 'pending'",
  );
  await store.runQueue('everything');
}
