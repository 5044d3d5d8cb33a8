import { Command, CommanderError } from 'commander';
import { z } from 'zod';
import { showListing } from '../catalog/show-listing.ts';
import { ConfigInvalid, readConfig } from '../config.ts';
import type { Storage } from '../storage/storage.ts';
import { StorageUnavailable } from '../storage/storage-unavailable.ts';
import { addStore, newStore } from '../stores/add-store.ts';
import { SecretUnreadable } from '../stores/secret-box.ts';
import { storeView } from '../stores/store-view.ts';
import { version } from '../version.ts';
import { explain } from './explain.ts';
import { openStorage } from './open-storage.ts';
import { printTable } from './print-table.ts';
import { serve } from './serve.ts';

/** Exit codes: 0 done, 1 it can't be done (and why), 2 used wrongly, 3 there is no such thing. */
const EXIT = { failed: 1, usage: 2, unknown: 3 } as const;

/** What was asked for can't be done; the message is for the operator. */
class CommandFailed extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number = EXIT.failed) {
    super(message);
    this.name = 'CommandFailed';
    this.exitCode = exitCode;
  }
}

/** Opens the database for one command: all of them work with and without a running server. */
async function withStorage(run: (storage: Storage, publicUrl: string) => Promise<void>): Promise<void> {
  const config = readConfig(process.env);
  const { storage } = await openStorage(config, { busyMs: 5_000 });
  try {
    await run(storage, config.publicUrl ?? `http://127.0.0.1:${config.port}`);
  } finally {
    await storage.close();
  }
}

const json = (value: unknown) => console.log(JSON.stringify(value, null, 2));
const time = (ms: number | null | undefined) =>
  ms === null || ms === undefined ? '—' : new Date(ms).toISOString().slice(0, 19).replace('T', ' ');

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
    withStorage(async (storage, publicUrl) => {
      const last = await storage.lastDeliveries();
      const rows = await Promise.all(
        (await storage.stores.list()).map(async (store) => ({
          ...storeView(store, publicUrl),
          products: await storage.listings.count(store.id),
          pending: (await storage.groups.backlog(store.id)).dirty,
          lastDelivery: last.get(store.id) ?? null,
        })),
      );
      if (asJson) return json(rows);
      if (rows.length === 0)
        return console.log('No store yet. Add one: receiver stores add --url https://shop.example --vendor NAME');
      printTable(
        ['STORE', 'VENDOR', 'URL', 'ACCESS', 'STATE', 'PRODUCTS', 'PENDING', 'LAST DELIVERY'],
        rows.map((row) => [
          row.id,
          row.vendor,
          row.url,
          row.access === 'keys' ? 'keys' : 'webhooks only',
          row.flags.length > 0 ? `${row.state}: ${row.flags.map(({ kind }) => kind).join(', ')}` : row.state,
          String(row.products),
          String(row.pending),
          time(row.lastDelivery),
        ]),
      );
    }),
  );

stores
  .command('add')
  .description('add a store, with REST keys or, without, by its webhooks alone')
  .requiredOption('--url <address>', "the shop's address")
  .requiredOption('--vendor <name>', "DSTNC's name for the vendor")
  .option('--webhook-secret <secret>', "the webhooks' secret; made when left out, and printed once")
  .option('--consumer-key <key>', 'ck_…')
  .option('--consumer-secret <secret>', 'cs_…, better given as the environment variable CONSUMER_SECRET')
  .option('--currency <code>', 'such as EUR; asked of the store when left out')
  .option('--json', 'as JSON')
  .action((options: Record<string, string | boolean>) =>
    withStorage(async (storage, publicUrl) => {
      const { json: asJson, ...given } = options;
      const secret = given.consumerSecret ?? process.env.CONSUMER_SECRET;
      const input = newStore.safeParse({
        ...given,
        ...(given.consumerKey && secret ? { consumerSecret: secret } : {}),
      });
      if (!input.success) throw new CommandFailed(z.prettifyError(input.error), EXIT.usage);
      const { allowPrivateStores: allowPrivate } = readConfig(process.env);
      const result = await addStore({ storage, allowPrivate, clock: Date.now }, input.data);
      if (result.kind !== 'added') throw new CommandFailed(result.reason);
      const view = storeView(result.store, publicUrl);
      if (asJson) return json({ ...view, ...(result.madeSecret && { webhookSecret: result.madeSecret }) });
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

program
  .command('explain')
  .description('why a listing is as it is')
  .argument('<store>', 'id of the store')
  .argument('<item>', 'external id such as 4711:0, or words of its name or SKU')
  .option('--json', 'as JSON')
  .action((storeId: string, item: string, { json: asJson }: { json?: boolean }) =>
    withStorage(async (storage) => {
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
      if (asJson) return json(shown);
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

program
  .command('dead-letters')
  .description('what waits for a person')
  .command('list', { isDefault: true })
  .description('list them')
  .option('--store <id>', 'of one store')
  .option('--json', 'as JSON')
  .action(({ store, json: asJson }: { store?: string; json?: boolean }) =>
    withStorage(async (storage) => {
      const letters = await storage.deadLetters.list(store);
      if (asJson) return json(letters);
      if (letters.length === 0) return console.log('No dead letters.');
      printTable(
        ['ID', 'STORE', 'KIND', 'SUBJECT', 'AT', 'REASON'],
        letters.map(({ id, storeId, kind, subject, at, reason }) => [
          id,
          storeId,
          kind,
          subject,
          time(at),
          reason.slice(0, 100),
        ]),
      );
    }),
  );

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
