import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { fetchWhole } from '../store/fetch-whole.ts';
import { storeAvailability } from '../store/store-availability.ts';
import type { StoreOptions } from '../store/store-options.ts';
import { until } from '../store/until.ts';
import { muPlugin } from './mu-plugin.ts';
import { PluginShop } from './plugin-shop.ts';

const PRODUCTS = 'action.woocommerce_dstnc_product_changed';
const STOCK = 'action.woocommerce_dstnc_stock_changed';
const ORDERS = 'action.woocommerce_dstnc_order_completed';

const pendingRings = `
return count( as_get_scheduled_actions( array( 'hook' => 'dstnc_ring', 'group' => 'dstnc', 'status' => 'pending', 'per_page' => 10 ), 'ids' ) );`;

const servers: readonly (StoreOptions & { what: string })[] = [
  { what: 'that can finish an answer first', woocommerce: '11.0.1', fpm: true },
  { what: 'that calls itself', woocommerce: '11.0.1' },
  // This WooCommerce is older than today's PHP, which has much to say of it.
  { what: 'that calls itself, with WooCommerce 5.9', woocommerce: '5.9.0', debug: false },
];

for (const { what, ...options } of servers) {
  const availability = await storeAvailability(options);
  const skipped = availability.available ? '' : ` (skipped: ${availability.reason})`;

  describe.skipIf(!availability.available)(`the doorbell of a shop ${what}${skipped}`, () => {
    let shop: PluginShop;
    let lamps: number[];

    beforeAll(async () => {
      shop = await PluginShop.start({
        ...options,
        muPlugins: ['note-queries', 'patient-loopback'].map(muPlugin),
      });
      await shop.connect();
      lamps = await shop.php(`
        foreach ( range( 1, 30 ) as $n ) { $p = new WC_Product_Simple(); $p->set_props( array( 'name' => "Lamp $n", 'regular_price' => '10', 'manage_stock' => true, 'stock_quantity' => 5 ) ); $ids[] = $p->save(); }
        return $ids;`);
      await quiet();
      shop.dstnc.take();
    });

    afterAll(async () => {
      await shop?.stop();
    });

    afterEach(async () => {
      shop.dstnc.release();
      shop.dstnc.hookStatus = 200;
      await shop.php("delete_option( 'dstnc_ring_failures' ); delete_option( 'dstnc_loopback' );");
      await shop.php(
        'as_unschedule_all_actions( "dstnc_ring" ); Dstnc\\WooCommerce\\Plugin::instance()->doorbell()->ring();',
      );
      await quiet();
      shop.dstnc.take();
    });

    /** Everything is told. */
    const quiet = () =>
      until('the doorbell to be quiet', async () => {
        const [row] = await shop.store.sql(
          'SELECT (SELECT COUNT(*) FROM wp_dstnc_change_marks) + (SELECT COUNT(*) FROM wp_dstnc_changes WHERE rung = 0) AS n',
        );
        return Number(row?.n) === 0;
      });

    const told = () =>
      shop.dstnc.rings.flatMap(({ changes }) =>
        changes.map(({ groupId, orderId, kind }) => `${kind} ${groupId ?? orderId}`),
      );

    const setStock = (id: number | undefined, quantity: number) =>
      shop.store.wc('PUT', `products/${id}`, { stock_quantity: quantity });

    test('rings at once, signed, with ids and nothing more', async () => {
      await setStock(lamps[0], 3);
      const ring = await until('a ring', async () => shop.dstnc.rings[0]);
      expect(JSON.parse(ring.raw)).toEqual({
        action: 'woocommerce_dstnc_stock_changed',
        arg: expect.any(Number),
        changes: [{ groupId: lamps[0], kind: 'stock' }],
      });
      expect(ring.topic).toBe(STOCK);
      expect(ring.signature).toBe(createHmac('sha256', shop.dstnc.webhookSecret).update(ring.raw).digest('base64'));
      await quiet();
      expect(shop.dstnc.rings).toHaveLength(1);
    });

    test('rings once for a request that changes many, each kind of notification apart', async () => {
      const update = lamps
        .slice(0, 20)
        .map((id, n) => ({ id, ...(n % 2 ? { name: `Light ${n}` } : { stock_quantity: 9 }) }));
      await shop.store.wc('POST', 'products/batch', { update });
      await until('all to be told', async () => new Set(told()).size === 20);
      await quiet();
      expect(shop.dstnc.rings.map(({ topic }) => topic).sort()).toEqual([PRODUCTS, STOCK]);
    });

    test('tells of orders that DSTNC placed', async () => {
      const order = await shop.store.wc('POST', 'orders', {
        meta_data: [{ key: '_dstnc_reference', value: 'DSTNC-7' }],
        status: 'processing',
      });
      const other = await shop.store.wc('POST', 'orders', { status: 'processing' });
      for (const { body } of [order, other]) await shop.store.wc('PUT', `orders/${body.id}`, { status: 'completed' });
      const ring = await until('a ring', async () => shop.dstnc.rings.find(({ topic }) => topic === ORDERS));
      expect(ring.changes).toEqual([{ orderId: order.body.id, kind: 'completed' }]);
      await quiet();
      expect(told().filter((change) => change.endsWith(` ${other.body.id}`))).toEqual([]);
    });

    test("doesn't let anybody wait for it", async () => {
      shop.dstnc.hold();
      const abandoned = shop.dstnc.abandoned;
      // The change is answered while the ring, which is not, still waits.
      expect((await setStock(lamps[1], 2)).status).toBe(200);
      expect(shop.dstnc.abandoned).toBe(abandoned);
      await until('the ring', async () => shop.dstnc.rings.length > 0);
      expect((await fetchWhole(`${shop.store.home}/wp-json/`)).status).toBe(200);
    });

    test('rings one at a time, and once more for what came meanwhile', async () => {
      shop.dstnc.hold();
      await setStock(lamps[1], 1);
      await until('the first ring', async () => shop.dstnc.rings.length === 1);
      for (const id of lamps.slice(2, 6)) await setStock(id, 1);
      expect(shop.dstnc.rings).toHaveLength(1);
      shop.dstnc.release();
      await until('the others', async () => shop.dstnc.rings.length > 1);
      await quiet();
      expect(new Set(told()).size).toBe(5);
      expect(shop.dstnc.rings.length).toBeLessThanOrEqual(3);
    });

    test('rests after three failures, is repeated, and then tells all', async () => {
      shop.dstnc.hookStatus = 500;
      for (const [n, id] of lamps.slice(0, 3).entries()) {
        await setStock(id, 20 + n);
        await until(`failure ${n + 1}`, async () => shop.dstnc.rings.length === n + 1);
        await until('its count', async () => (await failures()) === n + 1);
      }
      await setStock(lamps[3], 20);
      await until('the change to be noted', async () => (await pending()) === 4);
      expect(shop.dstnc.rings).toHaveLength(3);
      expect(await shop.php(pendingRings)).toBe(1);

      shop.dstnc.hookStatus = 200;
      shop.dstnc.take();
      // A minute later.
      await shop.php("update_option( 'dstnc_ring_failures', array( 'count' => 3, 'restUntil' => time() - 1 ) );");
      await shop.php("do_action( 'dstnc_ring' );");
      await quiet();
      expect(told().sort()).toEqual(
        lamps
          .slice(0, 4)
          .map((id) => `stock ${id}`)
          .sort(),
      );
      expect(await failures()).toBe(0);
    });

    const failures = () => shop.php<number>("return get_option( 'dstnc_ring_failures' )['count'] ?? 0;");
    const pending = () =>
      shop.php<number>('return Dstnc\\WooCommerce\\Plugin::instance()->changeLog()->pending()["count"];');

    test('lets one notification carry what another, switched off, would have', async () => {
      const set = (status: string) =>
        shop.php(
          '$w = Dstnc\\WooCommerce\\Plugin::instance(); $id = $w->connections()->current()->webhookIds[ $args[0] ]; $w = wc_get_webhook( $id ); $w->set_status( $args[1] ); $w->set_pending_delivery( false ); $w->save();',
          [STOCK, status],
        );
      await set('disabled');
      await setStock(lamps[4], 8);
      const ring = await until('a ring', async () => shop.dstnc.rings[0]);
      expect(ring.changes).toEqual([{ groupId: lamps[4], kind: 'stock' }]);
      expect(ring.topic).toBe(PRODUCTS);
      await set('active');
    });

    test('can be tried', async () => {
      const result = await shop.php('return Dstnc\\WooCommerce\\Plugin::instance()->doorbell()->test();');
      expect(result).toMatchObject({ ok: true, httpStatus: 200, error: '' });
      expect(JSON.parse(shop.dstnc.rings[0]?.raw ?? '')).toMatchObject({
        action: 'woocommerce_dstnc_product_changed',
        changes: [],
      });
      shop.dstnc.hookStatus = 503;
      expect(await shop.php('return Dstnc\\WooCommerce\\Plugin::instance()->doorbell()->test();')).toMatchObject({
        ok: false,
        httpStatus: 503,
        error: 'HTTP 503',
      });
    });

    test('keeps quiet in a copy of the shop, which tells what changed there if it was none', async () => {
      await shop.php(
        "$site = get_option( 'dstnc_site' ); update_option( 'kept_site', $site ); $site['home'] = base64_encode( 'https://live.example' ); update_option( 'dstnc_site', $site );",
      );
      try {
        await setStock(lamps[5], 8);
        expect(await shop.php('return Dstnc\\WooCommerce\\Plugin::instance()->doorbell()->test()->ok;')).toBe(false);
        // The regular look numbers what was marked, so that the marks don't pile up in a copy, and tells nobody.
        await shop.php("do_action( 'dstnc_health' );");
        expect(await shop.store.sql('SELECT * FROM wp_dstnc_change_marks')).toEqual([]);
        expect(shop.dstnc.calls).toEqual([]);
      } finally {
        await shop.php("update_option( 'dstnc_site', get_option( 'kept_site' ) );");
      }
      await setStock(lamps[6], 8);
      await quiet();
      expect(told()).toEqual(expect.arrayContaining([`stock ${lamps[5]}`, `stock ${lamps[6]}`]));
    });

    /** What the shop's pages ask the database of ours. */
    const queries = async () => {
      const notes = "STORE_HARNESS_DIR . '/queries.txt'";
      await shop.php(`@unlink( ${notes} );`);
      const page = await shop.store.php<string>('return get_permalink( $args );', { args: lamps[0] });
      for (const url of [shop.store.home, page]) expect((await fetchWhole(url)).status).toBe(200);
      const noted = await until('the notes', async () => {
        const lines = await shop.php<string[]>(
          `return array_filter( explode( "\\n", (string) @file_get_contents( ${notes} ) ) );`,
        );
        return lines.length > 0 ? lines : undefined;
      });
      return noted.filter((line) => line.startsWith('shop') && line.includes('dstnc'));
    };

    test('asks the database nothing for a page that changes nothing', async () => {
      expect(await queries()).toEqual([]);
    });

    test('asks the database nothing while the shop is not connected', async () => {
      await shop.php('Dstnc\\WooCommerce\\Plugin::instance()->connectionManager()->forget();');
      try {
        expect(await queries()).toEqual([]);
      } finally {
        await shop.connect();
      }
    });

    test('never commits what a request that died left open', async () => {
      await expect(
        shop.store.php(
          `global $wpdb;
           $wpdb->query( 'START TRANSACTION' );
           $wpdb->query( "INSERT INTO wp_options (option_name, option_value, autoload) VALUES ('half_an_order', '1', 'no')" );
           wc_update_product_stock( $args, 4 );
           trigger_error( 'The payment plugin dies.', E_USER_ERROR );`,
          { args: lamps[6], where: 'server' },
        ),
      ).rejects.toThrow();
      expect(await shop.store.sql("SELECT * FROM wp_options WHERE option_name = 'half_an_order'")).toEqual([]);
      await quiet();
      expect(told()).toEqual([]);
    });

    test('has a token for its calls to itself that nobody else can make', async () => {
      for (const token of ['', `${Math.floor(Date.now() / 1000)}.${'0'.repeat(64)}`]) {
        const body = new URLSearchParams({ action: 'dstnc_ring', token });
        expect((await fetchWhole(`${shop.store.home}/wp-admin/admin-ajax.php`, { method: 'POST', body })).status).toBe(
          403,
        );
      }
    });

    test('left no line in the log of the shop', async () => {
      expect((await shop.complaints()).filter((line) => !line.includes('The payment plugin dies'))).toEqual([]);
    });
  });
}

