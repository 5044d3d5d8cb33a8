import { existsSync } from 'node:fs';
import { copyFile, cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { serverRunScript } from './php-run.ts';
import { runProgram } from './run-program.ts';
import { storeCache, woocommerceCode, wordpressCode } from './store-cache.ts';
import { StoreUnavailable } from './store-unavailable.ts';

/** What a docroot is made of. */
export interface DocrootOptions {
  /** The store's own folder; the docroot is made as `www` in it. */
  readonly folder: string;
  readonly woocommerce: string;
  readonly wordpress: string;
  readonly home: string;
  readonly database: { readonly name: string; readonly socket: string };
  /** What the harness's own calls authenticate with. */
  readonly secret: string;
  readonly cron: boolean;
  readonly debug: boolean;
  readonly plugins: readonly string[];
  readonly muPlugins: readonly string[];
}

/** Lays out WordPress, WooCommerce and the plugins in a folder of the store and gives its path. */
export async function makeDocroot(options: DocrootOptions): Promise<string> {
  const docroot = join(options.folder, 'www');
  const plugins = join(docroot, 'wp-content', 'plugins');
  const muPlugins = join(docroot, 'wp-content', 'mu-plugins');
  await copyCode(wordpressCode(options.wordpress).folder, docroot);
  await copyCode(woocommerceCode(options.woocommerce).folder, join(plugins, 'woocommerce'));
  for (const plugin of options.plugins) {
    const folder = pluginFolder(plugin);
    // Read anew each time and possibly edited while the store runs: a true copy.
    await cp(folder, join(plugins, basename(folder)), {
      recursive: true,
      filter: (path) => !path.includes('node_modules'),
    });
  }

  // WooCommerce's installer makes these, but a database read from the cache was installed elsewhere; 3.9 fails without.
  for (const name of ['wc-logs', 'woocommerce_uploads']) {
    await mkdir(join(docroot, 'wp-content', 'uploads', name), { recursive: true });
  }
  await mkdir(muPlugins, { recursive: true });
  const own = join(import.meta.dirname, 'mu-plugins');
  for (const name of await readdir(own)) await copyFile(join(own, name), join(muPlugins, name));
  for (const file of options.muPlugins) await copyFile(file, join(muPlugins, basename(file)));
  await copyFile(join(import.meta.dirname, 'php', 'run.php'), join(docroot, serverRunScript));
  await writeFile(join(docroot, 'wp-config.php'), config(options));
  return docroot;
}

/** The folder of a plugin named by its path or by its slug in the cache. */
export function pluginFolder(plugin: string): string {
  const folder = isAbsolute(plugin) || plugin.includes('/') ? resolve(plugin) : join(storeCache(), 'plugins', plugin);
  if (!existsSync(folder)) throw new StoreUnavailable(`The plugin ${plugin} is not there: put it into ${folder}.`);
  return folder;
}

/**
 * Hard links, where the file system and its owner allow it: 0.3 s for WordPress and WooCommerce. Not symbolic ones: PHP
 * resolves those, WordPress would take the cache for its own folder, and deleting a plugin in wp-admin would empty it.
 */
async function copyCode(from: string, to: string): Promise<void> {
  try {
    await runProgram('cp', ['-al', from, to]);
  } catch {
    await cp(from, to, { recursive: true, force: true });
  }
}

function config(options: DocrootOptions): string {
  const constants: Readonly<Record<string, string | boolean>> = {
    DB_NAME: options.database.name,
    DB_USER: 'root',
    DB_PASSWORD: '',
    DB_HOST: `localhost:${options.database.socket}`,
    DB_CHARSET: 'utf8mb4',
    DB_COLLATE: '',
    WP_HOME: options.home,
    WP_SITEURL: options.home,
    WP_ENVIRONMENT_TYPE: 'local',
    WP_DEBUG: options.debug,
    WP_DEBUG_DISPLAY: false,
    DISABLE_WP_CRON: !options.cron,
    AUTOMATIC_UPDATER_DISABLED: true,
    WP_AUTO_UPDATE_CORE: false,
    // Files are links into the cache: an edit in wp-admin would reach every other store.
    DISALLOW_FILE_EDIT: true,
    STORE_HARNESS_SECRET: options.secret,
    STORE_HARNESS_DIR: options.folder,
    STORE_HARNESS_CRON: options.cron,
    ...Object.fromEntries(
      ['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'].flatMap((name) => [
        [`${name}_KEY`, `${name}-key-of-a-throw-away-store`],
        [`${name}_SALT`, `${name}-salt-of-a-throw-away-store`],
      ]),
    ),
  };
  const defines = Object.entries(constants).map(([name, value]) => `define( '${name}', ${phpLiteral(value)} );`);
  return [
    '<?php',
    ...defines,
    "$table_prefix = 'wp_';",
    "defined( 'ABSPATH' ) || define( 'ABSPATH', __DIR__ . '/' );",
    "require_once ABSPATH . 'wp-settings.php';",
    '',
  ].join('\n');
}

function phpLiteral(value: string | boolean): string {
  if (typeof value === 'boolean') return String(value);
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
