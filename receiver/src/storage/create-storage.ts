import type { SecretBox } from '../stores/secret-box.ts';
import type { Engine } from './engine.ts';
import { deadLettersSql } from './sql/dead-letters.ts';
import { deleteOld } from './sql/delete-old.ts';
import { groupsSql } from './sql/groups.ts';
import { ingestSql } from './sql/ingest.ts';
import { invitationsSql } from './sql/invitations.ts';
import { leasesSql } from './sql/leases.ts';
import { listingsSql } from './sql/listings.ts';
import { ordersSql } from './sql/orders.ts';
import { pollsSql } from './sql/polls.ts';
import { secretsSql } from './sql/secrets.ts';
import { shopPluginsSql } from './sql/shop-plugins.ts';
import { storesSql } from './sql/stores.ts';
import { workersSql } from './sql/workers.ts';
import type { Storage } from './storage.ts';

const DAY = 24 * 60 * 60 * 1000;
/** How long the log of deliveries, histories, unreadable deliveries, expired invitations, dead processes and orders' keys are kept, in milliseconds. */
const KEPT = {
  deliveries: 7 * DAY,
  history: 90 * DAY,
  unreadable: 90 * DAY,
  invitations: 90 * DAY,
  workers: DAY,
  orderKeys: 90 * DAY,
};

/** The storage over an engine: the same SQL for all of them. */
export function createStorage(engine: Engine, box: SecretBox): Storage {
  const { db, write } = engine;
  return {
    shared: !engine.exclusive,
    time: () => engine.time(),
    stores: storesSql(engine, box),
    invitations: invitationsSql(engine),
    polls: pollsSql(engine),
    shopPlugins: shopPluginsSql(engine),
    ingest: ingestSql(engine),
    groups: groupsSql(engine),
    listings: listingsSql(engine),
    workers: workersSql(engine),
    leases: leasesSql(engine),
    deadLetters: deadLettersSql(engine),
    orders: ordersSql(engine, box),
    secrets: secretsSql(engine, box),

    async lastDeliveries() {
      const rows = await db
        .selectFrom('deliveries')
        .select((eb) => ['store_id', eb.fn.max('received_at').as('at')])
        .groupBy('store_id')
        .execute();
      return new Map(rows.map((row) => [row.store_id, Number(row.at)]));
    },

    async lastDelivery(storeId) {
      const { at } = await db
        .selectFrom('deliveries')
        .select((eb) => eb.fn.max('received_at').as('at'))
        .where('store_id', '=', storeId)
        .executeTakeFirstOrThrow();
      return at === null ? null : Number(at);
    },

    heartbeat: (now) =>
      write(async (trx) => {
        await trx
          .insertInto('heartbeat')
          .values({ id: 1, at: now })
          .onConflict((conflict) => conflict.column('id').doUpdateSet({ at: now }))
          .execute();
      }),

    async prune(now) {
      await deleteOld(engine, 'deliveries', now - KEPT.deliveries);
      await deleteOld(engine, 'history', now - KEPT.history);
      await write(async (trx) => {
        // A refused product stays until it is accepted or discarded.
        await trx
          .deleteFrom('dead_letters')
          .where('kind', '=', 'delivery')
          .where('at', '<', now - KEPT.unreadable)
          .execute();
        await trx
          .deleteFrom('invitations')
          .where('expires_at', '<', now - KEPT.invitations)
          .execute();
        await trx
          .deleteFrom('order_keys')
          .where('created_at', '<', now - KEPT.orderKeys)
          .execute();
        // Those that died: every start has a name of its own.
        await trx
          .deleteFrom('workers')
          .where('alive_until', '<', now - KEPT.workers)
          .execute();
      });
    },

    close: () => engine.close(),
  };
}
