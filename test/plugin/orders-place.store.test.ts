import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signOAuth1 } from '../../receiver/src/woocommerce/oauth1.ts';
import { shopsOfRun } from '../store/shops-of-run.ts';
import { storeAvailability } from '../store/store-availability.ts';
import { orderBody } from './order-body.ts';
import { line, OrderShop } from './order-shop.ts';

for (const [woocommerce, hpos] of shopsOfRun([
  ['11.0.1', true],
  ['11.0.1', false],
  ['8.9.3', true],
] as const)) {
  const availability = await storeAvailability({ woocommerce });
  const skipped = availability.available ? '' : ` (skipped: ${availability.reason})`;

  describe.skipIf(!availability.available)(
    `an order of DSTNC in WooCommerce ${woocommerce}, HPOS ${hpos ? 'on' : 'off'}${skipped}`,
    () => {
      let shop: OrderShop;
      beforeAll(async () => {
        shop = await OrderShop.start({ woocommerce, hpos });
      });
      afterAll(async () => {
        expect(await shop?.stop()).toEqual([]);
      });

      const mailsSince = async (before: number) => (await shop.store.mails()).slice(before);

      test('is as if a shopper had paid for it, but nobody writes to them', async () => {
        const lamp = await shop.counted(5);
        const before = (await shop.store.mails()).length;
        const { status, body } = await shop.place('PO-1', {
          lines: [line(`${lamp}:0`, 2)],
          shippingLines: [{ title: 'Parcel', total: '4.20', totalTax: '0.80' }],
        });
        expect([status, body]).toEqual([
          201,
          {
            created: true,
            orderId: expect.any(Number),
            reference: 'PO-1',
            number: String(body.orderId),
            status: 'processing',
            currency: 'EUR',
            total: '28.80',
            dateCreated: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
            dateCompleted: null,
            dateModified: expect.stringMatching(/Z$/),
            lines: [{ lineId: expect.any(Number), externalId: `${lamp}:0`, quantity: 2, refunded: 0 }],
            refundedTotal: '0.00',
            fulfillments: null,
            trackingItems: [],
          },
        ]);
        const order = (await shop.store.wc('GET', `orders/${body.orderId}`)).body;
        expect(order).toMatchObject({
          status: 'processing',
          created_via: 'dstnc',
          currency: 'EUR',
          total: '28.80',
          total_tax: '4.60',
          shipping_total: '4.20',
          payment_method: '',
          payment_method_title: 'DSTNC',
          transaction_id: 'PO-1',
          customer_note: 'DSTNC order PO-1\nLeave it at the door',
          billing: {
            first_name: 'Eva',
            last_name: 'Example',
            postcode: '10115',
            country: 'DE',
            email: 'po@alias.example',
          },
          shipping: { first_name: 'Eva', address_1: 'Example Street 1', country: 'DE' },
          shipping_lines: [{ method_title: 'Parcel', total: '4.20', total_tax: '0.80' }],
        });
        expect(Date.parse(`${order.date_paid_gmt}Z`)).toBeGreaterThan(Date.now() - 600_000);
        expect(order.meta_data).toContainEqual(expect.objectContaining({ key: '_dstnc_reference', value: 'PO-1' }));
        expect(await shop.quantity(lamp)).toBe(3);
        const mails = await mailsSince(before);
        expect(mails.filter(({ to }) => JSON.stringify(to).includes('alias.example'))).toEqual([]);
        expect(mails.some(({ subject }) => /new order/i.test(subject))).toBe(true);
      });

      test('has no mail for its buyer whatever the vendor does with it', async () => {
        const lamp = await shop.counted(5);
        const { orderId } = await shop.placeSome('silent', lamp, 2);
        const before = (await shop.store.mails()).length;
        await shop.store.wc('POST', `orders/${orderId}/notes`, { note: 'For you', customer_note: true });
        await shop.store.wc('PUT', `orders/${orderId}`, { status: 'on-hold' });
        await shop.store.wc('PUT', `orders/${orderId}`, { status: 'completed' });
        await shop.store.wc('POST', `orders/${orderId}/refunds`, { amount: '1.00', api_refund: false });
        await shop.store.php('WC()->mailer()->customer_invoice( wc_get_order( $args ) ); return 1;', {
          args: orderId,
          where: 'server',
        });
        await shop.store.runQueue('everything');
        expect((await mailsSince(before)).map(({ to }) => to)).not.toContain('po@alias.example');
        // The shop's own shoppers hear of their orders.
        await shop.store.wc('POST', 'orders', { status: 'processing', billing: { email: 'shopper@shop.example' } });
        await shop.store.runQueue('everything');
        expect((await mailsSince(before)).map(({ to }) => to)).toContain('shopper@shop.example');
      });

      describe('is refused', () => {
        const expectRefusal = async (reference: string, parts: Parameters<OrderShop['place']>[1], refusal: object) => {
          const { status, body } = await shop.place(reference, parts);
          expect(body).toMatchObject({ ...refusal, data: { status: 422, ...(refusal as { data?: object }).data } });
          expect([status, await shop.count(reference)]).toEqual([422, 0]);
        };

        test('for a product that is gone, or never was', async () => {
          const lamp = await shop.product();
          const [parent = 0, variation = 0] = await shop.variable({}, [{}]);
          await shop.store.wc('DELETE', `products/${lamp}`);
          for (const externalId of [
            `${lamp}:0`,
            '999999:0',
            `${parent}:999999`,
            `${lamp}:${variation}`,
            `${variation}:0`,
          ]) {
            const data = { externalId };
            await expectRefusal(
              `gone ${externalId}`,
              { lines: [line(externalId)] },
              { code: 'dstnc_product_gone', data },
            );
          }
        });

        test.each([
          [{ status: 'draft' }, /draft/],
          [{ status: 'private' }, /private/],
          [{ regular_price: '' }, /price/],
          [{ type: 'external', external_url: 'https://shop.example/' }, /external/i],
          [{ stock_status: 'outofstock' }, /sold out/],
          [{ stock_status: 'onbackorder' }, /backorder/],
        ])('for a product that is %j, in the words of its panel', async (fields, reason) => {
          const id = await shop.product(fields);
          await expectRefusal(
            `not ${JSON.stringify(fields)}`.slice(0, 100),
            { lines: [line(`${id}:0`)] },
            { code: 'dstnc_not_purchasable', data: { externalId: `${id}:0`, reason: expect.stringMatching(reason) } },
          );
        });

        test('for a product of which a variation has to be named', async () => {
          const [parent = 0, variation = 0] = await shop.variable({}, [{}]);
          await expectRefusal(
            'no variation',
            { lines: [line(`${parent}:0`)] },
            { code: 'dstnc_not_purchasable', data: { externalId: `${parent}:0` } },
          );
          expect((await shop.place('a variation', { lines: [line(`${parent}:${variation}`)] })).status).toBe(201);
        });

        test('for too few, in one line, in two, and of one pool', async () => {
          const lamp = await shop.counted(3);
          const few = (id: string, wanted: number, available: number) => ({
            code: 'dstnc_too_few',
            data: { externalId: id, wanted, available },
          });
          await expectRefusal('few', { lines: [line(`${lamp}:0`, 4)] }, few(`${lamp}:0`, 4, 3));
          await expectRefusal(
            'few twice',
            { lines: [line(`${lamp}:0`, 2), line(`${lamp}:0`, 2)] },
            few(`${lamp}:0`, 4, 3),
          );
          const [parent = 0, one = 0, two = 0] = await shop.variable({ manage_stock: true, stock_quantity: 3 }, [
            {},
            {},
          ]);
          const both = (count: number) => [line(`${parent}:${one}`, 2), line(`${parent}:${two}`, count)];
          await expectRefusal('pool', { lines: both(2) }, few(`${parent}:${two}`, 4, 3));
          expect((await shop.place('pool fits', { lines: both(1) })).status).toBe(201);
          expect([await shop.quantity(lamp), await shop.quantity(parent)]).toEqual([3, 0]);
        });

        test('for what is on backorder, unless DSTNC sells that', async () => {
          const lamp = await shop.product({ manage_stock: true, stock_quantity: 1, backorders: 'yes' });
          const none = await shop.product({ manage_stock: true, stock_quantity: 1, backorders: 'no' });
          const lines = [line(`${lamp}:0`, 3)];
          await expectRefusal('backorder', { lines }, { code: 'dstnc_too_few' });
          expect((await shop.place('backorder', { lines, backorders: 'allow' })).status).toBe(201);
          expect(await shop.quantity(lamp)).toBe(-2);
          await expectRefusal(
            'no backorder',
            { lines: [line(`${none}:0`, 3)], backorders: 'allow' },
            { code: 'dstnc_too_few' },
          );
        });

        test('for another currency, a country that there isn’t, and a sum that isn’t one', async () => {
          const lamp = await shop.counted(3);
          const lines = [line(`${lamp}:0`)];
          await expectRefusal(
            'usd',
            { lines, currency: 'USD' },
            { code: 'dstnc_wrong_currency', data: { wanted: 'USD', got: 'EUR' } },
          );
          await expectRefusal(
            'zz',
            { lines, country: 'ZZ' },
            { code: 'dstnc_unknown_country', data: { country: 'ZZ' } },
          );
          await expectRefusal(
            'sum',
            { lines, total: '11.91' },
            { code: 'dstnc_total_differs', data: { wanted: '11.91', got: '11.90' } },
          );
          expect(await shop.quantity(lamp)).toBe(3);
        });

        test('where the shop counts in whole euros', async () => {
          const lamp = await shop.counted(3);
          await shop.store.php("update_option( 'woocommerce_price_num_decimals', 0 ); return 1;");
          try {
            await expectRefusal(
              'whole',
              { lines: [line(`${lamp}:0`)] },
              { code: 'dstnc_total_differs', data: { wanted: '11.90' } },
            );
          } finally {
            await shop.store.php("update_option( 'woocommerce_price_num_decimals', 2 ); return 1;");
          }
        });

        test('where another plugin changes it on its way, and leaves nothing', async () => {
          const lamp = await shop.counted(3);
          const before = (await shop.orders()).length;
          const body = orderBody('changed', { lines: [line(`${lamp}:0`)] });
          for (const commit of [0, 1]) {
            const answer = await shop.store.php(
              `add_action( 'woocommerce_before_order_object_save', function ( $order ) { $order->set_total( '99' ); } );
               add_action( 'woocommerce_new_order', function () { if ( $GLOBALS['args_commit'] ) { $GLOBALS['wpdb']->query( 'COMMIT' ); } } );
               $GLOBALS['args_commit'] = $args['commit'];
               $request = new WP_REST_Request( 'POST', '/wc-dstnc/v1/orders' );
               $request->set_body_params( $args['body'] );
               return rest_do_request( $request )->get_data();`,
              { args: { body, commit } },
            );
            expect(answer).toMatchObject({ code: 'dstnc_total_differs', data: { wanted: '11.90', got: '99.00' } });
          }
          expect([(await shop.orders()).length, await shop.quantity(lamp)]).toEqual([before, 3]);
        });

        test.each([
          [{ lines: [] }],
          [{ lines: [line('12')] }],
          [{ lines: [line('12:0', 0)] }],
          [{ lines: [{ ...line('12:0'), total: '-1' }] }],
          [{ lines: [line('12:0')], fingerprint: 'x' }],
          [{ lines: [line('12:0')], reference: '' }],
          [{ lines: [line('12:0')], reference: 'a\u0007b' }],
          [{ lines: [line('12:0')], status: 'nonsense' }],
        ])('as no order at all: %j', async (parts) => {
          const body = { ...orderBody('malformed', parts), ...parts };
          const answer = await shop.store.rest('POST', 'wc-dstnc/v1/orders', body);
          expect([answer.status, answer.body.code]).toEqual([400, 'rest_invalid_param']);
        });
      });

      describe('comes to the cent', () => {
        /** Sets the shop's taxes: rates of Germany, one after the other, compound from the second on. */
        const taxes = (rates: readonly number[], { inclusive = false, perOrder = false } = {}) =>
          shop.store.php(
            `global $wpdb;
             update_option( 'woocommerce_calc_taxes', 'yes' );
             update_option( 'woocommerce_prices_include_tax', $args['inclusive'] ? 'yes' : 'no' );
             update_option( 'woocommerce_tax_round_at_subtotal', $args['perOrder'] ? 'yes' : 'no' );
             foreach ( $wpdb->get_col( "SELECT tax_rate_id FROM {$wpdb->prefix}woocommerce_tax_rates" ) as $id ) { WC_Tax::_delete_tax_rate( $id ); }
             foreach ( $args['rates'] as $index => $rate ) {
               WC_Tax::_insert_tax_rate( array( 'tax_rate_country' => 'DE', 'tax_rate' => $rate, 'tax_rate_name' => "VAT $index", 'tax_rate_priority' => $index + 1, 'tax_rate_compound' => $index > 0 ? 1 : 0, 'tax_rate_shipping' => 1 ) );
             }
             WC_Cache_Helper::invalidate_cache_group( 'taxes' );
             return 1;`,
            { args: { rates, inclusive, perOrder }, where: 'server' },
          );
        const compound = (rates: readonly number[]) => rates.reduce((gross, rate) => gross * (1 + rate / 100), 1) - 1;

        const cases = [[], [7], [19], [25.5], [5, 9.975]].flatMap((rates) =>
          [true, false].map((inclusive) => ({ rates, inclusive })),
        );
        test.each(cases)('with %j', async ({ rates, inclusive }) => {
          const lamp = await shop.product();
          const price = fc.integer({ min: 1, max: 300_000 });
          const lineOf = fc.record({ cents: price, quantity: fc.integer({ min: 1, max: 9 }) });
          const orders = fc.sample(
            fc.record({ lines: fc.array(lineOf, { minLength: 1, maxLength: 4 }), shipping: price }),
            {
              numRuns: 4,
              seed: 7 + rates.length,
            },
          );
          const money = (cents: number, quantity = 1) => {
            const gross = cents * quantity;
            // As DSTNC counts: from gross prices, or from net ones; each line to the cent.
            const net = inclusive ? Math.round(gross / (1 + compound(rates))) : gross;
            const tax = inclusive ? gross - net : Math.round(net * compound(rates));
            return { total: (net / 100).toFixed(2), totalTax: (tax / 100).toFixed(2) };
          };
          for (const [index, { lines, shipping }] of orders.entries()) {
            const perOrder = index % 2 === 1;
            await taxes(rates, { inclusive, perOrder });
            const body = orderBody(`sum ${rates} ${inclusive} ${index}`, {
              lines: lines.map(({ cents, quantity }) => ({
                externalId: `${lamp}:0`,
                quantity,
                ...money(cents, quantity),
              })),
              shippingLines: [{ title: 'Parcel', ...money(shipping) }],
            });
            const answer = await shop.store.rest('POST', 'wc-dstnc/v1/orders', body);
            expect(answer.status, answer.raw).toBe(201);
            const order = (await shop.store.wc('GET', `orders/${answer.body.orderId}`)).body;
            const taxOf = (list: readonly { totalTax: string }[]) =>
              list.reduce((sum, { totalTax }) => sum + Math.round(Number(totalTax) * 100), 0) / 100;
            expect(order.total).toBe(body.total);
            expect(Number(order.total_tax)).toBeCloseTo(taxOf([...body.lines, ...body.shippingLines]), 6);
            const shown = order.tax_lines.reduce(
              (sum: number, tax: { tax_total: string; shipping_tax_total: string }) =>
                sum + Number(tax.tax_total) + Number(tax.shipping_tax_total),
              0,
            );
            expect(shown).toBeCloseTo(Number(order.total_tax), 6);
            expect(
              order.line_items.map((item: { total: string; total_tax: string }) => [item.total, item.total_tax]),
            ).toEqual(body.lines.map(({ total, totalTax }) => [total, totalTax]));
            // The shop's own rates, by their names, wherever they come to the same.
            for (const tax of order.tax_lines) expect(tax.label).toMatch(/^VAT \d$/);
          }
        });

        test('where the shop has another rate, or none, DSTNC’s tax stands by itself', async () => {
          const lamp = await shop.product();
          for (const rates of [[7], []]) {
            await taxes(rates);
            const { orderId } = await shop.placeSome(`own rate ${rates}`, lamp, 2);
            const order = (await shop.store.wc('GET', `orders/${orderId}`)).body;
            expect(order.total).toBe('23.80');
            expect(order.tax_lines).toMatchObject([{ label: 'Tax (by DSTNC)', tax_total: '3.80', rate_percent: 19 }]);
          }
        });

        test('and net amounts keep their digits', async () => {
          await taxes([19]);
          const lamp = await shop.product();
          const lines = [{ externalId: `${lamp}:0`, quantity: 3, total: '25.1848739496', totalTax: '4.7851260504' }];
          const answer = await shop.place('digits', { lines, total: '29.97' });
          expect([answer.status, answer.body.total]).toEqual([201, '29.97']);
        });
      });

      test('is cancelled once: stock comes back, the vendor sees why, nobody else hears of it', async () => {
        const lamp = await shop.counted(5);
        const { orderId } = await shop.placeSome('cancel', lamp, 2);
        const before = (await shop.store.mails()).length;
        const answers = await Promise.all(
          Array.from({ length: 4 }, () => shop.cancel('cancel', 'The shopper changed <b>their</b> mind')),
        );
        for (const { status, body } of answers) expect([status, body.status]).toEqual([200, 'cancelled']);
        expect(await shop.quantity(lamp)).toBe(5);
        const notes = (await shop.store.wc('GET', `orders/${orderId}/notes`)).body.map(
          ({ note }: { note: string }) => note,
        );
        expect(notes.join()).toContain('Cancelled by DSTNC: The shopper changed their mind');
        expect((await mailsSince(before)).map(({ to }) => to)).not.toContain('po@alias.example');
        // It was placed once, and is as it is.
        const again = await shop.place('cancel', { lines: [line(`${lamp}:0`, 2)] });
        expect([again.status, again.body.status, await shop.quantity(lamp)]).toEqual([200, 'cancelled', 5]);
      });

      test('whose cancelling was cut off is cancelled by the next call, and its stock comes back once', async () => {
        for (const hook of [
          'woocommerce_product_set_stock',
          'woocommerce_restore_order_stock',
          'woocommerce_before_order_object_save',
          'woocommerce_order_status_cancelled',
        ]) {
          const lamp = await shop.counted(5);
          const reference = `cut ${hook}`;
          await shop.placeSome(reference, lamp, 2);
          const cancelling = shop.store.php(
            `add_action( $args['hook'], function () { posix_kill( getmypid(), SIGKILL ); }, 1 );
             $request = new WP_REST_Request( 'POST', '/wc-dstnc/v1/orders/cancel' );
             $request->set_body_params( array( 'reference' => $args['reference'] ) );
             rest_do_request( $request );`,
            { args: { hook, reference } },
          );
          await expect(cancelling).rejects.toThrow();
          expect((await shop.cancel(reference)).body.status).toBe('cancelled');
          expect([hook, await shop.quantity(lamp)]).toEqual([hook, 5]);
        }
      });

      test('can’t be cancelled once it is completed or paid back, or if there is none', async () => {
        const lamp = await shop.counted(5);
        for (const status of ['completed', 'refunded']) {
          const { orderId } = await shop.placeSome(`late ${status}`, lamp);
          await shop.store.wc('PUT', `orders/${orderId}`, { status });
          const { body } = await shop.cancel(`late ${status}`);
          expect(body).toMatchObject({ code: 'dstnc_too_late', data: { status: 409, orderStatus: status } });
        }
        expect((await shop.cancel('nobody’s')).body).toMatchObject({
          code: 'dstnc_unknown_order',
          data: { status: 404 },
        });
      });

      test('is read by id, by reference and one after the other; others of the shop are not there', async () => {
        const lamp = await shop.counted(9);
        const own = (await shop.store.wc('POST', 'orders', { line_items: [{ product_id: lamp, quantity: 1 }] })).body
          .id;
        const first = (await shop.placeSome('read-1', lamp)).orderId;
        const second = (await shop.placeSome('read-2', lamp)).orderId;
        const byId = (await shop.read(`include=${own},${second},999999,${first}`)).body;
        expect(byId.orders.map(({ reference }: { reference: string }) => reference)).toEqual(['read-2', 'read-1']);
        expect(byId.gone).toEqual([own, 999999]);
        const byReference = (await shop.read('references=read-2,READ-1,nobody')).body;
        expect(byReference.orders.map(({ orderId }: { orderId: number }) => orderId)).toEqual([second]);
        expect(byReference.unknown).toEqual(['READ-1', 'nobody']);
        const page = (await shop.read(`after=${first - 1}&limit=1`)).body;
        expect([page.orders[0].orderId, page.next]).toEqual([first, first]);
        const last = (await shop.read(`after=${page.next}&limit=1`)).body;
        expect([last.orders[0].orderId, last.next]).toEqual([second, null]);
        expect(JSON.stringify([byId, byReference])).not.toMatch(/Eva|Example|alias|10115/);
        const { headers } = await shop.read('limit=1');
        expect(headers.get('cache-control')).toContain('no-store');
      });

      test('tells what was paid back, line by line', async () => {
        const lamp = await shop.counted(9);
        const { orderId, lines } = await shop.placeSome('refund', lamp, 3);
        await shop.store.wc('POST', `orders/${orderId}/refunds`, {
          api_refund: false,
          line_items: [{ id: lines[0].lineId, quantity: 2, refund_total: '20' }],
        });
        const [view] = (await shop.read('references=refund')).body.orders;
        expect(view).toMatchObject({ refundedTotal: '20.00', lines: [{ quantity: 3, refunded: 2 }] });
      });

      test('is placed with a key that may write, and with no other', async () => {
        const lamp = await shop.counted(9);
        const body = orderBody('keys', { lines: [line(`${lamp}:0`)] });
        const url = `${shop.store.home}/wp-json/wc-dstnc/v1/orders`;
        const place = async () => {
          const answer = await fetch(signOAuth1({ method: 'POST', url, ...shop.store.keys }), {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(body),
          });
          return answer.status;
        };
        await shop.store.sql("UPDATE wp_woocommerce_api_keys SET permissions = 'read'");
        expect(await place()).toBe(401);
        await shop.store.sql("UPDATE wp_woocommerce_api_keys SET permissions = 'read_write'");
        expect(await place()).toBe(201);
        expect((await fetch(url, { method: 'POST' })).status).toBeGreaterThanOrEqual(400);
      });
    },
  );
}
