import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Schema } from '../schema.ts';

/** For how long after it was placed, or completed, something may still become of an order: see orders/next-look.ts. Milliseconds. */
const OPEN_MS = 90 * 24 * 60 * 60 * 1000;

/** Which orders of a store are looked at, and why. */
export interface WakeOrders {
  readonly storeId: string;
  readonly cause: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Not only those that wait for their time, but all of which something may still become: the store is new here. */
  readonly all?: boolean;
}

/** Has a store's orders looked at now. @returns how many */
export async function wakeOrders(
  trx: Kysely<Schema>,
  { storeId, cause, now, all = false }: WakeOrders,
): Promise<number> {
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
        ...(all
          ? [
              of('phase', '=', 'placing'),
              of.and([of('phase', '=', 'placed'), sql<boolean>`coalesce(completed_at, placed_at) > ${now - OPEN_MS}`]),
            ]
          : []),
      ]),
    )
    .executeTakeFirstOrThrow();
  return Number(numUpdatedRows);
}
