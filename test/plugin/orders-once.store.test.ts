import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shopsOfRun } from '../store/shops-of-run.ts';
import { storeAvailability } from '../store/store-availability.ts';
import { until } from '../store/until.ts';
import { orderBody } from './order-body.ts';
import { line, OrderShop } from './order-shop.ts';
import { temporaryMuPlugin } from './temporary-mu-plugin.ts';

/** Ends the process at a hook, or at the first query that matches: as a host that kills it, or as a plugin that exits. */
const dying = temporaryMuPlugin(
  'dying',
  `
  function dstnc_test_die( $how ) {
    if ( 'kill' === $how ) { posix_kill( getmypid(), SIGKILL ); }
    exit( 'died' );
  }
  function dstnc_test_die_at( array $where ) {
    if ( isset( $where['hook'] ) ) {
      add_action( $where['hook'], function () use ( $where ) { dstnc_test_die( $where['how'] ); }, $where['priority'] ?? 5 );
    } else {
      add_filter( 'query', function ( $query ) use ( $where ) {
        if ( false !== strpos( $query, $where['query'] ) ) { dstnc_test_die( $where['how'] ); }
        return $query;
      } );
    }
  }`,
);

/** Where placing an order can be cut off, from its beginning to its end. */
const deaths: readonly { hook?: string; query?: string; priority?: number }[] = [
  { query: 'FOR UPDATE' },
  { hook: 'woocommerce_before_order_object_save' },
  { hook: 'woocommerce_new_order' },
  { hook: 'woocommerce_new_order_item' },
  { hook: 'woocommerce_after_order_object_save' },
  { query: 'meta_value = meta_value -' },
  { hook: 'woocommerce_reduce_order_item_stock' },
  { hook: 'woocommerce_reduce_order_stock' },
  { query: 'dstnc_orders` SET order_id' },
  { query: 'COMMIT' },
  { hook: 'woocommerce_order_status_processing' },
  { hook: 'woocommerce_order_status_pending_to_processing', priority: 99 },
  { query: 'SET done = 1' },
];

