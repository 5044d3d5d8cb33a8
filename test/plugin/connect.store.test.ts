import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Rig, startRig } from '../rig/start-rig.ts';
import { fetchWhole } from '../store/fetch-whole.ts';
import type { Store } from '../store/store.ts';
import { storeAvailability } from '../store/store-availability.ts';
import { until } from '../store/until.ts';
import { compareDumps, dumpDatabase } from './database-dump.ts';
import { makeCode } from './make-code.ts';
import { muPlugin } from './mu-plugin.ts';
import { callPage, callPageAs, connectByPage, problemOf } from './page-calls.ts';
import { PluginShop } from './plugin-shop.ts';
import { ReceiverDouble } from './receiver-double.ts';

const woocommerce = '11.0.1';
const availability = await storeAvailability({ woocommerce });
const skipped = availability.available ? '' : ` (skipped: ${availability.reason})`;

describe.skipIf(!availability.available)(`connecting${skipped}`, () => {
  let shop: PluginShop;
  let store: Store;
  let receiver: ReceiverDouble;
  /** A second administrator, and a customer. */
  let other: number;
  let customer: number;

  beforeAll(async () => {
    shop = await PluginShop.start({ woocommerce, muPlugins: [muPlugin('impatient')], seed: 3 });
    ({ store, dstnc: receiver } = shop);
    [other, customer] = await store.php(
      `return array(
        wp_insert_user( array( 'user_login' => 'berg', 'display_name' => 'Anna Berg', 'user_pass' => 'x', 'role' => 'shop_manager' ) ),
        wp_insert_user( array( 'user_login' => 'shopper', 'user_pass' => 'x', 'role' => 'customer' ) ) );`,
    );
    // What WooCommerce writes in the first requests to a shop is none of ours.
    await callPage(store, 'GET', 'state');
    await store.runQueue('everything');
  });

  // Whatever was done wrong here: no notice, no warning.
  afterAll(async () => expect(await shop?.stop()).toBe(''));

  beforeEach(() => shop.disconnect());

  /** Runs what has to fail, and checks that the shop is as if nothing had been tried. */
  async function leavesNothing<T>(what: () => Promise<T>): Promise<T> {
    const before = await dumpDatabase(store);
    const result = await what();
    expect(compareDumps(before, await dumpDatabase(store))).toEqual([]);
    return result;
  }

  test('takes five steps, each told as it is done', async () => {
    const begun = await callPage(store, 'POST', 'attempts', { code: receiver.code(), userId: other });
    expect(begun.status).toBe(201);
    expect(begun.body.steps.map((step: { state: string }) => step.state)).toEqual(Array(5).fill('waiting'));
    expect((await callPage(store, 'GET', 'state')).body).toMatchObject({
      phase: 'connecting',
      attempt: { id: begun.body.id, mine: true },
    });

    const states: string[] = [];
    let answer = begun;
    for (let step = 0; step < 5; step += 1) {
      answer = await callPage(store, 'POST', `attempts/${begun.body.id}/next`);
      states.push(answer.body.steps.map((one: { state: string }) => one.state[0]).join(''));
    }
    expect(states).toEqual(['dwwww', 'ddwww', 'dddww', 'ddddw', 'ddddd']);
    expect(answer.body.steps[1].detail).toContain('Anna Berg');
    expect((await callPage(store, 'GET', 'state')).body).toMatchObject({
      phase: 'connected',
      attempt: null,
      connection: {
        vendor: 'nordic-lamps',
        receiver: receiver.url,
        user: { id: other, name: 'Anna Berg' },
        notifications: Array(3).fill({ state: 'active', failures: 0 }),
        receiverState: { products: 3, health: 'healthy' },
        receiverProblem: null,
      },
    });
  });

  test('tells DSTNC where the shop is, and stores no secret of it in the clear', async () => {
    await connectByPage(store, receiver.code());
    const [call] = receiver.take();
    expect(call?.body.store).toMatchObject({ url: store.home, restUrl: `${store.home}/wp-json/`, woocommerce });
    const options = JSON.stringify(await store.sql("SELECT * FROM wp_options WHERE option_name LIKE 'dstnc%'"));
    const keys = receiver.credentials();
    expect(options).toContain('st_1');
    for (const secret of [keys?.consumerKey, keys?.consumerSecret, call?.body.webhookSecret, 'dst_']) {
      expect(options).not.toContain(secret);
    }
  });

  test('ends without a trace', async () => {
    const before = await dumpDatabase(store);
    await connectByPage(store, receiver.code());
    await callPage(store, 'POST', 'connection/test');
    await store.runQueue('everything');
    expect((await callPage(store, 'DELETE', 'connection')).body).toEqual({ told: true, problem: null });
    expect(receiver.calls.at(-1)).toMatchObject({ method: 'DELETE', path: '/v1/stores/st_1' });
    expect(compareDumps(before, await dumpDatabase(store))).toEqual([]);
  });

  test('ends here even if DSTNC can not be told', async () => {
    const before = await dumpDatabase(store);
    await connectByPage(store, receiver.code());
    receiver.answerWith({ status: 503, contentType: 'text/html', body: '<h1>Down</h1>' });
    const { body } = await callPage(store, 'DELETE', 'connection');
    expect(body).toMatchObject({ told: false, problem: { code: 'receiver_down' } });
    expect(compareDumps(before, await dumpDatabase(store))).toEqual([]);
  });

  test.for([
    ['no code at all', (): string => 'hello', 'code_malformed'],
    ['an empty one', (): string => ' ', 'code_malformed'],
    ['another JSON', (): string => makeCode({ receiver: 'https://dstnc.example', token: '' }), 'code_malformed'],
    ['one cut short', (): string => receiver.code().slice(0, 60), 'code_cut_short'],
    ['one without its end', (): string => receiver.code().split('.')[0] ?? '', 'code_cut_short'],
    ['an expired one', (): string => receiver.code({ exp: 1 }), 'code_expired'],
    ['one of a later version', (): string => receiver.code().replace('dstnc1_', 'dstnc2_'), 'code_too_new'],
    ['one that leads to a file', (): string => makeCode({ receiver: 'file:///etc/passwd' }), 'code_malformed'],
  ] as const)('refuses %s by itself', async ([, code, expected]) => {
    const answer = await leavesNothing(() => callPage(store, 'POST', 'attempts', { code: code(), userId: 1 }));
    expect(answer.status).toBe(422);
    expect(problemOf(answer)).toMatchObject({
      code: expected,
      title: expect.stringMatching(/\S/),
      detail: expect.stringMatching(/\S/),
      advice: expect.stringMatching(/\S/),
    });
    expect(receiver.calls).toEqual([]);
  });

  test('takes a code in pieces, and the link that carries it', async () => {
    const code = receiver.code();
    const pasted = `Your invitation:\r\n ${store.home}/wp-admin/admin.php?page=dstnc&code=${code.slice(0, 50)}\r\n   ${code.slice(50)}\n`;
    expect((await connectByPage(store, pasted)).body.finished).toBe(true);
    expect(receiver.calls[0]?.body.code).toBe(code);
  });

  const problem = (status: number, type: string, more = {}) => ({
    status,
    body: { type: `urn:dstnc:problem:${type}`, title: type, status, ...more },
  });
  test.for([
    ['the code was used', problem(409, 'code-used'), 'code_used', /new invitation/],
    ['the code has expired there', problem(410, 'code-expired'), 'code_expired', /new invitation/],
    ['the code is of another receiver', problem(422, 'code-foreign'), 'code_foreign', /new invitation/],
    ['the plugin is too old', problem(409, 'contract-too-old'), 'contract_too_old', /Update/],
    ['DSTNC is older than the plugin', problem(409, 'contract-too-new'), 'contract_too_new', /tell DSTNC/],
    ['another shop is connected', problem(409, 'vendor-taken'), 'vendor_taken', /Disconnect/],
    [
      'DSTNC could not call back',
      problem(502, 'callback-failed', {
        reason: 'Wordfence blocks DSTNC.',
        detail: 'Allow it <b>there</b>.',
        code: 'not_json',
      }),
      'callback_failed',
      /^Allow it there\.$/,
    ],
    ['a web page answers', { contentType: 'text/html', body: '<html>Hi</html>' }, 'receiver_not_dstnc', /proxy/],
    ['half a JSON answers', { status: 201, body: '{"storeId":' }, 'receiver_not_dstnc', /proxy/],
    ['DSTNC says something else', { status: 201, body: { hello: 1 } }, 'receiver_not_understood', /Update/],
    ['it is redirected', { status: 302, body: {} }, 'receiver_not_dstnc', /proxy/],
    ['DSTNC is down', { status: 503, contentType: 'text/html', body: 'Down' }, 'receiver_down', /some minutes/],
    ['DSTNC is slow', { delayMs: 4000 }, 'receiver_slow', /some minutes/],
  ] as const)('undoes everything when %s', async ([, answer, code, advice]) => {
    receiver.answerWith(answer);
    const result = await leavesNothing(() => connectByPage(store, receiver.code()));
    expect(result.body.steps.map((step: { state: string }) => step.state)).toEqual([
      'done',
      'done',
      'done',
      'failed',
      'waiting',
    ]);
    expect(problemOf(result)).toMatchObject({
      code,
      title: expect.stringMatching(/\S/),
      detail: expect.stringMatching(/\S/),
      advice: expect.stringMatching(advice),
    });
    // The page is where it was, and can try again.
    expect((await callPage(store, 'GET', 'state')).body).toMatchObject({ phase: 'not_connected', attempt: null });
    receiver.answerWith(null);
    expect((await connectByPage(store, receiver.code())).body.finished).toBe(true);
  });

  test('takes back what an older DSTNC agreed to', async () => {
    receiver.answerWith((call) =>
      call.method === 'POST'
        ? {
            status: 201,
            body: {
              storeId: 'st_0',
              storeToken: 't',
              webhookUrl: `${receiver.url}/w`,
              contractVersion: 0,
              vendor: 'x',
            },
          }
        : { status: 202 },
    );
    const result = await leavesNothing(() => connectByPage(store, receiver.code()));
    expect(problemOf(result)).toMatchObject({ code: 'contract_too_new', title: 'DSTNC must update first' });
    expect(receiver.calls.at(-1)).toMatchObject({
      method: 'DELETE',
      path: '/v1/stores/st_0',
      headers: { authorization: 'Bearer t' },
    });
  });

  test('says so when nobody is there, and when the certificate is not to be trusted', async () => {
    const gone = await ReceiverDouble.start();
    await gone.stop();
    expect(problemOf(await leavesNothing(() => connectByPage(store, gone.code())))).toMatchObject({
      code: 'receiver_unreachable',
      technical: expect.stringContaining(gone.url),
    });

    const folder = mkdtempSync(join(tmpdir(), 'dstnc-tls-'));
    const files = ['-keyout', join(folder, 'key'), '-out', join(folder, 'cert')];
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1', ...files],
      {
        stdio: 'ignore',
      },
    );
    const tls = { key: readFileSync(join(folder, 'key'), 'utf8'), cert: readFileSync(join(folder, 'cert'), 'utf8') };
    const untrusted = await ReceiverDouble.start(tls);
    try {
      const result = await leavesNothing(() => connectByPage(store, untrusted.code()));
      expect(problemOf(result)).toMatchObject({ code: 'receiver_certificate' });
      expect(untrusted.calls).toEqual([]);
    } finally {
      await untrusted.stop();
    }
  });

  test('is for users who may manage the shop', async () => {
    const asShopper = await leavesNothing(() =>
      callPageAs(store, customer, 'POST', 'attempts', { code: receiver.code(), userId: 1 }),
    );
    expect(asShopper.status).toBe(403);
    const asNobody = await fetchWhole(`${store.home}/wp-json/dstnc-admin/v1/state`);
    expect(asNobody.status).toBe(401);
    const forShopper = await leavesNothing(() =>
      callPage(store, 'POST', 'attempts', { code: receiver.code(), userId: customer }),
    );
    expect(problemOf(forShopper).code).toBe('user_not_able');
  });

  test('lets one administrator at it at a time', async () => {
    const mine = await callPage(store, 'POST', 'attempts', { code: receiver.code(), userId: 1 });
    await callPage(store, 'POST', `attempts/${mine.body.id}/next`);
    const theirs = await callPageAs(store, other, 'POST', 'attempts', { code: receiver.code(), userId: other });
    expect(theirs.status).toBe(409);
    expect(problemOf(theirs)).toMatchObject({ code: 'busy', detail: expect.stringContaining('admin') });
    expect((await callPageAs(store, other, 'POST', `attempts/${mine.body.id}/next`)).status).toBe(409);

    // The same page open twice: each step is done once, however long it takes.
    for (let step = 0; step < 2; step += 1) await callPage(store, 'POST', `attempts/${mine.body.id}/next`);
    let goOn = () => {};
    const held = new Promise<null>((resolve) => {
      goOn = () => resolve(null);
    });
    receiver.answerWith(() => held);
    const first = callPage(store, 'POST', `attempts/${mine.body.id}/next`);
    await until('the step to be under way', async () => receiver.calls.length > 0);
    const two = await callPage(store, 'POST', `attempts/${mine.body.id}/next`);
    expect(two.body.steps[3].state).toBe('running');
    goOn();
    const one = await first;
    expect([one.status, two.status]).toEqual([200, 200]);
    const [keys] = await store.sql("SELECT COUNT(*) AS n FROM wp_woocommerce_api_keys WHERE description LIKE 'DSTNC%'");
    expect(keys?.n).toBe(1);
    for (let last = one; !last.body.finished; ) last = await callPage(store, 'POST', `attempts/${mine.body.id}/next`);
    expect(receiver.calls.filter(({ path }) => path === '/v1/connections')).toHaveLength(1);
    expect((await callPage(store, 'GET', 'state')).body.phase).toBe('connected');
  });

  test('can be given up', async () => {
    await leavesNothing(async () => {
      const { body } = await callPage(store, 'POST', 'attempts', { code: receiver.code(), userId: 1 });
      for (let step = 0; step < 3; step += 1) await callPage(store, 'POST', `attempts/${body.id}/next`);
      const [webhooks] = await store.sql('SELECT COUNT(*) AS n FROM wp_wc_webhooks WHERE status = "paused"');
      expect(webhooks?.n).toBe(3);
      const state = await callPage(store, 'DELETE', `attempts/${body.id}`);
      expect(state.body.phase).toBe('not_connected');
    });
  });

  test.for([
    ['the next visitor', (): Promise<unknown> => callPage(store, 'GET', 'state')],
    ['WP-Cron', (): Promise<unknown> => store.php("do_action( 'dstnc_attempt_overdue' ); return 1;")],
  ] as const)('is undone by %s when nobody goes on', async ([, visit]) => {
    await leavesNothing(async () => {
      const { body } = await callPage(store, 'POST', 'attempts', { code: receiver.code(), userId: 1 });
      for (let step = 0; step < 3; step += 1) await callPage(store, 'POST', `attempts/${body.id}/next`);
      await store.php(
        "$attempt = get_option( 'dstnc_attempt' ); $attempt['touchedAt'] -= 301; update_option( 'dstnc_attempt', $attempt ); return 1;",
      );
      await visit();
    });
    expect((await callPage(store, 'GET', 'state')).body.phase).toBe('not_connected');
  });

  test('is undone when the request dies in the middle of a step', async () => {
    await leavesNothing(async () => {
      const { body } = await callPage(store, 'POST', 'attempts', { code: receiver.code(), userId: 1 });
      for (let step = 0; step < 2; step += 1) await callPage(store, 'POST', `attempts/${body.id}/next`);
      // Dies once one of the three webhooks is written, before anybody noted its id.
      const dying = store.php(
        `add_action( 'woocommerce_new_webhook', static function () { posix_kill( getmypid(), SIGKILL ); } );
         rest_do_request( new WP_REST_Request( 'POST', '/dstnc-admin/v1/attempts/' . $args . '/next' ) );`,
        { args: body.id },
      );
      await expect(dying).rejects.toThrow();
      const [webhooks] = await store.sql('SELECT COUNT(*) AS n FROM wp_wc_webhooks');
      expect(webhooks?.n).toBe(1);
      const answer = await callPage(store, 'POST', `attempts/${body.id}/next`);
      expect(problemOf(answer)).toMatchObject({ code: 'interrupted' });
    });
  });

  test('says so when the database user may not create tables', async () => {
    const [current] = await store.sql('SELECT DATABASE() AS name');
    await store.sql(
      `CREATE USER IF NOT EXISTS 'humble'@'localhost' IDENTIFIED BY ''; GRANT ALL ON ${current?.name}.* TO 'humble'@'localhost';
       REVOKE CREATE ON ${current?.name}.* FROM 'humble'@'localhost'; FLUSH PRIVILEGES`,
    );
    const config = join(store.docroot, 'wp-config.php');
    const usual = await readFile(config, 'utf8');
    try {
      await writeFile(config, usual.replace("'DB_USER', 'root'", "'DB_USER', 'humble'"));
      const result = await leavesNothing(() =>
        until('the new user', async () => {
          const answer = await connectByPage(store, receiver.code());
          return problemOf(answer) ? answer : undefined;
        }),
      );
      expect(problemOf(result)).toMatchObject({ code: 'tables', advice: expect.stringContaining('create tables') });
      expect(receiver.calls).toEqual([]);
    } finally {
      await writeFile(config, usual);
      await store.sql("DROP USER 'humble'@'localhost'");
    }
  });

  test('connects again with a new code, and gives up the old key and notifications', async () => {
    await connectByPage(store, receiver.code());
    const before = await store.sql("SELECT key_id FROM wp_woocommerce_api_keys WHERE description LIKE 'DSTNC%'");
    const failing = await connectByPage(store, makeCode({ receiver: 'http://127.0.0.1:9' }));
    expect(problemOf(failing).code).toBe('receiver_unreachable');
    expect((await callPage(store, 'GET', 'state')).body).toMatchObject({
      phase: 'connected',
      connection: { receiverProblem: null },
    });

    expect((await connectByPage(store, receiver.code())).body.finished).toBe(true);
    const after = await store.sql("SELECT key_id FROM wp_woocommerce_api_keys WHERE description LIKE 'DSTNC%'");
    expect(after).toHaveLength(1);
    expect(after).not.toEqual(before);
    const webhooks = await store.sql('SELECT status, delivery_url FROM wp_wc_webhooks');
    expect(webhooks).toEqual(Array(3).fill({ status: 'active', delivery_url: `${receiver.url}/v1/webhooks/k1` }));
    expect((await callPage(store, 'POST', 'connection/test')).body).toMatchObject({ ok: true, problem: null });
  });

  test('brings the catalogue to DSTNC, with the true receiver', async () => {
    const rig: Rig = await startRig();
    try {
      const code = await rig.invite('nordic-lamps');
      expect(problemOf(await connectByPage(store, code)) ?? null).toBeNull();
      await until('the catalogue at DSTNC', async () => {
        const { body } = await callPage(store, 'GET', 'state');
        return body.connection.receiverState?.products >= 3 && body.connection.receiverState.importing === null;
      });
      expect(problemOf(await leavesNothing(() => connectByPage(store, code))).code).toBe('code_used');
      expect((await callPage(store, 'POST', 'connection/rotate', { userId: other })).body.connection.user.id).toBe(
        other,
      );
      expect((await callPage(store, 'POST', 'connection/test')).body).toMatchObject({ ok: true });
      expect((await callPage(store, 'POST', 'connection/sync')).status).toBe(200);
      expect((await callPage(store, 'DELETE', 'connection')).body).toEqual({ told: true, problem: null });
    } finally {
      await rig.stop();
    }
  });
});
