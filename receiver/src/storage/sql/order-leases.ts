import type { Kysely, Selectable, Updateable } from 'kysely';
import { sql } from 'kysely';
import { type SecretBox, SecretUnreadable } from '../../stores/secret-box.ts';
import type { Engine } from '../engine.ts';
import type { OrderClaim, OrderKey, OrderLease } from '../order-rows.ts';
import type { OrdersTable, Schema } from '../schema.ts';
import { rowOf } from './order-columns.ts';
import { aliveOwners } from './workers.ts';

/** How orders are taken up, each by one at a time: within a transaction. */
export function orderLeases({ exclusive }: Pick<Engine, 'exclusive'>, box: SecretBox) {
  const of = (trx: Kysely<Schema>, { storeId, reference }: OrderKey) =>
    trx.selectFrom('orders').selectAll().where('store_id', '=', storeId).where('reference', '=', reference);

  /** Whether a lease stands in the way. One that ran out doesn't, nor does a dead process's. */
  async function free(trx: Kysely<Schema>, row: Selectable<OrdersTable>, { owner, now }: OrderLease): Promise<boolean> {
    if (row.lease_owner === null || (row.due_at ?? 0) <= now) return true;
    // One process alone uses the database: whoever else held it is dead.
    if (exclusive) return row.lease_owner !== owner;
    const alive = await aliveOwners(trx, now).where('owner', '=', row.lease_owner).executeTakeFirst();
    return alive === undefined;
  }

  async function hold(
    trx: Kysely<Schema>,
    row: Selectable<OrdersTable>,
    lease: OrderLease,
    over: Updateable<OrdersTable> = {},
  ): Promise<OrderClaim> {
    const { owner, now, leaseMs } = lease;
    const held = await trx
      .updateTable('orders')
      .set({
        ...over,
        lease_owner: owner,
        due_at: now + leaseMs,
        rev: sql`case when rev + 1 > ${now} then rev + 1 else cast(${now} as bigint) end`,
      })
      .where('store_id', '=', row.store_id)
      .where('reference', '=', row.reference)
      .returningAll()
      .executeTakeFirstOrThrow();
    return claimOf(held, owner);
  }

  /** Null where its key was taken away too early: one such order must not hold up all others. */
  function opened(body: string, storeId: string): string | null {
    try {
      return box.open(body, storeId);
    } catch (error) {
      if (error instanceof SecretUnreadable) return null;
      throw error;
    }
  }

  function claimOf(row: Selectable<OrdersTable>, owner: string): OrderClaim {
    return {
      ...rowOf(row),
      owner,
      seq: row.dirty_seq,
      rev: row.rev,
      body: row.body === null ? null : opened(row.body, row.store_id),
    };
  }

  /** The row of a claim, as long as the claim holds it. */
  const leased = (trx: Kysely<Schema>, { storeId, reference, owner, rev }: OrderClaim) =>
    trx
      .updateTable('orders')
      .where('store_id', '=', storeId)
      .where('reference', '=', reference)
      .where('lease_owner', '=', owner)
      .where('rev', '=', rev);

  return { of, free, hold, leased };
}

/** See {@link orderLeases}. */
export type OrderLeases = ReturnType<typeof orderLeases>;
