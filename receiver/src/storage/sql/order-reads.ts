import type { Engine } from '../engine.ts';
import type { OrderStorage } from '../order-rows.ts';
import { rowOf } from './order-columns.ts';

/** DSTNC's orders, as far as they are only looked at. */
export function orderReads({
  db,
}: Pick<Engine, 'db'>): Pick<OrderStorage, 'byReference' | 'list' | 'counts' | 'figures' | 'doubtful' | 'nextDue'> {
  return {
    async byReference(key) {
      const row = await db
        .selectFrom('orders')
        .selectAll()
        .where('store_id', '=', key.storeId)
        .where('reference', '=', key.reference)
        .executeTakeFirst();
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
