import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Store } from '../store/store.ts';
import { screenshotsFolder } from './screenshots-folder.ts';

/** Widths that every state of the page is looked at in: a desk and a small telephone. */
const WIDTHS = [1280, 360] as const;
const HEIGHT = 900;

/** Who logs in; by default the store's administrator. */
export interface VendorOptions {
  readonly user?: string;
  readonly password?: string;
}

/** A person who is logged in to wp-admin in a real browser. */
export class Vendor {
  readonly page: Page;
  /** What the browser's console and unhandled errors said, of this store's pages. */
  readonly complaints: string[] = [];
  readonly #home: string;
  readonly #context: BrowserContext;

  private constructor(home: string, context: BrowserContext, page: Page) {
    this.#home = home;
    this.#context = context;
    this.page = page;
    // "Are you sure?" is answered with yes.
    page.on('dialog', (dialog) => void dialog.accept());
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(`${message.text()} (${message.location().url})`);
    });
  }

  /** Logs in by the form. @throws Error where WordPress refuses */
  static async logIn(
    browser: Browser,
    store: Pick<Store, 'home' | 'admin'>,
    { user = store.admin.user, password = store.admin.password }: VendorOptions = {},
  ): Promise<Vendor> {
    const context = await browser.newContext({ viewport: { width: WIDTHS[0], height: HEIGHT }, locale: 'en-GB' });
    // Avatars and the like: a machine without a network would wait for them.
    await context.route(
      (url) => url.origin !== store.home,
      (route) => route.fulfill({ status: 204 }),
    );
    const page = await context.newPage();
    const vendor = new Vendor(store.home, context, page);
    await vendor.open('/wp-login.php');
    await page.locator('#user_login').fill(user);
    await page.locator('#user_pass').fill(password);
    await page.locator('#wp-submit').click();
    await page.waitForURL(/\/wp-admin\//);
    vendor.complaints.length = 0;
    return vendor;
  }

  /** Opens a page of the store by its path. */
  async open(path: string): Promise<void> {
    await this.page.goto(this.#home + path, { waitUntil: 'domcontentloaded' });
  }

  /** Plugins > Add New > Upload Plugin > Install Now > Activate. @throws Error with WordPress's words where it fails */
  async installPlugin(zip: string): Promise<void> {
    await this.open('/wp-admin/plugin-install.php?tab=upload');
    await this.page.locator('#pluginzip').setInputFiles(zip);
    await this.page.locator('#install-plugin-submit').click();
    const activate = this.page.getByRole('link', { name: 'Activate Plugin' });
    await this.page.waitForURL(/update\.php/);
    if ((await activate.count()) === 0) {
      throw new Error(`WordPress didn't install it: ${(await this.page.locator('.wrap').allInnerTexts()).join('\n')}`);
    }
    await activate.click();
    await this.page.waitForURL(/plugins\.php/);
    if ((await this.page.locator('#message.updated, .notice-success').count()) === 0) {
      throw new Error(`WordPress didn't activate it: ${(await this.page.locator('.wrap').allInnerTexts()).join('\n')}`);
    }
  }

  /** Opens WooCommerce > DSTNC, with a code in the link where one is given, and waits until the page has something to say. */
  async openDstnc(code?: string): Promise<void> {
    const query = code === undefined ? '' : `&code=${encodeURIComponent(code)}`;
    await this.open(`/wp-admin/admin.php?page=dstnc${query}`);
    await this.page.locator('#dstnc-page :is(h1, h2)').first().waitFor();
  }

  /** Pastes a connection code, clicks Connect, and waits until the shop is connected. `actsAs`: beginning of the user's name. */
  async connect(code: string, actsAs?: string): Promise<void> {
    await this.openDstnc();
    await this.page.getByLabel('Connection code').fill(code);
    if (actsAs !== undefined) {
      const users = this.page.getByLabel('Acts as');
      const value = await users.locator('option', { hasText: actsAs }).getAttribute('value');
      await users.selectOption(value);
    }
    await this.page.getByRole('button', { name: 'Connect', exact: true }).click();
    await this.connected();
  }

  /** Waits until the page says that the shop is connected. @throws Error with the page's words where it says something else */
  async connected(timeoutMs = 60_000): Promise<void> {
    const connected = this.page.locator('.dstnc-standing', { hasText: /Connected as / });
    const failed = this.page.locator('.dstnc-step-failed, .dstnc-banner-bad, .dstnc-complaint p').first();
    await connected
      .or(failed)
      .first()
      .waitFor({ timeout: timeoutMs })
      .catch(async (error: unknown) => {
        throw new Error(`The page doesn't say that it is connected: ${await this.words()}`, { cause: error });
      });
    if (!(await connected.isVisible())) {
      await this.page.locator('#dstnc-page details').evaluateAll('all => all.forEach((one) => { one.open = true; })');
      throw new Error(`The page says: ${await this.words()}`);
    }
  }

  /** All words of the plugin's page. */
  async words(): Promise<string> {
    return (await this.page.locator('#dstnc-page').allInnerTexts()).join('\n').replace(/\n+/g, '\n');
  }

  /** Takes the whole page in each width. */
  async screenshot(name: string): Promise<void> {
    for (const width of WIDTHS) {
      await this.page.setViewportSize({ width, height: HEIGHT });
      // A bar that stays in view would be drawn across the middle.
      await this.page.evaluate('window.scrollTo(0, 0)');
      await this.page.screenshot({ path: join(screenshotsFolder(), `${name}-${width}.png`), fullPage: true });
    }
    await this.page.setViewportSize({ width: WIDTHS[0], height: HEIGHT });
  }

  async close(): Promise<void> {
    await this.#context.close();
  }
}
