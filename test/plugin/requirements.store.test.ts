import { afterEach, describe, expect, test } from 'vitest';
import { startStore } from '../store/start-store.ts';
import type { Store } from '../store/store.ts';
import { storeAvailability } from '../store/store-availability.ts';
import { WpAdminSession } from '../store/wp-admin-session.ts';
import { pluginFolder } from './plugin-folder.ts';

const adminCode = "require_once ABSPATH . 'wp-admin/includes/plugin.php';";

describe('a shop that the plugin can not work in', () => {
  let store: Store | undefined;

  afterEach(async () => {
    await store?.stop();
    store = undefined;
  });

  test('is told that its WooCommerce is too old, and goes on as before', async (context) => {
    if (!(await storeAvailability({ woocommerce: '3.9.1' })).available) context.skip();
    store = await startStore({ woocommerce: '3.9.1', plugins: [pluginFolder()] });
    const page = await (await WpAdminSession.logIn(store)).get('/wp-admin/plugins.php');
    expect(page).toContain('This WooCommerce is too old for DSTNC');
    expect(page).toContain('5.8 or newer, and this shop runs 3.9.1');
    expect(page).not.toContain('page=dstnc');
    expect((await store.wc('GET', 'products')).status).toBe(200);
    expect((await store.rest('GET', 'wc-dstnc/v1/status')).status).toBe(404);
    expect(await store.log()).not.toMatch(/Fatal|dstnc-for-woocommerce/);
  });

  test('is told that WooCommerce is off, and what is said stays in wp-admin', async (context) => {
    if (!(await storeAvailability({ woocommerce: '11.0.1' })).available) context.skip();
    store = await startStore({ woocommerce: '11.0.1', plugins: [pluginFolder()], debug: true });
    const session = await WpAdminSession.logIn(store);
    const on = await session.get('/wp-admin/plugins.php');
    expect(on).toMatch(/admin\.php\?page=dstnc">Open DSTNC/);
    expect(on).not.toContain('WooCommerce is switched off');

    await store.php(`${adminCode} deactivate_plugins( 'woocommerce/woocommerce.php', true ); return 1;`);
    const off = await session.get('/wp-admin/plugins.php');
    expect(off).toContain('WooCommerce is switched off');
    expect(off).not.toContain('page=dstnc');
    expect(await (await fetch(store.home)).text()).not.toContain('switched off');
    await store.php(`${adminCode} deactivate_plugins( $args ); activate_plugin( $args ); return 1;`, {
      args: 'dstnc-for-woocommerce/dstnc-for-woocommerce.php',
    });
    expect((await store.log()).split('\n').filter((line) => line !== '' && !line.includes('WordPress.org'))).toEqual(
      [],
    );
  });
});
