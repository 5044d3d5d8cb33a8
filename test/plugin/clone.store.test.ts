import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Store } from '../store/store.ts';
import { storeAvailability } from '../store/store-availability.ts';
import { until } from '../store/until.ts';
import { callPage, connectByPage, problemOf } from './page-calls.ts';
import { PluginShop } from './plugin-shop.ts';
import type { ReceiverDouble } from './receiver-double.ts';
import { signedFetch } from './signed-fetch.ts';
import { temporaryMuPlugin } from './temporary-mu-plugin.ts';

/** A sale, and the address that the shop thinks it has. */
const sell = `add_action( 'init', static function () {
	if ( isset( $_GET['sell'] ) ) { wc_update_product_stock( wc_get_product( (int) $_GET['sell'] ), 1, 'decrease' ); }
	if ( isset( $_GET['sell'] ) || isset( $_GET['at'] ) ) { exit( home_url() ); }
}, 99 );`;

const woocommerce = '11.0.1';
const availability = await storeAvailability({ woocommerce });
const skipped = availability.available ? '' : ` (skipped: ${availability.reason})`;

describe.skipIf(!availability.available)(`a copy of a connected shop${skipped}`, () => {
  let shop: PluginShop;
  let store: Store;
  let receiver: ReceiverDouble;
  let config: string;
  /** The same shop under another name, as a copy has it. */
  let copy: string;

  beforeAll(async () => {
    shop = await PluginShop.start({ woocommerce, seed: 1, muPlugins: [temporaryMuPlugin('sell', sell)] });
    ({ store, dstnc: receiver } = shop);
    copy = store.home.replace('127.0.0.1', 'localhost');
    config = await readFile(join(store.docroot, 'wp-config.php'), 'utf8');
  });

  afterAll(async () => expect(await shop?.stop()).toBe(''));

  beforeEach(async () => {
    receiver.answerWith(null);
    await moveTo(store.home);
    await shop.connectAnew();
    await moveTo(copy);
    receiver.take();
  });

  /** As a hoster's "make a staging site": another address in wp-config.php and, by search and replace, in the database. */
  async function moveTo(home: string) {
    await writeFile(join(store.docroot, 'wp-config.php'), config.replaceAll(`'${store.home}'`, `'${home}'`));
    const from = home === copy ? store.home : copy;
    await store.sql('UPDATE wp_options SET option_value = REPLACE(option_value, ?, ?)', [from, home]);
    await until('the address', async () => (await store.php('return home_url();', { where: 'server' })) === home);
  }

  test('is no copy but another domain of the shop: what changes there is told from the shop’s own', async () => {
    await moveTo(store.home);
    const [lamp] = await store.sql("SELECT ID FROM wp_posts WHERE post_type = 'product' LIMIT 1");
    await store.wc('PUT', `products/${lamp?.ID}`, { stock_quantity: 9, manage_stock: true });
    await store.php("do_action( 'dstnc_health' ); return 1;");
    await writeFile(
      join(store.docroot, 'wp-config.php'),
      config.replaceAll(`'${store.home}'`, `'http://' . ( $_SERVER['HTTP_HOST'] ?? '${new URL(store.home).host}' )`),
    );
    const sell = async (home: string) => (await fetch(`${home}/?sell=${lamp?.ID}`)).text();
    await until('the other domain', async () => (await (await fetch(`${copy}/?at`)).text()) === copy);
    receiver.take();

    expect(await sell(copy)).toBe(copy);
    expect(receiver.calls).toEqual([]);
    const [waiting] = await store.sql(
      'SELECT (SELECT COUNT(*) FROM wp_dstnc_change_marks) + (SELECT COUNT(*) FROM wp_dstnc_changes WHERE rung = 0) AS n',
    );
    expect(Number(waiting?.n)).toBeGreaterThan(0);

    await store.php("do_action( 'dstnc_health' ); return 1;");
    const told = receiver.calls.filter(({ path }) => path.startsWith('/v1/webhooks'));
    expect(told.map(({ body }) => body.changes)).toEqual([[{ groupId: lamp?.ID, kind: expect.any(String) }]]);
  });

  test('says so, and calls nobody, whatever is asked for', async () => {
    const state = (await callPage(store, 'GET', 'state')).body;
    expect(state).toMatchObject({
      phase: 'connected',
      clone: { storedHome: store.home, currentHome: copy, choice: null },
      connection: { receiverState: null, receiverProblem: null },
      incident: null,
    });
    for (const [method, route, body] of [
      ['POST', 'connection/sync', undefined],
      ['POST', 'connection/test', undefined],
      ['POST', 'connection/rotate', { userId: 1 }],
      ['POST', 'connection/repair', undefined],
      ['POST', 'attempts', { code: receiver.code(), userId: 1 }],
    ] as const) {
      const answer = await callPage(store, method, route, body);
      expect(answer.status).toBe(409);
      expect(problemOf(answer)).toMatchObject({ code: 'clone', detail: expect.stringContaining(store.home) });
    }
    await callPage(store, 'GET', 'checks?fresh=1');
    const [product] = await store.sql("SELECT ID FROM wp_posts WHERE post_type = 'product' LIMIT 1");
    await store.wc('PUT', `products/${product?.ID}`, { stock_quantity: 3, manage_stock: true });
    await store.runQueue('everything');
    const status = await store.rest('GET', 'wc-dstnc/v1/status');
    expect(status.body).toMatchObject({ clone: true, home: store.home });
    expect(receiver.calls).toEqual([]);
    const keys = await store.sql("SELECT key_id FROM wp_woocommerce_api_keys WHERE description LIKE 'DSTNC%'");
    expect(keys).toHaveLength(1);
  });

  test('can be told to stay quiet', async () => {
    expect((await callPage(store, 'POST', 'clone', { choice: 'quiet' })).body.clone.choice).toBe('quiet');
    expect((await callPage(store, 'GET', 'state')).body.clone.choice).toBe('quiet');
    expect(receiver.calls).toEqual([]);
  });

  test('disconnects for itself only', async () => {
    expect((await callPage(store, 'DELETE', 'connection')).body).toMatchObject({
      told: false,
      problem: { code: 'clone' },
    });
    expect((await callPage(store, 'GET', 'state')).body).toMatchObject({ phase: 'not_connected', clone: null });
    expect(receiver.calls).toEqual([]);
  });

  test('becomes the live shop if the vendor says so: DSTNC gets its address and a key of its own', async () => {
    const before = receiver.credentials();
    const state = (await callPage(store, 'POST', 'clone', { choice: 'live' })).body;
    expect(state).toMatchObject({ phase: 'connected', clone: null });
    const [patch] = receiver.take();
    expect(patch).toMatchObject({ method: 'PATCH', body: { store: { url: copy, restUrl: `${copy}/wp-json/` } } });
    expect(receiver.credentials()).not.toEqual(before);
    expect((await callPage(store, 'POST', 'connection/test')).body.ok).toBe(true);
    expect(receiver.take().at(-1)?.headers['x-wc-webhook-source']).toBe(`${copy}/`);
  });

  const isClone = () => store.php<boolean>('return Dstnc\\WooCommerce\\Plugin::instance()->siteIdentity()->isClone();');
  const countKeys = async () =>
    (await store.sql("SELECT key_id FROM wp_woocommerce_api_keys WHERE description LIKE 'DSTNC%'")).length;

  test('stays a copy to all but DSTNC until it is known that DSTNC has its address, and can be tried again', async () => {
    let said: unknown;
    let meanwhile: boolean | undefined;
    receiver.answerWith(async (call) => {
      if (call.method !== 'PATCH') return null;
      said = JSON.parse((await signedFetch(call.body, `${copy}/wp-json/wc-dstnc/v1/status`)).text);
      meanwhile = await isClone();
      return { status: 504, body: '<html>Gateway time-out</html>', contentType: 'text/html' };
    });
    const answer = await callPage(store, 'POST', 'clone', { choice: 'live' });
    expect(problemOf(answer)).toMatchObject({ code: 'renewal_in_doubt', detail: expect.stringMatching(/\S/) });
    expect(said).toMatchObject({ clone: false, home: copy });
    expect(meanwhile).toBe(true);
    const { clone } = (await callPage(store, 'GET', 'state')).body;
    expect(clone).toMatchObject({ storedHome: store.home, currentHome: copy });
    // DSTNC may have taken its word.
    expect((await store.rest('GET', 'wc-dstnc/v1/status')).body).toMatchObject({ clone: false, home: copy });
    expect(await countKeys()).toBe(2);

    receiver.answerWith(null);
    expect((await callPage(store, 'POST', 'clone', { choice: 'live' })).body.clone).toBeNull();
    expect([await isClone(), await countKeys()]).toEqual([false, 1]);
    expect((await callPage(store, 'POST', 'connection/test')).body.ok).toBe(true);
  });

  test('is a copy as before when DSTNC refuses, and when the vendor thinks better of it', async () => {
    receiver.answerWith({ status: 502, body: { type: 'urn:dstnc:problem:callback-failed', reason: 'No.' } });
    expect(problemOf(await callPage(store, 'POST', 'clone', { choice: 'live' })).code).toBe('callback_failed');
    const status = async () => (await store.rest('GET', 'wc-dstnc/v1/status')).body;
    expect(await status()).toMatchObject({ clone: true, home: store.home });
    expect(await countKeys()).toBe(1);

    receiver.answerWith(async (call) => {
      if (call.method === 'PATCH') await signedFetch(call.body, `${copy}/wp-json/wc-dstnc/v1/status`);
      return { status: 504, body: '<html>Gateway time-out</html>', contentType: 'text/html' };
    });
    await callPage(store, 'POST', 'clone', { choice: 'live' });
    expect((await callPage(store, 'POST', 'clone', { choice: 'quiet' })).body.clone.choice).toBe('quiet');
    expect(await status()).toMatchObject({ clone: true, home: store.home });
  });

  test('becomes live at the second try where the first one died', async () => {
    await expect(
      store.php(
        `add_filter( 'pre_http_request', static function ( $answer, $request ) { if ( 'PATCH' === $request['method'] ) { posix_kill( getmypid(), SIGKILL ); } return $answer; }, 10, 2 );
         Dstnc\\WooCommerce\\Plugin::instance()->connectionManager()->becomeLive();`,
      ),
    ).rejects.toThrow();
    expect((await callPage(store, 'GET', 'state')).body.clone).not.toBeNull();
    expect((await callPage(store, 'POST', 'clone', { choice: 'live' })).body.clone).toBeNull();
    expect(receiver.take().some(({ method, body }) => method === 'PATCH' && body.store.url === copy)).toBe(true);
    expect(await countKeys()).toBe(1);
  });

  test('that has new salts, too, is told to connect anew, and can', async () => {
    const moved = await readFile(join(store.docroot, 'wp-config.php'), 'utf8');
    const salted = moved.replace(/(define\(\s*'AUTH_(?:KEY|SALT)',\s*')/g, '$1new');
    expect(salted).not.toBe(moved);
    await writeFile(join(store.docroot, 'wp-config.php'), salted);
    await until('the salts', async () =>
      store.php('return null === Dstnc\\WooCommerce\\Plugin::instance()->connections()->storeToken();', {
        where: 'server',
      }),
    );
    const answer = await callPage(store, 'POST', 'clone', { choice: 'live' });
    expect(problemOf(answer)).toMatchObject({
      code: 'moved_and_locked',
      detail: expect.stringContaining(store.home),
      advice: expect.stringContaining(copy),
    });
    expect(receiver.calls).toEqual([]);
    expect((await callPage(store, 'GET', 'state')).body).toMatchObject({ phase: 'not_connected', clone: null });
    expect(await countKeys()).toBe(0);
    expect((await connectByPage(store, receiver.code())).body.finished).toBe(true);
  });

  test('is no copy under its own name written otherwise, nor in another folder for WordPress', async () => {
    await moveTo(store.home);
    for (const home of ['https://www.127.0.0.1', 'HTTP://127.0.0.1/']) {
      const port = new URL(store.home).port;
      const shown = home.replace(/127\.0\.0\.1/, `127.0.0.1:${port}`);
      expect(
        await store.php(
          `add_filter( 'alloptions', static fn( $options ) => array( 'home' => '${shown}' ) + $options );
           return Dstnc\\WooCommerce\\Plugin::instance()->siteIdentity()->isClone();`,
        ),
      ).toBe(false);
    }
    expect((await callPage(store, 'GET', 'state')).body.clone).toBeNull();
  });
});