const woocommerce = '11.0.1';
const availability = await storeAvailability({ woocommerce });

describe.skipIf(!availability.available)('a shop that can neither finish an answer nor call itself', () => {
  let shop: PluginShop;

  beforeAll(async () => {
    shop = await PluginShop.start({
      woocommerce,
      muPlugins: [muPlugin('no-loopback')],
    });
    await shop.connect();
    shop.dstnc.take();
  });

  afterAll(async () => {
    await shop?.stop();
  });

  test('rings by Action Scheduler once it has seen that', async () => {
    const make = () => shop.store.wc('POST', 'products', { name: 'Lamp', regular_price: '10' });
    const first = await make();
    const [noted] = await shop.store.sql(
      "SELECT option_value AS since FROM wp_options WHERE option_name = 'dstnc_loopback'",
    );
    expect(Number(noted?.since)).toBeGreaterThan(0);
    // Half a minute later nobody has called.
    await shop.php("update_option( 'dstnc_loopback', time() - 30, false );");
    const second = await make();
    expect(shop.dstnc.rings.filter(({ changes }) => changes.length > 0)).toEqual([]);
    expect(await shop.php(pendingRings)).toBe(1);

    await shop.store.runQueue('everything');
    const told = shop.dstnc.rings.flatMap(({ changes }) => changes);
    expect(told.map(({ groupId }) => groupId).sort()).toEqual([first.body.id, second.body.id].sort());
  });
});

