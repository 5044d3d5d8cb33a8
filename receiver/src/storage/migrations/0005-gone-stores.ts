import type { Kysely } from 'kysely';
import { PostgresAdapter, sql } from 'kysely';

/** Stores that were removed, by which their orders are found again (see 0001-initial.ts on the columns' types). */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  const postgres = db.getExecutor().adapter instanceof PostgresAdapter;
  const key = postgres ? sql`text collate "C"` : 'text';
  await schema
    .createTable('gone_stores')
    .addColumn('store_id', key, (c) => c.primaryKey())
    .addColumn('vendor', key, (c) => c.notNull())
    .addColumn('url', 'text', (c) => c.notNull())
    .execute();
  await schema.createIndex('gone_stores_vendor').on('gone_stores').column('vendor').execute();
}
