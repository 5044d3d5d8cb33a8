import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { storeAvailability } from '../store/store-availability.ts';
import { HealthShop } from './health-shop.ts';

const woocommerce = process.env.STORE_WOOCOMMERCE ?? '11.0.1';
const availability = await storeAvailability({ woocommerce });
const skipped = availability.available ? '' : ` (skipped: ${availability.reason})`;

const double = (name: string) => join(import.meta.dirname, 'doubles', name);
const SOLID = 'better-wp-security/better-wp-security.php';

describe.skipIf(!availability.available)(`the troubleshooter in a WooCommerce ${woocommerce}${skipped}`, () => {
  let shop: HealthShop;

  const activate = (file: string) =>
    shop.run("require_once ABSPATH . 'wp-admin/includes/plugin.php'; return activate_plugin( $args );", file);
  const deactivate = (file: string) =>
    shop.run("require_once ABSPATH . 'wp-admin/includes/plugin.php'; deactivate_plugins( $args );", file);
  const solid = (tweaks: Readonly<Record<string, boolean>>) =>
    shop.run("update_option( 'itsec-storage', array( 'system-tweaks' => $args ) );", tweaks);
  /** PHP that runs at the start of every request, as a server's or a host's own rules do. */
  const server = (php: string) =>
    writeFile(join(shop.store.docroot, 'wp-content/mu-plugins/a-server.php'), `<?php\n${php}\n`);

  beforeAll(async () => {
    shop = await HealthShop.start({
      woocommerce,
      plugins: [double('strict/better-wp-security'), double('rest-closer')],
    });
    await deactivate(SOLID);
    await deactivate('rest-closer/rest-closer.php');
    await shop.connect();
    await shop.look();
  });
  afterAll(async () => {
    expect(await shop?.complaints()).toEqual([]);
    await shop?.stop();
  });

  test('a healthy shop passes, and every answer says what, why and what to do', async () => {
    const checks = await shop.checks(true);
    for (const check of Object.values(checks)) {
      expect(check.title).not.toBe('');
      expect(check.why).not.toBe('');
      expect(`${check.title} ${check.detail}`).not.toMatch(/webhook|payload|\b40[0-9]\b/i);
      if (check.status === 'problem' || check.status === 'warning') {
        expect(check.advice).not.toBe('');
        expect(check.action).not.toBeNull();
      }
    }
    expect(Object.values(checks).filter(({ status }) => status === 'problem')).toEqual([]);
    expect(Object.keys(checks)).toEqual(
      expect.arrayContaining([
        ...['clone', 'change_log', 'user', 'key', 'rest_api', 'authorization', 'receiver', 'notifications', 'waiting'],
        ...['filters', 'https', 'permalinks', 'cron', 'queue', 'woocommerce', 'legacy_api', 'versions', 'changes'],
      ]),
    );
    // The test's shop has no certificate.
    expect(checks.https).toMatchObject({ status: 'warning' });
  });

  test('without a look at the network nobody is called', async () => {
    shop.dstnc.calls.length = 0;
    const checks = await shop.checks(false);
    expect(shop.dstnc.calls).toEqual([]);
    expect(checks).not.toHaveProperty('rest_api');
    expect(checks.key?.status).toBe('ok');
  });

  test('the self-test is logged in for its own address only, and costs no failed login', async () => {
    await server(
      `add_action( 'application_password_failed_authentication', static function () { update_option( 'test_failed_login', 1 ); } );
      add_action( 'http_api_debug', static function ( $answer, $what, $class, $request, $url ) {
        if ( isset( $request['headers']['X-Dstnc-Self-Test'] ) ) {
          update_option( 'test_self_test', array( $url, $request['headers']['X-Dstnc-Self-Test'] ) );
        }
      }, 10, 5 );`,
    );
    expect((await shop.checks(true)).rest_api?.status).toBe('ok');
    expect(await shop.run("return get_option( 'test_failed_login' );")).toBe(false);
    const [url, token] = await shop.run("return get_option( 'test_self_test' );");
    const status = async (address: string, word: string, method = 'GET') =>
      (await fetch(address, { method, headers: { 'x-dstnc-self-test': word } })).status;
    expect(await status(url, token)).toBe(200);
    // Stolen, it opens nothing else.
    expect(await status(`${shop.store.home}/wp-json/wc/v3/orders`, token)).toBe(401);
    expect(await status(`${url}&rest_route=/wc/v3/orders`, token)).toBe(401);
    expect(await status(url, token, 'POST')).not.toBe(200);
    expect(await status(url, token.replace(/\.1\./, '.2.'))).toBe(401);
    expect(await status(url, `1${token}`)).toBe(401);
    await server('');
  });

  test.each([
    ['suspicious_query_strings', 'Filter suspicious query strings'],
    ['long_url_strings', 'Filter long URL strings'],
  ])('Solid Security is installed and its "%s" blocks DSTNC: named, and over when followed', async (key, label) => {
    const told = (await shop.mails()).length;
    await activate(SOLID);
    await solid({ [key]: true });
    await shop.look();
    expect(await shop.incident()).toBeNull();
    await shop.look();

    const incident = await shop.incident();
    expect(incident).toMatchObject({ code: 'rest_api', title: 'DSTNC can’t reach this shop' });
    expect(incident?.detail).toContain(`“${label}” is switched on in Solid Security Basic.`);
    expect(incident?.detail).toContain('Solid Security Basic 9.3.1 was installed or switched on.');
    expect(incident?.detail).toMatch(
      /It was switched on at \d+:\d\d [ap]m on .+ \d{4}; until then everything worked\./,
    );
    expect(incident?.advice).toContain(`Switch “${label}” off`);
    expect(incident?.action?.url).toContain('/wp-admin/admin.php?page=itsec');
    const checks = await shop.checks(true);
    expect(checks.filters).toMatchObject({ status: 'problem' });
    expect(checks.changes).toMatchObject({ status: 'warning' });
    expect(checks.changes?.detail).toContain('Solid Security Basic 9.3.1');
    expect((await shop.mails()).length).toBe(told + 1);

    await solid({ [key]: false });
    await shop.look(2);
    expect(await shop.incident()).toBeNull();
    expect((await shop.checks(true)).filters).toMatchObject({ status: 'ok' });
    expect((await shop.mails()).length).toBe(told + 2);
    await deactivate(SOLID);
    await shop.look();
    // Else the next one would not be new.
    await shop.run("delete_option( 'dstnc_working_state' );");
    await shop.look();
  });

  test('settings of Solid Security that are on without harm are a warning, also where old versions keep them', async () => {
    await activate(SOLID);
    await shop.run(
      "delete_option( 'itsec-storage' ); update_option( 'itsec_tweaks', array( 'suspicious_query_strings' => true ) );",
    );
    expect((await shop.checks(true)).filters).toMatchObject({ status: 'warning' });
    await shop.look(2);
    expect(await shop.incident()).toBeNull();
    // Its part for that is switched off as a whole.
    await shop.run("update_option( 'itsec_active_modules', array( 'system-tweaks' => false ) );");
    expect((await shop.checks(true)).filters).toMatchObject({ status: 'ok' });
    await shop.run("delete_option( 'itsec_tweaks' ); delete_option( 'itsec_active_modules' );");
    await deactivate(SOLID);
  });

  test('a plugin that nobody knows closes the REST API: found by what it does', async () => {
    await activate('rest-closer/rest-closer.php');
    const { rest_api } = await shop.checks(true);
    expect(rest_api).toMatchObject({ status: 'problem' });
    expect(rest_api?.detail).toContain('Members Only Club');
    expect(rest_api?.detail).toMatch(/It was switched on at .+; until then everything worked\./);
    expect(rest_api?.advice).toContain('Members Only Club');
    expect(rest_api?.technical).toContain('club_closed');
    await deactivate('rest-closer/rest-closer.php');
  });

  test('a plugin is switched on, and only a look later things go wrong: it is still named', async () => {
    await activate('rest-closer/rest-closer.php');
    await server(
      "remove_all_filters( 'x' ); add_action( 'plugins_loaded', static function () { remove_all_filters( 'rest_authentication_errors', PHP_INT_MAX ); } );",
    );
    await shop.look();
    expect(await shop.incident()).toBeNull();
    await server('');
    const { rest_api } = await shop.checks(true);
    expect(rest_api?.detail).toContain('Members Only Club 2.0 was installed or switched on.');
    await deactivate('rest-closer/rest-closer.php');
    await shop.look();
    expect((await shop.checks(true)).rest_api?.status).toBe('ok');
  });

  test.each([
    [
      'a firewall’s page',
      "http_response_code( 403 ); echo '<h1>Sucuri Website Firewall</h1>'; exit;",
      /Sucuri/,
      /Sucuri/,
    ],
    [
      'a page of a cache',
      "header( 'Content-Type: text/html' ); echo '<html><body>Welcome</body></html>'; exit;",
      /Something keeps its requests out/,
      /Ask your host|Undo the last change/,
    ],
    [
      'a password',
      "http_response_code( 401 ); header( 'WWW-Authenticate: Basic realm=x' ); exit;",
      /name and a password/,
      /password protection/,
    ],
    [
      'a redirection',
      "http_response_code( 301 ); header( 'Location: https://www.shop.example/wp-json/?a=b' ); exit;",
      /https:\/\/www\.shop\.example\/wp-json\//,
      /general settings/,
    ],
    [
      'a program error',
      'trigger_error( "broken", E_USER_ERROR );',
      /program error/,
      /Fatal error|Undo the last change/,
    ],
  ])('in place of the REST API there is %s', async (_, php, detail, advice) => {
    await server(`if ( false !== strpos( (string) ( $_SERVER['REQUEST_URI'] ?? '' ), 'wp-json' ) ) { ${php} }`);
    const { rest_api } = await shop.checks(true);
    expect(rest_api).toMatchObject({ status: 'problem' });
    expect(rest_api?.detail).toMatch(detail);
    expect(rest_api?.advice).toMatch(advice);
    await server('');
  });

  test('the shop’s own test fails, but DSTNC got in since: no incident', async () => {
    const told = (await shop.mails()).length;
    await server("if ( isset( $_SERVER['HTTP_X_DSTNC_SELF_TEST'] ) ) { http_response_code( 403 ); echo 'no'; exit; }");
    await shop.look();
    await shop.store.sql('UPDATE wp_woocommerce_api_keys SET last_access = ?', [
      new Date(Date.now() + 5_000).toISOString().slice(0, 19).replace('T', ' '),
    ]);
    await shop.look(2);
    expect(await shop.incident()).toBeNull();
    expect((await shop.mails()).length).toBe(told);
    await shop.store.sql('UPDATE wp_woocommerce_api_keys SET last_access = NULL');
    await shop.look(2);
    expect(await shop.incident()).toMatchObject({ code: 'rest_api' });
    await server('');
    await shop.look(2);
  });

  test('a server that can’t call itself proves nothing', async () => {
    await server(
      "add_filter( 'pre_http_request', static function ( $answer, $args, $url ) { return false !== strpos( $url, 'wp-json' ) ? new WP_Error( 'http_request_failed', 'cURL error 7' ) : $answer; }, 5, 3 );",
    );
    expect((await shop.checks(true)).rest_api).toMatchObject({ status: 'unknown', action: null });
    await shop.look(2);
    expect(await shop.incident()).toBeNull();
    await server('');
  });

  test('https: a proxy that WordPress does not notice, and a server that removes the login', async () => {
    // As if the shop were reached through a proxy: its address is https, its server sees http.
    const proxied = `add_filter( 'option_home', static function ( $url ) { return preg_replace( '/^http:/', 'https:', $url ); }, 20 );
      add_filter( 'rest_url', static function ( $url ) { return preg_replace( '/^https:/', 'http:', $url ); } );`;
    await server(proxied);
    const seen = await shop.checks(true);
    expect(seen.https).toMatchObject({
      status: 'problem',
      title: 'WordPress does not notice that your shop uses https',
    });
    expect(seen.authorization).toMatchObject({ status: 'ok' });

    await server(`${proxied} $_SERVER['HTTPS'] = 'on';`);
    expect((await shop.checks(true)).https).toMatchObject({
      status: 'warning',
      title: 'The two addresses of your site differ in https',
    });

    await server(
      `${proxied} $_SERVER['HTTPS'] = 'on'; unset( $_SERVER['HTTP_AUTHORIZATION'], $_SERVER['PHP_AUTH_USER'], $_SERVER['PHP_AUTH_PW'] );`,
    );
    expect((await shop.checks(true)).authorization).toMatchObject({
      status: 'warning',
      title: 'Your server removes DSTNC’s login',
    });
    await server('');
  });

  test('plain permalinks work, and are said to', async () => {
    await shop.run("update_option( 'permalink_structure', '' );");
    const checks = await shop.checks(true);
    expect(checks.permalinks).toMatchObject({ status: 'ok', title: 'Permalinks are “Plain”, which works' });
    expect(checks.rest_api).toMatchObject({ status: 'ok' });
    await shop.run("update_option( 'permalink_structure', '/%postname%/' );");
  });

  test('background tasks that are late', async () => {
    // The harness runs neither: what WooCommerce's installation left waits for ever.
    await shop.run("update_option( 'cron', array( 'version' => 2 ) );");
    await shop.store.sql("UPDATE wp_actionscheduler_actions SET status = 'canceled' WHERE status = 'pending'");
    expect((await shop.checks()).cron).toMatchObject({ status: 'ok' });
    expect((await shop.checks()).queue).toMatchObject({ status: 'ok' });
    await shop.run(
      "wp_schedule_single_event( time() - 7200, 'test_late' ); as_schedule_single_action( time() - 7200, 'test_late' );",
    );
    const checks = await shop.checks();
    expect(checks.cron).toMatchObject({ status: 'warning' });
    expect(checks.cron?.detail).toContain('DISABLE_WP_CRON');
    expect(checks.queue).toMatchObject({ status: 'warning' });
    expect(checks.queue?.detail).toContain('1 task');
    await shop.run("wp_clear_scheduled_hook( 'test_late' ); as_unschedule_all_actions( 'test_late' );");
  });

  test('changes that wait are told of after a quarter of an hour', async () => {
    await shop.run(`
      Dstnc\\WooCommerce\\Plugin::instance()->changeLog()->mark( 'group', 4711, 'stock' );
      Dstnc\\WooCommerce\\Plugin::instance()->changeLog()->fold( 1 );`);
    expect((await shop.checks()).waiting?.status).toBe('ok');
    await shop.store.sql('UPDATE wp_dstnc_changes SET changed_at = changed_at - 3600000, rung = 0');
    expect((await shop.checks()).waiting).toMatchObject({ status: 'problem' });
    await shop.store.sql('DELETE FROM wp_dstnc_changes');
  });

  test('the change log’s tables are lost in a move: made again at the next look', async () => {
    await shop.store.sql('DROP TABLE wp_dstnc_changes');
    expect((await shop.checks()).change_log).toMatchObject({ status: 'problem', action: { do: 'repair' } });
    await shop.look();
    expect((await shop.checks()).change_log).toMatchObject({ status: 'ok' });
    expect((await shop.activity())[0]).toContain('was made again');
    expect(await shop.incident()).toBeNull();
  });

  test('what DSTNC sees from outside is shown with the rest', async () => {
    shop.dstnc.checks = [
      { id: 'tls', status: 'ok', title: 'The certificate is valid' },
      {
        id: 'rest',
        status: 'problem',
        title: 'Cloudflare asks for a captcha',
        advice: 'Let DSTNC through.',
        detail: '403',
      },
    ];
    const checks = await shop.checks(true);
    expect(checks.outside_tls).toMatchObject({ status: 'ok', action: null });
    expect(checks.outside_rest).toMatchObject({
      status: 'problem',
      title: 'Seen from DSTNC: Cloudflare asks for a captcha',
      advice: 'Let DSTNC through.',
    });
    // Both say the same of https: that is one thing to do, not two.
    shop.dstnc.checks = [{ id: 'https', status: 'warning', title: 'Your shop is not encrypted', advice: 'Do it.' }];
    const withTwin = await shop.checks(true);
    expect(withTwin.https).toMatchObject({ status: 'warning' });
    expect(withTwin).not.toHaveProperty('outside_https');
    // From outside the REST API looks otherwise than from inside.
    shop.dstnc.checks = [{ id: 'rest_api', status: 'problem', title: 'A firewall answers', advice: 'Open it.' }];
    const otherwise = await shop.checks(true);
    expect([otherwise.rest_api?.status, otherwise.outside_rest_api?.status]).toEqual(['ok', 'problem']);
    shop.dstnc.checks = [];
  });

  test('a newer WooCommerce is offered', async () => {
    const offer = (version: string) =>
      shop.run(
        "set_site_transient( 'update_plugins', (object) array( 'response' => array( 'woocommerce/woocommerce.php' => (object) array( 'new_version' => $args ) ) ) );",
        version,
      );
    await offer('99.0.0');
    expect((await shop.checks()).woocommerce).toMatchObject({
      status: 'warning',
      detail: 'Version 99.0.0 is available.',
    });
    await shop.run("delete_site_transient( 'update_plugins' );");
    expect((await shop.checks()).woocommerce).toMatchObject({ status: 'ok' });
  });

  test('a shop that is not connected is checked, too', async () => {
    await shop.run("delete_option( 'dstnc_connection' );");
    shop.dstnc.calls.length = 0;
    const checks = await shop.checks(true);
    expect(checks.rest_api?.status).toBe('ok');
    expect(checks).not.toHaveProperty('key');
    expect(shop.dstnc.calls).toEqual([]);
  });
});
