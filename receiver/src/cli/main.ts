import { Command, CommanderError } from 'commander';
import { z } from 'zod';
import { showListing } from '../catalog/show-listing.ts';
import { ConfigInvalid, readConfig } from '../config.ts';
import { createFindAccess } from '../connections/find-access.ts';
import { examineStore } from '../doctor/examine-store.ts';
import { StorageUnavailable } from '../storage/storage-unavailable.ts';
import { addStore, newStore } from '../stores/add-store.ts';
import { heardAtOf } from '../stores/heard-at.ts';
import { SecretUnreadable } from '../stores/secret-box.ts';
import { type StoreProgress, storeProgress } from '../stores/store-progress.ts';
import { type StoreView, storeView } from '../stores/store-view.ts';
import { version } from '../version.ts';
import { createStoreClients } from '../woocommerce/store-clients.ts';
import { CommandFailed, EXIT } from './command-failed.ts';
import { addConnectCommand } from './connect-command.ts';
import { addDeadLetterCommands } from './dead-letter-commands.ts';
import { diagnosis } from './diagnosis.ts';
import { explain } from './explain.ts';
import { addInviteCommand } from './invite-command.ts';
import { addKeyCommands } from './key-commands.ts';
import { addOrderCommands } from './order-commands.ts';
import { printJson } from './print-json.ts';
import { printTable } from './print-table.ts';
import { addProgressCommand } from './progress-command.ts';
import { serve } from './serve.ts';
import { shortTime } from './short-time.ts';
import { addStoreSecretCommand } from './store-secret-command.ts';
import { changing, withStorage } from './with-storage.ts';

/** "attention: clone", "importing 1240 of 3812". */
function stateOf({ state, flags, import: walk }: StoreView & Pick<StoreProgress, 'import'>): string {
  if (state === 'importing' && walk !== null) return `importing ${walk.done} of ${walk.total}`;
  return flags.length > 0 ? `${state}: ${flags.map(({ kind }) => kind).join(', ')}` : state;
}

const program = new Command('receiver')
  .description("DSTNC for WooCommerce: takes stores' changes to DSTNC")
  .version(version)
  .exitOverride()
  // Without it "stores add --json" would be taken for the --json of "stores".
  .enablePositionalOptions()
  .configureHelp({ showGlobalOptions: true });

program
  .command('serve')
  .description('run the service until it is stopped')
  .action(() => serve(readConfig(process.env)));

const stores = program
  .command('stores')
  .description('list the stores, or add one')
  .option('--json', 'as JSON')
  .action(({ json: asJson }: { json?: boolean }) =>
    withStorage(async ({ storage, publicUrl }) => {
      const last = await storage.lastDeliveries();
      const rows = await Promise.all(
        (await storage.stores.list()).map(async (store) => {
          const progress = await storeProgress(storage, store, Date.now());
          return { ...storeView(store, publicUrl, progress), ...progress, lastDelivery: last.get(store.id) ?? null };
        }),
      );
      if (asJson) return printJson(rows);
      if (rows.length === 0)
        return console.log(
          'No store yet. Invite a vendor: receiver invite --vendor NAME\nOr connect a shop by its REST keys: receiver connect --url https://shop.example --vendor NAME --key ck_… --secret cs_…\nOr add a store by its webhooks alone: receiver stores add --url https://shop.example --vendor NAME',
        );
      printTable(
        ['STORE', 'VENDOR', 'URL', 'ACCESS', 'STATE', 'PRODUCTS', 'PENDING', 'UP TO', 'LATE', 'LAST DELIVERY'],
        rows.map((row) => [
          row.id,
          row.vendor,
          row.url,
          row.plugin === null ? (row.access === 'keys' ? 'keys' : 'webhooks only') : `${row.plugin.woocommerce} +p`,
          stateOf(row),
          String(row.products),
          String(row.pending),
          shortTime(Date.parse(row.upTo)),
          row.lastChange === null ? '—' : `${(row.lastChange.lateMs / 1000).toFixed(1)} s`,
          shortTime(row.lastDelivery),
        ]),
      );
    }),
  );

