import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Schema } from '../schema.ts';

/** For how long after it was placed, or completed, something may still become of an order: see orders/next-look.ts. Milliseconds. */
const OPEN_MS = 90 * 24 * 60 * 60 * 1000;

/**
 * Has a store's orders looked at now, by whatever is known of them: see OrderStorage.wake. One that is being placed and whose addresses are
 * gone can't be gone on with.
 *
 * @returns how many
 */
export async function wakeOrders(trx: Kysely<Schema>, storeId: string, cause: string, now: number): Promise<number> {
  const { numUpdatedRows } = await trx
    .updateTable('orders')
    .set({
      cause,
      dirty_seq: sql`dirty_seq + 1`,
      attempts: 0,
      due_at: sql`case when lease_owner is null then cast(${now} as bigint) else due_at end`,
    })
    .where('store_id', '=', storeId)
    .where((of) =>
      of.or([
        of('due_at', 'is not', null),
        of.and([of('phase', '=', 'placing'), of('body', 'is not', null)]),
        of.and([of('phase', '=', 'placed'), sql<boolean>`coalesce(completed_at, placed_at) > ${now - OPEN_MS}`]),
      ]),
    )
    .executeTakeFirstOrThrow();
  return Number(numUpdatedRows);
}
