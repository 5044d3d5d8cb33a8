import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Store } from '../store/store.ts';
import { storeAvailability } from '../store/store-availability.ts';
import { WpAdminSession } from '../store/wp-admin-session.ts';
import { callPage } from './page-calls.ts';
import { PluginShop } from './plugin-shop.ts';
import type { ReceiverDouble } from './receiver-double.ts';

const topics = ['product_changed', 'stock_changed', 'order_completed'].map(
  (name) => `action.woocommerce_dstnc_${name}`,
);

describe.for(['11.0.1', '8.9.3', '5.9.0'])('webhooks with WooCommerce %s', (woocommerce) => {
  let shop: PluginShop;
  let store: Store;
  let receiver: ReceiverDouble;
  let available = true;

  beforeAll(async () => {
    available = (await storeAvailability({ woocommerce })).available;
    if (!available) return;
    shop = await PluginShop.start({ woocommerce, seed: 1, debug: woocommerce === '11.0.1' });
    ({ store, dstnc: receiver } = shop);
  });

  afterAll(async () => {
    const log = await shop?.stop();
    // WordPress's own search for updates, from wp-admin, finds no internet.
    const lines = (log ?? '').split('\n').filter((line) => !/ wp_(version_check|update_\w+)\(\): /.test(line));
    if (woocommerce === '11.0.1') expect(lines.join('\n')).toBe('');
  });

  beforeEach(async (context) => {
    if (!available) return context.skip();
    await shop.disconnect();
    await shop.connect();
    await store.runQueue('everything');
  });

  const rows = () =>
    store.sql(
      'SELECT topic, status, delivery_url, user_id, api_version, secret, failure_count, pending_delivery FROM wp_wc_webhooks ORDER BY webhook_id',
    );
  const pings = () => receiver.calls.filter(({ body }) => typeof body === 'string' && body.startsWith('webhook_id='));
  const deliveries = () => receiver.calls.filter(({ path }) => path.startsWith('/v1/webhooks'));
  const secret = async () => String((await rows())[0]?.secret);
  const wanted = (key: string) =>
    topics.map((topic) => ({
      topic,
      status: 'active',
      delivery_url: `${receiver.url}/v1/webhooks/k1`,
      user_id: 1,
      api_version: 3,
      secret: key,
      failure_count: 0,
      pending_delivery: 0,
    }));

  test('are three of WooCommerce’s own, and nobody is pinged for them', async () => {
    expect(await secret()).toMatch(/^[0-9a-f]{64}$/);
    expect(await rows()).toEqual(wanted(await secret()));
    expect((await callPage(store, 'POST', 'connection/test')).body).toMatchObject({ ok: true, problem: null });
    expect(deliveries().length).toBeGreaterThan(0);
    expect(pings()).toEqual([]);
    const state = (await callPage(store, 'GET', 'state')).body.connection;
    expect(state.lastDelivery).toMatchObject({ ok: true, at: expect.stringMatching(/Z$/) });
  });

  test('are delivered once: WooCommerce queues nothing for them', async () => {
    receiver.take();
    await store.php(
      "do_action( 'woocommerce_dstnc_stock_changed', 5 ); do_action( 'woocommerce_dstnc_product_changed', 5 ); return 1;",
      { where: 'server' },
    );
    const queued = await store.sql(
      "SELECT * FROM wp_actionscheduler_actions WHERE hook = 'woocommerce_deliver_webhook_async' AND status = 'pending'",
    );
    expect(queued).toEqual([]);
  });

  test.for([
    ['edited', "UPDATE wp_wc_webhooks SET delivery_url = 'https://elsewhere.example/' LIMIT 1"],
    ['given another secret', "UPDATE wp_wc_webhooks SET secret = 'hello'"],
    ['given another topic', "UPDATE wp_wc_webhooks SET topic = 'order.created' LIMIT 1"],
    ['given another user', 'UPDATE wp_wc_webhooks SET user_id = 99'],
    ['set to an old format', 'UPDATE wp_wc_webhooks SET api_version = -1'],
    ['paused', "UPDATE wp_wc_webhooks SET status = 'paused' LIMIT 2"],
    ['disabled', "UPDATE wp_wc_webhooks SET status = 'disabled', failure_count = 6"],
    ['left waiting for a ping', "UPDATE wp_wc_webhooks SET status = 'disabled', pending_delivery = 1"],
    ['deleted', 'DELETE FROM wp_wc_webhooks LIMIT 2'],
    ['all deleted', 'DELETE FROM wp_wc_webhooks'],
  ] as const)('are put right after they were %s', async ([, sql]) => {
    const key = await secret();
    receiver.take();
    await store.sql(sql);
    await store.php(
      "wp_cache_flush(); WC_Cache_Helper::invalidate_cache_group( 'webhooks' ); foreach ( array( '', '_status_active', '_status_paused', '_status_disabled' ) as $s ) { delete_transient( 'woocommerce_webhook_ids' . $s ); } return 1;",
    );
    expect((await callPage(store, 'POST', 'connection/repair')).status).toBe(200);
    const restored = (await rows()).filter(({ topic }) => topics.includes(String(topic)));
    expect(restored.sort((a, b) => topics.indexOf(a.topic) - topics.indexOf(b.topic))).toEqual(wanted(key));
    expect(restored).toHaveLength(3);
    expect((await callPage(store, 'POST', 'connection/test')).body.ok).toBe(true);
    expect(pings()).toEqual([]);
    await store.sql("DELETE FROM wp_wc_webhooks WHERE topic = 'order.created'");
  });

  test('rest while the plugin is off, and go on when it is on again', async () => {
    receiver.take();
    const key = await secret();
    const plugin = 'dstnc-for-woocommerce/dstnc-for-woocommerce.php';
    const load = "require_once ABSPATH . 'wp-admin/includes/plugin.php';";
    await store.php(`${load} deactivate_plugins( '${plugin}' ); return 1;`);
    expect((await rows()).map(({ status }) => status)).toEqual(Array(3).fill('paused'));
    const waiting = await store.sql(
      "SELECT hook FROM wp_actionscheduler_actions a JOIN wp_actionscheduler_groups g USING (group_id) WHERE g.slug = 'dstnc' AND a.status = 'pending'",
    );
    expect(waiting).toEqual([]);
    // What is saved while the plugin is off must not erase their topics.
    await store.php(
      'foreach ( $args as $id ) { $webhook = wc_get_webhook( $id ); $webhook->set_name( "Renamed" ); $webhook->save(); } return 1;',
      { args: (await store.sql('SELECT webhook_id AS id FROM wp_wc_webhooks')).map(({ id }) => id) },
    );
    await store.php(
      `${load} $result = activate_plugin( '${plugin}' ); return is_wp_error( $result ) ? $result->get_error_message() : 1;`,
    );
    expect(await rows()).toEqual(wanted(key));
    expect(await looks()).toBe(1);
    expect((await callPage(store, 'POST', 'connection/test')).body.ok).toBe(true);
    expect(pings()).toEqual([]);
  });

  /** How many regular looks at the connection wait for their turn. */
  const looks = () =>
    store.php<number>(
      "return count( as_get_scheduled_actions( array( 'hook' => 'dstnc_health', 'group' => 'dstnc', 'status' => 'pending', 'args' => array() ), 'ids' ) );",
    );

  test('are looked after again, whoever ended that, once somebody is in wp-admin', async () => {
    await store.php("as_unschedule_all_actions( 'dstnc_health' ); return 1;");
    expect(await looks()).toBe(0);
    const admin = await WpAdminSession.logIn(store);
    await admin.get('/wp-admin/edit.php?post_type=page');
    expect(await looks()).toBe(1);
  });

  test('name the shop’s own address, whatever language a visitor reads', async () => {
    receiver.take();
    await store.php(
      `add_filter( 'home_url', static fn( $url ) => $url . 'de/' );
       return Dstnc\\WooCommerce\\Plugin::instance()->doorbell()->test()->ok;`,
    );
    expect(deliveries()[0]?.headers['x-wc-webhook-source']).toBe(`${store.home}/`);
  });
});