stores
  .command('add')
  .description('add a store that is known by its webhooks alone (with REST keys: receiver connect)')
  .requiredOption('--url <address>', "the shop's address")
  .requiredOption('--vendor <name>', "DSTNC's name for the vendor")
  .option('--webhook-secret <secret>', "the webhooks' secret; made when left out, and printed once")
  .option('--currency <code>', 'such as EUR')
  .option('--json', 'as JSON')
  .action((options: Record<string, string | boolean>) =>
    changing('receiver stores add', String(options.vendor), async ({ storage, publicUrl, clock }) => {
      const { json: asJson, ...given } = options;
      const input = newStore.safeParse(given);
      if (!input.success) throw new CommandFailed(z.prettifyError(input.error), EXIT.usage);
      const result = await addStore({ storage, clock }, input.data);
      if (result.kind !== 'added') throw new CommandFailed(result.reason);
      const view = storeView(result.store, publicUrl);
      if (asJson) return printJson({ ...view, ...(result.madeSecret && { webhookSecret: result.madeSecret }) });
      console.log(`Added ${view.id} for ${view.vendor}.\n`);
      console.log(`In the shop, under WooCommerce > Settings > Advanced > Webhooks, add webhooks with`);
      console.log(`  Delivery URL  ${view.webhookUrl}`);
      console.log(
        `  Secret        ${result.madeSecret ? `${result.madeSecret}  (shown this once)` : 'the one that you gave'}`,
      );
      console.log(`  Topics        Product created, Product updated, Product deleted, Product restored`);
      console.log(`  API version   WP REST API Integration v3`);
    }),
  );

addStoreSecretCommand(stores);
addConnectCommand(program);
addInviteCommand(program);
addProgressCommand(program);

program
  .command('doctor')
  .description('look at a store from outside, and say what is wrong and what to do')
  .argument('<store>', 'id of the store')
  .option('--json', 'as JSON')
  .action((storeId: string, { json: asJson }: { json?: boolean }) =>
    withStorage(async ({ storage, publicUrl, clock }) => {
      const store = await storage.stores.byId(storeId);
      if (store === null)
        throw new CommandFailed(`There is no store ${storeId}. List them: receiver stores`, EXIT.unknown);
      const clients = createStoreClients({ allowPrivate: readConfig(process.env).allowPrivateStores });
      try {
        const report = await examineStore(
          {
            storage,
            clientFor: clients.fresh,
            findAccess: createFindAccess(clients),
            publicUrl,
            heardAt: heardAtOf(storage),
            clock,
          },
          store,
        );
        if (!report.healthy) process.exitCode = EXIT.failed;
        if (asJson) return printJson(report);
        console.log(diagnosis(report));
      } finally {
        await clients.close();
      }
    }),
  );

program
  .command('explain')
  .description('why a listing is as it is')
  .argument('<store>', 'id of the store')
  .argument('<item>', 'external id such as 4711:0, or words of its name or SKU')
  .option('--json', 'as JSON')
  .action((storeId: string, item: string, { json: asJson }: { json?: boolean }) =>
    withStorage(async ({ storage }) => {
      if ((await storage.stores.byId(storeId)) === null) {
        throw new CommandFailed(`There is no store ${storeId}. List them: receiver stores`, EXIT.unknown);
      }
      const found = await storage.listings.search(storeId, item, 20);
      const listing = await showListing(storage, storeId, item);
      const one = listing ? item : found.length === 1 ? found[0]?.externalId : undefined;
      if (one === undefined && found.length > 1) {
        console.log('Several items have that in their name or SKU; name one by its external id:\n');
        return printTable(
          ['ITEM', 'TITLE', 'SKU'],
          found.map((row) => [row.externalId, row.title, row.sku]),
        );
      }
      const shown = listing ?? (one === undefined ? null : await showListing(storage, storeId, one));
      if (shown === null) throw new CommandFailed(`Nothing is known of "${item}" in this store.`, EXIT.unknown);
      if (asJson) return printJson(shown);
      console.log(
        explain(
          shown,
          found.find(({ externalId }) => externalId === shown.externalId)?.title ??
            shown.product?.title ??
            'Not read yet',
        ),
      );
    }),
  );

addOrderCommands(program);
addDeadLetterCommands(program);
addKeyCommands(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : EXIT.usage;
  } else if (
    error instanceof ConfigInvalid ||
    error instanceof StorageUnavailable ||
    error instanceof SecretUnreadable
  ) {
    console.error(error.message);
    process.exitCode = EXIT.failed;
  } else if (error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES')) {
    console.error(`The receiver can't listen there (${error.message}): set PORT, or stop what has that port.`);
    process.exitCode = EXIT.failed;
  } else if (error instanceof CommandFailed) {
    console.error(error.message);
    process.exitCode = error.exitCode;
  } else {
    throw error;
  }
}
