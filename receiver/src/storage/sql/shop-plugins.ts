import type { Engine } from '../engine.ts';
import type { Storage } from '../storage.ts';

/** The table of the plugins that run in shops. */
export function shopPluginsSql({ db, write }: Engine): Storage['shopPlugins'] {
  return {
    see: (storeId, plugins, now) =>
      write(async (trx) => {
        const held = trx.selectFrom('shop_plugins').select('file').where('store_id', '=', storeId);
        const known = new Set((await held.execute()).map(({ file }) => file));
        const active = new Map(plugins.map(({ file, name }) => [file, name]));
        const gone = [...known].filter((file) => !active.has(file));
        if (gone.length > 0) {
          await trx.deleteFrom('shop_plugins').where('store_id', '=', storeId).where('file', 'in', gone).execute();
        }
        const added = [...active].filter(([file]) => !known.has(file));
        if (added.length === 0) return;
        const firstSeenAt = known.size === 0 ? null : now;
        await trx
          .insertInto('shop_plugins')
          .values(added.map(([file, name]) => ({ store_id: storeId, file, name, first_seen_at: firstSeenAt })))
          // Somebody else looks at the same shop at this moment.
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      }),

    async of(storeId) {
      const rows = await db
        .selectFrom('shop_plugins')
        .select(['file', 'name', 'first_seen_at'])
        .where('store_id', '=', storeId)
        .orderBy('file')
        .execute();
      return rows.map(({ file, name, first_seen_at }) => ({ file, name, firstSeenAt: first_seen_at }));
    },
  };
}
