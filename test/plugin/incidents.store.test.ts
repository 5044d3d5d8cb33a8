import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { storeAvailability } from '../store/store-availability.ts';
import { WpAdminSession } from '../store/wp-admin-session.ts';
import { HealthShop, type ShopCheck } from './health-shop.ts';
import { minutesPass } from './minutes-pass.ts';

const woocommerce = process.env.STORE_WOOCOMMERCE ?? '11.0.1';
const availability = await storeAvailability({ woocommerce });
const skipped = availability.available ? '' : ` (skipped: ${availability.reason})`;

const OWNER = 'admin@shop.example';
const WORKS_AGAIN = '[Lamp Shop] DSTNC works again';

const NEW_KEY = `
$plugin = Dstnc\\WooCommerce\\Plugin::instance();
$user   = $args['userId'];
$key    = $plugin->apiKeys()->create( $user, 'DSTNC' );
$plugin->connections()->save( $plugin->connections()->current()->withKey( $key['keyId'], $key['keyHash'], $user ) );
$plugin->webhooks()->repair();`;

const RAISE =
  "Dstnc\\WooCommerce\\Plugin::instance()->incidents()->raise( new Dstnc\\WooCommerce\\Problem( 'test', 'Broken', 'It is.', 'Mend it.' ) );";

const WEBHOOK_IDS =
  'return array_values( Dstnc\\WooCommerce\\Plugin::instance()->connections()->current()->webhookIds );';

