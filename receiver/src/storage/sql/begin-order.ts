import type { Insertable, Kysely } from 'kysely';
import type { SecretBox } from '../../stores/secret-box.ts';
import type { Engine } from '../engine.ts';
import type { OrderBeginning, OrderKey, OrderLease, OrderRequest } from '../order-rows.ts';
import type { OrdersTable, Schema } from '../schema.ts';
import { forUpdate } from './for-update.ts';
import { rowOf } from './order-columns.ts';
import type { OrderLeases } from './order-leases.ts';

/** What {@link beginOrder} works with. */
export interface BeginTools {
  readonly engine: Engine;
  readonly box: SecretBox;
  readonly leases: OrderLeases;
}

/** Writes an order down before anything is done about it: see OrderStorage.begin. Within a transaction. */
export async function beginOrder(
  { engine, box, leases }: BeginTools,
  trx: Kysely<Schema>,
  request: OrderRequest,
  lease: OrderLease,
): Promise<OrderBeginning> {
  const { storeId, reference, key, fingerprint } = request;
  if (await isPlacedElsewhere(trx, request)) return { kind: 'reference_reused' };
  if (!(await isOpen(engine, trx, request))) return { kind: 'disconnected' };
  const newKey = await trx
    .insertInto('order_keys')
    .values({ store_id: storeId, key, reference, fingerprint, created_at: lease.now })
    .onConflict((conflict) => conflict.columns(['store_id', 'key']).doNothing())
    .returning('key')
    .executeTakeFirst();
  const known = await trx
    .selectFrom('order_keys')
    .select(['reference', 'fingerprint'])
    .where('store_id', '=', storeId)
    .where('key', '=', key)
    .executeTakeFirstOrThrow();
  if (known.reference !== reference || known.fingerprint !== fingerprint) return { kind: 'key_reused' };

  const inserted = await trx
    .insertInto('orders')
    .values(newRow())
    .onConflict((conflict) => conflict.columns(['store_id', 'reference']).doNothing())
    .returning('reference')
    .executeTakeFirst();
  const row = await forUpdate(engine, leases.of(trx, request)).executeTakeFirstOrThrow();
  if (inserted !== undefined) return { kind: 'claimed', claim: await leases.hold(trx, row, lease) };
  if (row.phase === 'refused' && (row.due_at === null || row.fingerprint === fingerprint)) {
    // Somebody may be looking for what came into being late, and would take the new order for that.
    if (row.due_at !== null && !(await leases.free(trx, row, lease))) return { kind: 'in_progress' };
    // Nothing of it is in the store: it may be asked for as if it never had been. Where something may still come into being, only as
    // the same order, and what is known of that is kept.
    const { created_at: _at, history_json: _story, ...fresh } = newRow();
    const anew = row.due_at === null ? fresh : { ...fresh, progress_json: row.progress_json };
    return { kind: 'claimed', claim: await leases.hold(trx, row, lease, anew) };
  }
  if (row.fingerprint !== fingerprint) {
    // A key under which nothing was taken on is as good as new.
    if (newKey !== undefined)
      await trx.deleteFrom('order_keys').where('store_id', '=', storeId).where('key', '=', key).execute();
    return { kind: 'reference_reused' };
  }
  if (row.phase !== 'placing') return { kind: 'known', row: rowOf(row) };
  if (!(await leases.free(trx, row, lease))) return { kind: 'in_progress' };
  // Its addresses may have been dropped together with its store.
  const { body } = newRow();
  return { kind: 'claimed', claim: await leases.hold(trx, row, lease, row.body === null ? { body } : {}) };

  function newRow() {
    return {
      store_id: storeId,
      reference,
      fingerprint,
      body: box.seal(request.body, storeId),
      currency: request.currency,
      total: request.total,
      phase: 'placing',
      state: 'placing',
      progress_json: '{}',
      shipments_json: '[]',
      last_error: null,
      history_json: JSON.stringify([{ at: lease.now, what: 'asked for by DSTNC' }]),
      cause: 'asked for by DSTNC',
      attempts: 0,
      created_at: lease.now,
      updated_at: lease.now,
    } satisfies Insertable<OrdersTable>;
  }
}

/** Whether anything may be asked of the store; what is known of an order is answered whatever becomes of its store. */
async function isOpen(engine: Engine, trx: Kysely<Schema>, { storeId, reference }: OrderKey): Promise<boolean> {
  const held = trx.selectFrom('stores').select('disconnected_at').where('id', '=', storeId);
  const store = await forUpdate(engine, held).executeTakeFirst();
  if (store === undefined) return false;
  if (store.disconnected_at === null) return true;
  const known = await trx
    .selectFrom('orders')
    .select('phase')
    .where('store_id', '=', storeId)
    .where('reference', '=', reference)
    .executeTakeFirst();
  return known !== undefined && known.phase !== 'refused';
}

/** Whether the vendor had another shop that has, or may have, an order of that reference. */
async function isPlacedElsewhere(trx: Kysely<Schema>, { storeId, reference }: OrderKey): Promise<boolean> {
  const found = await trx
    .selectFrom('stores')
    .innerJoin('gone_stores', 'gone_stores.vendor', 'stores.vendor')
    .innerJoin('orders', 'orders.store_id', 'gone_stores.store_id')
    .select('orders.reference')
    .where('stores.id', '=', storeId)
    .where('orders.reference', '=', reference)
    .where('orders.phase', 'in', ['placing', 'placed'])
    .executeTakeFirst();
  return found !== undefined;
}
