import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Receiver, startReceiver } from '../receiver/start-receiver.ts';
import { storeAvailability } from '../store/store-availability.ts';
import { until } from '../store/until.ts';
import { anOrder, SHOPPER } from './an-order.ts';
import { createDstncClient } from './dstnc-client.ts';
import { type OrderShop, startOrderShop } from './order-shop.ts';

const WOOCOMMERCE = '8.9.3';
const availability = await storeAvailability({ woocommerce: WOOCOMMERCE });

describe.skipIf(!availability.available)(`orders over the Legacy API of WooCommerce ${WOOCOMMERCE}`, () => {
  let shop: OrderShop;
  let receiver: Receiver;
  let dstnc: ReturnType<typeof createDstncClient>;
  let storeId: string;
  let productId: number;

  beforeAll(async () => {
    [shop, receiver] = await Promise.all([
      startOrderShop('legacy', { woocommerce: WOOCOMMERCE, hpos: false }),
      startReceiver(),
    ]);
    dstnc = createDstncClient({ url: () => receiver.service.url, token: receiver.secrets[0] ?? '' });
    productId = await shop.addProduct({ stock_quantity: 100 });
    const body = { vendor: 'lamps', url: shop.url, ...shop.store.keys };
    const added = await receiver.call('POST', '/v1/stores', { body });
    expect([added.status, added.body.detail]).toEqual([201, undefined]);
    storeId = added.body.id;
  });
  afterAll(async () => {
    await receiver.stop();
    await shop.stop();
  });

  /** Read from the database: wc/v3 has none. */
  const orders = (reference: string) =>
    shop.store.php<{ id: number; status: string; total: string; email: string }[]>(
      `$found = array();
      foreach ( wc_get_orders( array( 'limit' => -1, 'status' => array_keys( wc_get_order_statuses() ) ) ) as $order ) {
        if ( 0 === strpos( $order->get_customer_note(), 'DSTNC order ' . $args['reference'] ) ) {
          $found[] = array( 'id' => $order->get_id(), 'status' => $order->get_status(), 'total' => $order->get_total(), 'email' => $order->get_billing_email() );
        }
      }
      return $found;`,
      { args: { reference } },
    );

  test('are placed once, wherever an answer is lost', async () => {
    const faults = ['cut after', '500 after', 'cut before', '500 before'] as const;
    for (const [index, fault] of faults.entries()) {
      const reference = `PO-${index}x`;
      const before = await shop.stock(productId);
      let once = true;
      shop.proxy.plan(({ method, path }) => {
        if (!once || method !== 'POST' || !/\/wc-api\/v3\/orders(\?|$)/.test(path)) return 'none';
        once = false;
        return fault;
      });
      const answer = await dstnc.place(storeId, anOrder(reference, productId));
      expect([fault, answer.status]).toEqual([fault, answer.status === 200 ? 200 : 201]);
      expect(await orders(reference)).toMatchObject([
        { id: answer.body.storeOrderId, status: 'processing', total: '44.88' },
      ]);
      expect(before - (await shop.stock(productId))).toBe(2);
    }
  });

  test('come to the cent where the shop charges taxes', async () => {
    await shop.store.php(
      `update_option( 'woocommerce_calc_taxes', 'yes' );
      WC_Tax::_insert_tax_rate( array( 'tax_rate_country' => 'DE', 'tax_rate' => '19', 'tax_rate_name' => 'Tax', 'tax_rate_priority' => 1, 'tax_rate_compound' => 0, 'tax_rate_shipping' => 1, 'tax_rate_order' => 1, 'tax_rate_class' => '' ) );`,
    );
    const lines = [{ externalId: `${productId}:0`, quantity: 3, total: '33.34', totalTax: '6.33' }];
    const shippingLines = [{ title: 'Parcel', total: '4.11', totalTax: '0.78' }];
    const answer = await dstnc.place(storeId, anOrder('PO-tax', productId, { lines, shippingLines, total: '44.56' }));
    expect([answer.status, answer.body.detail]).toEqual([201, undefined]);
    expect(await orders('PO-tax')).toMatchObject([{ status: 'processing', total: '44.56' }]);
  });

  test('are shipped when they are completed, and no other customer’s order leaves the shop', async () => {
    const other = await shop.store.php<number>(
      `update_option( 'woocommerce_calc_taxes', 'no' );
      $order = wc_create_order( array( 'status' => 'processing', 'customer_note' => 'Leave it with Mrs Thistlewaite' ) );
      $order->set_billing_email( 'someone.else@shopper.example' );
      $order->save();
      return $order->get_id();`,
    );
    const calls = shop.proxy.calls.length;
    const answer = await dstnc.place(storeId, anOrder('PO-last', productId, { total: '44.88' }));
    expect([answer.status, answer.body.detail]).toEqual([answer.status === 200 ? 200 : 201, undefined]);
    const id = answer.body.storeOrderId;
    await shop.store.php(`wc_get_order( $args['id'] )->update_status( 'completed' );`, { args: { id } });
    await receiver.storage.orders.mark(storeId, [id, other], 'its time has come', Date.now());
    await until('the shipment', async () => receiver.sandbox.state.shipment('lamps', 'PO-last:1') !== undefined);
    const wire = shop.proxy.calls.slice(calls).map(({ answer: said }) => said);
    expect(wire.length).toBeGreaterThan(3);
    expect(wire.filter((said) => said.includes('someone.else') || said.includes('Thistlewaite'))).toEqual([]);
    expect((await orders('PO-last'))[0]?.email).not.toBe(SHOPPER.email);
  });

  test('are told of as refunded, in part too', async () => {
    const answer = await dstnc.place(storeId, anOrder('PO-back', productId));
    const id = answer.body.storeOrderId;
    await shop.store.php(
      `$order = wc_get_order( $args['id'] );
      $item = current( $order->get_items() );
      wc_create_refund( array( 'order_id' => $args['id'], 'amount' => 19.99, 'reason' => 'Scratched', 'line_items' => array( $item->get_id() => array( 'qty' => 1, 'refund_total' => 19.99 ) ) ) );`,
      { args: { id } },
    );
    await receiver.storage.orders.mark(storeId, [id], 'its time has come', Date.now());
    const told = await until('the refund', async () => receiver.sandbox.state.order('lamps', 'PO-back'));
    expect(told).toMatchObject({
      status: 'partially_refunded',
      refunds: [{ externalId: `${productId}:0`, quantity: 1 }],
    });
  });

  test('of a variation take that one, and are shipped whole', async () => {
    const options = { name: 'Colour', variation: true, options: ['red', 'blue'] };
    const parent = (await shop.store.wc('POST', 'products', { name: 'Shade', type: 'variable', attributes: [options] }))
      .body.id;
    const variation = (
      await shop.store.wc('POST', `products/${parent}/variations`, {
        regular_price: '5',
        attributes: [{ name: 'Colour', option: 'red' }],
      })
    ).body.id;
    const externalId = `${parent}:${variation}`;
    const lines = [{ externalId, quantity: 2, total: '10.00', totalTax: '0.00' }];
    const answer = await dstnc.place(
      storeId,
      anOrder('PO-red', productId, { lines, shippingLines: [], total: '10.00' }),
    );
    expect([answer.status, answer.body.detail]).toEqual([201, undefined]);
    const id = answer.body.storeOrderId;
    await shop.store.php(`wc_get_order( $args['id'] )->update_status( 'completed' );`, { args: { id } });
    await receiver.storage.orders.mark(storeId, [id], 'its time has come', Date.now());
    const told = await until('the shipment', async () => receiver.sandbox.state.shipment('lamps', 'PO-red:1'));
    expect(told).toMatchObject({ lines: null });
    const taken = await shop.store.php<number[]>(
      `return array_map( static fn( $item ) => $item->get_variation_id(), array_values( wc_get_order( $args['id'] )->get_items() ) );`,
      { args: { id } },
    );
    expect(taken).toEqual([variation]);
  });
});
