import type { Kysely } from 'kysely';
import type { Engine } from '../engine.ts';
import type { Schema } from '../schema.ts';
import type { Storage } from '../storage.ts';

/** No word is good for longer, in milliseconds: one that seems so was given before the database's clock was put back. */
const LONGEST = 60_000;

/** The owners that are alive. */
export function aliveOwners(db: Kysely<Schema>, now: number) {
  return db
    .selectFrom('workers')
    .select('owner')
    .where('alive_until', '>', now)
    .where('alive_until', '<=', now + LONGEST);
}

/** Who is alive. */
export function workersSql({ urgent, write }: Engine): Storage['workers'] {
  return {
    alive: (owner, until) =>
      urgent(async (trx) => {
        await trx
          .insertInto('workers')
          .values({ owner, alive_until: until })
          .onConflict((conflict) => conflict.column('owner').doUpdateSet({ alive_until: until }))
          .execute();
      }),

    gone: (owner) =>
      write(async (trx) => {
        await trx.deleteFrom('leases').where('owner', '=', owner).execute();
        await trx.deleteFrom('workers').where('owner', '=', owner).execute();
      }),
  };
}