describe.skipIf(!availability.available)(`what the owner of a WooCommerce ${woocommerce} is told${skipped}`, () => {
  let shop: HealthShop;
  let admin: WpAdminSession;
  let anna: { id: number; mail: string };
  let users = 0;
  let toldBefore: number;

  beforeAll(async () => {
    shop = await HealthShop.start({ woocommerce });
    admin = await WpAdminSession.logIn(shop.store);
  });
  afterAll(async () => {
    expect(await shop?.complaints()).toEqual([]);
    await shop?.stop();
  });

  beforeEach(async () => {
    users += 1;
    const name = `anna${users}`;
    anna = { id: await shop.addUser(name, 'shop_manager'), mail: `${name}@shop.example` };
    await shop.connect(anna.id);
    await shop.look();
    expect(await shop.incident()).toBeNull();
    toldBefore = (await shop.mails()).length;
  });
  afterEach(async () => {
    shop.dstnc.status = 200;
    shop.dstnc.flags = [];
    shop.dstnc.checks = [];
    await shop.run(`
      delete_option( 'dstnc_connection' );
      delete_option( 'dstnc_site' );
      Dstnc\\WooCommerce\\Plugin::instance()->webhooks()->remove();`);
    expect(await shop.incident()).toBeNull();
  });

  /** The mails of this test, as "to whom: subject". */
  const mails = async () => (await shop.mails()).slice(toldBefore).map(({ to, subject }) => `${to}: ${subject}`);
  /** The same mail to the owner and to the user that DSTNC acts as. */
  const toBoth = (subject: string) => [`${OWNER}: ${subject}`, `${anna.mail}: ${subject}`];

  test('a healthy shop hears nothing', async () => {
    await shop.look(3);
    expect(await mails()).toEqual([]);
  });

  test('the key is revoked in WooCommerce: told at once and once, over with a new key', async () => {
    const [key] = await shop.store.sql('SELECT key_id FROM wp_woocommerce_api_keys WHERE user_id = ?', [anna.id]);
    const list = await admin.get('/wp-admin/admin.php?page=wc-settings&tab=advanced&section=keys');
    const link = new RegExp(`href="[^"]*(/wp-admin/[^"]*revoke-key=${key?.key_id}&[^"]*)"`).exec(list)?.[1];
    const after = await admin.get(link?.replaceAll('&#038;', '&').replaceAll('&amp;', '&') ?? 'no link');
    expect(after.includes('DSTNC has no access to this shop any more')).toBe(true);

    expect(await shop.incident()).toMatchObject({ code: 'key', action: { do: 'repair' } });
    await shop.look(3);
    expect(await mails()).toEqual(toBoth('[Lamp Shop] DSTNC: DSTNC has no access to this shop any more'));
    expect((await shop.mails()).at(-1)?.message).toContain('Give DSTNC a new key.');
    expect((await shop.mails()).at(-1)?.message).toContain('/wp-admin/admin.php?page=dstnc');

    await shop.run(NEW_KEY, { userId: anna.id });
    await shop.look(2);
    expect(await shop.incident()).toBeNull();
    expect((await mails()).slice(2)).toEqual(toBoth(WORKS_AGAIN));
    expect((await shop.mails()).at(-1)?.message).toContain(
      'It was: DSTNC has no access to this shop any more. It began on ',
    );
  });

  test('the key was made read-only: told at the first look', async () => {
    await shop.store.sql("UPDATE wp_woocommerce_api_keys SET permissions = 'read' WHERE user_id = ?", [anna.id]);
    await shop.look(2);
    expect(await shop.incident()).toMatchObject({ code: 'key', title: 'DSTNC may not do all that it needs to' });
    expect(await mails()).toHaveLength(2);
  });

  test('the user is deleted: told in the same moment, over with another user', async () => {
    await shop.run('require_once ABSPATH . "wp-admin/includes/user.php"; wp_delete_user( $args );', anna.id);
    expect(await shop.incident()).toMatchObject({ code: 'user', action: { do: 'rotate' } });
    // What follows from it has no button of its own, whoever notices it.
    shop.dstnc.flags = [{ kind: 'unreadable', since: new Date().toISOString(), detail: 'HTTP 401' }];
    shop.dstnc.checks = [{ id: 'key', status: 'problem', title: 'Your shop refuses DSTNC’s key', advice: 'Renew it.' }];
    const checks = await shop.checks(true);
    expect(Object.values(checks).filter(({ status }) => status === 'problem')).toMatchObject([{ id: 'user' }]);
    shop.dstnc.flags = [];
    shop.dstnc.checks = [];
    await shop.look(2);
    // Her mailbox is not the shop's any more.
    expect(await mails()).toEqual([`${OWNER}: [Lamp Shop] DSTNC: The user that DSTNC acted as was deleted`]);

    await shop.run(NEW_KEY, { userId: 1 });
    await shop.look(2);
    expect(await shop.incident()).toBeNull();
    expect((await mails()).slice(1)).toEqual([`${OWNER}: ${WORKS_AGAIN}`]);
  });

  test('the user loses her role: told in the same moment, over when she has it again', async () => {
    await shop.run("get_userdata( $args )->set_role( 'customer' );", anna.id);
    expect(await shop.incident()).toMatchObject({ code: 'user', action: { do: 'rotate' } });
    expect(await mails()).toHaveLength(2);

    await shop.run("get_userdata( $args )->set_role( 'shop_manager' );", anna.id);
    await shop.look(1);
    expect(await shop.incident()).toBeNull();
    expect((await mails()).slice(2)).toEqual(toBoth(WORKS_AGAIN));
  });

  test('another role that may manage the shop, too, is nobody’s business', async () => {
    await shop.run(
      "$user = get_userdata( $args ); $user->remove_role( 'shop_manager' ); $user->add_role( 'administrator' );",
      anna.id,
    );
    await shop.look(2);
    expect(await mails()).toEqual([]);
  });

  test.each([
    ['paused', '$webhook->set_status( "paused" ); $webhook->save();'],
    [
      'disabled by WooCommerce',
      '$webhook->set_status( "disabled" ); $webhook->set_failure_count( 9 ); $webhook->save();',
    ],
    ['sent elsewhere', '$webhook->set_delivery_url( "https://elsewhere.example/" ); $webhook->save();'],
    ['deleted', '$webhook->delete( true );'],
  ])('a notification is %s: put right at the next look, and noted', async (_, harm) => {
    const [id] = await shop.run(WEBHOOK_IDS);
    await shop.run(`$webhook = wc_get_webhook( $args ); ${harm}`, id);
    expect((await shop.checks()).notifications).toMatchObject({ status: 'problem', action: { do: 'repair' } });

    await shop.look();
    expect((await shop.checks()).notifications).toMatchObject({ status: 'ok' });
    expect((await shop.activity())[0]).toContain('were put right: Products and prices.');
    expect(await mails()).toEqual([]);
  });

  test('someone pauses a notification again and again: repaired less and less often, and told', async () => {
    const pause = async () => {
      const [id] = await shop.run(WEBHOOK_IDS);
      await shop.run('$webhook = wc_get_webhook( $args ); $webhook->set_status( "paused" ); $webhook->save();', id);
    };
    await pause();
    await shop.look();
    await pause();
    await shop.look();
    // Repaired a moment ago: not again yet, and one look is no incident.
    expect((await shop.checks()).notifications?.status).toBe('problem');
    expect(await shop.incident()).toBeNull();
    await shop.look();
    expect(await shop.incident()).toMatchObject({ code: 'notifications', action: { do: 'repair' } });
    expect(await mails()).toHaveLength(2);

    // Some minutes later it is tried again.
    await shop.run(
      "update_option( 'dstnc_repairs', array( 'nextAt' => time() - 1 ) + get_option( 'dstnc_repairs' ) );",
    );
    await shop.look(2);
    expect(await shop.incident()).toBeNull();
    const repairs = await shop.run("return get_option( 'dstnc_repairs' );");
    expect(repairs.nextAt).toBeGreaterThan(Date.now() / 1000 + 8 * 60);
  });

  test('DSTNC is down: told once it was so for four minutes', async () => {
    shop.dstnc.status = 503;
    await shop.look();
    shop.dstnc.status = 200;
    await shop.look();
    shop.dstnc.status = 503;
    await shop.look();
    // Bad, good, bad: no two in a row.
    expect(await shop.incident()).toBeNull();
    // In a row, but within three minutes.
    await shop.look(1, 0);
    await shop.look(3, 1);
    expect(await shop.incident()).toBeNull();
    expect(await mails()).toEqual([]);
    await shop.look(1, 1);
    expect(await shop.incident()).toMatchObject({ code: 'receiver' });
    expect(Date.parse((await shop.incident())?.since ?? '')).toBeLessThanOrEqual(Date.now() - 4 * 60_000);
    await shop.look(2);
    expect(await mails()).toHaveLength(2);
  });

  test('DSTNC is there again: over once it was so for four minutes', async () => {
    shop.dstnc.status = 503;
    await shop.look(2);
    shop.dstnc.status = 200;
    await shop.look();
    shop.dstnc.status = 503;
    await shop.look();
    shop.dstnc.status = 200;
    await shop.look();
    // Good, bad, good: no two in a row.
    expect(await shop.incident()).toMatchObject({ code: 'receiver' });
    await shop.look(1, 0);
    await shop.look(3, 1);
    expect(await shop.incident()).toMatchObject({ code: 'receiver' });
    expect(await mails()).toHaveLength(2);
    await shop.look(1, 1);
    expect(await shop.incident()).toBeNull();
    expect((await mails()).slice(2)).toEqual(toBoth(WORKS_AGAIN));
  });

  test('a look that is in doubt is followed by another one four minutes later', async () => {
    /** In how many seconds it comes. */
    const next = async () => {
      const [seconds, ...others]: number[] = await shop.run(
        "return array_map( static fn( $job ) => $job->get_schedule()->get_date()->getTimestamp() - time(), array_values( as_get_scheduled_actions( array( 'hook' => 'dstnc_health', 'args' => array( 'again' ), 'status' => 'pending' ) ) ) );",
      );
      expect(others).toEqual([]);
      return seconds;
    };
    const itComes = async () => {
      await shop.store.sql(
        `UPDATE wp_actionscheduler_actions SET scheduled_date_gmt = '2020-01-01' WHERE hook = 'dstnc_health' AND status = 'pending' AND args = '["again"]'`,
      );
      await shop.run(minutesPass(4));
      await shop.store.runQueue('everything');
    };
    expect(await next()).toBeUndefined();
    shop.dstnc.status = 503;
    await shop.look();
    await shop.look(1, 0);
    expect(await next()).toBeGreaterThan(3 * 60);
    await itComes();
    expect(await shop.incident()).toMatchObject({ code: 'receiver' });
    expect(await next()).toBeUndefined();

    shop.dstnc.status = 200;
    await shop.look();
    expect(await next()).toBeGreaterThan(3 * 60);
    await itComes();
    expect(await shop.incident()).toBeNull();
    expect(await next()).toBeUndefined();

    // It goes with the connection.
    shop.dstnc.status = 503;
    await shop.look();
    expect(await next()).toBeDefined();
    await shop.run("delete_option( 'dstnc_connection' );");
    expect(await next()).toBeUndefined();
  });

  test('while one trouble lasts that may pass, another of that kind has its words, but no mail', async () => {
    shop.dstnc.status = 503;
    await shop.look(2);
    expect(await mails()).toHaveLength(2);
    const [id] = await shop.run(WEBHOOK_IDS);
    const harm = () =>
      shop.run(
        `$webhook = wc_get_webhook( $args ); $webhook->set_status( 'paused' ); $webhook->save();
        update_option( 'dstnc_repairs', array( 'count' => 1, 'nextAt' => time() + 3600 ) );`,
        id,
      );
    shop.dstnc.status = 200;
    await shop.look();
    await harm();
    await shop.look();
    await shop.run("delete_option( 'dstnc_repairs' );");
    await shop.look();
    // Good, otherwise bad, good: no two in a row.
    expect(await shop.incident()).toMatchObject({ code: 'receiver' });
    await harm();
    await shop.look();
    expect(await shop.incident()).toMatchObject({ code: 'receiver' });
    await shop.look();
    expect(await shop.incident()).toMatchObject({ code: 'notifications' });
    expect((await shop.activity())[0]).toBe('Some notifications to DSTNC are switched off');
    expect(await mails()).toHaveLength(2);

    await shop.run("delete_option( 'dstnc_repairs' );");
    await shop.look(2);
    expect(await shop.incident()).toBeNull();
    expect((await mails()).slice(2)).toEqual(toBoth(WORKS_AGAIN));
  });

  test('what the troubleshooter said before a trouble, or in it, is not said any more', async () => {
    const kept = async (fresh = ''): Promise<ShopCheck | undefined> =>
      (await shop.store.rest('GET', `dstnc-admin/v1/checks${fresh}`)).body.checks.find(
        ({ id }: ShopCheck) => id === 'key',
      );
    expect(await kept('?fresh=1')).toMatchObject({ status: 'ok' });
    await shop.store.sql('DELETE FROM wp_woocommerce_api_keys WHERE user_id = ?', [anna.id]);
    expect(await kept()).toMatchObject({ status: 'ok' });
    await shop.look();
    expect(await kept()).toMatchObject({ status: 'problem' });

    expect(await kept('?fresh=1')).toMatchObject({ status: 'problem' });
    await shop.run(NEW_KEY, { userId: anna.id });
    expect(await shop.incident()).toBeNull();
    expect(await kept()).toMatchObject({ status: 'ok' });

    // Nor by whoever is connected next.
    expect(await kept('?fresh=1')).toMatchObject({ status: 'ok' });
    await shop.run("delete_option( 'dstnc_connection' );");
    expect(await kept()).toBeUndefined();
  });

  test('while DSTNC is down, what WooCommerce has disabled is left alone', async () => {
    const [id] = await shop.run(WEBHOOK_IDS);
    await shop.run('$webhook = wc_get_webhook( $args ); $webhook->set_status( "disabled" ); $webhook->save();', id);
    shop.dstnc.status = 503;
    await shop.look(2);
    // The cause is told, not what follows from it.
    expect(await shop.incident()).toMatchObject({ code: 'receiver' });
    expect((await shop.checks()).notifications?.status).toBe('problem');
    shop.dstnc.status = 200;
    await shop.look();
    expect((await shop.checks()).notifications?.status).toBe('ok');
    await shop.look();
    expect(await shop.incident()).toBeNull();
  });

  test('DSTNC does not know the connection any more: to be connected again', async () => {
    shop.dstnc.status = 404;
    await shop.look(2);
    expect(await shop.incident()).toMatchObject({ code: 'receiver', action: { do: 'reconnect' } });
  });

  test('DSTNC can’t read the shop, though the shop sees nothing wrong', async () => {
    shop.dstnc.flags = [{ kind: 'unreadable', since: new Date().toISOString(), detail: 'HTTP 403' }];
    await shop.look(2);
    expect(await shop.incident()).toMatchObject({ code: 'receiver', title: 'DSTNC can’t reach this shop' });
  });

  test('one trouble after the other: each is told, and the end of the last', async () => {
    shop.dstnc.status = 503;
    await shop.look(2);
    await shop.store.sql('DELETE FROM wp_woocommerce_api_keys WHERE user_id = ?', [anna.id]);
    await shop.look();
    expect(await shop.incident()).toMatchObject({ code: 'key' });
    await shop.run(NEW_KEY, { userId: anna.id });
    shop.dstnc.status = 200;
    await shop.look();
    const subjects = (await mails()).map((mail) => mail.replace(/^[^:]*: /, ''));
    expect(new Set(subjects)).toEqual(
      new Set([expect.stringContaining('out of order'), expect.stringContaining('no access'), WORKS_AGAIN]),
    );
    expect(subjects).toHaveLength(6);
  });

  test('who asks on the page whether it is over has the answer at once', async () => {
    const state = async () => (await shop.store.rest('GET', 'dstnc-admin/v1/state')).body.incident;
    shop.dstnc.status = 503;
    await shop.look(2);
    expect(await state()).toMatchObject({ code: 'receiver', action: { do: 'check' } });
    expect((await shop.store.rest('GET', 'dstnc-admin/v1/checks?fresh=1')).status).toBe(200);
    expect(await state()).toMatchObject({ code: 'receiver' });
    shop.dstnc.status = 200;
    await shop.store.rest('GET', 'dstnc-admin/v1/checks?fresh=1');
    expect(await state()).toBeNull();
    expect((await mails()).slice(2)).toEqual(toBoth(WORKS_AGAIN));
  });

  test('who asks while something else is wrong for the first time does not start an incident', async () => {
    shop.dstnc.status = 503;
    await shop.store.rest('GET', 'dstnc-admin/v1/checks?fresh=1');
    await shop.store.rest('GET', 'dstnc-admin/v1/checks?fresh=1');
    expect(await shop.incident()).toBeNull();
  });

  test('who asks has the answer of now, not that of DSTNC’s last try', async () => {
    shop.dstnc.flags = [{ kind: 'unreadable', since: new Date().toISOString(), detail: 'HTTP 403' }];
    await shop.look(2);
    expect(await shop.incident()).toMatchObject({ code: 'receiver' });
    shop.dstnc.checks = [
      { id: 'rest_api', status: 'problem', title: 'A firewall answers', advice: 'Open it.' },
      { id: 'key', status: 'unknown', title: 'Nobody knows' },
    ];
    await shop.store.rest('GET', 'dstnc-admin/v1/checks?fresh=1');
    expect(await shop.incident()).toMatchObject({ code: 'receiver' });
    // It gets in, and will know in a moment that it does.
    shop.dstnc.checks = [
      { id: 'rest_api', status: 'ok', title: 'It answers' },
      { id: 'key', status: 'ok', title: 'It is accepted' },
    ];
    await shop.store.rest('GET', 'dstnc-admin/v1/checks?fresh=1');
    expect(await shop.incident()).toBeNull();
    expect((await mails()).slice(2)).toEqual(toBoth(WORKS_AGAIN));
  });

  test('a look that began before the key was replaced tells nothing of the old one', async () => {
    await shop.run(`
      global $wpdb;
      $stored = get_option( 'dstnc_connection' );
      $wpdb->delete( $wpdb->prefix . 'woocommerce_api_keys', array( 'key_id' => $stored['keyId'] ) );
      // What another process does meanwhile.
      $key    = Dstnc\\WooCommerce\\Plugin::instance()->apiKeys()->create( $stored['userId'], 'DSTNC' );
      $stored = array( 'keyId' => $key['keyId'], 'keyHash' => $key['keyHash'] ) + $stored;
      $wpdb->update( $wpdb->options, array( 'option_value' => serialize( $stored ) ), array( 'option_name' => 'dstnc_connection' ) );
      do_action( 'dstnc_health' );`);
    expect(await shop.incident()).toBeNull();
    expect(await mails()).toEqual([]);
  });

  test('a good look does not end what began while it went on', async () => {
    await shop.run(`
      add_filter( 'pre_http_request', static function ( $answer ) { ${RAISE} return $answer; } );
      do_action( 'dstnc_health' );`);
    expect(await shop.incident()).toMatchObject({ code: 'test' });
    await shop.look();
    expect(await shop.incident()).toBeNull();
    expect(await mails()).toHaveLength(4);
  });

  test('two looks at once send one mail', async () => {
    await shop.store.sql('DELETE FROM wp_woocommerce_api_keys WHERE user_id = ?', [anna.id]);
    await Promise.all([shop.look(), shop.look(), shop.look()]);
    expect(await mails()).toHaveLength(2);
  });

  test('what another process has told meanwhile is not told again', async () => {
    await shop.run(`
      global $wpdb;
      $kept = serialize( array( 'current' => array( 'problem' => array( 'code' => 'test', 'title' => 'Broken', 'detail' => '', 'advice' => '', 'technical' => '', 'link' => null ), 'since' => time(), 'action' => null, 'dismissedBy' => array() ), 'suspect' => null ) );
      get_option( 'dstnc_incident' );
      $wpdb->insert( $wpdb->options, array( 'option_name' => 'dstnc_incident', 'option_value' => $kept, 'autoload' => 'off' ) );
      ${RAISE}`);
    expect(await mails()).toEqual([]);
  });

  test('a copy of the shop is silent, whatever is wrong with it', async () => {
    await shop.store.sql('DELETE FROM wp_woocommerce_api_keys WHERE user_id = ?', [anna.id]);
    await shop.run(`
      $site         = get_option( 'dstnc_site' );
      $site['home'] = base64_encode( 'https://live.example' );
      update_option( 'dstnc_site', $site );`);
    shop.dstnc.calls.length = 0;
    await shop.look(3);
    expect(await mails()).toEqual([]);
    expect(await shop.incident()).toBeNull();
    expect(shop.dstnc.calls).toEqual([]);
    // Whoever finds something wrong with it.
    await shop.run(RAISE);
    expect(await mails()).toEqual([]);
    expect((await shop.checks(true)).clone).toMatchObject({ status: 'problem' });
    expect(shop.dstnc.calls).toEqual([]);
    expect((await admin.get('/wp-admin/')).includes('DSTNC: this is a copy of the connected shop.')).toBe(true);
  });

  test('the notice is on other pages, until it is dismissed; the next incident has its own', async () => {
    const hasNotice = (page: string) => page.includes('class="notice notice-error dstnc-notice"');
    expect(hasNotice(await admin.get('/wp-admin/'))).toBe(false);
    await shop.store.sql("UPDATE wp_woocommerce_api_keys SET permissions = 'read' WHERE user_id = ?", [anna.id]);
    await shop.look();
    expect(hasNotice(await admin.get('/wp-admin/admin.php?page=dstnc'))).toBe(false);
    const dashboard = await admin.get('/wp-admin/');
    expect(hasNotice(dashboard)).toBe(true);

    const dismiss = /href="[^"]*(\/wp-admin\/admin-post\.php\?action=dstnc_dismiss[^"]*)"/.exec(dashboard)?.[1];
    await expect(admin.get('/wp-admin/admin-post.php?action=dstnc_dismiss')).rejects.toThrow('403');
    expect(hasNotice(await admin.get('/wp-admin/'))).toBe(true);
    await admin.get(dismiss?.replaceAll('&#038;', '&').replaceAll('&amp;', '&') ?? 'no link');
    await shop.look();
    expect(hasNotice(await admin.get('/wp-admin/'))).toBe(false);

    await shop.run("get_userdata( $args )->set_role( 'customer' );", anna.id);
    expect(hasNotice(await admin.get('/wp-admin/'))).toBe(true);
  });

  test('looks come every five minutes while connected, and end with the connection', async () => {
    const jobs = () =>
      shop.store.sql(
        "SELECT status FROM wp_actionscheduler_actions WHERE hook = 'dstnc_health' AND status = 'pending'",
      );
    expect(await jobs()).toHaveLength(1);
    await shop.store.sql('DELETE FROM wp_woocommerce_api_keys WHERE user_id = ?', [anna.id]);
    await shop.store.sql(
      "UPDATE wp_actionscheduler_actions SET scheduled_date_gmt = '2020-01-01' WHERE hook = 'dstnc_health' AND status = 'pending'",
    );
    await shop.store.runQueue('everything');
    expect(await shop.incident()).toMatchObject({ code: 'key' });
    expect(await jobs()).toHaveLength(1);

    await shop.run("delete_option( 'dstnc_connection' );");
    expect(await jobs()).toEqual([]);
    expect(await shop.run("return get_option( 'dstnc_incident' );")).toBe(false);
    // Nobody is told that a connection is well that is no more.
    expect((await mails()).filter((mail) => mail.endsWith(WORKS_AGAIN))).toEqual([]);
  });
});
