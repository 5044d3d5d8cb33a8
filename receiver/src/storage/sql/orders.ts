import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import { orderStateOf } from '../../orders/order-state.ts';
import type { SecretBox } from '../../stores/secret-box.ts';
import type { Engine } from '../engine.ts';
import type { HeldChange, HeldShipment, OrderClaim, OrderFacts, OrderStorage } from '../order-rows.ts';
import type { Schema } from '../schema.ts';
import { beginOrder } from './begin-order.ts';
import { forUpdate } from './for-update.ts';
import { markOrders } from './mark-orders.ts';
import { columnsOf, rowOf, storyWith } from './order-columns.ts';
import { orderLeases } from './order-leases.ts';
import { orderReads } from './order-reads.ts';
import { wakeOrders } from './wake-orders.ts';
import { aliveOwners } from './workers.ts';

/** DSTNC's orders; what is personal passes the box on its way in and out. */
export function ordersSql(engine: Engine, box: SecretBox): OrderStorage {
  const { write, exclusive } = engine;
  const leases = orderLeases(engine, box);
  const { of, free, hold, leased } = leases;

  /** The columns of what changes, with the state and the story that follow from it. */
  async function changed(
    trx: Kysely<Schema>,
    claim: OrderClaim,
    { facts, now, what }: { facts: Partial<OrderFacts>; now: number; what: string | undefined },
  ) {
    const row = await forUpdate(engine, of(trx, claim)).executeTakeFirst();
    if (row === undefined) return null;
    const before = rowOf(row);
    const after = { ...before, ...facts };
    return {
      ...columnsOf(facts),
      state: orderStateOf(after),
      updated_at: now,
      ...(what !== undefined && { history_json: JSON.stringify(storyWith(before.history, { at: now, what })) }),
    };
  }

  return {
    ...orderReads(engine),

    begin: (request, lease) => write((trx) => beginOrder({ engine, box, leases }, trx, request, lease)),

    take: (key, lease) =>
      write(async (trx) => {
        const row = await forUpdate(engine, of(trx, key)).executeTakeFirst();
        if (row === undefined) return null;
        return (await free(trx, row, lease)) ? hold(trx, row, lease) : 'in_progress';
      }),

    claim: ({ limit, except, ...lease }) =>
      write(async (trx) => {
        const { owner, now } = lease;
        const alive = aliveOwners(trx, now);
        const some = (most: number) => {
          const query = trx
            .selectFrom('orders')
            .selectAll()
            .where('due_at', 'is not', null)
            .$if(except.length > 0, (query) => query.where('store_id', 'not in', except))
            .orderBy('due_at')
            .limit(most);
          return engine.name === 'postgres' ? query.forUpdate().skipLocked() : query;
        };
        // Apart, as each has an index of its own: nothing is looked at that is only waiting for its time.
        const due = await some(limit).where('due_at', '<=', now).execute();
        const orphaned = some(limit - due.length)
          .where('due_at', '>', now)
          .where('lease_owner', 'is not', null)
          .where('lease_owner', exclusive ? '!=' : 'not in', exclusive ? owner : alive);
        const rows = due.length === limit ? due : [...due, ...(await orphaned.execute())];
        const claims: OrderClaim[] = [];
        for (const row of rows) claims.push(await hold(trx, row, lease));
        return claims;
      }),

    save: (claim, facts, now, what) =>
      write(async (trx) => {
        const columns = await changed(trx, claim, { facts, now, what });
        if (columns === null) return false;
        const { numUpdatedRows } = await leased(trx, claim).set(columns).executeTakeFirstOrThrow();
        return numUpdatedRows > 0n;
      }),

    finish: (claim, { facts = {}, dueAt, failed = false, heldRev, what }, now) =>
      write(async (trx) => {
        const columns = await changed(trx, claim, { facts, now, what });
        if (columns === null) return false;
        const { numUpdatedRows } = await leased(trx, claim)
          .set({
            ...columns,
            lease_owner: null,
            attempts: failed ? claim.attempts + 1 : 0,
            due_at: failed
              ? dueAt
              : sql<
                  number | null
                >`case when dirty_seq > ${claim.seq} then cast(${now} as bigint) else cast(${dueAt} as bigint) end`,
            ...(heldRev !== undefined && { rev: Math.max(heldRev, claim.rev) }),
          })
          .executeTakeFirstOrThrow();
        return numUpdatedRows > 0n;
      }),

    mark: (storeId, orderIds, cause, now) => write((trx) => markOrders(trx, [{ storeId, orderIds, cause, at: now }])),

    resend: (key, cause, now) =>
      write(async (trx) => {
        const row = await forUpdate(engine, of(trx, key)).executeTakeFirst();
        if (row === undefined) return false;
        const { shipments, change, history } = rowOf(row);
        // What was accepted counts for nothing: the same shipments are sent, with a newer rev.
        const again = <T extends HeldShipment | HeldChange>({ rejected: _rejected, ...told }: T) => ({
          ...told,
          acceptedRev: null,
        });
        await trx
          .updateTable('orders')
          .set({
            shipments_json: JSON.stringify(shipments.map(again)),
            change_json: change && JSON.stringify(again(change)),
            history_json: JSON.stringify(storyWith(history, { at: now, what: cause })),
            cause,
            dirty_seq: row.dirty_seq + 1,
            attempts: 0,
            updated_at: now,
            // What is refused or withdrawn has nothing to send.
            ...(row.lease_owner === null && (row.phase === 'placing' || row.phase === 'placed') && { due_at: now }),
          })
          .where('store_id', '=', key.storeId)
          .where('reference', '=', key.reference)
          .execute();
        return true;
      }),

    wake: (storeId, cause, now) => write((trx) => wakeOrders(trx, { storeId, cause, now })),

    letGo: (storeId, what, now) =>
      write(async (trx) => {
        const waiting = trx
          .selectFrom('orders')
          .selectAll()
          .where('store_id', '=', storeId)
          .where('due_at', 'is not', null);
        const rows = await forUpdate(engine, waiting).execute();
        for (const row of rows) {
          await trx
            .updateTable('orders')
            .set({
              due_at: null,
              lease_owner: null,
              updated_at: now,
              history_json: JSON.stringify(storyWith(rowOf(row).history, { at: now, what })),
            })
            .where('store_id', '=', storeId)
            .where('reference', '=', row.reference)
            .execute();
        }
        return rows.length;
      }),

    erase: (key) =>
      write(async (trx) => {
        const row = await forUpdate(engine, of(trx, key)).executeTakeFirst();
        if (row === undefined) return 'unknown';
        if (row.phase === 'placing') return 'needed';
        await trx
          .updateTable('orders')
          .set({ body: null })
          .where('store_id', '=', key.storeId)
          .where('reference', '=', key.reference)
          .execute();
        return 'erased';
      }),

    eraseOlder: (before) =>
      write(async (trx) => {
        const { numUpdatedRows } = await trx
          .updateTable('orders')
          .set({ body: null })
          .where('body', 'is not', null)
          .where((of) =>
            of.or([
              of('placed_at', '<', before),
              of.and([of('phase', 'in', ['refused', 'withdrawn']), of('updated_at', '<', before)]),
            ]),
          )
          .executeTakeFirstOrThrow();
        return Number(numUpdatedRows);
      }),
  };
}
