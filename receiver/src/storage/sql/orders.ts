import type { Insertable, Kysely, Selectable, Updateable } from 'kysely';
import { sql } from 'kysely';
import { orderStateOf } from '../../orders/order-state.ts';
import type { SecretBox } from '../../stores/secret-box.ts';
import type { Engine } from '../engine.ts';
import type {
  HeldChange,
  HeldShipment,
  OrderClaim,
  OrderFacts,
  OrderKey,
  OrderLease,
  OrderPhase,
  OrderRow,
  OrderStorage,
  PlacingProgress,
} from '../order-rows.ts';
import type { OrdersTable, Schema } from '../schema.ts';
import { forUpdate } from './for-update.ts';
import { markOrders } from './mark-orders.ts';
import { wakeOrders } from './wake-orders.ts';
import { aliveOwners } from './workers.ts';

/** Entries of an order's story that are kept: the first, and the newest of the others. */
const STORY = 60;

/** DSTNC's orders; what is personal passes the box on its way in and out. */
export function ordersSql(engine: Engine, box: SecretBox): OrderStorage {
  const { db, write, exclusive } = engine;

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

  function claimOf(row: Selectable<OrdersTable>, owner: string): OrderClaim {
    return {
      ...rowOf(row),
      owner,
      seq: row.dirty_seq,
      rev: row.rev,
      body: row.body === null ? null : box.open(row.body, row.store_id),
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
    begin: (request, lease) =>
      write(async (trx) => {
        const { storeId, reference, key, fingerprint } = request;
        if (await isPlacedElsewhere(trx, request)) return { kind: 'reference_reused' };
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
        const row = await forUpdate(engine, of(trx, request)).executeTakeFirstOrThrow();
        if (inserted !== undefined) return { kind: 'claimed', claim: await hold(trx, row, lease) };
        if (row.phase === 'refused' && (row.due_at === null || row.fingerprint === fingerprint)) {
          // Nothing of it is in the store: it may be asked for as if it never had been. Where something may still come into being, only as
          // the same order, and what is known of that is kept.
          const { created_at: _at, history_json: _story, ...fresh } = newRow();
          const anew = row.due_at === null ? fresh : { ...fresh, progress_json: row.progress_json };
          return { kind: 'claimed', claim: await hold(trx, row, lease, anew) };
        }
        if (row.fingerprint !== fingerprint) {
          // A key under which nothing was taken on is as good as new.
          if (newKey !== undefined)
            await trx.deleteFrom('order_keys').where('store_id', '=', storeId).where('key', '=', key).execute();
          return { kind: 'reference_reused' };
        }
        if (row.phase !== 'placing') return { kind: 'known', row: rowOf(row) };
        if (!(await free(trx, row, lease))) return { kind: 'in_progress' };
        // Its addresses may have been dropped together with its store.
        const { body } = newRow();
        return { kind: 'claimed', claim: await hold(trx, row, lease, row.body === null ? { body } : {}) };

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
      }),

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

    async byReference(key) {
      const row = await of(db, key).executeTakeFirst();
      return row === undefined ? null : rowOf(row);
    },

    async list(storeId, { limit, before }) {
      const [, at, reference = ''] = /^(\d{1,15})\.(.*)$/s.exec(before ?? '') ?? [];
      const rows = await db
        .selectFrom('orders')
        .selectAll()
        .where('store_id', '=', storeId)
        .$if(at !== undefined, (query) =>
          query.where((of) =>
            of.or([
              of('created_at', '<', Number(at)),
              of.and([of('created_at', '=', Number(at)), of('reference', '<', reference)]),
            ]),
          ),
        )
        .orderBy('created_at', 'desc')
        .orderBy('reference', 'desc')
        .limit(limit + 1)
        .execute();
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      const next = rows.length > limit && last !== undefined ? `${last.created_at}.${last.reference}` : null;
      return { orders: page.map(rowOf), next };
    },

    async counts(storeId) {
      const rows = await db
        .selectFrom('orders')
        .select((eb) => ['state', eb.fn.countAll().as('count')])
        .where('store_id', '=', storeId)
        .groupBy('state')
        .execute();
      const count = (...states: string[]) =>
        rows.filter(({ state }) => states.includes(state)).reduce((sum, row) => sum + Number(row.count), 0);
      return {
        toShip: count('placing', 'placed'),
        shipped: count('completed', 'shipped'),
        attention: count('attention'),
      };
    },

    async figures() {
      // Not those of stores that are gone.
      const orders = db.selectFrom('orders').innerJoin('stores', 'stores.id', 'orders.store_id');
      const rows = await orders
        .select((eb) => ['state', eb.fn.countAll().as('count')])
        .groupBy('state')
        .execute();
      const { oldest } = await orders
        .select((eb) => eb.fn.min('orders.created_at').as('oldest'))
        .where('phase', '=', 'placing')
        // What is being placed has one of these: an index knows them.
        .where('state', 'in', ['placing', 'attention'])
        .executeTakeFirstOrThrow();
      return {
        states: Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)])),
        oldestUnplacedAt: oldest === null ? null : Number(oldest),
      };
    },

    async doubtful(storeId, since) {
      const rows = await db
        .selectFrom('orders')
        .selectAll()
        .where('store_id', '=', storeId)
        .where((of) =>
          of.or([
            of('state', 'in', ['placing', 'attention', 'completed']),
            of.and([of('state', '=', 'shipped'), of('completed_at', '>=', since)]),
          ]),
        )
        .orderBy('created_at', 'desc')
        .limit(1_000)
        .execute();
      return rows.map(rowOf);
    },

    wake: (storeId, cause, now) => write((trx) => wakeOrders(trx, storeId, cause, now)),

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

    async nextDue() {
      const { due } = await db
        .selectFrom('orders')
        .select((eb) => eb.fn.min('due_at').as('due'))
        .where('due_at', 'is not', null)
        .executeTakeFirstOrThrow();
      return due === null ? null : Number(due);
    },
  };
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

