import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ShopperSession } from '../store/shopper-session.ts';
import type { Store } from '../store/store.ts';
import { storeAvailability } from '../store/store-availability.ts';
import { until } from '../store/until.ts';
import { ConnectedShop } from './connected-shop.ts';
import { createLamp } from './create-lamp.ts';

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
    let shop: ConnectedShop;
    let lamp: number;

    beforeAll(async () => {
      shop = await ConnectedShop.start({
        store: { woocommerce, fpm },
        name: 'nordic-lamps',
        fill: async (store) => {
          lamp = await createLamp(store, 1000);
        },
      });
      await shop.arrives(lamp, 1000);
    });
    afterAll(async () => {
      await shop?.stop();
    });
    beforeEach(async () => {
      shop.openGate();
      await aMinuteLater(shop.store);
      await shop.arrives(lamp);
    });

    test.each([
      ['the classic checkout', (shopper: ShopperSession) => shopper.buy([{ id: lamp, quantity: 1 }])],
      ['the checkout of blocks', (shopper: ShopperSession) => shopper.buyByBlocks([{ id: lamp, quantity: 1 }])],
    ])('has the answer of %s before the notification is given up', async (_what, buy) => {
      const before = await shop.quantity(lamp);
      const shopper = await ShopperSession.visit(shop.store);
      const happened: string[] = [];
      shop.gate.onGivenUp(() => happened.push('notification given up'));
      shop.gate.hold();
      const held = shop.rings;
      expect(await buy(shopper)).toBeGreaterThan(0);
      happened.push('shopper answered');
      await until('a notification to be given up', async () => happened.includes('notification given up'));
      expect(happened[0]).toBe('shopper answered');
      expect(shop.rings).toBeGreaterThan(held);
      expect(await shop.quantity(lamp)).toBe(before - 1);

      shop.openGate();
      await aMinuteLater(shop.store);
      await shop.arrives(lamp, before - 1);
    });

    test('the shop tries a dead receiver three times, then rests, and tells all of it once it is back', async () => {
      const before = await shop.quantity(lamp);
      shop.gate.refuse();
      // On the command line, where the ring is over when the process is.
      const sell = () =>
        shop.store.php("return wc_update_product_stock( wc_get_product( $args ), 1, 'decrease' );", { args: lamp });
      const tried: number[] = [];
      for (let n = 0; n < 5; n += 1) {
        const already = shop.rings;
        await sell();
        tried.push(shop.rings - already);
      }
      expect(tried).toEqual([1, 1, 1, 0, 0]);

      shop.openGate();
      await aMinuteLater(shop.store);
      await shop.arrives(lamp, before - 5);
      // And the direct way is there again.
      await sell();
      await shop.arrives(lamp, before - 6);
    });

    test('many shoppers at once are served while every notification hangs', async () => {
      const before = await shop.quantity(lamp);
      const shoppers = await Promise.all(Array.from({ length: 6 }, () => ShopperSession.visit(shop.store)));
      shop.gate.hold();
      const orders = await Promise.all(shoppers.map((shopper) => shopper.buy([{ id: lamp, quantity: 1 }])));
      expect(new Set(orders).size).toBe(6);
      expect(await shop.quantity(lamp)).toBe(before - 6);
      // One process of the shop at a time waits for DSTNC, whatever the number of shoppers.
      expect(shop.gate.mostHeld).toBe(1);
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
