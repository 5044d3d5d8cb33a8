import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Store, StoreKeys } from '../store/store.ts';
import { storeAvailability } from '../store/store-availability.ts';
import { compareDumps, dumpDatabase } from './database-dump.ts';
import { muPlugin } from './mu-plugin.ts';
import { callPage, callPageAs, connectByPage, problemOf } from './page-calls.ts';
import { PluginShop } from './plugin-shop.ts';
import type { ReceiverDouble } from './receiver-double.ts';
import { signedFetch } from './signed-fetch.ts';

const woocommerce = '11.0.1';
const availability = await storeAvailability({ woocommerce });
const skipped = availability.available ? '' : ` (skipped: ${availability.reason})`;

describe.skipIf(!availability.available)(`keys${skipped}`, () => {
  let shop: PluginShop;
  let store: Store;
  let receiver: ReceiverDouble;

  beforeAll(async () => {
    shop = await PluginShop.start({ woocommerce, muPlugins: [muPlugin('impatient')] });
    ({ store, dstnc: receiver } = shop);
    await callPage(store, 'GET', 'state');
  });

  afterAll(async () => expect(await shop?.stop()).toBe(''));

  beforeEach(() => shop.connectAnew());

  const keysInUse = (): StoreKeys => {
    const keys = receiver.credentials();
    if (!keys) throw new Error('The receiver was given no keys.');
    return keys;
  };
  const tryKeys = async (keys: StoreKeys, route = 'wc-dstnc/v1/status') =>
    (await signedFetch(keys, `${store.home}/wp-json/${route}`)).status;
  const countKeys = async () => {
    const [row] = await store.sql("SELECT COUNT(*) AS n FROM wp_woocommerce_api_keys WHERE description LIKE 'DSTNC%'");
    return row?.n;
  };

  test('are renewed without a gap', async () => {
    const old = keysInUse();
    const seen: number[] = [];
    receiver.answerWith(async (call) => {
      if (call.method !== 'PATCH') return null;
      // Where the shop is, too: nobody knows what has changed since it was connected.
      expect(call.body.store).toMatchObject({ url: store.home, restUrl: `${store.home}/wp-json/` });
      seen.push(await tryKeys(old), await tryKeys(call.body));
      return null;
    });
    const answer = await callPage(store, 'POST', 'connection/rotate');
    expect(answer.status).toBe(200);
    expect(seen).toEqual([200, 200]);
    expect(keysInUse()).not.toEqual(old);
    expect([await tryKeys(old), await tryKeys(keysInUse())]).toEqual([401, 200]);
    expect(answer.body.connection.key.ends).toBe(keysInUse().consumerKey.slice(-7));
    expect(await countKeys()).toBe(1);
  });

  test.for([
    [
      'refuses the new one',
      { status: 502, body: { type: 'urn:dstnc:problem:callback-failed', reason: 'No.' } },
      'callback_failed',
    ],
    ['is down', { status: 503, body: 'Down', contentType: 'text/html' }, 'receiver_down'],
    ['does not answer', { delayMs: 4000 }, 'receiver_slow'],
  ] as const)('stay as they are when DSTNC %s', async ([, answer, code]) => {
    const before = await dumpDatabase(store);
    receiver.answerWith(answer);
    expect(problemOf(await callPage(store, 'POST', 'connection/rotate')).code).toBe(code);
    expect(compareDumps(before, await dumpDatabase(store))).toEqual([]);
    expect(await tryKeys(keysInUse())).toBe(200);
  });

  /** DSTNC tries the new key, and its answer gets lost on the way. */
  function loseAnswers(): StoreKeys[] {
    const tried: StoreKeys[] = [];
    receiver.answerWith(async (call) => {
      if (call.method !== 'PATCH') return null;
      tried.push(call.body);
      await tryKeys(call.body);
      return { status: 502, body: '<html>Bad gateway</html>', contentType: 'text/html' };
    });
    return tried;
  }
  const look = () => store.php("delete_option( 'dstnc_renewals' ); do_action( 'dstnc_health' ); return 1;");

  test.for([
    ['the page', (): Promise<unknown> => callPage(store, 'POST', 'connection/repair')],
    ['the next look', (): Promise<unknown> => look()],
  ] as const)('both work while nobody knows which one DSTNC took, until %s settles it', async ([, settle]) => {
    const old = keysInUse();
    const tried = loseAnswers();
    expect(problemOf(await callPage(store, 'POST', 'connection/rotate'))).toMatchObject({
      code: 'renewal_in_doubt',
      technical: expect.stringContaining('502'),
    });
    const isTried = async () => Promise.all([old, ...tried].map((keys) => tryKeys(keys)));
    expect(await isTried()).toEqual([200, 200]);

    // A refusal now says nothing of the time before.
    receiver.answerWith({ status: 502, body: { type: 'urn:dstnc:problem:callback-failed', reason: 'No.' } });
    expect(problemOf(await callPage(store, 'POST', 'connection/repair')).code).toBe('callback_failed');
    expect(await isTried()).toEqual([200, 200]);

    receiver.answerWith(null);
    await settle();
    expect(await isTried()).toEqual([401, 401]);
    expect(await tryKeys(keysInUse())).toBe(200);
    expect(await countKeys()).toBe(1);
    receiver.take();
    await look();
    expect(receiver.calls.filter(({ method }) => method === 'PATCH')).toEqual([]);
  });

  const dieWhileRenewing = () =>
    store.php(
      `add_filter( 'pre_http_request', static function ( $answer, $request ) { if ( 'PATCH' === $request['method'] ) { posix_kill( getmypid(), SIGKILL ); } return $answer; }, 10, 2 );
       Dstnc\\WooCommerce\\Plugin::instance()->connectionManager()->rotate();`,
    );

  test.for([
    ['the next look, which renews', (): Promise<unknown> => look(), 1],
    ['disconnecting', (): Promise<unknown> => callPage(store, 'DELETE', 'connection'), 0],
    ['connecting again', (): Promise<unknown> => connectByPage(store, receiver.code()), 1],
  ] as const)('of a renewal that died are revoked by %s', async ([, end, left]) => {
    const old = keysInUse();
    await expect(dieWhileRenewing()).rejects.toThrow();
    expect([await countKeys(), await tryKeys(old)]).toEqual([2, 200]);
    await end();
    expect([await countKeys(), await tryKeys(old)]).toEqual([left, 401]);
    if (left > 0) expect(await tryKeys(keysInUse())).toBe(200);
  });

  test('of others are never taken for ours, whatever number they have', async () => {
    const made = await callPage(store, 'POST', 'keys', { userId: 1, description: 'By hand' });
    const ids = await store.php<number[]>(
      `global $wpdb; $table = $wpdb->prefix . 'woocommerce_api_keys';
       $ids = array( Dstnc\\WooCommerce\\Plugin::instance()->connections()->current()->keyId, $args );
       foreach ( $ids as $id ) {
         $wpdb->delete( $table, array( 'key_id' => $id ) );
         $wpdb->insert( $table, array( 'key_id' => $id, 'user_id' => 1, 'description' => 'Bookkeeping', 'permissions' => 'read_write',
           'consumer_key' => wc_api_hash( 'ck_' . $id ), 'consumer_secret' => 'cs_x', 'truncated_key' => 'another' ) );
       }
       return $ids;`,
      { args: made.body.id },
    );
    expect((await callPage(store, 'GET', 'state')).body).toMatchObject({ connection: { key: null }, manualKeys: [] });
    expect((await callPage(store, 'DELETE', `keys/${made.body.id}`)).status).toBe(404);
    expect((await callPage(store, 'POST', 'connection/repair')).status).toBe(200);
    expect(await tryKeys(keysInUse())).toBe(200);
    await callPage(store, 'DELETE', 'connection');
    const others = await store.sql("SELECT key_id FROM wp_woocommerce_api_keys WHERE description = 'Bookkeeping'");
    expect(others.map(({ key_id }) => key_id).sort()).toEqual(ids.sort());
    await store.sql("DELETE FROM wp_woocommerce_api_keys WHERE description = 'Bookkeeping'");
    expect(await store.sql("SELECT option_value FROM wp_options WHERE option_name = 'dstnc_manual_keys'")).toEqual([]);
  });

  test('are handed out for oneself and for users whom one may edit, and for nobody else', async () => {
    const mona = await store.php<number>(
      "return wp_insert_user( array( 'user_login' => 'mona', 'user_pass' => 'x', 'role' => 'shop_manager' ) );",
    );
    const users = async (id: number) =>
      (await callPageAs(store, id, 'GET', 'state')).body.users.map((user: { id: number }) => user.id);
    expect(await users(mona)).toEqual([mona]);
    expect(await users(1)).toEqual(expect.arrayContaining([1, mona]));
    for (const [route, body] of [
      ['attempts', { code: receiver.code() }],
      ['connection/rotate', {}],
      ['keys', { description: 'x' }],
    ] as const) {
      const answer = await callPageAs(store, mona, 'POST', route, { ...body, userId: 1 });
      expect(problemOf(answer)?.code, route).toBe('user_not_able');
    }
    expect(receiver.calls.filter(({ method }) => method !== 'GET')).toEqual([]);

    // What DSTNC has it may keep; but where that user can't any more, it is she who takes over.
    expect((await callPageAs(store, mona, 'POST', 'connection/rotate')).body.connection.user.id).toBe(1);
    await store.php("get_userdata( 1 )->add_cap( 'manage_woocommerce', false ); return 1;");
    const repaired = await callPageAs(store, mona, 'POST', 'connection/repair');
    await store.php("get_userdata( 1 )->remove_cap( 'manage_woocommerce' ); return 1;");
    expect(repaired.body.connection.user.id).toBe(mona);
  });

  test('are revived after they were revoked', async () => {
    const old = keysInUse();
    await store.sql("DELETE FROM wp_woocommerce_api_keys WHERE description LIKE 'DSTNC%'");
    expect((await callPage(store, 'GET', 'state')).body.connection.key).toBeNull();
    const answer = await callPage(store, 'POST', 'connection/repair');
    expect(answer.body.connection.key).not.toBeNull();
    expect([await tryKeys(old), await tryKeys(keysInUse())]).toEqual([401, 200]);
  });

  test('get another user when theirs is deleted, or may no longer manage the shop', async () => {
    const berg = await store.php<number>(
      "return wp_insert_user( array( 'user_login' => 'berg', 'display_name' => 'Anna Berg', 'user_pass' => 'x', 'role' => 'shop_manager' ) );",
    );
    expect((await callPage(store, 'POST', 'connection/rotate', { userId: berg })).body.connection.user.name).toBe(
      'Anna Berg',
    );
    await store.php("$user = new WP_User( $args ); $user->set_role( 'customer' ); return 1;", { args: berg });
    expect(await tryKeys(keysInUse())).toBe(403);
    expect(problemOf(await callPage(store, 'POST', 'connection/rotate', { userId: berg })).code).toBe('user_not_able');
    expect((await callPage(store, 'POST', 'connection/repair')).body.connection.user.id).toBe(1);
    expect(await tryKeys(keysInUse())).toBe(200);

    await store.php("$user = new WP_User( $args ); $user->set_role( 'shop_manager' ); return 1;", { args: berg });
    await callPage(store, 'POST', 'connection/rotate', { userId: berg });
    await store.php("require_once ABSPATH . 'wp-admin/includes/user.php'; return wp_delete_user( $args, 1 );", {
      args: berg,
    });
    expect((await callPage(store, 'GET', 'state')).body.connection).toMatchObject({ user: null, key: null });
    const repaired = await callPage(store, 'POST', 'connection/repair');
    expect(repaired.body.connection).toMatchObject({
      user: { id: 1 },
      notifications: Array(3).fill({ state: 'active' }),
    });
    expect((await callPage(store, 'POST', 'connection/test')).body.ok).toBe(true);
    const owners = await store.sql('SELECT DISTINCT user_id FROM wp_wc_webhooks');
    expect(owners).toEqual([{ user_id: 1 }]);
  });

  test('made by hand are shown once, work, and can be revoked; others can not', async () => {
    const made = await callPage(store, 'POST', 'keys', { userId: 1, description: 'Typed <b>in</b>' });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      consumerKey: expect.stringMatching(/^ck_[0-9a-f]{40}$/),
      consumerSecret: expect.stringMatching(/^cs_[0-9a-f]{40}$/),
      url: store.home,
    });
    expect(await tryKeys(made.body, 'wc/v3/products')).toBe(200);

    const { manualKeys } = (await callPage(store, 'GET', 'state')).body;
    expect(manualKeys).toMatchObject([
      {
        id: made.body.id,
        description: 'Typed in',
        user: 'admin',
        ends: made.body.consumerKey.slice(-7),
        lastUsedAt: expect.stringMatching(/Z$/),
      },
    ]);
    expect(JSON.stringify(manualKeys)).not.toContain(made.body.consumerSecret);

    const [mine] = await store.sql("SELECT key_id FROM wp_woocommerce_api_keys WHERE description = 'Store harness'");
    expect((await callPage(store, 'DELETE', `keys/${mine?.key_id}`)).status).toBe(404);
    expect((await callPage(store, 'DELETE', 'connection')).status).toBe(200);
    expect(await tryKeys(made.body, 'wc/v3/products')).toBe(200);
    expect((await callPage(store, 'DELETE', `keys/${made.body.id}`)).body).toEqual({ manualKeys: [] });
    expect(await tryKeys(made.body, 'wc/v3/products')).toBe(401);
  });

  test('open no door of the page', async () => {
    expect(await tryKeys(keysInUse(), 'dstnc-admin/v1/state')).toBe(401);
    const shopper = await store.php<number>(
      "return wp_insert_user( array( 'user_login' => 'shopper', 'user_pass' => 'x', 'role' => 'customer' ) );",
    );
    expect(problemOf(await callPage(store, 'POST', 'keys', { userId: shopper })).code).toBe('user_not_able');
  });
});