function rowOf(row: Selectable<OrdersTable>): OrderRow {
  return {
    storeId: row.store_id,
    reference: row.reference,
    fingerprint: row.fingerprint,
    currency: row.currency,
    total: row.total,
    phase: row.phase as OrderPhase,
    state: row.state as OrderRow['state'],
    progress: JSON.parse(row.progress_json) as PlacingProgress,
    storeOrderId: row.store_order_id,
    storeOrderNumber: row.store_order_number,
    status: row.status,
    shipments: JSON.parse(row.shipments_json) as HeldShipment[],
    change: row.change_json === null ? null : (JSON.parse(row.change_json) as HeldChange),
    lastError: row.last_error,
    personal: row.body !== null,
    history: JSON.parse(row.history_json) as OrderRow['history'],
    cause: row.cause,
    attempts: row.attempts,
    dueAt: row.due_at,
    placedAt: row.placed_at,
    completedAt: row.completed_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** The columns of some facts; those that aren't given stay as they are. */
function columnsOf(facts: Partial<OrderFacts>) {
  const {
    phase,
    progress,
    storeOrderId,
    storeOrderNumber,
    status,
    shipments,
    change,
    lastError,
    placedAt,
    completedAt,
  } = facts;
  const columns = {
    phase,
    progress_json: progress && JSON.stringify(progress),
    store_order_id: storeOrderId,
    store_order_number: storeOrderNumber,
    status,
    shipments_json: shipments && JSON.stringify(shipments),
    change_json: change === undefined || change === null ? change : JSON.stringify(change),
    last_error: lastError,
    placed_at: placedAt,
    completed_at: completedAt,
  };
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined)) as Partial<
    typeof columns
  >;
}

/** The same thing again is not told twice. */
function storyWith(story: OrderRow['history'], entry: OrderRow['history'][number]): OrderRow['history'] {
  if (story.at(-1)?.what === entry.what) return [...story.slice(0, -1), entry];
  const all = [...story, entry];
  return all.length <= STORY ? all : [...all.slice(0, 1), ...all.slice(1 - STORY)];
}
