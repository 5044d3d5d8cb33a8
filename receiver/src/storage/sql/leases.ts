import type { Engine } from '../engine.ts';
import type { Storage } from '../storage.ts';
import { aliveOwners } from './workers.ts';

/** What one process at a time may do. */
export function leasesSql({ write, exclusive }: Engine): Storage['leases'] {
  return {
    take: (name, owner, now) =>
      write(async (trx) => {
        const alive = aliveOwners(trx, now);
        const taken = await trx
          .insertInto('leases')
          .values({ name, owner })
          .onConflict((conflict) => {
            const update = conflict.column('name').doUpdateSet({ owner });
            // One process alone uses the database: whoever else held it is dead.
            if (exclusive) return update;
            return update.where((of) => of.or([of('leases.owner', '=', owner), of('leases.owner', 'not in', alive)]));
          })
          .returning('name')
          .executeTakeFirst();
        return taken !== undefined;
      }),

    release: (name, owner) =>
      write(async (trx) => {
        await trx.deleteFrom('leases').where('name', '=', name).where('owner', '=', owner).execute();
      }),
  };
}
