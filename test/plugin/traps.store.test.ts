import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Store } from '../store/store.ts';
import { storeAvailability } from '../store/store-availability.ts';
import { until } from '../store/until.ts';
import { ConnectedShop } from './connected-shop.ts';
import { createLamp } from './create-lamp.ts';

const woocommerce = '11.0.1';
const availability = await storeAvailability({ woocommerce });
const skipped = availability.available ? '' : ` (skipped: ${availability.reason})`;

/** What WooCommerce's webhooks are known to do to those who rely on them. The lost event of a parent is a row of the matrix. */
describe.skipIf(!availability.available)(`the traps of WooCommerce's webhooks${skipped}`, () => {
  let shop: ConnectedShop;
  let store: Store;
  let ids: number[];

  beforeAll(async () => {
    shop = await ConnectedShop.start({
      store: { woocommerce, permalinks: 'plain' },
      name: 'traps',
      fill: async (empty) => {
        ids = [await createLamp(empty, 50), await createLamp(empty, 50, 'Shade')];
      },
    });
    store = shop.store;
  });
  afterAll(async () => {
    await shop?.stop();
  });
  beforeEach(async () => {
    shop.openGate();
    await Promise.all(ids.map((id) => shop.arrives(id)));
  });

  const webhooks = () =>
    store.sql<never>(
      "SELECT webhook_id AS id, topic, status, secret FROM wp_wc_webhooks WHERE name LIKE 'DSTNC%'",
    ) as Promise<{ id: number; topic: string; status: string; secret: string }[]>;

  test('scalar arguments: two products changed at once are not taken for one', async () => {
    await store.php(
      "foreach ( $args as $id ) { wc_update_product_stock( wc_get_product( $id ), 1, 'decrease' ); } return true;",
      { args: ids, where: 'server' },
    );
    for (const id of ids) await shop.arrives(id);
  });

  test('hex secrets: WooCommerce signs with the secret that it was given', async () => {
    for (const { secret } of await webhooks()) {
      expect(secret).toMatch(/^[0-9a-f]{32,128}$/);
      expect(await store.php('return wp_specialchars_decode( $args, ENT_QUOTES );', { args: secret })).toBe(secret);
    }
  });

  test('the creation ping: none is waiting to be sent with every delivery', async () => {
    expect(await store.sql('SELECT webhook_id FROM wp_wc_webhooks WHERE pending_delivery <> 0')).toEqual([]);
  });

  test('plain permalinks: the key works, and the page knows when it was used', async () => {
    expect(await store.php("return get_option( 'permalink_structure' );")).toBe('');
    const [lamp = 0] = ids;
    await store.wc('PUT', `products/${lamp}`, { stock_quantity: 44 });
    await shop.arrives(lamp);
    const { body } = await store.rest('GET', 'dstnc-admin/v1/state');
    expect(body.connection.key.lastUsedAt).not.toBeNull();
  });

  test('shutdown order: what changes while the request ends is told, too', async () => {
    const [lamp = 0] = ids;
    const before = shop.rings;
    await store.php(
      `add_action( 'shutdown', static function () use ( $args ) {
        wc_update_product_stock( wc_get_product( $args ), 1, 'decrease' );
      }, 1000 );
      return true;`,
      { args: lamp },
    );
    await shop.arrives(lamp);
    expect(shop.rings).toBeGreaterThan(before);
  });

  test('erased topics: a webhook that is saved while the plugin is off keeps its topic', async () => {
    const before = (await webhooks()).map(({ topic }) => topic).sort();
    const plugin = 'dstnc-for-woocommerce/dstnc-for-woocommerce.php';
    await store.php(
      "require_once ABSPATH . 'wp-admin/includes/plugin.php'; deactivate_plugins( $args ); return true;",
      {
        args: plugin,
      },
    );
    for (const { id } of await webhooks()) {
      const saved = await store.wc('PUT', `webhooks/${id}`, { name: `DSTNC ${id}` });
      expect(saved.status).toBe(200);
    }
    expect((await webhooks()).map(({ topic }) => topic).sort()).toEqual(before);
    await store.php(
      "require_once ABSPATH . 'wp-admin/includes/plugin.php'; return null === activate_plugin( $args );",
      { args: plugin },
    );
    const [lamp = 0] = ids;
    await store.wc('PUT', `products/${lamp}`, { stock_quantity: 33 });
    await shop.arrives(lamp);
  });

  test('silent disabling: after a row of failures WooCommerce gives a webhook up, and the plugin does not', async () => {
    shop.gate.refuse();
    const [lamp = 0] = ids;
    for (let n = 0; n < 12 && (await webhooks()).every(({ status }) => status === 'active'); n += 1) {
      await store.php("update_option( 'dstnc_ring_failures', array( 'count' => 0, 'restUntil' => 0 ) ); return true;");
      await store.php("return wc_update_product_stock( wc_get_product( $args ), 1, 'decrease' );", { args: lamp });
    }
    expect((await webhooks()).map(({ status }) => status)).toContain('disabled');

    shop.openGate();
    // What WordPress's cron does within the next minutes, over and over: the repair has a back-off.
    await until('the webhook to be switched on again and the change to be at DSTNC', async () => {
      await store.php(
        "delete_option( 'dstnc_ring_failures' ); do_action( 'dstnc_health' ); do_action( 'dstnc_ring' ); return true;",
        { user: 0 },
      );
      const on = (await webhooks()).every(({ status }) => status === 'active');
      return on && shop.quantityAtDstnc(lamp) === (await shop.quantity(lamp));
    });
  });
});