for (const [woocommerce, hpos] of shopsOfRun([
  ['11.0.1', true],
  ['11.0.1', false],
  ['8.9.3', true],
  ['8.9.3', false],
] as const)) {
  const availability = await storeAvailability({ woocommerce });
  const skipped = availability.available ? '' : ` (skipped: ${availability.reason})`;

  describe.skipIf(!availability.available)(
    `orders placed once in WooCommerce ${woocommerce}, HPOS ${hpos ? 'on' : 'off'}${skipped}`,
    () => {
      let shop: OrderShop;
      beforeAll(async () => {
        shop = await OrderShop.start({ woocommerce, hpos, workers: 12, muPlugins: [dying] });
      });
      afterAll(async () => {
        expect(await shop?.stop()).toEqual([]);
      });

      /** Places an order in a process of its own that dies on the way. */
      const placeAndDie = async (body: object, where: object) => {
        const placing = shop.store.php(
          `dstnc_test_die_at( $args['where'] );
           $request = new WP_REST_Request( 'POST', '/wc-dstnc/v1/orders' );
           $request->set_body_params( $args['body'] );
           rest_do_request( $request );
           return 'lived';`,
          { args: { body, where } },
        );
        await expect(placing).rejects.toThrow();
      };

      test('ten at once are one order, and every call learns of it', async () => {
        const lamp = await shop.counted(50);
        const body = orderBody('ten', { lines: [line(`${lamp}:0`, 3)] });
        const answers = await Promise.all(
          Array.from({ length: 10 }, () => shop.store.rest('POST', 'wc-dstnc/v1/orders', body)),
        );
        expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
        for (const { status, body: told } of answers.filter((one) => one.status !== 201)) {
          if (status === 409) expect(told.data.retryAfterSeconds).toBeGreaterThan(0);
          expect([status, told.code]).toEqual(status === 409 ? [409, 'dstnc_order_in_progress'] : [200, undefined]);
        }
        const again = await until('the order to be placed', async () => {
          const answer = await shop.store.rest('POST', 'wc-dstnc/v1/orders', body);
          return answer.status === 200 && answer;
        });
        expect(again.body).toMatchObject({ created: false, reference: 'ten', status: 'processing' });
        expect(await shop.count('ten')).toBe(1);
        expect(await shop.quantity(lamp)).toBe(47);
      });

      test('orders of the last ones at once: nothing is sold that is not there', async () => {
        const lamp = await shop.counted(3);
        const answers = await Promise.all(
          Array.from({ length: 8 }, (_, index) => shop.place(`last-${index}`, { lines: [line(`${lamp}:0`)] })),
        );
        expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
        for (const { body } of answers.filter(({ status }) => status !== 201)) {
          expect(body).toMatchObject({ code: 'dstnc_too_few', data: { status: 422, wanted: 1, available: 0 } });
        }
        expect(await shop.quantity(lamp)).toBe(0);
      });

      test('orders of the same products in different order do not wait for each other', async () => {
        const [one, two] = [await shop.counted(40), await shop.counted(40)];
        const answers = await Promise.all(
          Array.from({ length: 12 }, (_, index) => {
            const lines = [line(`${one}:0`), line(`${two}:0`)];
            return shop.place(`crossed-${index}`, { lines: index % 2 ? lines : lines.reverse() });
          }),
        );
        expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => 201));
        expect([await shop.quantity(one), await shop.quantity(two)]).toEqual([28, 28]);
      });

      describe.each(['kill', 'exit'])('a process that dies (%s)', (how) => {
        test.each(deaths)('at %j leaves one order in the end', async (where) => {
          // Not by name: it is in the queries.
          const reference = `died-${how}-${deaths.indexOf(where)}`;
          const lamp = await shop.counted(10);
          const body = orderBody(reference, { lines: [line(`${lamp}:0`, 2)] });
          await placeAndDie(body, { ...where, how });

          const early = await shop.store.rest('POST', 'wc-dstnc/v1/orders', body);
          expect([early.status, early.body.code]).toEqual([409, 'dstnc_order_in_progress']);
          await shop.leasesEnd();
          const answer = await shop.store.rest('POST', 'wc-dstnc/v1/orders', body);
          expect(answer.status, answer.raw).toBe(201);
          expect(answer.body).toMatchObject({ status: 'processing', total: '23.80' });
          const placed = (await shop.orders()).filter((order) => order.reference === reference);
          expect(placed).toEqual([{ id: answer.body.orderId, status: 'processing', reference }]);
          expect(await shop.quantity(lamp)).toBe(8);
          expect((await shop.store.rest('POST', 'wc-dstnc/v1/orders', body)).status).toBe(200);
        });
      });

      test('half an order that another plugin made lasting is removed, also one without a reference', async () => {
        const commit =
          "add_action( 'woocommerce_new_order', function () { $GLOBALS['wpdb']->query( 'COMMIT' ); }, 1 );";
        const before = (await shop.orders()).length;
        for (const [reference, hook] of [
          ['half', 'woocommerce_new_order'],
          ['half-reduced', 'woocommerce_reduce_order_stock'],
        ] as const) {
          const lamp = await shop.counted(10);
          const body = orderBody(reference, { lines: [line(`${lamp}:0`)] });
          const placing = shop.store.php(
            `${commit}
             dstnc_test_die_at( array( 'hook' => $args['hook'], 'how' => 'kill' ) );
             $request = new WP_REST_Request( 'POST', '/wc-dstnc/v1/orders' );
             $request->set_body_params( $args['body'] );
             rest_do_request( $request );`,
            { args: { body, hook } },
          );
          await expect(placing).rejects.toThrow();
          await shop.leasesEnd();
          expect((await shop.store.rest('POST', 'wc-dstnc/v1/orders', body)).status).toBe(201);
          expect(await shop.count(reference)).toBe(1);
        }
        expect((await shop.orders()).length).toBe(before + 2);
        await shop.store.php(
          `$order = new WC_Order(); $order->set_order_key( 'wc_order_halfmade' ); $order->set_created_via( 'dstnc' ); $order->save(); return 1;`,
        );
        const lamp = await shop.counted(1);
        const body = orderBody('no-reference', { lines: [line(`${lamp}:0`)] });
        await shop.store.sql(
          "INSERT INTO wp_dstnc_orders (reference, fingerprint, order_key, lease_word, lease_until) VALUES (?, ?, 'wc_order_halfmade', 'x', 0)",
          [body.reference, body.fingerprint],
        );
        expect((await shop.store.rest('POST', 'wc-dstnc/v1/orders', body)).status).toBe(201);
        expect((await shop.orders()).length).toBe(before + 3);
      });

      test('in a shop where a plugin ends all transactions, orders are placed all the same', async () => {
        const lamp = await shop.counted(5);
        const body = orderBody('committed', { lines: [line(`${lamp}:0`)] });
        const { status } = await shop.store.php<{ status: number }>(
          `add_action( 'woocommerce_new_order', function () { $GLOBALS['wpdb']->query( 'COMMIT' ); }, 1 );
           $request = new WP_REST_Request( 'POST', '/wc-dstnc/v1/orders' );
           $request->set_body_params( $args );
           return array( 'status' => rest_do_request( $request )->get_status() );`,
          { args: body },
        );
        expect([status, await shop.count('committed'), await shop.quantity(lamp)]).toEqual([201, 1, 4]);
      });

      test('another order under the same reference is refused, before and after the first is placed', async () => {
        const lamp = await shop.counted(9);
        await shop.placeSome('reused', lamp);
        const other = await shop.place('reused', { lines: [line(`${lamp}:0`, 2)] });
        expect([other.status, other.body.code]).toEqual([422, 'dstnc_reference_reused']);
        // The plugin was deleted and installed anew: the order itself knows.
        await shop.store.sql('DROP TABLE wp_dstnc_orders');
        expect((await shop.place('reused', { lines: [line(`${lamp}:0`, 2)] })).body.code).toBe(
          'dstnc_reference_reused',
        );
        const same = await shop.place('reused', { lines: [line(`${lamp}:0`)] });
        expect([same.status, same.body.created]).toEqual([200, false]);
        expect([await shop.count('reused'), await shop.quantity(lamp)]).toEqual([1, 8]);
      });

      test('references that only a collation takes for one are two', async () => {
        const lamp = await shop.counted(9);
        for (const reference of ['PO-Ä1', 'po-ä1', 'PO-A1', 'PO-A1 ']) await shop.placeSome(reference, lamp);
        expect(await shop.quantity(lamp)).toBe(5);
      });

      test('an order that DSTNC placed over wc/v3 before is the order', async () => {
        const lamp = await shop.counted(9);
        const earlier = await shop.store.wc('POST', 'orders', {
          status: 'processing',
          set_paid: true,
          meta_data: [{ key: '_dstnc_reference', value: 'over-v3' }],
          line_items: [{ product_id: lamp, quantity: 1 }],
        });
        const answer = await shop.place('over-v3', { lines: [line(`${lamp}:0`)] });
        expect([answer.status, answer.body.orderId]).toEqual([200, earlier.body.id]);
        expect(await shop.quantity(lamp)).toBe(8);
      });

      test('an order that was deleted is not placed again', async () => {
        const lamp = await shop.counted(9);
        const { orderId } = await shop.placeSome('deleted', lamp);
        await shop.store.wc('DELETE', `orders/${orderId}`);
        const inTrash = await shop.place('deleted', { lines: [line(`${lamp}:0`)] });
        expect([inTrash.status, inTrash.body.status]).toEqual([200, 'trash']);
        await shop.store.wc('DELETE', `orders/${orderId}?force=true`);
        const answer = await shop.place('deleted', { lines: [line(`${lamp}:0`)] });
        expect([answer.status, answer.body.code]).toEqual([410, 'dstnc_order_gone']);
      });

      test('what was refused can be ordered once it is there', async () => {
        const lamp = await shop.counted(0);
        const lines = [line(`${lamp}:0`)];
        expect((await shop.place('later', { lines })).body.code).toBe('dstnc_too_few');
        await shop.store.wc('PUT', `products/${lamp}`, { stock_quantity: 2 });
        expect((await shop.place('later', { lines, note: 'changed' })).status).toBe(201);
      });
    },
  );
}
