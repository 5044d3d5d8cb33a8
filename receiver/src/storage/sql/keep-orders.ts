import type { Kysely } from 'kysely';
import type { Schema } from '../schema.ts';

/**
 * Keeps the orders of a store that is being removed: which reference was which order, and what DSTNC was told of it, without addresses. If
 * the shop is connected again, it is as if they had always been the new store's (see adopt-orders.ts).
 */
export async function keepOrders(
  trx: Kysely<Schema>,
  { id, vendor, url }: { readonly id: string; readonly vendor: string; readonly url: string },
): Promise<void> {
  const any = await trx.selectFrom('orders').select('reference').where('store_id', '=', id).limit(1).executeTakeFirst();
  if (any === undefined) return;
  await trx.updateTable('orders').set({ body: null }).where('store_id', '=', id).execute();
  await trx.insertInto('gone_stores').values({ store_id: id, vendor, url }).execute();
}
