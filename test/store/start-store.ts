import { randomBytes } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createKeys } from './create-keys.ts';
import { makeDocroot, pluginFolder } from './docroot.ts';
import { fetchWhole } from './fetch-whole.ts';
import { startFpmServer } from './fpm-server.ts';
import { freePort } from './free-port.ts';
import { install } from './installation.ts';
import { mariadb } from './mariadb.ts';
import { phpRunner } from './php-run.ts';
import { startPhpServer } from './php-server.ts';
import { phpLogFile, phpSettings } from './php-settings.ts';
import type { PhpOptions, Store, StoreMail } from './store.ts';
import { requireStoreParts } from './store-availability.ts';
import type { StoreOptions } from './store-options.ts';
import { storeSql } from './store-sql.ts';
import { until } from './until.ts';
import { restClient } from './wc-client.ts';
import { wordpressFor } from './wordpress-for.ts';
import { Workspace } from './workspace.ts';

const admin = { user: 'admin', password: 'password' } as const;

/** Registers a webhook and pings its address, as WooCommerce's settings page does. */
const createWebhookCode = `
$webhook = new WC_Webhook();
$webhook->set_name( $args['name'] );
$webhook->set_user_id( $args['userId'] );
$webhook->set_topic( $args['topic'] );
$webhook->set_secret( $args['secret'] );
$webhook->set_delivery_url( $args['deliveryUrl'] );
$webhook->set_status( 'active' );
$webhook->set_api_version( 'wp_api_v3' );
$webhook->save();
$webhook->deliver_ping();
return $webhook->get_id();`;

/** What the running code says of itself, and the activation of the plugins asked for. */
const settleCode = `
require_once ABSPATH . 'wp-admin/includes/plugin.php';
foreach ( $args['plugins'] as $slug ) {
	$found = array_keys( get_plugins( '/' . $slug ) );
	if ( ! $found ) { throw new RuntimeException( "$slug holds no plugin" ); }
	$result = activate_plugin( $slug . '/' . $found[0] );
	if ( is_wp_error( $result ) ) { throw new RuntimeException( $slug . ': ' . $result->get_error_message() ); }
}
$orders = 'Automattic\\\\WooCommerce\\\\Internal\\\\DataStores\\\\Orders\\\\CustomOrdersTableController';
return array(
	'woocommerce' => WC()->version,
	'wordpress'   => $GLOBALS['wp_version'],
	'php'         => PHP_VERSION,
	'hpos'        => class_exists( $orders ) ? wc_get_container()->get( $orders )->custom_orders_table_usage_is_enabled() : null,
);`;

/**
 * Starts a real WordPress with WooCommerce on this machine, with a database, a web server and files of its own.
 * Several may run side by side. They end with `stop()`, with the process, or, where that was killed, at the next start.
 * @throws StoreUnavailable where a program or the code of a version is missing
 */
export async function startStore(options: StoreOptions): Promise<Store> {
  await requireStoreParts(options);
  const { woocommerce, permalinks = 'pretty', hpos = true, plugins = [], debug = false } = options;
  const wordpress = options.wordpress ?? wordpressFor(woocommerce);
  const workspace = Workspace.current();
  const folder = workspace.newStoreFolder();
  const database = `store_${randomBytes(6).toString('hex')}`;
  const secret = randomBytes(16).toString('hex');
  const port = options.port ?? (await freePort());
  const home = `http://127.0.0.1:${port}`;

  const [db, docroot] = await Promise.all([
    mariadb(),
    makeDocroot({
      folder,
      woocommerce,
      wordpress,
      home,
      database: { name: database, socket: workspace.databaseSocket },
      secret,
      cron: options.cron ?? false,
      debug,
      plugins,
      muPlugins: options.muPlugins ?? [],
    }),
  ]);
  await db.createDatabase(database);
  const php = phpRunner({ folder, docroot, home, debug, secret });
  await install({ woocommerce, wordpress, hpos, permalinks, admin, database, mariadb: db, php });
  const sql = storeSql(db.socket, database);

  const settings = phpSettings({ folder, debug, server: true });
  const serverOptions = { folder, docroot, port, permalinks, settings, workers: options.workers ?? 4 };
  const server = options.fpm ? await startFpmServer(serverOptions) : startPhpServer(serverOptions);
  const [keys, settled] = await Promise.all([
    createKeys(sql),
    php({ code: { text: settleCode }, args: { plugins: plugins.map((plugin) => basename(pluginFolder(plugin))) } }),
    until('the store to answer', async () => (await fetchWhole(`${home}/wp-includes/version.php`)).status > 0),
  ]);
  const { hpos: ordersInTables, ...versions } = settled as Store['versions'] & { hpos: boolean | null };

  const phpFile = (name: string) => ({ file: join(import.meta.dirname, 'php', name) });
  if (options.seed) await php({ code: phpFile('seed.php'), args: { count: options.seed } });
  const rest = restClient({ home, permalinks, secret });
  const readStoreFile = (path: string) => readFile(path, 'utf8').catch(() => '');

  return {
    home,
    keys,
    admin,
    versions,
    hpos: ordersInTables,
    docroot,
    rest,
    wc: (method, path, body) => rest(method, `wc/v3/${path.replace(/^\//, '')}`, body),
    // The type is the caller's word, as with any data from outside.
    php: async <T>(code: string, options: PhpOptions = {}) => (await php({ code: { text: code }, ...options })) as T,
    sql,
    async runQueue(what = 'webhooks') {
      const hook = what === 'webhooks' ? 'woocommerce_deliver_webhook_async' : null;
      let total = 0;
      // What an action saves is queued at the end of its process: only another one sees it.
      for (let ran = -1; ran !== 0; ) {
        ran = (await php({ code: phpFile('run-queue.php'), args: { hook }, where: 'server' })) as number;
        total += ran;
        if (what === 'webhooks') break;
      }
      return total;
    },
    async createWebhook(webhook) {
      const args = { userId: 1, name: webhook.topic, ...webhook };
      return (await php({ code: { text: createWebhookCode }, args, where: 'server' })) as number;
    },
    async mails() {
      const lines = (await readStoreFile(join(folder, 'mails.jsonl'))).split('\n').filter(Boolean);
      return lines.map((line) => JSON.parse(line) as StoreMail);
    },
    log: () => readStoreFile(phpLogFile(folder)),
    async stop() {
      await server.stop();
      await db.dropDatabase(database);
      if (!process.env.STORE_KEEP) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
