import type { Kysely } from 'kysely';
import { PostgresAdapter, sql } from 'kysely';

/** Which plugins run in a shop, and since when that is known: "it connected once and doesn't now" is often a new plugin. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const key = db.getExecutor().adapter instanceof PostgresAdapter ? sql`text collate "C"` : 'text';
  await db.schema
    .createTable('shop_plugins')
    .addColumn('store_id', key, (c) => c.notNull())
    .addColumn('file', key, (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('first_seen_at', 'bigint')
    .addPrimaryKeyConstraint('shop_plugins_key', ['store_id', 'file'])
    .execute();
}
