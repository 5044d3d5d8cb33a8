import type { Kysely } from 'kysely';
import { PostgresAdapter, sql } from 'kysely';

/** DSTNC's orders: one row each, which is the work as well (see 0001-initial.ts on the columns' types). */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  const postgres = db.getExecutor().adapter instanceof PostgresAdapter;
  const key = postgres ? sql`text collate "C"` : 'text';
  await schema
    .createTable('orders')
    .addColumn('store_id', key, (c) => c.notNull())
    .addColumn('reference', key, (c) => c.notNull())
    .addColumn('fingerprint', key, (c) => c.notNull())
    .addColumn('body', 'text')
    .addColumn('currency', 'text', (c) => c.notNull())
    .addColumn('total', 'text', (c) => c.notNull())
    .addColumn('phase', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('progress_json', 'text', (c) => c.notNull())
    .addColumn('store_order_id', 'bigint')
    .addColumn('store_order_number', 'text')
    .addColumn('status', 'text')
    .addColumn('shipments_json', 'text', (c) => c.notNull())
    .addColumn('change_json', 'text')
    .addColumn('last_error', 'text')
    .addColumn('history_json', 'text', (c) => c.notNull())
    .addColumn('cause', 'text', (c) => c.notNull())
    .addColumn('dirty_seq', 'bigint', (c) => c.notNull().defaultTo(0))
    .addColumn('due_at', 'bigint')
    .addColumn('attempts', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('lease_owner', key)
    .addColumn('rev', 'bigint', (c) => c.notNull().defaultTo(0))
    .addColumn('placed_at', 'bigint')
    .addColumn('completed_at', 'bigint')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('orders_pk', ['store_id', 'reference'])
    .execute();
  // What is to be done when, and whose leases there are.
  await sql`create index orders_due on orders (due_at) where due_at is not null`.execute(db);
  await sql`create index orders_leased on orders (lease_owner) where lease_owner is not null`.execute(db);
  await schema.createIndex('orders_listed').on('orders').columns(['store_id', 'created_at', 'reference']).execute();
  // What people are told of a store in numbers, without a look at the rows.
  await schema.createIndex('orders_state').on('orders').columns(['store_id', 'state']).execute();
  await sql`create index orders_in_store on orders (store_id, store_order_id) where store_order_id is not null`.execute(
    db,
  );
  // Whose addresses are still kept.
  await sql`create index orders_personal on orders (placed_at) where body is not null`.execute(db);

  await schema
    .createTable('order_keys')
    .addColumn('store_id', key, (c) => c.notNull())
    .addColumn('key', key, (c) => c.notNull())
    .addColumn('reference', key, (c) => c.notNull())
    .addColumn('fingerprint', key, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('order_keys_pk', ['store_id', 'key'])
    .execute();
  await schema.createIndex('order_keys_age').on('order_keys').column('created_at').execute();
}
