import { pluginStatus } from '@dstnc/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fetchWhole } from '../store/fetch-whole.ts';
import type { Store } from '../store/store.ts';
import { storeAvailability } from '../store/store-availability.ts';
import { connectByPage, problemOf } from './page-calls.ts';
import { PluginShop } from './plugin-shop.ts';
import { signedFetch } from './signed-fetch.ts';
import { temporaryMuPlugin } from './temporary-mu-plugin.ts';

/** A shop behind a proxy that speaks TLS with the world. */
const proxy = `if ( isset( $_SERVER['HTTP_X_TEST_TLS'] ) ) { $_SERVER['HTTPS'] = 'on'; }
foreach ( array( 'wp_ajax_whoami', 'wp_ajax_nopriv_whoami', 'template_redirect' ) as $hook ) {
  add_action( $hook, static function () { die( 'user ' . get_current_user_id() ); }, 1 );
}`;

describe.for([
  { woocommerce: '11.0.1', permalinks: 'pretty' },
  { woocommerce: '11.0.1', permalinks: 'plain' },
  { woocommerce: '5.9.0', permalinks: 'plain' },
] as const)('status with WooCommerce $woocommerce and $permalinks permalinks', ({ woocommerce, permalinks }) => {
  let shop: PluginShop;
  let store: Store;
  let available = true;

  beforeAll(async () => {
    available = (await storeAvailability({ woocommerce })).available;
    if (!available) return;
    shop = await PluginShop.start({
      woocommerce,
      permalinks,
      muPlugins: [temporaryMuPlugin('proxy', proxy)],
      seed: 2,
      debug: woocommerce !== '5.9.0',
    });
    store = shop.store;
  });

  afterAll(async () => {
    const log = await shop?.stop();
    if (woocommerce !== '5.9.0') expect(log ?? '').toBe('');
  });

  const address = (route: string) =>
    permalinks === 'plain' ? `${store.home}/index.php?rest_route=/${route}` : `${store.home}/wp-json/${route}`;
  const ask = (route: string) => signedFetch(store.keys, address(route));
  const basic = () => ({
    authorization: `Basic ${Buffer.from(`${store.keys.consumerKey}:${store.keys.consumerSecret}`).toString('base64')}`,
    'x-test-tls': '1',
  });

  test('tells what DSTNC needs to know, to its key only', async (context) => {
    if (!available) context.skip();
    const answer = await ask('wc-dstnc/v1/status');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toContain('no-store');
    const status = pluginStatus.parse(JSON.parse(answer.text));
    expect(status).toMatchObject({
      contractVersion: 1,
      woocommerce,
      home: store.home,
      restUrl: permalinks === 'plain' ? `${store.home}/index.php?rest_route=/` : `${store.home}/wp-json/`,
      currency: 'EUR',
      locale: 'en-US',
      products: 2,
      permissions: 'read_write',
      clone: false,
    });
    expect(status.checks).toBeUndefined();
    const refused = await fetchWhole(address('wc-dstnc/v1/status'));
    expect([refused.status, refused.headers.get('cache-control')]).toEqual([401, expect.stringContaining('no-store')]);
  });

  test('makes the checks that are asked for', async (context) => {
    if (!available) context.skip();
    const url = new URL(address('wc-dstnc/v1/status'));
    url.searchParams.set('checks', '1');
    const status = pluginStatus.parse(JSON.parse((await signedFetch(store.keys, url.href)).text));
    expect(status.checks?.length).toBeGreaterThan(3);
  });

  test('takes the key in all of WooCommerce’s ways, for its own routes and ours', async (context) => {
    if (!available) context.skip();
    for (const route of ['wc/v3/products', 'wc-dstnc/v1/status']) {
      expect((await ask(route)).status).toBe(200);
      expect((await fetchWhole(address(route), { headers: basic() })).status).toBe(200);
      const inQuery = new URL(address(route));
      inQuery.searchParams.set('consumer_key', store.keys.consumerKey);
      inQuery.searchParams.set('consumer_secret', store.keys.consumerSecret);
      expect((await fetchWhole(inQuery, { headers: { 'x-test-tls': '1' } })).status).toBe(200);
      const wrong = await signedFetch({ ...store.keys, consumerSecret: `cs_${'0'.repeat(40)}` }, address(route));
      expect(wrong.status).toBe(401);
    }
  });

  test('notes when the key was used', async (context) => {
    if (!available) context.skip();
    await store.sql('UPDATE wp_woocommerce_api_keys SET last_access = NULL');
    expect((await ask('wc-dstnc/v1/status')).status).toBe(200);
    const keys = await store.sql("SELECT last_access FROM wp_woocommerce_api_keys WHERE description = 'Store harness'");
    expect(keys).toEqual([{ last_access: expect.anything() }]);
  });

  test('knows what a key may do', async (context) => {
    if (!available) context.skip();
    await store.sql("UPDATE wp_woocommerce_api_keys SET permissions = 'read' WHERE description = 'Store harness'");
    const status = pluginStatus.parse(JSON.parse((await ask('wc-dstnc/v1/status')).text));
    expect(status.permissions).toBe('read');
    await store.sql(
      "UPDATE wp_woocommerce_api_keys SET permissions = 'read_write' WHERE description = 'Store harness'",
    );
  });

  test('leaves keys worthless anywhere else', async (context) => {
    if (!available) context.skip();
    const who = 'rest_route=/wc/v3/products';
    // A key is good for the REST API, and not for logging in.
    for (const page of ['/wp-admin/admin-ajax.php?action=whoami&', '/index.php/sample-page/?s=']) {
      const { text } = await fetchWhole(`${store.home}${page}${who}`, { headers: basic(), redirect: 'manual' });
      expect(text).not.toContain('user 1');
    }
    expect((await fetchWhole(address('wp/v2/users/me'), { headers: basic() })).status).toBe(401);
    expect((await fetchWhole(address('dstnc-admin/v1/state'), { headers: basic() })).status).toBe(401);
  });

  test('is what a receiver calls back for', async (context) => {
    if (!available) context.skip();
    const connected = await connectByPage(store, shop.dstnc.code());
    expect(problemOf(connected) ?? null).toBeNull();
    expect(connected.body.finished).toBe(true);
    expect(shop.dstnc.calls[0]?.body.store.restUrl).toBe(address('').replace(/\/$/, '/'));
  });
});
