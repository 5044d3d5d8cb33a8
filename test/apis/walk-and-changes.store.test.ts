import { checkReadWrite } from '@dstnc/receiver/woocommerce/check-read-write.ts';
import { detectAccess } from '@dstnc/receiver/woocommerce/detect-access.ts';
import type { ApiVersion } from '@dstnc/receiver/woocommerce/store-access.ts';
import type { StoreApi } from '@dstnc/receiver/woocommerce/store-api.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startStore } from '../store/start-store.ts';
import type { Store } from '../store/store.ts';
import { storeAvailability } from '../store/store-availability.ts';
import { until } from '../store/until.ts';
import { apiOf, clientFor, fillShop, type ShopIds } from './api-shop.ts';

describe.each<{ woocommerce: string; apis: readonly ApiVersion[] }>([
  { woocommerce: '3.9.1', apis: ['wc/v3', 'wc/v1', 'legacy/v3', 'legacy/v2'] },
  { woocommerce: '8.9.3', apis: ['wc/v3', 'legacy/v3'] },
  { woocommerce: '11.0.1', apis: ['wc/v3'] },
])('WooCommerce $woocommerce', async ({ woocommerce, apis }) => {
  const stores = await storeAvailability({ woocommerce });
  describe.skipIf(!stores.available)(stores.available ? 'over its APIs' : `(skipped: ${stores.reason})`, () => {
    let store: Store;
    let ids: ShopIds;
    let seeded: number[];
    const api = async (version: ApiVersion): Promise<StoreApi> => {
      const found = await detectAccess({ home: store.home, credentials: store.keys, allowPrivate: true });
      if (!found.ok) throw new Error(found.problem.message);
      const { variationsTogether, modifiedAfter } = found.access;
      return apiOf(store, version, version === 'wc/v3' ? { variationsTogether, modifiedAfter } : undefined);
    };

    beforeAll(async () => {
      store = await startStore({ woocommerce, seed: 230 });
      ids = await fillShop(store);
      const rows = await store.sql<{ ID: number } & import('mysql2/promise').RowDataPacket>(
        "SELECT ID FROM wp_posts WHERE post_type = 'product' AND post_status NOT IN ('trash', 'auto-draft') ORDER BY ID",
      );
      seeded = rows.map(({ ID }) => Number(ID));
    });
    afterAll(() => store?.stop());

    test('is found out as it is, and its key may read and write', async () => {
      const found = await detectAccess({ home: store.home, credentials: store.keys, allowPrivate: true });
      const newer = woocommerce !== '3.9.1';
      expect(found).toMatchObject({
        ok: true,
        home: store.home,
        access: {
          api: 'wc/v3',
          restUrl: `${store.home}/wp-json/`,
          authentication: 'oauth1',
          woocommerce,
          modifiedAfter: newer,
          variationsTogether: woocommerce === '11.0.1',
          oddities: [],
        },
      });
      expect(await checkReadWrite(clientFor(store), { api: 'wc/v3' })).toEqual({ ok: true });
    });

    test.each(apis)('%s: a walk misses nothing while products go and come', async (version) => {
      const asked = await api(version);
      const gone = new Set<number>();
      const seen: number[] = [];
      let place = { cursor: 0, walked: 0 };
      for (let page = 0; ; page++) {
        const read = await asked.walk(place);
        if (!read.ok) throw new Error(read.failure.message);
        seen.push(...read.groupIds);
        if (read.next === null) break;
        place = { cursor: read.next, walked: place.walked + read.groupIds.length };
        if (page > 3) continue;
        // Some below and some above the place go, and one comes.
        const left = seeded.filter((id) => !gone.has(id));
        const trashed = [
          ...left.filter((id) => id <= place.cursor).slice(0, 7),
          ...left.filter((id) => id > place.cursor).slice(3, 5),
        ];
        for (const id of trashed) gone.add(id);
        await store.php('foreach ($args as $id) wp_trash_post( $id );', { args: trashed, where: 'server' });
      }
      // They are needed by the next API.
      await store.php('foreach ($args as $id) { wp_untrash_post( $id ); wp_publish_post( $id ); }', {
        args: [...gone],
        where: 'server',
      });
      const missed = seeded.filter((id) => !gone.has(id) && !seen.includes(id));
      expect(missed).toEqual([]);
      expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
    });

    test.each(apis)('%s tells what changed, and nothing twice for long', async (version) => {
      const asked = await api(version);
      let cursor: string | null = null;
      async function changed(): Promise<Set<number>> {
        const groups = new Set<number>();
        for (let more = true; more; ) {
          const read = await asked.changes(cursor);
          if (!read.ok) throw new Error(read.failure.message);
          for (const id of read.groupIds) groups.add(id);
          ({ next: cursor, more } = read);
        }
        return groups;
      }
      const tells = (what: string, id: number) =>
        until(`${version} to tell of ${what}`, async () => (await changed()).has(id), 15_000);
      const quiet = () => until(`${version} to be quiet`, async () => (await changed()).size === 0, 15_000);

      const begun = await asked.changes(null);
      expect(begun).toMatchObject({ ok: true, groupIds: [], reset: true });
      cursor = begun.ok ? begun.next : null;
      await quiet();
      const php = (code: string) => store.php<number>(code, { args: ids, where: 'server' });

      const made = await php(
        "$p = new WC_Product_Simple(); $p->set_name( 'new' ); $p->set_regular_price( '1' ); return $p->save();",
      );
      await tells('a new product', made);
      await quiet();
      await php("$p = wc_get_product( $args['plain'] ); $p->set_name( 'plainer' . wp_rand() ); $p->save();");
      await tells('an edit', ids.plain as number);
      await php("wc_update_product_stock( $args['counted'], 1, 'decrease' );");
      await tells('a sale', ids.counted as number);
      await quiet();
      await php(
        "$v = wc_get_product( $args['variable-1'] ); $v->set_regular_price( (string) wp_rand( 30, 90 ) ); $v->save();",
      );
      await tells("a variation's price", ids.variable as number);
      await quiet();
      await php("wc_update_product_stock( $args['variable-0'], 1, 'decrease' );");
      await tells("a variation's sale", ids.variable as number);
      // The lists of WooCommerce before 5.8 can't be asked for the trash by date: that is for the sweep.
      if (woocommerce === '3.9.1' && version.startsWith('wc/')) return;
      await quiet();
      await store.php('wp_trash_post( $args );', { args: made, where: 'server' });
      await tells('what went into the trash', made);
    });
  });
});
