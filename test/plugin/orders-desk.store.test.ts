import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserAvailability, openBrowser } from '../browser/open-browser.ts';
import { Vendor } from '../browser/vendor.ts';
import { shopsOfRun } from '../store/shops-of-run.ts';
import { storeAvailability } from '../store/store-availability.ts';
import { HealthShop } from './health-shop.ts';
import { OrderShop } from './order-shop.ts';
import { callPage } from './page-calls.ts';

const browserThere = await browserAvailability();

/** What DSTNC tells of an order. */
const told = (reference: string, fields: object = {}) => ({
  reference,
  storeOrderId: null,
  storeOrderNumber: '',
  state: 'shipped',
  tracking: [{ carrier: 'dhl', number: '00340', url: 'https://dhl.example/00340' }],
  lastError: null,
  placedAt: '2026-03-12T10:00:00Z',
  updatedAt: '2026-03-12T12:00:00Z',
  ...fields,
});

for (const [woocommerce, hpos] of shopsOfRun([
  ['11.0.1', true],
  ['8.9.3', false],
] as const)) {
  const availability = await storeAvailability({ woocommerce });
  const missing = [availability, browserThere].flatMap((part) => (part.available ? [] : [part.reason])).join(' ');
  const skipped = missing && ` (skipped: ${missing})`;

  describe.skipIf(missing !== '')(
    `DSTNC's orders in wp-admin of WooCommerce ${woocommerce}, HPOS ${hpos ? 'on' : 'off'}${skipped}`,
    () => {
      let shop: HealthShop;
      let orders: OrderShop;
      let browser: Browser;
      let vendor: Vendor;
      let lamp: number;
      /** DSTNC's orders by reference; what isn't there is unknown to it. */
      const known = new Map<string, ReturnType<typeof told>>();
      let resends: string[] = [];
      let pages: string[] = [];

      beforeAll(async () => {
        shop = await HealthShop.start({ woocommerce, hpos });
        orders = new OrderShop(shop.store);
        browser = await openBrowser();
        vendor = await Vendor.logIn(browser, shop.store);
        // WooCommerce 11 celebrates the shop's first order all over its screen.
        const party = '**/order-milestone-easter-egg.js*';
        await vendor.page.route(party, (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
        await shop.connect();
        lamp = await orders.counted(500);
        answering();
      });
      afterAll(async () => {
        const complaints = await shop?.complaints();
        await vendor?.close();
        await browser?.close();
        await shop?.stop();
        expect(complaints).toEqual([]);
      });

      /** DSTNC answers of orders; of all else as is right. */
      const answering = (status = 200): void => {
        resends = [];
        pages = [];
        shop.dstnc.answerWith(({ method, path }) => {
          const [, rest] = /^\/v1\/stores\/st_1\/orders(.*)$/.exec(path) ?? [];
          if (rest === undefined) return null;
          if (status !== 200) return { status, body: { type: `urn:dstnc:problem:not-found`, status } };
          if (rest.startsWith('?')) {
            pages.push(rest);
            const list = [...known.values()].reverse();
            const older = rest.includes('before=older');
            return {
              body: {
                orders: older ? list.slice(3) : list.slice(0, 3),
                counts: { toShip: 7, shipped: 7, attention: 1 },
                next: older || list.length <= 3 ? null : 'older',
              },
            };
          }
          const reference = decodeURIComponent(rest.split('/')[1] ?? '');
          const order = known.get(reference);
          if (!order) return { status: 404, body: { type: 'urn:dstnc:problem:unknown-order', status: 404 } };
          if (method === 'POST' && rest.endsWith('/resend')) {
            resends.push(reference);
            return { status: 202, body: {} };
          }
          return { body: order };
        });
      };
      const order = async (reference: string, fields: object = {}) => {
        const { orderId } = await orders.placeSome(reference, lamp);
        known.set(reference, told(reference, { storeOrderId: orderId, storeOrderNumber: String(orderId), ...fields }));
        return orderId as number;
      };
      const openOrder = (id: number) =>
        vendor.open(
          hpos
            ? `/wp-admin/admin.php?page=wc-orders&action=edit&id=${id}`
            : `/wp-admin/post.php?post=${id}&action=edit`,
        );
      const panel = () => vendor.page.locator('#dstnc-order .inside');
      const panelWords = async () => (await panel().allInnerTexts()).join();
      /** The seconds are over in which nobody asks a DSTNC that gave no answer. */
      const patience = () => shop.store.php("delete_transient( 'dstnc_orders_silent' ); return 1;");

      test('the panel says what became of an order at DSTNC, and sends it again', async () => {
        const id = await order('PO 1/ü', { lastError: 'Unknown carrier <b>.' });
        await openOrder(id);
        const words = await panelWords();
        expect(words).toMatch(/Order PO 1\/ü\s+Shipped\s+dhl 00340\s+DSTNC said last: Unknown carrier/);
        expect(await panel().getByRole('link', { name: '00340' }).getAttribute('href')).toBe(
          'https://dhl.example/00340',
        );
        await vendor.screenshot(`order-panel-${woocommerce}`);
        await panel().getByRole('link', { name: 'Send again' }).click();
        await panel().getByText('DSTNC reads this order again.').waitFor();
        expect(resends).toEqual(['PO 1/ü']);
        expect(vendor.page.url()).toContain(String(id));
        // Said once.
        await openOrder(id);
        await panel().waitFor();
        expect(await panel().getByText('DSTNC reads this order again.').count()).toBe(0);
      });

      test('the panel’s link is good for its order and its user only', async () => {
        const id = await order('PO-nonce');
        await openOrder(id);
        const href = (await panel().getByRole('link', { name: 'Send again' }).getAttribute('href')) ?? '';
        const before = resends.length;
        const other = new URL(href);
        other.searchParams.set('order', String(id - 1));
        expect((await vendor.page.request.get(other.href)).status()).toBe(403);
        expect((await fetch(href, { redirect: 'manual' })).status).not.toBe(200);
        expect(resends).toHaveLength(before);
      });

      test('where DSTNC knows no such order, or gives no answer, the panel says what the shop knows', async () => {
        const { orderId } = await orders.placeSome('PO-unknown', lamp);
        await shop.store.wc('PUT', `orders/${orderId}`, {
          status: 'completed',
          meta_data: [
            {
              key: '_wc_shipment_tracking_items',
              value: [{ tracking_provider: 'gls', tracking_number: '77', custom_tracking_link: 'javascript:alert(1)' }],
            },
          ],
        });
        await openOrder(orderId);
        expect(await panelWords()).toMatch(/Completed, on its way to DSTNC\s+gls 77\s+DSTNC has given no word of it/);
        expect(await panel().getByRole('link', { name: '77' }).count()).toBe(0);
        await panel().getByRole('link', { name: 'Send again' }).click();
        await panel()
          .getByText(/DSTNC doesn’t know this order/)
          .waitFor();
        shop.dstnc.answerWith({ status: 500, body: {} });
        shop.dstnc.take();
        await openOrder(orderId);
        await openOrder(orderId);
        await panel().getByText('DSTNC has given no word of it').waitFor();
        // Asked once, and then not at every order.
        expect(shop.dstnc.take().filter(({ path }) => path.includes('/orders/'))).toHaveLength(1);
        await patience();
        answering();
      });

      test('the shop’s own orders have no panel', async () => {
        const own = (await shop.store.wc('POST', 'orders', { status: 'processing' })).body.id;
        await openOrder(own);
        await vendor.page.locator('#woocommerce-order-data').waitFor();
        expect(await vendor.page.locator('#dstnc-order').count()).toBe(0);
      });

      test('the page counts the shop’s orders, and lists what DSTNC says of them', async () => {
        known.clear();
        await order('PO-10');
        const placed = await order('PO-11', { state: 'placed', tracking: [] });
        await order('PO-12', { state: 'attention', tracking: [], lastError: 'The shop refused: too few of 12:0.' });
        const long = 'PO-2026-03-12-A-VERY-LONG-REFERENCE-WITHOUT-A-SPACE-0000000000000001';
        await order(long, { tracking: [{ carrier: 'dhl', number: '003404341234567890123456789', url: '' }] });
        await order('PO-14', { storeOrderId: 999_999, storeOrderNumber: '999999' });
        const counts = (await callPage(shop.store, 'GET', 'orders')).body.counts;
        const all = await orders.orders();
        const ours = (status: string) => all.filter((one) => one.status === status && one.reference !== '').length;
        expect(counts).toEqual({ toShip: ours('processing'), shipped: ours('completed'), attention: 1 });

        // Other pages' are WooCommerce's.
        vendor.complaints.length = 0;
        await vendor.openDstnc();
        const { page } = vendor;
        await page.getByText(`${counts.toShip} to ship`).waitFor();
        await vendor.screenshot(`orders-card-${woocommerce}`);
        await page.getByRole('button', { name: 'Show the orders' }).click();
        await page.getByRole('button', { name: 'Show older ones' }).click();
        const line = (reference: string) => page.locator('.dstnc-order', { hasText: reference });
        await line('PO-10').waitFor();
        await vendor.screenshot(`orders-list-${woocommerce}`);
        expect(await line('PO-11').textContent()).toContain('To ship');
        expect(await line('PO-11').getByRole('link').getAttribute('href')).toContain(String(placed));
        expect(await line('PO-12').textContent()).toContain('DSTNC said last: The shop refused: too few of 12:0.');
        // What is no order of the shop's any more has a number and no link.
        expect(await line('PO-14').getByRole('link', { name: '#' }).count()).toBe(0);
        await line('PO-10')
          .getByRole('button', { name: /^Send again/ })
          .click();
        await line('PO-10').getByText('DSTNC reads order PO-10 again.').waitFor();
        expect(resends).toContain('PO-10');
        // Nothing is wider than a small telephone.
        await page.setViewportSize({ width: 360, height: 800 });
        const wide = await page.evaluate(
          "[...document.querySelectorAll('#dstnc-page *')].filter((one) => one.getBoundingClientRect().right > 361 && getComputedStyle(one).position !== 'absolute').map((one) => one.className)",
        );
        expect(wide).toEqual([]);
        await page.setViewportSize({ width: 1280, height: 900 });
        expect(vendor.complaints).toEqual([]);
      });

      test('with a DSTNC that gives no answer, the list is the shop’s own, page by page', async () => {
        const list = async (query = '') => (await callPage(shop.store, 'GET', `orders${query}`)).body;
        answering(404);
        const first = await list('?limit=2');
        expect([first.problem, first.counts.attention]).toEqual([null, null]);
        expect(first.orders.map((one: { reference: string; label: string }) => [one.reference, one.label])).toEqual([
          ['PO-14', 'To ship'],
          [expect.stringContaining('VERY-LONG'), 'To ship'],
        ]);
        // What began with the shop's own word ends with it.
        answering();
        const second = await list(`?limit=2&before=${encodeURIComponent(first.next)}`);
        expect(second.orders.map((one: { reference: string }) => one.reference)).toEqual(['PO-12', 'PO-11']);
        expect(pages).toEqual([]);
        shop.dstnc.answerWith({ status: 503, body: {} });
        expect((await list()).problem.code).toBe('receiver_down');
        answering();
      });

      test('the routes are for users who may manage the shop', async () => {
        const routes = (user: number) =>
          shop.store.php<number[]>(
            `$resend = new WP_REST_Request( 'POST', '/dstnc-admin/v1/orders/resend' );
             $resend->set_body_params( array( 'reference' => 'PO-10' ) );
             return array( rest_do_request( new WP_REST_Request( 'GET', '/dstnc-admin/v1/orders' ) )->get_status(), rest_do_request( $resend )->get_status() );`,
            { user, where: 'server' },
          );
        expect(await routes(0)).toEqual([401, 401]);
        expect(await routes(1)).toEqual([200, 200]);
        const unknown = await callPage(shop.store, 'POST', 'orders/resend', { reference: 'nobody’s' });
        expect([unknown.status, unknown.body.code]).toEqual([404, 'unknown_order']);
      });
    },
  );
}
