import type { Kysely } from 'kysely';
import { PostgresAdapter, sql } from 'kysely';

/**
 * Everything the spine needs. Integers that may be large are spelled `bigint`, which both engines read as 64 bits.
 *
 * What is compared byte by byte (keys, dates as text) says so to PostgreSQL, whose text is compared as the database's language has it;
 * and what people search in follows every language's idea of small letters, whatever the database's is.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  const postgres = db.getExecutor().adapter instanceof PostgresAdapter;
  const key = postgres ? sql`text collate "C"` : 'text';
  const words = postgres ? sql`text collate "und-x-icu"` : 'text';
  await schema
    .createTable('stores')
    .addColumn('id', key, (c) => c.primaryKey())
    .addColumn('vendor', 'text', (c) => c.notNull().unique())
    .addColumn('url', 'text', (c) => c.notNull())
    .addColumn('webhook_key', key, (c) => c.notNull().unique())
    .addColumn('webhook_secrets', 'text', (c) => c.notNull())
    .addColumn('webhook_secrets_until', 'bigint')
    .addColumn('credentials', 'text')
    .addColumn('plugin_json', 'text')
    .addColumn('token_hash', key, (c) => c.unique())
    .addColumn('previous_token_hash', key, (c) => c.unique())
    .addColumn('previous', 'text')
    .addColumn('import_json', 'text')
    .addColumn('importing', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('settings_json', 'text', (c) => c.notNull())
    .addColumn('currency', 'text')
    .addColumn('tax_included', 'integer')
    .addColumn('flags_json', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('disconnected_at', 'bigint')
    .execute();

  await sql`create index stores_importing on stores (id) where importing = 1`.execute(db);

  await schema
    .createTable('invitations')
    .addColumn('id', key, (c) => c.primaryKey())
    .addColumn('vendor', 'text', (c) => c.notNull())
    .addColumn('token_hash', key, (c) => c.notNull().unique())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addColumn('used_at', 'bigint')
    .addColumn('store_id', key)
    .execute();

  await schema
    .createTable('groups')
    .addColumn('store_id', key, (c) => c.notNull())
    .addColumn('group_id', 'bigint', (c) => c.notNull())
    .addColumn('dirty_seq', 'bigint', (c) => c.notNull())
    .addColumn('marked_at', 'bigint')
    .addColumn('remarked_at', 'bigint')
    .addColumn('cause', 'text', (c) => c.notNull())
    .addColumn('bulk', 'integer', (c) => c.notNull().defaultTo(1))
    .addColumn('due_at', 'bigint')
    .addColumn('attempts', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('tries', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('waiting_for', 'text')
    .addColumn('failing_ms', 'bigint', (c) => c.notNull().defaultTo(0))
    .addColumn('failed_at', 'bigint')
    .addColumn('discarded_json', 'text')
    .addColumn('lease_owner', key)
    .addColumn('in_doubt', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('rev', 'bigint', (c) => c.notNull().defaultTo(0))
    .addColumn('accepted_rev', 'bigint')
    .addColumn('accepted_state', 'text')
    .addColumn('purchasable', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('late_ms', 'bigint')
    .addColumn('content_hash', 'text')
    .addColumn('inventory_json', 'text')
    .addColumn('listing_json', 'text')
    .addColumn('rejected_json', 'text')
    .addColumn('read_at', 'bigint')
    .addColumn('sent_at', 'bigint')
    .addColumn('accepted_at', 'bigint')
    .addPrimaryKeyConstraint('groups_pk', ['store_id', 'group_id'])
    .execute();
  // Only dirty rows stand in this index, so that finding work costs the same however large the catalogues are.
  await sql`create index groups_due on groups (store_id, due_at) where due_at is not null`.execute(db);
  // The order of claiming: what never failed goes before what did, so that a few broken products don't hold up the others; and what
  // somebody told of goes before what is one of many, so that a sale doesn't wait for an import.
  // With marked_at, it also answers how much waits and since when, without a look at the wide rows.
  await sql`create index groups_claim on groups (store_id, attempts, bulk, due_at, marked_at) where due_at is not null`.execute(
    db,
  );
  // Whose leases: those of a process that died are found by its name.
  await sql`create index groups_leased on groups (lease_owner) where lease_owner is not null`.execute(db);
  // What DSTNC has is counted in this alone, without a look at the wide rows: a hundred thousand in some milliseconds.
  await sql`create index groups_listed on groups (store_id, accepted_state, purchasable, accepted_at)
    where accepted_state is not null`.execute(db);

  // Stores of which not all groups are marked yet that are to be, and how far that is.
  await schema
    .createTable('store_marks')
    .addColumn('store_id', key, (c) => c.primaryKey())
    .addColumn('cause', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('in_doubt', 'integer', (c) => c.notNull())
    .addColumn('marked_to', 'bigint')
    .addColumn('marked', 'bigint', (c) => c.notNull())
    .execute();
  await sql`create index store_marks_pending on store_marks (store_id) where marked_to is not null`.execute(db);

  await schema
    .createTable('items')
    .addColumn('store_id', key, (c) => c.notNull())
    .addColumn('item_id', 'bigint', (c) => c.notNull())
    .addColumn('group_id', 'bigint', (c) => c.notNull())
    .addColumn('external_id', key, (c) => c.notNull())
    .addColumn('title', words, (c) => c.notNull())
    .addColumn('sku', words, (c) => c.notNull())
    .addPrimaryKeyConstraint('items_pk', ['store_id', 'item_id'])
    .execute();
  await schema.createIndex('items_group').on('items').columns(['store_id', 'group_id']).execute();

  await schema
    .createTable('payloads')
    .addColumn('store_id', key, (c) => c.notNull())
    .addColumn('item_id', 'bigint', (c) => c.notNull())
    .addColumn('group_id', 'bigint', (c) => c.notNull())
    .addColumn('modified', key, (c) => c.notNull())
    .addColumn('arrived_at', 'bigint', (c) => c.notNull())
    .addColumn('deleted', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('body', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('payloads_pk', ['store_id', 'item_id'])
    .execute();
  await schema.createIndex('payloads_group').on('payloads').columns(['store_id', 'group_id']).execute();

  await schema
    .createTable('deliveries')
    .addColumn('id', postgres ? 'bigint' : 'integer', (c) =>
      postgres ? c.primaryKey().generatedAlwaysAsIdentity() : c.primaryKey().autoIncrement(),
    )
    .addColumn('store_id', key, (c) => c.notNull())
    .addColumn('received_at', 'bigint', (c) => c.notNull())
    .addColumn('topic', 'text', (c) => c.notNull())
    .addColumn('delivery_id', 'text', (c) => c.notNull())
    .addColumn('group_id', 'bigint')
    .addColumn('outcome', 'text', (c) => c.notNull())
    .addColumn('bytes', 'integer', (c) => c.notNull())
    .execute();

  await schema.createIndex('deliveries_store').on('deliveries').columns(['store_id', 'received_at']).execute();
  // For what is pruned each hour, here and of the histories: without it, both would be read whole for that.
  await schema.createIndex('deliveries_age').on('deliveries').column('received_at').execute();

  await schema
    .createTable('history')
    .addColumn('store_id', key, (c) => c.notNull())
    .addColumn('external_id', key, (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('cause', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('rule', 'integer')
    .addColumn('tracked', 'integer')
    .addColumn('quantity', 'bigint')
    .addColumn('purchasable', 'integer')
    .execute();
  await schema.createIndex('history_item').on('history').columns(['store_id', 'external_id', 'at']).execute();
  await schema.createIndex('history_age').on('history').column('at').execute();

  await schema
    .createTable('dead_letters')
    .addColumn('id', key, (c) => c.primaryKey())
    .addColumn('store_id', key, (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('subject', 'text', (c) => c.notNull())
    .addColumn('covers', 'bigint')
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('story_json', 'text', (c) => c.notNull())
    .addColumn('body', 'text')
    .addUniqueConstraint('dead_letters_subject', ['store_id', 'kind', 'subject'])
    .execute();

  await schema
    .createTable('workers')
    .addColumn('owner', key, (c) => c.primaryKey())
    .addColumn('alive_until', 'bigint', (c) => c.notNull())
    .execute();

  await schema
    .createTable('leases')
    .addColumn('name', key, (c) => c.primaryKey())
    .addColumn('owner', key, (c) => c.notNull())
    .execute();

  await schema
    .createTable('meta')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('value', 'text', (c) => c.notNull())
    .execute();

  await schema
    .createTable('heartbeat')
    .addColumn('id', 'integer', (c) => c.primaryKey())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .execute();
}
