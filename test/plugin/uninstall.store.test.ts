import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startStore } from '../store/start-store.ts';
import type { Store } from '../store/store.ts';
import { storeAvailability } from '../store/store-availability.ts';
import { WpAdminSession } from '../store/wp-admin-session.ts';
import { compareDumps, dumpDatabase } from './database-dump.ts';
import { orderBody } from './order-body.ts';
import { line } from './order-shop.ts';
import { callPage, connectByPage } from './page-calls.ts';
import { pluginFolder } from './plugin-folder.ts';
import { ReceiverDouble } from './receiver-double.ts';

const availability = await storeAvailability({ woocommerce: '11.0.1' });
const skipped = availability.available ? '' : ` (skipped: ${availability.reason})`;
const plugin = 'dstnc-for-woocommerce/dstnc-for-woocommerce.php';
const adminCode =
  "require_once ABSPATH . 'wp-admin/includes/plugin.php'; require_once ABSPATH . 'wp-admin/includes/file.php';";

/** Notes about which plugins there are: WordPress's own, and that of a library in WooCommerce. */
const NOTES =
  /"option_name":"(active_plugins|recently_activated|uninstall_plugins|rewrite_rules|jetpack_connection_active_plugins)"/;

describe.skipIf(!availability.available)(`deleting the plugin${skipped}`, () => {
  let store: Store;
  let receiver: ReceiverDouble;
  let product: number;

  beforeAll(async () => {
    store = await startStore({ woocommerce: '11.0.1', seed: 1, debug: true });
    receiver = await ReceiverDouble.start();
    const [row] = await store.sql("SELECT ID FROM wp_posts WHERE post_type = 'product' LIMIT 1");
    product = Number(row?.ID);
    // WooCommerce writes things when it is first used, and first administered; none of them is ours.
    await useShop();
    const session = await WpAdminSession.logIn(store);
    await session.get('/wp-admin/plugins.php');
    await session.get('/wp-admin/admin.php?page=wc-settings');
    await useShop();
  });

  afterAll(async () => {
    const log = await store?.log();
    await receiver?.stop();
    await store?.stop();
    // The harness keeps wordpress.org away, and WordPress says so.
    expect(log?.split('\n').filter((line) => line !== '' && !line.includes('WordPress.org'))).toEqual([]);
  });

  beforeEach(() => {
    receiver.answerWith(null);
    receiver.take();
  });

  async function useShop() {
    await store.wc('PUT', `products/${product}`, { stock_quantity: 3, manage_stock: true });
    await store.runQueue('everything');
  }

  async function install() {
    await cp(pluginFolder(), join(store.docroot, 'wp-content/plugins/dstnc-for-woocommerce'), { recursive: true });
    await store.php(
      `${adminCode} $result = activate_plugin( '${plugin}' ); if ( is_wp_error( $result ) ) { throw new Exception( $result->get_error_message() ); } return 1;`,
    );
  }

  /** As on the Plugins screen: deactivate, then delete. */
  async function remove(deactivateWooCommerce = false) {
    await store.php(`${adminCode} deactivate_plugins( '${plugin}' ); return 1;`);
    if (deactivateWooCommerce)
      await store.php(`${adminCode} deactivate_plugins( 'woocommerce/woocommerce.php', true ); return 1;`);
    await store.php(
      `${adminCode} $result = delete_plugins( array( '${plugin}' ) ); if ( true !== $result ) { throw new Exception( 'not deleted' ); } return 1;`,
    );
  }

  const dump = async () => {
    const lines = new Set<string>();
    for (const line of await dumpDatabase(store)) {
      // When a product was saved last, and what became of WooCommerce's own tasks, is not about us.
      if (
        !NOTES.test(line) &&
        !/^wp_(posts|postmeta|actionscheduler_(actions|logs)|wc_product_\w+) (?!.*dstnc)/.test(line)
      )
        lines.add(line);
    }
    return lines;
  };

  async function useEverything() {
    await callPage(store, 'POST', 'keys', { userId: 1, description: 'By hand' });
    expect((await connectByPage(store, receiver.code())).body.finished).toBe(true);
    await useShop();
    await callPage(store, 'POST', 'connection/test');
    await callPage(store, 'GET', 'checks?fresh=1');
    await callPage(store, 'GET', 'state');
    // Failures leave notes, tasks and tasks in the queue.
    receiver.answerWith({ status: 500 });
    await useShop();
    await store.php("do_action( 'dstnc_health' ); return 1;");
    receiver.answerWith(null);
  }

  test('leaves nothing behind, and DSTNC is told', async () => {
    const before = await dump();
    await install();
    await useEverything();
    const used = compareDumps(before, await dump()).filter((line) => line.startsWith('+ '));
    // So that this test can't pass because there was nothing to remove.
    for (const trace of [
      'dstnc_connection',
      'dstnc_changes',
      '"action.woocommerce_dstnc_',
      '"slug":"dstnc"',
      '"description":"By hand"',
      'dstnc_health',
    ]) {
      expect(
        used.some((line) => line.includes(trace)),
        trace,
      ).toBe(true);
    }
    receiver.take();
    await remove();
    expect(compareDumps(before, await dump())).toEqual([]);
    expect(receiver.calls.map(({ method, path }) => `${method} ${path}`)).toEqual(['DELETE /v1/stores/st_1']);
  });

  test('leaves nothing behind where WooCommerce is off', async () => {
    const before = await dump();
    await install();
    await useEverything();
    await remove(true);
    await store.php(`${adminCode} activate_plugin( 'woocommerce/woocommerce.php' ); return 1;`);
    // WooCommerce remembers ids of webhooks: those of ours must not make it fail.
    expect((await store.wc('GET', 'products')).status).toBe(200);
    await useShop();
    expect(
      compareDumps(before, await dump()).filter(
        (line) => !/"option_name":"(woocommerce|wc_|_transient|jetpack|current_theme)/.test(line),
      ),
    ).toEqual([]);
  });

  test('leaves the orders of DSTNC as they are, and nothing else of them', async () => {
    await install();
    expect((await connectByPage(store, receiver.code())).body.finished).toBe(true);
    await store.wc('PUT', `products/${product}`, { manage_stock: true, stock_quantity: 5, regular_price: '10' });
    const body = orderBody('PO-left', { lines: [line(`${product}:0`, 2)] });
    const placed = (await store.rest('POST', 'wc-dstnc/v1/orders', body)).body;
    expect(placed.status).toBe('processing');
    const tables = async () => (await store.sql("SHOW TABLES LIKE 'wp\\_dstnc%'")).length;
    expect(await tables()).toBe(4);
    await remove();
    expect(await tables()).toBe(0);
    const kept = (await store.wc('GET', `orders/${placed.orderId}`)).body;
    expect([kept.status, kept.total]).toEqual(['processing', '23.80']);
    // Installed anew, it knows the order again.
    await install();
    expect((await store.rest('POST', 'wc-dstnc/v1/orders', body)).body).toMatchObject({
      created: false,
      orderId: placed.orderId,
    });
    await store.wc('DELETE', `orders/${placed.orderId}?force=true`);
    await remove();
    expect(await tables()).toBe(0);
  });

  test('undoes an attempt that was under way', async () => {
    const before = await dump();
    await install();
    const { body } = await callPage(store, 'POST', 'attempts', { code: receiver.code(), userId: 1 });
    for (let step = 0; step < 3; step += 1) await callPage(store, 'POST', `attempts/${body.id}/next`);
    await remove();
    expect(compareDumps(before, await dump())).toEqual([]);
  });

  test('leaves nothing of an attempt when the plugin is only switched off', async () => {
    const before = await dump();
    await install();
    const { body } = await callPage(store, 'POST', 'attempts', { code: receiver.code(), userId: 1 });
    for (let step = 0; step < 3; step += 1) await callPage(store, 'POST', `attempts/${body.id}/next`);
    await store.php(`${adminCode} deactivate_plugins( '${plugin}' ); return 1;`);
    expect(compareDumps(before, await dump())).toEqual([]);
    await remove();
  });

  test('revokes a key that was being renewed, and none of others', async () => {
    const before = await dump();
    await install();
    await useEverything();
    const made = (await callPage(store, 'POST', 'keys', { userId: 1, description: 'By hand' })).body.id;
    await expect(
      store.php(
        `add_filter( 'pre_http_request', static function ( $answer, $request ) { if ( 'PATCH' === $request['method'] ) { posix_kill( getmypid(), SIGKILL ); } return $answer; }, 10, 2 );
         Dstnc\\WooCommerce\\Plugin::instance()->connectionManager()->rotate();`,
      ),
    ).rejects.toThrow();
    // By the number of one of ours that is gone.
    await store.sql(
      "UPDATE wp_woocommerce_api_keys SET description = 'Bookkeeping', consumer_key = 'x' WHERE key_id = ?",
      [made],
    );
    await remove();
    expect(compareDumps(before, await dump())).toEqual([expect.stringMatching(/^\+ .*Bookkeeping/)]);
    await store.sql("DELETE FROM wp_woocommerce_api_keys WHERE description = 'Bookkeeping'");
  });

  test('calls nobody from a copy of the shop', async () => {
    await install();
    await useEverything();
    receiver.take();
    const config = join(store.docroot, 'wp-config.php');
    const usual = await readFile(config, 'utf8');
    await writeFile(config, usual.replaceAll("'http://127.0.0.1", "'http://localhost"));
    await remove();
    await writeFile(config, usual);
    expect(receiver.calls).toEqual([]);
  });
});
