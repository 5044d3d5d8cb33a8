import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Engine } from '../../receiver/src/storage/engine.ts';
import type { Storage } from '../../receiver/src/storage/storage.ts';
import { beginImport } from '../../receiver/src/stores/begin-import.ts';
import { DEFAULT_SETTINGS } from '../../receiver/src/stores/default-settings.ts';
import { newStoreIdentity } from '../../receiver/src/stores/new-store-identity.ts';
import type { Store } from '../../receiver/src/stores/store.ts';

/** A store as it is once its plugin has connected, whose catalogue is to be walked if `imported` is asked for. */
export function connectedStore(home: string, vendor: string, { walk }: { walk: boolean }): Store {
  const now = Date.now();
  return {
    ...newStoreIdentity(),
    vendor,
    url: home,
    webhookSecrets: [randomBytes(32).toString('hex')],
    webhookSecretsUntil: null,
    credentials: {
      consumerKey: `ck_${randomBytes(20).toString('hex')}`,
      consumerSecret: `cs_${randomBytes(20).toString('hex')}`,
    },
    plugin: { version: '0.1.0', contractVersion: 1, woocommerce: '11.0.1', restUrl: `${home}/wp-json/` },
    tokenHash: randomBytes(32).toString('hex'),
    previous: null,
    import: walk ? beginImport(null, 'import', now) : null,
    settings: DEFAULT_SETTINGS,
    currency: 'EUR',
    taxIncluded: true,
    flags: {},
    createdAt: now,
    access: null,
    withheld: null,
    disconnectedAt: null,
  };
}

/** Adds stores through the storage, some at a time. */
export async function addStores(storage: Storage, stores: readonly Store[]): Promise<void> {
  const left = [...stores];
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let store = left.pop(); store; store = left.pop()) await storage.stores.add(store);
    }),
  );
}

/**
 * Gives all other stores what one of them has, as if each had been imported: the rows of its products, copied in the database. Importing
 * them in earnest comes to the same rows, and takes minutes.
 */
export async function copyProducts(engine: Engine, from: string): Promise<void> {
  for (const table of ['groups', 'items']) {
    const { rows } = await sql<{ column_name: string }>`
      select column_name from information_schema.columns
      where table_name = ${table} and table_schema = current_schema() and column_name <> 'store_id'
    `.execute(engine.db);
    const columns = sql.join(rows.map(({ column_name }) => sql.ref(column_name)));
    await sql`
      insert into ${sql.table(table)} (store_id, ${columns})
      select stores.id, ${columns} from stores cross join
        (select ${columns} from ${sql.table(table)} where store_id = ${from}) as held
      where stores.id <> ${from}
    `.execute(engine.db);
  }
  await sql`vacuum analyze`.execute(engine.db);
  await sql`checkpoint`.execute(engine.db);
}
