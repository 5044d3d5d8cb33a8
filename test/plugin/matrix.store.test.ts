import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserAvailability, openBrowser } from '../browser/open-browser.ts';
import { Vendor } from '../browser/vendor.ts';
import { createVariableLamp } from '../recordings/scenarios/variable-lamp.ts';
import type { Store } from '../store/store.ts';
import { storeAvailability } from '../store/store-availability.ts';
import { ConnectedShop } from './connected-shop.ts';
import { matrixRows } from './matrix-rows.ts';
import { matrixShops } from './matrix-shops.ts';
import { clearProducts, playRow, type RowGround } from './play-row.ts';
import { playTrackedOrder } from './play-tracked-order.ts';
import { pluginZip } from './plugin-zip.ts';

const [browsers, zip] = await Promise.all([browserAvailability(), pluginZip()]);

describe.each(matrixShops())('a shop connected by the page, $name', async ({ name, options }) => {
  const stores = await storeAvailability(options);
  const missing = [stores, browsers, zip].flatMap((part) => (part.available ? [] : [part.reason]));

  describe.skipIf(missing.length > 0)(
    missing.length > 0 ? `(skipped: ${missing.join(' ')})` : 'with an idle queue',
    () => {
      let browser: Browser;
      let vendor: Vendor;
      let shop: ConnectedShop;
      let ground: RowGround;

      beforeAll(async () => {
        browser = await openBrowser();
        shop = await ConnectedShop.start({
          store: options,
          name: `matrix-${name.replaceAll(/[^a-z0-9]+/g, '-')}`,
          fill: fillShop,
          connect: async (store, code) => {
            vendor = await Vendor.logIn(browser, store);
            await vendor.installPlugin(zip.available ? zip.path : '');
            await vendor.connect(code);
          },
        });
        const sentinel = await shop.store.wc('POST', 'products', { name: 'Sentinel', regular_price: '1' });
        ground = { store: shop.store, mirror: shop.mirror, vendor, sentinel: sentinel.body.id };
      });

      afterAll(async () => {
        await vendor?.close();
        await shop?.stop();
        await browser?.close();
      });

      test('what was in the shop before is at DSTNC, and so is a product made right after', async () => {
        expect(await shop.mirror.settled(60_000)).toEqual([]);
        expect(Object.keys(await shop.mirror.expected()).length).toBeGreaterThan(4);
      });

      test('an order of DSTNC: status, tracking, refund and cancellation are told, and no other order is', async () => {
        await playTrackedOrder(shop.store);
      });

      // Not by `test.each`, which cuts long names.
      for (const row of matrixRows.filter(({ since = '0' }) => olderOrSame(since, options.woocommerce))) {
        test(row.name, async () => {
          // What the row before left would be in the way of the same SKUs.
          await clearProducts(ground);
          const steps = await playRow(ground, row);
          console.log(`${name}  ${row.name}: ${steps.map(({ ms }) => ms).join(', ')} ms`);
          expect(steps.filter(({ differences }) => differences.length > 0)).toEqual([]);
          expect(steps.flatMap(({ visible, what }) => (visible ? [] : [what]))).toEqual(row.unseen ?? []);
        });
      }

      test('every product deleted for good in one request', async () => {
        await clearProducts(ground);
        await fillShop(shop.store);
        expect(await shop.mirror.settled()).toEqual([]);
        expect(await clearProducts(ground)).toEqual([]);
        expect(Object.keys(await shop.mirror.expected())).toEqual([String(ground.sentinel)]);
      });

      test('all of it went directly: nothing waits in the queue, nothing was run by it', async () => {
        const queued = await shop.store.sql(
          "SELECT hook, status FROM wp_actionscheduler_actions WHERE hook IN ('woocommerce_deliver_webhook_async', 'dstnc_ring')",
        );
        expect(queued).toEqual([]);
        expect(shop.rig.sandbox.calls.violations).toEqual([]);
        expect(shop.rig.sandbox.state.regressions).toBe(0);
      });

      test("the plugin left nothing in PHP's log and in the browser's console", async () => {
        const log = (await shop.store.log())
          .split('\n')
          .filter((line) => /dstnc-for-woocommerce|dstnc_|Dstnc\\/.test(line));
        expect(log).toEqual([]);
        expect(vendor.complaints.filter((line) => /dstnc/i.test(line))).toEqual([]);
      });
    },
  );
});

/** A little of everything. */
async function fillShop(store: Store): Promise<void> {
  const wc = async (method: string, path: string, body?: unknown) => (await store.wc(method, path, body)).body;
  await createVariableLamp({ wc }, {}, { manage_stock: true, stock_quantity: 4 });
  for (const name of ['Lamp shade', 'Bulb']) await wc('POST', 'products', { name, regular_price: '10' });
  await wc('POST', 'products', { name: 'Sold out', regular_price: '10', stock_status: 'outofstock' });
  await wc('POST', 'products', { name: 'Lamp to come', regular_price: '10', status: 'draft' });
}

function olderOrSame(version: string, than: string): boolean {
  return version.localeCompare(than, 'en', { numeric: true }) <= 0;
}
