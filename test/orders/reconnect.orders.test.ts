import { CONTRACT_VERSION } from '@dstnc/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryMuPlugin } from '../plugin/temporary-mu-plugin.ts';
import { type Receiver, startReceiver } from '../receiver/start-receiver.ts';
import { storeAvailability } from '../store/store-availability.ts';
import { until } from '../store/until.ts';
import { anOrder, SHOPPER } from './an-order.ts';
import { createDstncClient } from './dstnc-client.ts';
import { type OrderShop, startOrderShop } from './order-shop.ts';

/** Ends PHP before an order of DSTNC's gets its status: it stays pending, its stock is taken, and its billing address is the shopper's. */
const dying = temporaryMuPlugin(
  'dying-before-status',
  `add_action( 'woocommerce_before_order_object_save', static function ( $order ) {
    if ( get_option( 'dstnc_test_dying' ) && 'processing' === $order->get_status() && '' !== $order->get_meta( '_dstnc_reference' ) ) { exit( 'died' ); }
  } );`,
);

const shops = [
  { woocommerce: '11.0.1', hpos: true },
  { woocommerce: '8.9.3', hpos: false },
];

for (const { woocommerce, hpos } of process.env.ORDERS_FULL === '1' ? shops : shops.slice(0, 1)) {
  const availability = await storeAvailability({ woocommerce });

  describe.skipIf(!availability.available)(
    `a shop that is connected without its plugin in the middle of an order: WooCommerce ${woocommerce}, HPOS ${hpos ? 'on' : 'off'}`,
    () => {
      let shop: OrderShop;
      let receiver: Receiver;
      let dstnc: ReturnType<typeof createDstncClient>;
      let storeId: string;
      let productId: number;
      /** Another customer's, of ten days ago. */
      let old: number;

      const connect = async () => {
        const body = { vendor: 'lamps', url: shop.url, ...shop.store.keys };
        const added = await receiver.call('POST', '/v1/stores', { body });
        expect([added.status, added.body.detail]).toEqual([added.status === 200 ? 200 : 201, undefined]);
        storeId = added.body.id;
      };
      /** Begins an order, and waits until the plugin has left it half made. */
      const begin = async (reference: string) => {
        await shop.store.php(`update_option( 'dstnc_test_dying', 'yes' );`);
        dstnc.once(storeId, anOrder(reference, productId), `key-${reference}`).catch(() => {});
        await until('half of an order', async () => (await shop.orders()).some((one) => one.reference === reference));
      };

      beforeAll(async () => {
        [shop, receiver] = await Promise.all([
          startOrderShop('plugin', { woocommerce, hpos, muPlugins: [dying] }),
          startReceiver(),
        ]);
        dstnc = createDstncClient({ url: () => receiver.service.url, token: receiver.secrets[0] ?? '' });
        productId = await shop.addProduct({ stock_quantity: 2 });
        // Half a day behind the receiver, by its own clock on the wall.
        old = await shop.store.php<number>(
          `update_option( 'timezone_string', 'Pacific/Pago_Pago' );
          $order = wc_create_order( array( 'status' => 'processing' ) );
          $order->set_date_created( time() - 10 * DAY_IN_SECONDS );
          $order->set_transaction_id( 'pi_of_somebody_else' );
          $order->save();
          return $order->get_id();`,
        );
        await connect();
        // Connected by its page the shop would be called at its own address, past the network that is watched.
        const plugin = {
          version: '0.1.0',
          contractVersion: CONTRACT_VERSION,
          woocommerce,
          restUrl: `${shop.url}/wp-json/`,
        };
        await receiver.storage.stores.update(storeId, { plugin });
      });
      afterAll(async () => {
        await receiver.stop();
        await shop.stop();
      });

      test('has it once, with its stock taken once, and the shopper is not written to', async () => {
        await begin('PO-1');
        expect(await shop.orders()).toMatchObject([
          { reference: 'PO-1', status: 'pending', raw: { billing: { email: SHOPPER.email } } },
          { id: old },
        ]);
        expect(await shop.stock(productId)).toBe(0);

        await shop.store.php(
          `update_option( 'dstnc_test_dying', '' ); deactivate_plugins( 'dstnc-for-woocommerce/dstnc-for-woocommerce.php' );`,
        );
        expect((await receiver.call('DELETE', `/v1/stores/${storeId}`)).status).toBe(202);
        const [mails, calls] = [(await shop.store.mails()).length, shop.proxy.calls.length];
        await connect();
        const answer = await dstnc.place(storeId, anOrder('PO-1', productId));
        const [order] = await shop.orders();
        expect(answer.body).toMatchObject({ storeOrderId: order?.id });
        expect(await shop.orders()).toMatchObject([
          { reference: 'PO-1', status: 'processing', total: '44.88' },
          { id: old },
        ]);
        expect(order?.raw.billing.email).not.toBe(SHOPPER.email);
        expect(order?.raw.billing.last_name).toBe(SHOPPER.lastName);
        expect(await shop.stock(productId)).toBe(0);
        const written = (await shop.store.mails()).slice(mails).map(({ to }) => JSON.stringify(to));
        expect(written.filter((to) => to.includes(SHOPPER.email))).toEqual([]);

        // What is looked through ends some days before the order was asked for.
        const listings = shop.proxy.calls
          .slice(calls)
          .filter(({ path }) => /wc\/v3\/orders\?/.test(decodeURIComponent(path)));
        expect(listings.map(({ answer: said }) => said).join()).toContain(`"id":${order?.id}`);
        expect(listings.map(({ answer: said }) => said).join()).not.toContain(`"id":${old}`);
      });
    },
  );
}
