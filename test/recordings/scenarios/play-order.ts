import type { Stage } from '../scenario.ts';
import { shopper } from './shopper.ts';

/** An order from its creation to its completion, and a second one that is cancelled: the same with and without HPOS. */
export async function playOrder({ step, wc, store, watchPath }: Stage): Promise<void> {
  let lamp = { id: 0 };
  let order = { id: 0 };
  let other = { id: 0 };
  const place = async () => {
    const placed = await wc('POST', 'orders', {
      ...shopper,
      status: 'pending',
      payment_method: 'cod',
      line_items: [{ product_id: lamp.id, quantity: 1 }],
    });
    watchPath(`orders/${placed.id}`);
    return placed;
  };
  const setStatus = (id: number, status: string) => wc('PUT', `orders/${id}`, { status });

  await step('A product was created', async () => {
    lamp = await wc('POST', 'products', { name: 'Lamp', regular_price: '10', manage_stock: true, stock_quantity: 5 });
  });
  await step('An order was created', async () => {
    order = await place();
  });
  await step('The order went to processing', () => setStatus(order.id, 'processing'));
  // As shipping plugins do: the order's meta and nothing else.
  await step('A tracking number was added to the order', () =>
    store.php(
      `$order = wc_get_order( $args );
      $order->update_meta_data( '_wc_shipment_tracking_items', array( array(
        'tracking_provider' => 'dhl', 'custom_tracking_provider' => '', 'custom_tracking_link' => '',
        'tracking_number' => '00340000000000000000', 'date_shipped' => (string) strtotime( '2026-01-02' ), 'tracking_id' => 'a0b1c2d3' ) ) );
      $order->save_meta_data();
      return true;`,
      { args: order.id },
    ),
  );
  await step('The order was completed', () => setStatus(order.id, 'completed'));
  await step('The order was refunded', () =>
    wc('POST', `orders/${order.id}/refunds`, { amount: '10.00', reason: 'Returned', api_refund: false }),
  );
  await step('A second order was created and cancelled', async () => {
    other = await place();
    await setStatus(other.id, 'processing');
    await setStatus(other.id, 'cancelled');
  });
}
