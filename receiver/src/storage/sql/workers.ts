import type { Engine } from '../engine.ts';
import type { Storage } from '../storage.ts';

/** Who is alive. */
export function workersSql({ write }: Engine): Storage['workers'] {
  return {
    alive: (owner, until) =>
      write(async (trx) => {
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
