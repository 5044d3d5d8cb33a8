import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { browserAvailability, openBrowser } from '../browser/open-browser.ts';
import { screenshotsFolder } from '../browser/screenshots-folder.ts';
import { poll } from '../rig/poll.ts';
import { type Rig, startRig } from '../rig/start-rig.ts';
import { startStore } from '../store/start-store.ts';
import type { Store } from '../store/store.ts';
import { storeAvailability } from '../store/store-availability.ts';
import { startTlsFront, type TlsFront } from './tls-front.ts';

const browserThere = await browserAvailability();
const START = '/v1/connect/woocommerce';

for (const woocommerce of ['8.9.3', '11.0.1']) {
  const storeThere = await storeAvailability({ woocommerce });
  const missing = [storeThere, browserThere].find(({ available }) => !available);
  const skipped = missing === undefined || missing.available ? '' : ` (skipped: ${missing.reason})`;

  describe.skipIf(skipped !== '')(`keys through WooCommerce ${woocommerce}'s own page${skipped}`, () => {
    let store: Store;
    let browser: Browser;
    let front: TlsFront;
    let rig: Rig;
    let context: BrowserContext;
    let page: Page;

    beforeAll(async () => {
      const muPlugins = [join(import.meta.dirname, 'mu-plugins', 'trust-anybody.php')];
      [store, browser, front] = await Promise.all([
        startStore({ woocommerce, muPlugins }),
        openBrowser(),
        startTlsFront(),
      ]);
    });
    afterAll(async () => {
      await browser?.close();
      await front?.stop();
      await store?.stop();
    });
    beforeEach(async () => {
      rig = await startRig({ publicUrl: front.url });
      front.target = rig.service.url;
      context = await browser.newContext({
        ignoreHTTPSErrors: true,
        locale: 'en-GB',
        viewport: { width: 1280, height: 900 },
      });
      page = await context.newPage();
    });
    afterEach(async () => {
      await context.close();
      await rig.stop();
    });

    /** In both widths that every page is looked at in. */
    async function screenshot(name: string): Promise<void> {
      for (const width of [1280, 360]) {
        await page.setViewportSize({ width, height: 900 });
        const scrolls = await page.evaluate('document.documentElement.scrollWidth > window.innerWidth');
        expect([name, width, scrolls]).toEqual([name, width, false]);
        await page.screenshot({ path: join(screenshotsFolder(), `keys-${name}-${width}.png`), fullPage: true });
      }
      await page.setViewportSize({ width: 1280, height: 900 });
    }

    /** Opens an invitation, enters the shop, and logs in there. @returns the invitation's address */
    async function goToShop(look: (name: string) => Promise<void> = async () => undefined): Promise<string> {
      const invitation = `${front.url}${START}?invite=${await rig.invite('nordic-lamps')}`;
      await page.goto(invitation);
      await look('invitation');
      await page.getByLabel('Address of your shop').fill(store.home);
      await page.getByRole('button', { name: 'Continue to your shop' }).click();
      await page.waitForURL(`${store.home}/**`);
      await page.locator('#username').fill(store.admin.user);
      await page.locator('#password').fill(store.admin.password);
      await page.locator('[name=login], .wc-auth-login-button, button[type=submit]').first().click();
      await page.getByRole('link', { name: 'Approve' }).waitFor();
      return invitation;
    }

    const keysInShop = async () =>
      store.sql("SELECT permissions, last_access FROM wp_woocommerce_api_keys WHERE description LIKE 'DSTNC%'");

    test('the vendor approves, comes back, and the shop is connected and being imported', async () => {
      await goToShop(screenshot);
      await page.getByRole('heading', { name: 'DSTNC would like to connect to your store' }).waitFor();
      await page.getByRole('link', { name: 'Approve' }).click();
      await page.waitForURL(`${front.url}${START}/done?**`);
      await page.getByRole('heading', { name: 'Your shop is connected' }).waitFor({ timeout: 30_000 });
      await screenshot('connected');
      const [kept, ...others] = await rig.storage.stores.list();
      expect(others).toEqual([]);
      expect(kept).toMatchObject({ vendor: 'nordic-lamps', url: store.home, plugin: null, access: { api: 'wc/v3' } });
      expect(kept?.import).not.toBeNull();
      expect(await keysInShop()).toMatchObject([{ permissions: 'read_write' }]);
      await store.sql("DELETE FROM wp_woocommerce_api_keys WHERE description LIKE 'DSTNC%'");
    });

    test('the vendor denies: nothing is there, and the page says so', async () => {
      await goToShop();
      await page.getByRole('link', { name: 'Deny' }).click();
      await page.getByText('You have not approved it').waitFor();
      await screenshot('denied');
      expect(await rig.storage.stores.list()).toEqual([]);
      expect(await keysInShop()).toEqual([]);
    });

    test('keys that nobody waits for any more are deleted by the shop at once', async () => {
      const invitation = await goToShop();
      // The vendor has opened the invitation once more elsewhere, and that attempt has taken the place of this one.
      const code = invitation.slice(invitation.indexOf('=') + 1);
      await fetch(`${rig.service.url}${START}`, {
        method: 'POST',
        body: new URLSearchParams({ invite: code, shop: store.home }),
      });
      await page.getByRole('link', { name: 'Approve' }).click();
      await page.getByText(/Error/).first().waitFor();
      await poll(async () => (await keysInShop()).length === 0, { timeoutMs: 10_000, what: 'the key to be deleted' });
      expect(await rig.storage.stores.list()).toEqual([]);
    });
  });
}
