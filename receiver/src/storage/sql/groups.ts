import type { Kysely, Selectable } from 'kysely';
import { sql } from 'kysely';
import type { Engine } from '../engine.ts';
import type { GroupsTable, Schema } from '../schema.ts';
import type { Claim, Storage } from '../storage.ts';
import { finishClaim } from './finish-claim.ts';
import { forUpdate } from './for-update.ts';
import { storeMarks } from './store-marks.ts';
import { aliveOwners } from './workers.ts';

/** The dirty rows and their leases: what is to be done, and who is doing it. */
export function groupsSql(engine: Engine): Storage['groups'] {
  const { db, write, exclusive, name } = engine;
  const marks = storeMarks(engine);
  /** Whom this process sends to; undefined until it says so. */
  let target: string | undefined;
  return {
    async dueStores(now, except) {
      // Jumps from store to store through the index: its cost is the number of stores with work, not of dirty groups.
      const { rows } = await sql<{ store_id: string }>`
        with recursive due(store_id) as (
          select min(store_id) from groups where due_at is not null
          union all
          select (select min(g.store_id) from groups g where g.due_at is not null and g.store_id > due.store_id)
          from due where due.store_id is not null
        )
        select store_id from due
        where store_id is not null
          and exists (select 1 from groups g where g.store_id = due.store_id and g.due_at is not null and g.due_at <= ${now})
      `.execute(db);
      return rows.map((row) => row.store_id).filter((id) => !except.includes(id));
    },

    claim: ({ storeId, owner, now, leaseMs, limit, newestFirst = false }) =>
      write(async (trx) => {
        const rows = await trx
          // Picked apart from the update: PostgreSQL may look twice at a condition, and then it would pick others the second time.
          .with('picked', (from) =>
            from
              .selectFrom('groups')
              .select('group_id')
              .where('store_id', '=', storeId)
              .where('due_at', 'is not', null)
              // The plus keeps SQLite from looking for these by due_at: it would sort all that is due for every claim.
              .where(sql<boolean>`+due_at <= ${now}`)
              // What this process sends goes where nobody counts it any more, once another process has named another target.
              .$if(target !== undefined, (query) =>
                query.where((of) =>
                  of.exists(
                    of
                      .selectFrom('meta')
                      .select('name')
                      .where('name', '=', 'target')
                      .where('value', '=', target as string),
                  ),
                ),
              )
              .orderBy('attempts')
              .orderBy('bulk')
              .orderBy('due_at', newestFirst ? 'desc' : 'asc')
              .limit(limit)
              // What another process is taking up at this moment is its own.
              .$if(name === 'postgres', (query) => query.forUpdate().skipLocked()),
          )
          .updateTable('groups')
          .set({
            // A lease that ran out instead of being given back: its holder may have sent something.
            in_doubt: sql`case when lease_owner is null then in_doubt else 1 end`,
            lease_owner: owner,
            due_at: now + leaseMs,
            marked_at: sql`coalesce(marked_at, remarked_at, ${now})`,
            remarked_at: null,
            rev: sql`case when rev + 1 > ${now} then rev + 1 else ${now} end`,
          })
          .where('store_id', '=', storeId)
          .where('group_id', 'in', (from) => from.selectFrom('picked').select('group_id'))
          .returningAll()
          .execute();
        return rows.map((row) => claimOf(row, owner));
      }),

    finish: (claim, result, now) => write((trx) => finishClaim(trx, { claim, result, now })),

    voidLeases: (now) =>
      write(async (trx) => {
        const held = trx
          .updateTable('groups')
          .set({ lease_owner: null, due_at: now, in_doubt: 1 })
          .where('lease_owner', 'is not', null);
        const alive = aliveOwners(trx, now);
        const dead = exclusive
          ? held
          : held.where((of) => of.or([of('due_at', '<=', now), of('lease_owner', 'not in', alive)]));
        const { numUpdatedRows } = await dead.executeTakeFirstOrThrow();
        return Number(numUpdatedRows);
      }),

    async giveBack(owner, working, now) {
      const idOf = (storeId: string, groupId: number, rev: number) => `${storeId} ${groupId} ${rev}`;
      const known = new Set(working.map(({ storeId, groupId, rev }) => idOf(storeId, groupId, rev)));
      const held = await db
        .selectFrom('groups')
        .select(['store_id', 'group_id', 'rev'])
        .where('lease_owner', '=', owner)
        .execute();
      const unknown = held.filter(({ store_id, group_id, rev }) => !known.has(idOf(store_id, group_id, rev)));
      if (unknown.length === 0) return 0;
      return write(async (trx) => {
        let freed = 0;
        for (const { store_id, group_id, rev } of unknown) {
          const { numUpdatedRows } = await trx
            .updateTable('groups')
            .set({ lease_owner: null, due_at: now, in_doubt: 1 })
            .where('store_id', '=', store_id)
            .where('group_id', '=', group_id)
            .where('lease_owner', '=', owner)
            .where('rev', '=', rev)
            .executeTakeFirstOrThrow();
          freed += Number(numUpdatedRows);
        }
        return freed;
      });
    },

    wake: (now, storeId, groupId) =>
      write(async (trx) => {
        const waiting = trx
          .updateTable('groups')
          .set({ due_at: now })
          .where('due_at', '>', now)
          .where('lease_owner', 'is', null);
        const ofStore = storeId === undefined ? waiting : waiting.where('store_id', '=', storeId);
        await (groupId === undefined ? ofStore : ofStore.where('group_id', '=', groupId)).execute();
      }),

    async nextDue() {
      // Asked after every burst of marks, so like dueStores it must not cost more when more is dirty: in each store the first row of
      // the index that nobody holds will do, and leases, which end late, stand behind what waits.
      const { rows } = await sql<{ due: number | string | null }>`
        with recursive due(store_id) as (
          select min(store_id) from groups where due_at is not null
          union all
          select (select min(g.store_id) from groups g where g.due_at is not null and g.store_id > due.store_id)
          from due where due.store_id is not null
        )
        select min((
          select g.due_at from groups g
          where g.store_id = due.store_id and g.due_at is not null and g.lease_owner is null
          order by g.due_at limit 1
        )) as due from due
      `.execute(db);
      const due = rows[0]?.due ?? null;
      return due === null ? null : Number(due);
    },

    async backlog(storeId) {
      const dirty = db
        .selectFrom('groups')
        .select((eb) => [eb.fn.countAll().as('count'), eb.fn.min('marked_at').as('oldest')])
        .where('due_at', 'is not', null);
      const { count, oldest } = await (storeId === undefined
        ? dirty
        : dirty.where('store_id', '=', storeId)
      ).executeTakeFirstOrThrow();
      return { dirty: Number(count), oldestMarkedAt: oldest === null ? null : Number(oldest) };
    },

    async untried(storeId, markedBy) {
      const { count } = await db
        .selectFrom('groups')
        .select((eb) => eb.fn.countAll().as('count'))
        .where('store_id', '=', storeId)
        .where('due_at', 'is not', null)
        .where('attempts', '=', 0)
        .where('marked_at', '<=', markedBy)
        .executeTakeFirstOrThrow();
      return Number(count);
    },

    async retarget(named, now) {
      target = named;
      await write(async (trx) => {
        const held = await forUpdate(
          engine,
          trx.selectFrom('meta').select('value').where('name', '=', 'target'),
        ).executeTakeFirst();
        if (held?.value === named) return;
        await trx
          .insertInto('meta')
          .values({ name: 'target', value: named })
          .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: named }))
          .execute();
        const mark = { cause: 'DSTNC has another address', now, doubt: true };
        if (held !== undefined) await marks.put(trx, await listedStores(trx), mark);
      });
      // What somebody who died has left of that, too: until it is marked, it would be sent as if it were partly there.
      let marked = 0;
      for (const storeId of await marks.pending({ inDoubt: true })) marked += await marks.finish(storeId);
      return marked;
    },

    async retargeted() {
      if (target === undefined) return false;
      const held = await db.selectFrom('meta').select('value').where('name', '=', 'target').executeTakeFirst();
      return held?.value !== target;
    },
  };
}

/** Jumps from store to store through the primary key. */
async function listedStores(trx: Kysely<Schema>): Promise<string[]> {
  const { rows } = await sql<{ store_id: string }>`
    with recursive listed(store_id) as (
      select min(store_id) from groups
      union all
      select (select min(g.store_id) from groups g where g.store_id > listed.store_id)
      from listed where listed.store_id is not null
    )
    select store_id from listed where store_id is not null
  `.execute(trx);
  return rows.map((row) => row.store_id);
}

function claimOf(row: Selectable<GroupsTable>, owner: string): Claim {
  const { accepted_rev: rev, content_hash: contentHash, inventory_json: inventoryJson } = row;
  return {
    storeId: row.store_id,
    groupId: row.group_id,
    owner,
    seq: row.dirty_seq,
    rev: row.rev,
    markedAt: row.marked_at ?? 0,
    cause: row.cause,
    attempts: row.attempts,
    inDoubt: row.in_doubt === 1,
    accepted:
      rev === null || contentHash === null || inventoryJson === null ? null : { rev, contentHash, inventoryJson },
    listingJson: row.listing_json,
    rejected: row.rejected_json !== null,
    failing: { ms: row.failing_ms, at: row.failed_at },
  };
}