describe.skipIf(!availability.available)('a shop whose database refuses locks by name', () => {
  let shop: PluginShop;

  beforeAll(async () => {
    shop = await PluginShop.start({
      woocommerce,
      muPlugins: [muPlugin('no-named-locks')],
    });
    await shop.connect();
    shop.dstnc.take();
  });

  afterAll(async () => {
    await shop?.stop();
  });

  test('rings at once, one at a time, and once more for what came meanwhile', async () => {
    const make = async () =>
      (await shop.store.wc('POST', 'products', { name: 'Lamp', regular_price: '10' })).body.id as number;
    shop.dstnc.hold();
    const ids = [await make()];
    await until('the first ring', async () => shop.dstnc.rings.length === 1);
    for (let n = 0; n < 3; n++) ids.push(await make());
    expect(shop.dstnc.rings).toHaveLength(1);
    shop.dstnc.release();
    const told = () => new Set(shop.dstnc.rings.flatMap(({ changes }) => changes.map(({ groupId }) => groupId)));
    await until('the others', async () => told().size === ids.length);
    expect(told()).toEqual(new Set(ids));
    await until('the locks to be given back', async () => {
      const locks = await shop.store.sql(
        "SELECT option_name FROM wp_options WHERE option_name LIKE 'dstnc\\_lock\\_%'",
      );
      return locks.length === 0;
    });
    expect(await shop.complaints()).toEqual([]);
  });
});
