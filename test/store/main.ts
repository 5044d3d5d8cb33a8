import { parseArgs } from 'node:util';
import { startStore } from './start-store.ts';
import type { Permalinks } from './store-options.ts';
import { StoreUnavailable } from './store-unavailable.ts';

const usage = `Starts a throw-away WooCommerce store.

  npm run store -- [--woocommerce 11.0.1] [--wordpress 7.1] [--hpos on|off] [--permalinks pretty|index|plain]
                   [--seed 200] [--fpm] [--no-cron] [--debug] [--port 8181] [--plugin FOLDER_OR_SLUG]…
`;

const { values } = parseArgs({
  options: {
    woocommerce: { type: 'string', default: '11.0.1' },
    wordpress: { type: 'string' },
    hpos: { type: 'string', default: 'on' },
    permalinks: { type: 'string', default: 'pretty' },
    seed: { type: 'string', default: '0' },
    fpm: { type: 'boolean', default: false },
    'no-cron': { type: 'boolean', default: false },
    debug: { type: 'boolean', default: false },
    port: { type: 'string' },
    plugin: { type: 'string', multiple: true, default: [] },
    help: { type: 'boolean', default: false },
  },
});

const permalinks = ['pretty', 'index', 'plain'].find((kind) => kind === values.permalinks) as Permalinks | undefined;
if (values.help || !permalinks || !['on', 'off'].includes(values.hpos)) {
  console.log(usage);
  process.exit(values.help ? 0 : 2);
}

try {
  const began = Date.now();
  const store = await startStore({
    woocommerce: values.woocommerce,
    ...(values.wordpress ? { wordpress: values.wordpress } : {}),
    hpos: values.hpos === 'on',
    permalinks,
    seed: Number(values.seed),
    fpm: values.fpm,
    cron: !values['no-cron'],
    debug: values.debug,
    ...(values.port ? { port: Number(values.port) } : {}),
    plugins: values.plugin,
  });
  const { woocommerce, wordpress, php } = store.versions;
  console.log(`WooCommerce ${woocommerce} on WordPress ${wordpress}, PHP ${php}, after ${Date.now() - began} ms

  store            ${store.home}
  admin            ${store.home}/wp-admin/  user ${store.admin.user}, password ${store.admin.password}
  consumer key     ${store.keys.consumerKey}
  consumer secret  ${store.keys.consumerSecret}
  orders           ${store.hpos === null ? 'posts (no HPOS in this version)' : store.hpos ? 'HPOS tables' : 'posts'}
  files            ${store.docroot}

Over http the keys work by OAuth 1.0a only, as in any store. Ctrl-C stops the store and removes it.`);
  const stop = async () => {
    await store.stop();
    process.exit(0);
  };
  process.once('SIGINT', () => void stop());
  process.once('SIGTERM', () => void stop());
  // The store's processes don't keep this one alive.
  setInterval(() => undefined, 2 ** 30);
} catch (error) {
  if (!(error instanceof StoreUnavailable)) throw error;
  console.error(error.message);
  process.exit(1);
}
