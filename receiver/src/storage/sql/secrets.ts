import { type Kysely, sql } from 'kysely';
import { type SecretBox, SecretUnreadable } from '../../stores/secret-box.ts';
import type { Engine } from '../engine.ts';
import type { Schema } from '../schema.ts';
import type { Storage } from '../storage.ts';

/** Where secrets stand, in the table of stores. */
const COLUMNS = ['webhook_secrets', 'credentials', 'previous'] as const;
/** Characters of a sealed secret within which its key's id ends. */
const BEGINNING = 40;

/** What is encrypted of orders counts among their store's secrets. */
const orderBodies = (db: Kysely<Schema>) => db.selectFrom('orders').where('body', 'is not', null);

/** Secrets as such: what they are encrypted with, and not what they say. */
export function secretsSql({ db, write }: Engine, box: SecretBox): Storage['secrets'] {
  const byOther = (sealed: string | null) => sealed !== null && box.keyOf(sealed) !== box.firstKey;

  /** @returns null: it can't be opened, which is no reason to leave the others */
  function opened(sealed: string, owner: string): string | null {
    try {
      return box.open(sealed, owner);
    } catch (error) {
      if (error instanceof SecretUnreadable) return null;
      throw error;
    }
  }

  return {
    async sealedUnder() {
      const rows = await db
        .selectFrom('stores')
        .select([
          'id',
          ...COLUMNS.map((column) => sql<string | null>`substr(${sql.ref(column)}, 1, ${BEGINNING})`.as(column)),
        ])
        .execute();
      const stores = new Map<string, number>();
      let toRotate = 0;
      const bodies = await orderBodies(db)
        .select(['store_id', sql<string>`substr(body, 1, ${BEGINNING})`.as('body')])
        .execute();
      const bodiesOf = Map.groupBy(bodies, ({ store_id }) => store_id);
      for (const row of rows) {
        const ofOrders = (bodiesOf.get(row.id) ?? []).map(({ body }) => body);
        const sealed = [...COLUMNS.flatMap((column) => row[column] ?? []), ...ofOrders];
        const keys = new Set(sealed.map((one) => box.keyOf(one) ?? 'unknown'));
        for (const key of keys) stores.set(key, (stores.get(key) ?? 0) + 1);
        if (sealed.some(byOther)) toRotate += 1;
      }
      return { stores, toRotate };
    },

    async rotate(after, limit) {
      const rows = await db
        .selectFrom('stores')
        .select(['id', ...COLUMNS])
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit)
        .execute();
      if (rows.length === 0) return { done: 0, next: null };
      const olds = rows.flatMap(({ id, ...row }) =>
        COLUMNS.flatMap((column) => {
          const old = row[column];
          if (old === null || !byOther(old)) return [];
          const plain = opened(old, id);
          return plain === null ? [] : [{ id, column, old, fresh: box.seal(plain, id) }];
        }),
      );
      const orders = await orderBodies(db)
        .select(['store_id', 'reference', 'body'])
        .where(
          'store_id',
          'in',
          rows.map(({ id }) => id),
        )
        .execute();
      const oldBodies = orders.flatMap(({ store_id: id, reference, body: old }) => {
        if (old === null || !byOther(old)) return [];
        const plain = opened(old, id);
        return plain === null ? [] : [{ id, reference, old, fresh: box.seal(plain, id) }];
      });
      const done = await write(async (trx) => {
        const changed = new Set<string>();
        for (const { id, reference, old, fresh } of oldBodies) {
          const { numUpdatedRows } = await trx
            .updateTable('orders')
            .set({ body: fresh })
            .where('store_id', '=', id)
            .where('reference', '=', reference)
            // Unless it was erased meanwhile.
            .where('body', '=', old)
            .executeTakeFirstOrThrow();
          if (numUpdatedRows === 1n) changed.add(id);
        }
        for (const { id, column, old, fresh } of olds) {
          const { numUpdatedRows } = await trx
            .updateTable('stores')
            .set({ [column]: fresh })
            .where('id', '=', id)
            // As it was read: a change that came in between stays, sealed with whatever key its writer had.
            .where(column, '=', old)
            .executeTakeFirstOrThrow();
          if (numUpdatedRows === 1n) changed.add(id);
        }
        return changed.size;
      });
      return { done, next: rows.length < limit ? null : (rows.at(-1)?.id ?? null) };
    },
  };
}
