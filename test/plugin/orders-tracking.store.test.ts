import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shopsOfRun } from '../store/shops-of-run.ts';
import { storeAvailability } from '../store/store-availability.ts';
import { OrderShop } from './order-shop.ts';
import { readChanges } from './read-changes.ts';

const cache = process.env.STORE_CACHE ?? join(homedir(), '.cache/dstnc-store');
const official = 'woocommerce-shipment-tracking';
const hasOfficial = existsSync(join(cache, 'plugins', official));

for (const [woocommerce, hpos] of shopsOfRun([
  ['11.0.1', true],
  ['11.0.1', false],
  ['10.6.2', true],
  ['8.9.3', true],
  ['8.9.3', false],
] as const)) {
  const availability = await storeAvailability({ woocommerce });
  const skipped = availability.available ? '' : ` (skipped: ${availability.reason})`;
  const hasFulfillments = woocommerce !== '8.9.3';

  describe.skipIf(!availability.available)(
    `how DSTNC's orders are shipped from WooCommerce ${woocommerce}, HPOS ${hpos ? 'on' : 'off'}${skipped}`,
    () => {
      let shop: OrderShop;
      let lamp: number;
      beforeAll(async () => {
        shop = await OrderShop.start({ woocommerce, hpos, plugins: hasOfficial ? [official] : [] });
        // The change log, as it is in a connected shop.
        await shop.store.php('Dstnc\\WooCommerce\\Plugin::instance()->changeLog()->installTables(); return 1;');
        lamp = await shop.counted(500);
      });
      afterAll(async () => {
        expect(await shop?.stop()).toEqual([]);
      });

      const view = async (reference: string) => (await shop.read(`references=${reference}`)).body.orders[0];

      /** What the change log tells of an order, and of no other, while something is done. */
      const told = async (id: number, act: () => Promise<unknown>) => {
        const { next } = await readChanges(shop.store);
        // As if DSTNC had been told of all that was: what it wasn't told of yet stands before a word that says less.
        await shop.store.sql('UPDATE wp_dstnc_changes SET rung = 1');
        await act();
        const { changes } = await readChanges(shop.store, next);
        const orders = changes.filter(({ orderId }) => orderId !== undefined);
        expect(orders.filter(({ orderId }) => orderId !== id)).toEqual([]);
        return orders.map(({ kind }) => kind);
      };

      /** Runs PHP with `$order`. */
      const withOrder = (orderId: number, code: string, args: object = {}) =>
        shop.store.php(`$order = wc_get_order( $args['orderId'] ); ${code}`, {
          args: { orderId, ...args },
          where: 'server',
        });
      const writeTracking = (orderId: number, items: unknown) =>
        withOrder(
          orderId,
          "$order->update_meta_data( '_wc_shipment_tracking_items', $args['items'] ); $order->save_meta_data(); return 1;",
          { items },
        );

      test('completed, reopened, paid back, cancelled, thrown away: all of it is told', async () => {
        const { orderId } = await shop.placeSome('told', lamp, 2);
        const set = (status: string) => () => shop.store.wc('PUT', `orders/${orderId}`, { status });
        expect(await told(orderId, set('completed'))).toEqual(['completed']);
        expect((await view('told')).dateCompleted).toMatch(/Z$/);
        expect(await told(orderId, set('processing'))).toEqual(['tracking']);
        const refund = () => shop.store.wc('POST', `orders/${orderId}/refunds`, { amount: '5.00', api_refund: false });
        expect(await told(orderId, refund)).toEqual(['refunded']);
        expect((await view('told')).refundedTotal).toBe('5.00');
        expect(await told(orderId, set('cancelled'))).toEqual(['cancelled']);
        expect(await told(orderId, () => shop.store.wc('DELETE', `orders/${orderId}`))).toEqual(['cancelled']);
        // It comes back as cancelled as it was.
        expect(await told(orderId, () => withOrder(orderId, '$order->untrash(); return 1;'))).toHaveLength(1);
        expect(await told(orderId, () => shop.store.wc('DELETE', `orders/${orderId}?force=true`))).toEqual([
          'cancelled',
        ]);
        expect((await shop.read(`include=${orderId}`)).body).toMatchObject({ orders: [], gone: [orderId] });
      });

      test('orders of the shop’s own are never told', async () => {
        const own = (await shop.store.wc('POST', 'orders', { status: 'processing' })).body.id;
        const kinds = await told(own, async () => {
          await writeTracking(own, [{ tracking_provider: 'dhl', tracking_number: '1' }]);
          await shop.store.wc('PUT', `orders/${own}`, { status: 'completed' });
          await shop.store.wc('DELETE', `orders/${own}?force=true`);
        });
        expect(kinds).toEqual([]);
      });

      test('a tracking number added, corrected and removed is told and read', async () => {
        const { orderId } = await shop.placeSome('tracked', lamp);
        const item = {
          tracking_provider: 'dhl',
          custom_tracking_provider: '',
          custom_tracking_link: '',
          tracking_number: ' 00340434 ',
          date_shipped: '1772582400',
          tracking_id: 'a1',
        };
        expect(await told(orderId, () => writeTracking(orderId, [item]))).toEqual(['tracking']);
        expect((await view('tracked')).trackingItems).toEqual([
          {
            provider: 'dhl',
            customProvider: '',
            customUrl: '',
            trackingNumber: '00340434',
            dateShipped: 1772582400,
            trackingId: 'a1',
            items: null,
            source: 'shipment_tracking',
          },
        ]);
        const corrected = {
          ...item,
          tracking_number: '99',
          tracking_provider: '',
          custom_tracking_provider: 'Own van',
          custom_tracking_link: 'https://van.example/99',
        };
        expect(await told(orderId, () => writeTracking(orderId, [corrected]))).toEqual(['tracking']);
        expect((await view('tracked')).trackingItems).toMatchObject([
          { customProvider: 'Own van', customUrl: 'https://van.example/99', trackingNumber: '99' },
        ]);
        const remove = () =>
          withOrder(
            orderId,
            "$order->delete_meta_data( '_wc_shipment_tracking_items' ); $order->save_meta_data(); return 1;",
          );
        expect(await told(orderId, remove)).toEqual(['tracking']);
        expect((await view('tracked')).trackingItems).toEqual([]);
      });

      test('AST says what is in each parcel', async () => {
        const { orderId, lines } = await shop.placeSome('ast', lamp, 3);
        const ast = (number: string, products: unknown) => ({
          tracking_provider: 'gls',
          tracking_number: number,
          date_shipped: 1772582400,
          status_shipped: '1',
          products_list: products,
        });
        await shop.store.php(
          `$order = wc_get_order( $args['orderId'] );
           $items = $args['items'];
           // AST writes objects.
           $items[0]['products_list'] = array_map( function ( $one ) { return (object) $one; }, $items[0]['products_list'] );
           $order->update_meta_data( '_wc_shipment_tracking_items', $items );
           $order->save();
           return 1;`,
          {
            args: {
              orderId,
              items: [
                ast('1', [{ product: String(lamp), item_id: String(lines[0].lineId), qty: '1' }]),
                ast('2', [{ product: String(lamp), qty: '2' }]),
                ast('3', [{ product: '424242', qty: '1' }]),
                ast('4', []),
                ast('', []),
              ],
            },
            where: 'server',
          },
        );
        const of = (quantity: number) => ({ lineId: lines[0].lineId, externalId: `${lamp}:0`, quantity });
        expect((await view('ast')).trackingItems).toMatchObject([
          { trackingNumber: '1', source: 'ast', items: [of(1)] },
          { trackingNumber: '2', source: 'ast', items: [of(2)] },
          { trackingNumber: '3', source: 'ast', items: [{ lineId: null, externalId: null, quantity: 1 }] },
          { trackingNumber: '4', source: 'ast', items: null },
        ]);
      });

      test.each([['nonsense'], [7], [[null, 'x', { tracking_number: ['y'] }]], [{ a: { tracking_number: '5' } }]])(
        'bears with %j in the place of tracking numbers',
        async (meta) => {
          const reference = `bad-${JSON.stringify(meta).length}`;
          const { orderId } = await shop.placeSome(reference, lamp);
          await writeTracking(orderId, meta);
          const numbers = (await view(reference)).trackingItems.map(
            (one: { trackingNumber: string }) => one.trackingNumber,
          );
          expect(numbers).toEqual(JSON.stringify(meta).includes('"5"') ? ['5'] : []);
        },
      );

      test.skipIf(!hasOfficial)(
        `Shipment Tracking itself${hasOfficial ? '' : ' (skipped: its code is not in the cache)'}`,
        async () => {
          const { orderId } = await shop.placeSome('official', lamp);
          const add = () =>
            withOrder(
              orderId,
              `wc_st_add_tracking_number( $args['orderId'], '00340', 'DHL', strtotime( '2026-03-04 00:00:00 UTC' ) ); return 1;`,
            );
          expect(await told(orderId, add)).toEqual(['tracking']);
          const [item] = (await view('official')).trackingItems;
          expect(item).toMatchObject({
            trackingNumber: '00340',
            dateShipped: 1772582400,
            source: 'shipment_tracking',
            items: null,
          });
          expect(`${item.provider}${item.customProvider}`).toMatch(/dhl/i);
          const remove = () =>
            withOrder(orderId, "wc_st_delete_tracking_number( $args['orderId'], '00340' ); return 1;");
          expect(await told(orderId, remove)).toEqual(['tracking']);
          expect((await view('official')).trackingItems).toEqual([]);
        },
      );

      test.runIf(hasFulfillments)('WooCommerce’s own fulfillments: parcels with what is in them', async () => {
        const { orderId, lines } = await shop.placeSome('parcels', lamp, 3);
        expect((await view('parcels')).fulfillments).toBe(null);
        await shop.store.php("update_option( 'woocommerce_feature_fulfillments_enabled', 'yes' ); return 1;");
        // WooCommerce makes its tables in the next request.
        await shop.store.wc('GET', 'orders');
        expect((await view('parcels')).fulfillments).toEqual([]);
        const path = `orders/${orderId}/fulfillments`;
        const call = (method: string, route: string, body?: object) => shop.store.wc(method, route, body);
        const body = (quantity: number, fields: Readonly<Record<string, string>> = {}) => ({
          entity_type: 'WC_Order',
          entity_id: String(orderId),
          status: 'fulfilled',
          is_fulfilled: true,
          meta_data: [
            { id: 0, key: '_items', value: [{ item_id: lines[0].lineId, qty: quantity }] },
            ...Object.entries(fields).map(([key, value]) => ({ id: 0, key, value })),
          ],
        });
        let made: number | undefined;
        const create = async () => {
          const answer = await call(
            'POST',
            path,
            body(2, { _tracking_number: 'F1', _shipment_provider: 'dhl', _tracking_url: 'https://dhl.example/F1' }),
          );
          expect(answer.status, answer.raw).toBe(201);
          made = answer.body.id ?? answer.body.fulfillment_id ?? answer.body.fulfillment?.id;
        };
        expect(await told(orderId, create)).toEqual(['tracking']);
        const [parcel] = (await view('parcels')).fulfillments;
        expect(parcel).toEqual({
          id: made,
          status: 'fulfilled',
          fulfilled: true,
          items: [{ lineId: lines[0].lineId, quantity: 2 }],
          trackingNumber: 'F1',
          provider: 'dhl',
          trackingUrl: 'https://dhl.example/F1',
          dateUpdated: expect.stringMatching(/Z$/),
        });
        expect(Math.abs(Date.parse(parcel.dateUpdated) - Date.now())).toBeLessThan(60_000);
        const update = async () => {
          const answer = await call(
            'PUT',
            `${path}/${made}`,
            body(3, { _tracking_number: 'F2', _shipment_provider: 'other', _provider_name: 'My Courier' }),
          );
          expect(answer.status, answer.raw).toBe(200);
        };
        expect(await told(orderId, update)).toEqual(['tracking']);
        expect((await view('parcels')).fulfillments).toMatchObject([
          { trackingNumber: 'F2', provider: 'My Courier', items: [{ quantity: 3 }] },
        ]);
        const remove = async () => {
          const answer = await call('DELETE', `${path}/${made}`);
          expect(answer.status, answer.raw).toBeLessThan(300);
        };
        expect(await told(orderId, remove)).toEqual(['tracking']);
        expect((await view('parcels')).fulfillments).toEqual([]);
      });
    },
  );
}
