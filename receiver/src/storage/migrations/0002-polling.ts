import type { Kysely } from 'kysely';
import { PostgresAdapter, sql } from 'kysely';

/** Stores that are polled and swept, however their API is spoken to, and keys that shops make through WooCommerce's own endpoint. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  const postgres = db.getExecutor().adapter instanceof PostgresAdapter;
  const key = postgres ? sql`text collate "C"` : 'text';
  // One column a statement: SQLite takes no more.
  await schema.alterTable('stores').addColumn('access_json', 'text').execute();
  await schema.alterTable('stores').addColumn('withheld_json', 'text').execute();
  await schema.alterTable('invitations').addColumn('url', 'text').execute();
  await schema.alterTable('invitations').addColumn('key_state_hash', key).execute();
  await schema.alterTable('invitations').addColumn('key_state_json', 'text').execute();
  await schema.createIndex('invitations_key_state').on('invitations').column('key_state_hash').execute();

  await schema
    .createTable('polls')
    .addColumn('store_id', key, (c) => c.primaryKey())
    .addColumn('due_at', 'bigint', (c) => c.notNull())
    .addColumn('cursor', 'text')
    .addColumn('heard_at', 'bigint')
    .addColumn('failures', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('failure', 'text')
    .addColumn('sweep_json', 'text')
    .addColumn('swept_at', 'bigint')
    .addColumn('swept_json', 'text')
    .addColumn('webhooks_json', 'text')
    .execute();
  await schema.createIndex('polls_due').on('polls').column('due_at').execute();
}
