import type { Product } from '@dstnc/shared';
import { type Insertable, type Kysely, type Selectable, sql } from 'kysely';
import type { Engine } from '../engine.ts';
import type { PollsTable, Schema } from '../schema.ts';
import type { Freshness, PollRow, PollStep, Storage, Sweep, SweepResult, WebhooksLook } from '../storage.ts';
import { forUpdate } from './for-update.ts';
import { manyRows } from './many-rows.ts';
import { markGroups } from './mark-groups.ts';

const insertRows = manyRows<Pick<Insertable<PollsTable>, 'store_id' | 'due_at'>>((trx, rows) =>
  trx
    .insertInto('polls')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing()),
);

/** Whom to poll when, and how far their sweeps are. */
export function pollsSql(engine: Engine): Storage['polls'] {
  const { db, write, name } = engine;
  return {
    enrol: (now, spreadMs) =>
      write(async (trx) => {
        const without = await trx
          .selectFrom('stores')
          .leftJoin('polls', 'polls.store_id', 'stores.id')
          .select('stores.id')
          .where('stores.disconnected_at', 'is', null)
          .where('polls.store_id', 'is', null)
          .orderBy('stores.id')
          .execute();
        // One after the other, so that thousands that were there before are not polled in the same second for ever.
        await insertRows(
          trx,
          without.map(({ id }, index) => ({
            store_id: id,
            due_at: now + Math.floor((spreadMs * index) / without.length),
          })),
        );
        return without.length;
      }),

    claim: ({ now, limit, holdMs }) =>
      write(async (trx) => {
        const due = trx
          .selectFrom('polls')
          .innerJoin('stores', 'stores.id', 'polls.store_id')
          .selectAll('polls')
          .where('polls.due_at', '<=', now)
          .where('stores.disconnected_at', 'is', null)
          .orderBy('polls.due_at')
          .limit(limit);
        // What another process is just taking is its own.
        const rows = await (name === 'postgres' ? due.forUpdate('polls').skipLocked() : due).execute();
        if (rows.length === 0) return [];
        await trx
          .updateTable('polls')
          .set({ due_at: now + holdMs })
          .where(
            'store_id',
            'in',
            rows.map(({ store_id }) => store_id),
          )
          .execute();
        return rows.map((row) => read({ ...row, due_at: now + holdMs }));
      }),

    step: (held, step, { now, dueAt }) =>
      write(async (trx) => {
        const row = await trx
          .updateTable('polls')
          .set({ ...columns(step), due_at: dueAt })
          .where('store_id', '=', held.storeId)
          .where('due_at', '=', held.dueAt)
          .returningAll()
          .executeTakeFirst();
        if (row === undefined) return null;
        const { groupIds = [], cause = '', bulk = false } = step.marks ?? {};
        await markGroups(
          trx,
          groupIds.map((groupId) => ({ storeId: held.storeId, groupId, cause, at: now, bulk })),
        );
        return read(row);
      }),

    demand: (storeId, now, sweep) =>
      write(async (trx) => {
        const row = await forUpdate(
          engine,
          trx.selectFrom('polls').select('sweep_json').where('store_id', '=', storeId),
        ).executeTakeFirst();
        const wanted = sweep === undefined ? (row?.sweep_json ?? null) : JSON.stringify(newSweep(sweep, row, now));
        await trx
          .insertInto('polls')
          .values({ store_id: storeId, due_at: now, sweep_json: wanted })
          .onConflict((conflict) => conflict.column('store_id').doUpdateSet({ due_at: now, sweep_json: wanted }))
          .execute();
      }),

    begin: (storeId, cursor, now) =>
      write(async (trx) => {
        await trx
          .insertInto('polls')
          .values({ store_id: storeId, due_at: now, cursor, heard_at: now })
          .onConflict((conflict) =>
            conflict.column('store_id').doUpdateSet({ cursor, heard_at: now }).where('polls.cursor', 'is', null),
          )
          .execute();
      }),

    async byStore(storeId) {
      const row = await db.selectFrom('polls').selectAll().where('store_id', '=', storeId).executeTakeFirst();
      return row === undefined ? null : read(row);
    },

    async nextDue() {
      const row = await db
        .selectFrom('polls')
        .innerJoin('stores', 'stores.id', 'polls.store_id')
        .select('polls.due_at')
        .where('stores.disconnected_at', 'is', null)
        .orderBy('polls.due_at')
        .limit(1)
        .executeTakeFirst();
      return row === undefined ? null : row.due_at;
    },

    async held(storeId, after, to) {
      let groups = db
        .selectFrom('groups')
        .select(['group_id', 'due_at', 'in_doubt', 'accepted_state', 'content_hash', 'inventory_json'])
        .select(sql<string | null>`case when rejected_json is null then null else listing_json end`.as('rejected'))
        .where('store_id', '=', storeId)
        .where('group_id', '>', after)
        .orderBy('group_id');
      if (to !== null) groups = groups.where('group_id', '<=', to);
      return (await groups.execute()).map((row) => ({
        groupId: row.group_id,
        unsettled: row.due_at !== null || row.in_doubt === 1,
        state: row.accepted_state as Product['state'] | null,
        contentHash: row.content_hash,
        inventoryJson: row.inventory_json,
        rejectedListingJson: row.rejected,
      }));
    },

    freshness: (storeId) => freshness(db, storeId),
  };
}

