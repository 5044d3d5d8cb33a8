import { expect } from 'vitest';
import { shopper } from '../recordings/scenarios/shopper.ts';
import type { Store } from '../store/store.ts';
import { until } from '../store/until.ts';
import { readChanges } from './read-changes.ts';

/** Plays an order of DSTNC from paid to refunded, beside one of the shop's own, and expects the change log to tell of the first. */
export async function playTrackedOrder(store: Store): Promise<void> {
  const wc = async (method: string, path: string, body?: unknown) => {
    const answer = await store.wc(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.raw.slice(0, 500)}`);
    return answer.body;
  };
  const { id: lamp } = await wc('POST', 'products', { name: 'Lamp', regular_price: '10' });
  const place = (fields: object) =>
    wc('POST', 'orders', {
      ...shopper,
      status: 'processing',
      payment_method: 'cod',
      line_items: [{ product_id: lamp, quantity: 1 }],
      ...fields,
    });
  const own = await place({});
  const ours = await place({ meta_data: [{ key: '_dstnc_reference', value: 'PO-1' }] });
  const other = await place({ meta_data: [{ key: '_dstnc_reference', value: 'PO-2' }] });
  let cursor = (await readChanges(store)).next;

  /** What is told of orders since the last time. A reader that comes while the shop itself reads gets it the next time. */
  const told = async () => {
    const { changes, next } = await readChanges(store, cursor);
    cursor = next;
    return changes.flatMap(({ orderId, kind }) => (orderId === undefined ? [] : [[orderId, kind]]));
  };
  const isTold = async (id: number, kind: string) => {
    const found = await until(`"${kind}" to be told of order ${id}`, async () => {
      const orders = await told();
      return orders.length > 0 && orders;
    });
    expect(found).toEqual([[id, kind]]);
  };
  const track = (id: number) =>
    store.php(
      // Saved just now, as WooCommerce sees it: then it doesn't save the order once more for its meta, and only the meta's own hook tells.
      `$order = wc_get_order( $args );
      $order->set_date_modified( time() + 60 );
      $order->save();
      $order->update_meta_data( '_wc_shipment_tracking_items', array( array( 'tracking_provider' => 'dhl', 'tracking_number' => '0034' ) ) );
      $order->save_meta_data();
      return true;`,
      { args: id, where: 'server' },
    );

  await track(own.id);
  await wc('PUT', `orders/${own.id}`, { status: 'completed' });
  expect(await told()).toEqual([]);
  await track(ours.id);
  await isTold(ours.id, 'tracking');
  await wc('PUT', `orders/${ours.id}`, { status: 'completed' });
  await isTold(ours.id, 'completed');
  await wc('POST', `orders/${ours.id}/refunds`, { amount: '10.00', api_refund: false });
  await isTold(ours.id, 'refunded');
  await wc('PUT', `orders/${other.id}`, { status: 'cancelled' });
  await isTold(other.id, 'cancelled');

  // Rung, and taken: nothing waits to be told.
  await until('every change to be told', async () => {
    const [row] = await store.sql('SELECT COUNT(*) AS waiting FROM wp_dstnc_changes WHERE rung = 0');
    return row?.waiting === 0;
  });
}
