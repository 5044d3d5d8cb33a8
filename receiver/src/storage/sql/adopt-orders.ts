import type { Kysely } from 'kysely';
import { sameHome } from '../../stores/same-home.ts';
import type { Store } from '../../stores/store.ts';
import type { Schema } from '../schema.ts';
import { wakeOrders } from './wake-orders.ts';

/** Gives a store that is new here the orders that the same vendor's same shop had before it was removed. They are all looked at. */
export async function adoptOrders(trx: Kysely<Schema>, { id, vendor, url, createdAt }: Store): Promise<void> {
  const gone = await trx.selectFrom('gone_stores').select(['store_id', 'url']).where('vendor', '=', vendor).execute();
  for (const { store_id } of gone.filter((one) => sameHome(one.url, url))) {
    await trx.updateTable('orders').set({ store_id: id, body: null }).where('store_id', '=', store_id).execute();
    await trx.updateTable('order_keys').set({ store_id: id }).where('store_id', '=', store_id).execute();
    await trx.deleteFrom('gone_stores').where('store_id', '=', store_id).execute();
    await wakeOrders(trx, { storeId: id, cause: 'the store was connected again', now: createdAt, all: true });
  }
}