function read(row: Selectable<PollsTable>): PollRow {
  return {
    storeId: row.store_id,
    dueAt: row.due_at,
    cursor: row.cursor,
    heardAt: row.heard_at,
    failures: row.failures,
    failure: row.failure,
    sweep: row.sweep_json === null ? null : (JSON.parse(row.sweep_json) as Sweep),
    lastSweep: row.swept_json === null ? null : (JSON.parse(row.swept_json) as SweepResult),
    webhooks: row.webhooks_json === null ? null : (JSON.parse(row.webhooks_json) as WebhooksLook),
  };
}

function columns({ cursor, heardAt, failures, failure, sweep, lastSweep, webhooks }: PollStep) {
  return {
    ...(cursor !== undefined && { cursor }),
    ...(heardAt !== undefined && { heard_at: heardAt }),
    ...(failures !== undefined && { failures }),
    ...(failure !== undefined && { failure }),
    ...(sweep !== undefined && { sweep_json: sweep && JSON.stringify(sweep) }),
    ...(lastSweep !== undefined && { swept_at: lastSweep.startedAt, swept_json: JSON.stringify(lastSweep) }),
    ...(webhooks !== undefined && { webhooks_json: JSON.stringify(webhooks) }),
  };
}

/** A doubt that was there before lasts until this one is over: it begins anew. */
function newSweep(
  { cause, doubtSince }: Pick<Sweep, 'cause' | 'doubtSince'>,
  row: { readonly sweep_json: string | null } | undefined,
  now: number,
): Sweep {
  const before = row?.sweep_json == null ? null : (JSON.parse(row.sweep_json) as Sweep).doubtSince;
  const doubts = [doubtSince, before].filter((at) => at !== null);
  const since = doubts.length === 0 ? null : Math.min(...doubts);
  return {
    cause,
    startedAt: now,
    doubtSince: since,
    cursor: 0,
    walked: 0,
    total: 0,
    differing: 0,
    failures: 0,
    retryAt: null,
  };
}

async function freshness(db: Kysely<Schema>, storeId: string | undefined): Promise<readonly Freshness[]> {
  const oldest = db
    .selectFrom('groups')
    .select((eb) => ['store_id', eb.fn.min('marked_at').as('oldest')])
    .where('due_at', 'is not', null)
    .groupBy('store_id')
    .as('waiting');
  let stores = db
    .selectFrom('stores')
    .leftJoin(oldest, 'waiting.store_id', 'stores.id')
    .leftJoin('polls', 'polls.store_id', 'stores.id')
    .select(['stores.id', 'waiting.oldest', 'polls.heard_at', 'polls.sweep_json', 'stores.import_json'])
    .where('stores.disconnected_at', 'is', null);
  if (storeId !== undefined) stores = stores.where('stores.id', '=', storeId);
  return (await stores.execute()).map((row) => {
    const sweep = row.sweep_json === null ? null : (JSON.parse(row.sweep_json) as Sweep);
    const walk =
      row.import_json === null ? null : (JSON.parse(row.import_json) as { walkedAt: number | null; startedAt: number });
    const doubts = [sweep?.doubtSince, walk?.walkedAt === null ? walk.startedAt : null].filter((at) => at != null);
    return {
      storeId: row.id,
      oldestMarkedAt: row.oldest === null ? null : Number(row.oldest),
      heardAt: row.heard_at,
      doubtSince: doubts.length === 0 ? null : Math.min(...doubts),
    };
  });
}
