import type { Selectable } from 'kysely';
import type { SecretBox } from '../../stores/secret-box.ts';
import type { Store, StoreCredentials, StoreFlag, StoreSettings } from '../../stores/store.ts';
import type { Engine } from '../engine.ts';
import type { StoresTable } from '../schema.ts';
import type { Storage } from '../storage.ts';
import { markStore } from './mark-store.ts';

/** The stores table; what is secret passes the box on its way in and out. */
export function storesSql({ db, write }: Engine, box: SecretBox): Storage['stores'] {
  function read(row: Selectable<StoresTable>): Store {
    return {
      id: row.id,
      vendor: row.vendor,
      url: row.url,
      webhookKey: row.webhook_key,
      webhookSecrets: JSON.parse(box.open(row.webhook_secrets, row.id)) as string[],
      credentials:
        row.credentials === null ? null : (JSON.parse(box.open(row.credentials, row.id)) as StoreCredentials),
      settings: JSON.parse(row.settings_json) as StoreSettings,
      currency: row.currency,
      taxIncluded: row.tax_included === null ? null : row.tax_included === 1,
      flags: JSON.parse(row.flags_json) as Record<string, StoreFlag>,
      createdAt: row.created_at,
      disconnectedAt: row.disconnected_at,
    };
  }

  const sealedCredentials = (credentials: StoreCredentials | null, id: string) =>
    credentials && box.seal(JSON.stringify(credentials), id);

  const select = db.selectFrom('stores').selectAll();
  return {
    add: (store) =>
      write(async (trx) => {
        const { numInsertedOrUpdatedRows } = await trx
          .insertInto('stores')
          .values({
            id: store.id,
            vendor: store.vendor,
            url: store.url,
            webhook_key: store.webhookKey,
            webhook_secrets: box.seal(JSON.stringify(store.webhookSecrets), store.id),
            credentials: sealedCredentials(store.credentials, store.id),
            settings_json: JSON.stringify(store.settings),
            currency: store.currency,
            tax_included: truth(store.taxIncluded),
            flags_json: JSON.stringify(store.flags),
            created_at: store.createdAt,
            disconnected_at: store.disconnectedAt,
          })
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirst();
        return numInsertedOrUpdatedRows === 1n;
      }),

    async byId(id) {
      const row = await select.where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : read(row);
    },

    async byWebhookKey(key) {
      const row = await select.where('webhook_key', '=', key).executeTakeFirst();
      return row === undefined ? null : read(row);
    },

    async list() {
      return (await select.orderBy('created_at').execute()).map(read);
    },

    update: (id, change, mark) =>
      write(async (trx) => {
        const { settings, webhookSecrets, credentials, currency, taxIncluded, disconnectedAt } = change;
        const columns = {
          ...(settings && { settings_json: JSON.stringify(settings) }),
          ...(webhookSecrets && { webhook_secrets: box.seal(JSON.stringify(webhookSecrets), id) }),
          ...(currency !== undefined && { currency }),
          ...(taxIncluded !== undefined && { tax_included: truth(taxIncluded) }),
          ...(credentials !== undefined && { credentials: sealedCredentials(credentials, id) }),
          ...(disconnectedAt !== undefined && { disconnected_at: disconnectedAt }),
        };
        if (Object.keys(columns).length > 0) {
          await trx.updateTable('stores').set(columns).where('id', '=', id).execute();
        }
        return mark === undefined ? 0 : markStore(trx, id, mark);
      }),

    remove: (id) =>
      write(async (trx) => {
        for (const table of ['groups', 'items', 'payloads', 'deliveries', 'history', 'dead_letters'] as const) {
          await trx.deleteFrom(table).where('store_id', '=', id).execute();
        }
        await trx.deleteFrom('stores').where('id', '=', id).execute();
      }),

    flag: (id, kind, flag) =>
      write(async (trx) => {
        const row = await trx.selectFrom('stores').select('flags_json').where('id', '=', id).executeTakeFirst();
        if (row === undefined) return;
        const { [kind]: held, ...others } = JSON.parse(row.flags_json) as Record<string, StoreFlag>;
        const flags = flag === null ? others : { ...others, [kind]: { ...flag, since: held?.since ?? flag.since } };
        await trx
          .updateTable('stores')
          .set({ flags_json: JSON.stringify(flags) })
          .where('id', '=', id)
          .execute();
      }),
  };
}

function truth(value: boolean | null): number | null {
  return value === null ? null : Number(value);
}
