import type { Insertable, Kysely, Selectable } from 'kysely';
import { goodWebhookSecrets } from '../../stores/good-webhook-secrets.ts';
import type { SecretBox } from '../../stores/secret-box.ts';
import type {
  PreviousConnection,
  Store,
  StoreCredentials,
  StoreFlag,
  StoreImport,
  StorePlugin,
  StoreSettings,
  StoreWithheld,
} from '../../stores/store.ts';
import type { StoreAccess } from '../../woocommerce/store-access.ts';
import type { Engine } from '../engine.ts';
import type { Schema, StoresTable } from '../schema.ts';
import type { Storage } from '../storage.ts';
import { adoptOrders } from './adopt-orders.ts';
import { forUpdate } from './for-update.ts';
import { keepOrders } from './keep-orders.ts';
import { markGroups } from './mark-groups.ts';
import { storeMarks } from './store-marks.ts';
import { wakeOrders } from './wake-orders.ts';

/** The stores table; what is secret passes the box on its way in and out. */
export function storesSql(engine: Engine, box: SecretBox): Storage['stores'] {
  const { db, write } = engine;
  const marks = storeMarks(engine);

  function read(row: Selectable<StoresTable>): Store {
    return {
      id: row.id,
      vendor: row.vendor,
      url: row.url,
      webhookKey: row.webhook_key,
      webhookSecrets: JSON.parse(box.open(row.webhook_secrets, row.id)) as string[],
      webhookSecretsUntil: row.webhook_secrets_until,
      credentials:
        row.credentials === null ? null : (JSON.parse(box.open(row.credentials, row.id)) as StoreCredentials),
      plugin: row.plugin_json === null ? null : (JSON.parse(row.plugin_json) as StorePlugin),
      access: row.access_json === null ? null : (JSON.parse(row.access_json) as StoreAccess),
      tokenHash: row.token_hash,
      previous: row.previous === null ? null : (JSON.parse(box.open(row.previous, row.id)) as PreviousConnection),
      import: row.import_json === null ? null : (JSON.parse(row.import_json) as StoreImport),
      settings: JSON.parse(row.settings_json) as StoreSettings,
      currency: row.currency,
      taxIncluded: row.tax_included === null ? null : row.tax_included === 1,
      flags: JSON.parse(row.flags_json) as Record<string, StoreFlag>,
      createdAt: row.created_at,
      withheld: row.withheld_json === null ? null : (JSON.parse(row.withheld_json) as StoreWithheld),
      disconnectedAt: row.disconnected_at,
    };
  }

  const sealedCredentials = (credentials: StoreCredentials | null, id: string) =>
    credentials && box.seal(JSON.stringify(credentials), id);

  const previousColumns = (previous: PreviousConnection | null, id: string) => ({
    previous_token_hash: previous?.tokenHash ?? null,
    previous: previous && box.seal(JSON.stringify(previous), id),
  });

  const row = (store: Store): Insertable<StoresTable> => ({
    id: store.id,
    vendor: store.vendor,
    url: store.url,
    webhook_key: store.webhookKey,
    webhook_secrets: box.seal(JSON.stringify(store.webhookSecrets), store.id),
    webhook_secrets_until: store.webhookSecretsUntil,
    credentials: sealedCredentials(store.credentials, store.id),
    plugin_json: jsonOrNull(store.plugin),
    access_json: jsonOrNull(store.access),
    token_hash: store.tokenHash,
    ...previousColumns(store.previous, store.id),
    ...importColumns(store.import),
    settings_json: JSON.stringify(store.settings),
    currency: store.currency,
    tax_included: truth(store.taxIncluded),
    flags_json: JSON.stringify(store.flags),
    created_at: store.createdAt,
    withheld_json: jsonOrNull(store.withheld),
    disconnected_at: store.disconnectedAt,
  });

  /** @returns false: that vendor, or that store, is there already */
  async function insert(trx: Kysely<Schema>, store: Store): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await trx
      .insertInto('stores')
      .values(row(store))
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows !== 1n) return false;
    await adoptOrders(trx, store);
    return true;
  }

  const select = db.selectFrom('stores').selectAll();

  async function one(
    column: 'id' | 'vendor' | 'webhook_key' | 'token_hash' | 'previous_token_hash',
    value: string,
  ): Promise<Store | null> {
    const found = await select.where(column, '=', value).executeTakeFirst();
    return found === undefined ? null : read(found);
  }

  async function importOf(trx: Kysely<Schema>, id: string): Promise<StoreImport | null> {
    const held = trx.selectFrom('stores').select('import_json').where('id', '=', id);
    const row = await forUpdate(engine, held).executeTakeFirst();
    return row === undefined || row.import_json === null ? null : (JSON.parse(row.import_json) as StoreImport);
  }

  /** In one transaction with the look at them: the shop may be connecting again, with others, at this very moment. */
  function changeSecrets(
    id: string,
    change: (held: Store) => Pick<Store, 'webhookSecrets' | 'webhookSecretsUntil'>,
  ): Promise<Store | null> {
    return write(async (trx) => {
      const held = await forUpdate(
        engine,
        trx.selectFrom('stores').selectAll().where('id', '=', id),
      ).executeTakeFirst();
      if (held === undefined) return null;
      const store = read(held);
      const changed = { ...store, ...change(store) };
      const { webhook_secrets, webhook_secrets_until } = row(changed);
      await trx.updateTable('stores').set({ webhook_secrets, webhook_secrets_until }).where('id', '=', id).execute();
      return changed;
    });
  }

  return {
    add: (store) => write((trx) => insert(trx, store)),

    async connect({ invitationId, store, now }) {
      const connected = await write(async (trx) => {
        const use = (usedAt: number | null, storeId: string | null) =>
          trx.updateTable('invitations').set({ used_at: usedAt, store_id: storeId }).where('id', '=', invitationId);
        if (invitationId !== null) {
          const used = await use(now, store.id).where('used_at', 'is', null).executeTakeFirstOrThrow();
          if (used.numUpdatedRows === 0n) return 'code_used';
        }
        const { id, vendor, ...columns } = row(store);
        const known = await trx
          .updateTable('stores')
          .set(columns)
          .where('id', '=', id)
          .where('vendor', '=', vendor)
          .executeTakeFirstOrThrow();
        if (known.numUpdatedRows === 1n) {
          await closeUnreadable(trx, id);
          await marks.put(trx, [id], { cause: 'the store was connected again', now });
          await wakeOrders(trx, { storeId: id, cause: 'the store was connected again', now, all: true });
        } else if (!(await insert(trx, store))) {
          if (invitationId !== null) await use(null, null).execute();
          return 'vendor_taken';
        }
        return 'connected';
      });
      // The connection stands, and what it opens is told only now: that must not get lost since not all could be marked yet.
      if (connected === 'connected') await marks.finish(store.id).catch(() => {});
      return connected;
    },

    settle: (tokenHash) =>
      write(async (trx) => {
        await trx
          .updateTable('stores')
          .set({ previous_token_hash: null, previous: null })
          .where('token_hash', '=', tokenHash)
          .execute();
      }),

    advanceImport: (id, { startedAt, after, groupIds, next, total, now }) =>
      write(async (trx) => {
        const held = await importOf(trx, id);
        if (held === null || held.startedAt !== startedAt || held.cursor !== after || held.walkedAt !== null)
          return null;
        const { cause } = held;
        await markGroups(
          trx,
          groupIds.map((groupId) => ({ storeId: id, groupId, cause, at: now, bulk: true })),
        );
        const walk: StoreImport = {
          ...held,
          cursor: next ?? held.cursor,
          walked: held.walked + groupIds.length,
          total,
          walkedAt: next === null ? now : null,
          waitingFor: null,
        };
        await keepImport(trx, id, walk);
        return walk;
      }),

    stallImport: (id, startedAt, waitingFor) =>
      write(async (trx) => {
        const held = await importOf(trx, id);
        if (held?.startedAt === startedAt && held.walkedAt === null) await keepImport(trx, id, { ...held, waitingFor });
      }),

    byId: (id) => one('id', id),
    byWebhookKey: (key) => one('webhook_key', key),
    byTokenHash: async (hash) => (await one('token_hash', hash)) ?? (await one('previous_token_hash', hash)),
    byVendor: (vendor) => one('vendor', vendor),

    async list() {
      return (await select.orderBy('created_at').execute()).map(read);
    },

    async any() {
      return (await db.selectFrom('stores').select('id').limit(1).executeTakeFirst()) !== undefined;
    },

    async importing() {
      const rows = await db
        .selectFrom('stores')
        .select('id')
        .where('importing', '=', 1)
        .where('disconnected_at', 'is', null)
        .execute();
      return rows.map(({ id }) => id);
    },

    async update(id, change, mark) {
      await write(async (trx) => {
        const { settings, webhookSecrets, credentials, currency, taxIncluded, disconnectedAt, import: walk } = change;
        const { url, plugin, access, withheld, previous, webhookSecretsUntil } = change;
        const columns = {
          ...(url !== undefined && { url }),
          ...(plugin !== undefined && { plugin_json: jsonOrNull(plugin) }),
          ...(access !== undefined && { access_json: jsonOrNull(access) }),
          ...(withheld !== undefined && { withheld_json: jsonOrNull(withheld) }),
          ...(settings && { settings_json: JSON.stringify(settings) }),
          ...(webhookSecrets && { webhook_secrets: box.seal(JSON.stringify(webhookSecrets), id) }),
          ...(webhookSecretsUntil !== undefined && { webhook_secrets_until: webhookSecretsUntil }),
          ...(currency !== undefined && { currency }),
          ...(taxIncluded !== undefined && { tax_included: truth(taxIncluded) }),
          ...(credentials !== undefined && { credentials: sealedCredentials(credentials, id) }),
          ...(previous !== undefined && previousColumns(previous, id)),
          ...(disconnectedAt !== undefined && { disconnected_at: disconnectedAt }),
          ...(walk !== undefined && importColumns(walk)),
        };
        if (Object.keys(columns).length > 0) {
          await trx.updateTable('stores').set(columns).where('id', '=', id).execute();
        }
        if (mark !== undefined) await marks.put(trx, [id], mark);
      });
      return mark === undefined ? 0 : marks.finish(id);
    },

    marking: () => marks.pending(),

    markOn: async (id) => (await marks.markOn(id)).more,

    remove: (id) =>
      write(async (trx) => {
        // In one transaction with the removal: the same shop may be connecting again at this very moment.
        const held = trx.selectFrom('stores').select(['id', 'vendor', 'url', 'disconnected_at']).where('id', '=', id);
        const store = await forUpdate(engine, held).executeTakeFirst();
        if (store === undefined || store.disconnected_at === null || (await somethingLeft(trx, id))) return false;
        for (const table of TABLES) {
          await trx.deleteFrom(table).where('store_id', '=', id).execute();
        }
        await keepOrders(trx, store);
        await trx.deleteFrom('stores').where('id', '=', id).execute();
        return true;
      }),

    addWebhookSecret: (id, secret, until, now) =>
      changeSecrets(id, (held) => {
        const { webhookSecrets, webhookSecretsUntil } = held;
        const good = goodWebhookSecrets({ webhookSecrets, webhookSecretsUntil, previous: null }, now);
        const others = good.filter((one) => one !== secret);
        return { webhookSecrets: [secret, ...others], webhookSecretsUntil: others.length === 0 ? null : until };
      }),

    retireWebhookSecrets: (id) =>
      changeSecrets(id, ({ webhookSecrets }) => ({
        webhookSecrets: webhookSecrets.slice(0, 1),
        webhookSecretsUntil: null,
      })),

    flag: (id, kind, flag) =>
      write(async (trx) => {
        const held = trx.selectFrom('stores').select('flags_json').where('id', '=', id);
        const row = await forUpdate(engine, held).executeTakeFirst();
        if (row === undefined) return;
        const { [kind]: raised, ...others } = JSON.parse(row.flags_json) as Record<string, StoreFlag>;
        const flags =
          flag === null ? others : { ...others, [kind]: { ...raised, ...flag, since: raised?.since ?? flag.since } };
        if (flag === null && kind === 'unreadable') await closeUnreadable(trx, id);
        await trx
          .updateTable('stores')
          .set({ flags_json: JSON.stringify(flags) })
          .where('id', '=', id)
          .execute();
      }),
  };
}

