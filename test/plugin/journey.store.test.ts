import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserAvailability, openBrowser } from '../browser/open-browser.ts';
import { Vendor } from '../browser/vendor.ts';
import { createVariableLamp } from '../recordings/scenarios/variable-lamp.ts';
import { type Rig, startRig } from '../rig/start-rig.ts';
import { startStore } from '../store/start-store.ts';
import type { Store } from '../store/store.ts';
import { storeAvailability } from '../store/store-availability.ts';
import { until } from '../store/until.ts';
import { minutesPass } from './minutes-pass.ts';
import { Mirror } from './mirror.ts';
import { pluginZip } from './plugin-zip.ts';
import { zipFolder } from './zip-folder.ts';

const woocommerce = '11.0.1';
const parts = await Promise.all([storeAvailability({ woocommerce, fpm: true }), browserAvailability(), pluginZip()]);
const [, , zip] = parts;
/** Who is told: the site's administrator, and the user that DSTNC acts as. */
const OWNER = 'admin@shop.example';
const ANNA = 'anna@shop.example';
const missing = parts.flatMap((part) => (part.available ? [] : [part.reason])).join(' ');

/** One vendor's year with DSTNC, in the browser. Each test goes on where the one before ended. */
describe.skipIf(missing !== '')(`a vendor's journey${missing && ` (skipped: ${missing})`}`, () => {
  let rig: Rig;
  let browser: Browser;
  let store: Store;
  let vendor: Vendor;
  let page: Page;
  let mirror: Mirror;
  let lamp: number;

  beforeAll(async () => {
    [rig, browser, store] = await Promise.all([
      startRig(),
      openBrowser(),
      startStore({ woocommerce, fpm: true, seed: 120, debug: true }),
    ]);
    const wc = async (method: string, path: string, body?: unknown) => (await store.wc(method, path, body)).body;
    await createVariableLamp({ wc }, { name: 'Lamp "Oslo"', sku: 'L-OSL' }, { manage_stock: true, stock_quantity: 0 });
    lamp = (
      await wc('POST', 'products', {
        name: 'Reading lamp "Bergen"',
        sku: 'L-BERGEN',
        regular_price: '49.90',
        manage_stock: true,
        stock_quantity: 12,
      })
    ).id;
    await store.php(
      `return wp_insert_user( array( 'user_login' => 'anna', 'user_pass' => 'password', 'user_email' => '${ANNA}',
        'display_name' => 'Anna Berg', 'role' => 'shop_manager' ) );`,
    );
    mirror = new Mirror(rig, store, 'nordic-lamps');
    vendor = await Vendor.logIn(browser, store);
    page = vendor.page;
  });
  afterAll(async () => {
    await vendor?.close();
    await browser?.close();
    await store?.stop();
    await rig?.stop();
  });

  const banner = () => page.locator('.dstnc-banner-bad');
  /** What WordPress's cron does within five minutes, unless nobody visits the shop. */
  const fiveMinutesLater = () => store.php(`${minutesPass(5)} do_action( 'dstnc_health' ); return true;`, { user: 0 });
  /** Changes the stock, and waits until it is at DSTNC. */
  const sell = async (quantity: number, timeoutMs?: number) => {
    await store.wc('PUT', `products/${lamp}`, { stock_quantity: quantity });
    const held = () => rig.sandbox.state.item('nordic-lamps', `${lamp}:0`)?.quantity;
    await until(`the quantity ${quantity} to be at DSTNC`, async () => held() === quantity, timeoutMs);
  };
  const healthy = async (name: string) => {
    await page.locator('.dstnc-standing-good').waitFor({ timeout: 30_000 });
    expect(await banner().count()).toBe(0);
    await vendor.screenshot(name);
  };

  test('installs the plugin, which says where to go', async () => {
    await vendor.installPlugin(zip.available ? zip.path : '');
    await vendor.screenshot('01-activated');
    await vendor.openDstnc();
    await page.getByRole('button', { name: 'Connect', exact: true }).waitFor();
    expect(await vendor.words()).toContain('Not connected');
    await vendor.screenshot('02-not-connected');
  });

  test('pastes half a code, and is told so', async () => {
    const code = await rig.invite('nordic-lamps');
    await page.getByLabel('Connection code').fill(code.slice(0, code.length / 2));
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.locator('.dstnc-complaint p').first().waitFor();
    await vendor.screenshot('03-half-a-code');
    expect(await vendor.words()).not.toMatch(/webhook|payload|401/i);
  });

  test('looks at the way by hand, and turns back', async () => {
    await page.getByText('Enter API keys by hand instead').click();
    await vendor.screenshot('04-by-hand');
    await vendor.openDstnc();
  });

  test('connects, acting as Anna, and sees each step', async () => {
    const code = await rig.invite('nordic-lamps');
    // Slow enough to look at.
    for (let call = 0; call < 122; call += 1) rig.sandbox.faults.add({ delayMs: 60 * call });
    await page.getByLabel('Connection code').fill(code);
    const users = page.getByLabel('Acts as');
    await users.selectOption(await users.locator('option', { hasText: 'Anna Berg' }).getAttribute('value'));
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.locator('.dstnc-step').nth(1).waitFor();
    await vendor.screenshot('05-connecting');
    await vendor.connected();
    await page.getByText(/^[1-9]\d* of \d+ products$/).waitFor({ timeout: 20_000 });
    await vendor.screenshot('06-importing');
    expect(await mirror.settled(120_000)).toEqual([]);
    await page.getByText(/Everything up to .* is on DSTNC/).waitFor({ timeout: 30_000 });
    await healthy('07-connected');
  });

  test('asks why a product is sold out', async () => {
    await page.getByRole('searchbox').fill('L-BERGEN');
    await page.locator('.dstnc-only-hit').waitFor();
    await vendor.screenshot('08-look-up-one');
    await page.getByRole('searchbox').fill('Oslo');
    await page.locator('.dstnc-hit').nth(1).waitFor();
    await page.locator('button.dstnc-hit').first().click();
    await page.getByText(/quantity is 0/).waitFor();
    await vendor.screenshot('09-look-up-sold-out');
  });

  test('sees the same on the product', async () => {
    await vendor.open(`/wp-admin/post.php?post=${lamp}&action=edit`);
    const panel = page.locator('#dstnc-product');
    await panel.getByText('Can be bought on DSTNC').waitFor();
    await vendor.screenshot('10-product-panel');
    await panel.getByRole('link', { name: 'What DSTNC has of it' }).click();
    await page.getByText('Quantity on DSTNC: 12').waitFor();
  });

  test('opens what is folded away', async () => {
    await vendor.openDstnc();
    await page.getByText('Recent activity').click();
    await page.locator('summary', { hasText: 'Checks' }).click();
    await page.locator('.dstnc-check').first().waitFor({ timeout: 30_000 });
    await vendor.screenshot('11-activity-and-checks');
    expect(await page.locator('.dstnc-check-problem').allInnerTexts()).toEqual([]);
    await page.getByRole('button', { name: 'More actions' }).click();
    await vendor.screenshot('12-more');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Sync now' }).click();
    await page.locator('.dstnc-banner-good').waitFor();
    await vendor.screenshot('13-synced');
    await vendor.open('/wp-admin/site-health.php');
    await page.locator('.site-health-progress-label', { hasNotText: 'loading' }).first().waitFor({ timeout: 60_000 });
    await vendor.screenshot('14-site-health');
    await vendor.open('/wp-admin/admin.php?page=wc-status');
    await vendor.screenshot('15-system-status');
  });

  test('revokes the key, reads why it is wrong, and gives a new one', async () => {
    await vendor.open('/wp-admin/admin.php?page=wc-settings&tab=advanced&section=keys');
    await vendor.screenshot('20-keys-of-woocommerce');
    const row = page.locator('table.wp-list-table tbody tr', { hasText: 'DSTNC for WooCommerce' });
    await row.hover();
    await row.locator('.trash a').click();
    await page.waitForLoadState();
    await fiveMinutesLater();
    await vendor.open('/wp-admin/index.php');
    await vendor.screenshot('21-key-revoked-notice');
    await vendor.openDstnc();
    await banner()
      .locator('h2', { hasText: /no access/ })
      .waitFor();
    await vendor.screenshot('22-key-revoked');
    await banner().getByRole('button', { name: 'Give DSTNC a new key' }).click();
    await healthy('23-key-given');
    await sell(11, 60_000);
  });

  test('deletes the user that DSTNC acts as, and chooses another', async () => {
    const [anna] = await store.sql("SELECT ID AS id FROM wp_users WHERE user_login = 'anna'");
    await vendor.open('/wp-admin/users.php');
    await page.locator(`#user-${anna?.id}`).hover();
    await page.locator(`#user-${anna?.id} .delete a`).click();
    await page.locator('.dstnc-user-notice').waitFor();
    await vendor.screenshot('30-deleting-the-user');
    await page.locator('#submit').click();
    await page.waitForURL(/users\.php/);
    await fiveMinutesLater();
    await vendor.openDstnc();
    await banner()
      .locator('h2', { hasText: /user .* was deleted/ })
      .waitFor();
    await vendor.screenshot('31-user-deleted');
    await banner().getByRole('button', { name: 'Choose another user' }).click();
    await page.getByRole('button', { name: 'Rotate keys' }).waitFor();
    await vendor.screenshot('32-choosing-another');
    await page.getByRole('button', { name: 'Rotate keys' }).click();
    await healthy('33-another-chosen');
    await sell(10, 60_000);
  });

  test('switches a notification off, and on again', async () => {
    await vendor.open('/wp-admin/admin.php?page=wc-settings&tab=advanced&section=webhooks');
    await vendor.screenshot('40-webhooks-of-woocommerce');
    await page.locator('table.wp-list-table a.row-title').first().click();
    await page.locator('#webhook_status').selectOption('disabled');
    await page.locator('.button-primary[name=save]').click();
    await page.waitForLoadState();
    await vendor.openDstnc();
    await page
      .getByText(/: switched off/)
      .first()
      .waitFor();
    await page.locator('summary', { hasText: 'Checks' }).click();
    await page.locator('.dstnc-check-problem, .dstnc-check-warning').first().waitFor({ timeout: 30_000 });
    await vendor.screenshot('41-notification-off');
    await page.getByRole('button', { name: 'Switch them on' }).first().click();
    await page.getByText('All switched on').waitFor({ timeout: 30_000 });
    await healthy('42-notification-on');
    await sell(9, 60_000);
  });

  test('installs a security plugin that blocks DSTNC, and switches its filter off', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dstnc-double-'));
    try {
      const double = await zipFolder(join(import.meta.dirname, 'doubles', 'better-wp-security'), folder);
      await vendor.installPlugin(double);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    await store.wc('PUT', `products/${lamp}`, { stock_quantity: 8 });
    // DSTNC tries a few times before it says that a shop can't be reached.
    await until(
      'the shop to notice',
      async () => {
        await fiveMinutesLater();
        return (await store.rest('GET', 'dstnc-admin/v1/state')).body.incident !== null;
      },
      60_000,
    );
    await vendor.openDstnc();
    await banner().locator('h2', { hasText: 'DSTNC can’t reach this shop' }).waitFor();
    await vendor.screenshot('50-blocked');
    const words = await vendor.words();
    expect(words).toContain('Filter suspicious query strings');
    // What is new since it last worked.
    expect((await banner().allInnerTexts()).join()).toMatch(/It was switched on at .+; until then everything worked\./);
    await page.getByRole('link', { name: 'Show me where to switch it off' }).first().click();
    await page.waitForURL(/page=itsec/);
    await page.getByLabel('Filter suspicious query strings').uncheck();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Settings saved.').waitFor();
    await vendor.openDstnc();
    await banner().getByRole('button', { name: 'Check again' }).click();
    await vendor.screenshot('51-checking-again');
    await healthy('52-let-in-again');
    const held = () => rig.sandbox.state.item('nordic-lamps', `${lamp}:0`)?.quantity;
    await until('what changed meanwhile to be at DSTNC', async () => held() === 8, 120_000);
  });

  test('had one mail when each trouble began and one when it was over, and disconnects', async () => {
    const told = async (address: string) =>
      (await store.mails())
        .filter(({ to, subject }) => [to].flat().includes(address) && /DSTNC/.test(subject))
        .map(({ subject }) => (/works again/.test(subject) ? 'over' : 'began'));
    // The notification was switched on again before anything was lost.
    expect(await told(OWNER)).toEqual(['began', 'over', 'began', 'over', 'began', 'over']);
    // DSTNC acted as her while the key was revoked. When she was deleted, her mailbox was nobody's business any more.
    expect(await told(ANNA)).toEqual(['began', 'over']);
    await vendor.openDstnc();
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Disconnect' }).click();
    await vendor.screenshot('60-disconnecting');
    await page.getByRole('button', { name: /^Disconnect/ }).click();
    await page.getByText('Not connected').waitFor();
    await vendor.screenshot('61-disconnected');
    await until('DSTNC to show nothing any more', async () =>
      rig.sandbox.state.products('nordic-lamps').every(({ state }) => state === 'deleted'),
    );
  });

  test('never saw an error in the console, nor left a notice in the log', async () => {
    // The browser itself complains of every answer that isn't a success: half a code is refused, a dead connection too.
    const complaints = vendor.complaints.filter((line) => /dstnc/i.test(line) && !/Failed to load resource/.test(line));
    expect(complaints).toEqual([]);
    expect((await store.log()).split('\n').filter((line) => /dstnc-for-woocommerce|dstnc_|Dstnc\\/.test(line))).toEqual(
      [],
    );
  });
});