/** All that is kept of a store beside its row and its orders; its mark comes first, as where its groups are marked: another order could deadlock. */
const TABLES = [
  'store_marks',
  'polls',
  'shop_plugins',
  'groups',
  'items',
  'payloads',
  'deliveries',
  'history',
  'dead_letters',
] as const;

/**
 * Whether DSTNC still has, or may have, anything of a store but tombstones, or anything is still to be done about it. For how long that is
 * so of an order is said by orders/leave-store.ts.
 */
async function somethingLeft(trx: Kysely<Schema>, id: string): Promise<boolean> {
  const groups = trx.selectFrom('groups').select('group_id').where('store_id', '=', id).limit(1);
  const marks = trx.selectFrom('store_marks').select('store_id').where('store_id', '=', id);
  if ((await marks.where('marked_to', 'is not', null).executeTakeFirst()) !== undefined) return true;
  // Asked after each withdrawal, so the first two, which an index answers, come first.
  const left = [
    groups.where('due_at', 'is not', null),
    groups.where('accepted_state', 'is not', null).where('accepted_state', '<>', 'deleted'),
    groups.where('in_doubt', '=', 1),
    trx.selectFrom('orders').select('reference').where('store_id', '=', id).where('due_at', 'is not', null).limit(1),
  ];
  for (const some of left) if ((await some.executeTakeFirst()) !== undefined) return true;
  return false;
}

/** The store answers, or is to be tried anew: what its dead letter says is over. */
async function closeUnreadable(trx: Kysely<Schema>, id: string): Promise<void> {
  await trx.deleteFrom('dead_letters').where('store_id', '=', id).where('kind', '=', 'unreadable').execute();
}

async function keepImport(trx: Kysely<Schema>, id: string, walk: StoreImport): Promise<void> {
  await trx.updateTable('stores').set(importColumns(walk)).where('id', '=', id).execute();
}

function importColumns(walk: StoreImport | null) {
  return { import_json: jsonOrNull(walk), importing: Number(walk !== null && walk.walkedAt === null) };
}

function jsonOrNull(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value);
}

function truth(value: boolean | null): number | null {
  return value === null ? null : Number(value);
}
