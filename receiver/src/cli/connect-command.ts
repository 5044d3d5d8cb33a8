import type { Command } from 'commander';
import { z } from 'zod';
import { connectByKeys } from '../connections/connect-by-keys.ts';
import { createFindAccess } from '../connections/find-access.ts';
import { newStore, vendorTaken } from '../stores/add-store.ts';
import { storeView } from '../stores/store-view.ts';
import { createStoreClients } from '../woocommerce/store-clients.ts';
import { CommandFailed, EXIT } from './command-failed.ts';
import { printJson } from './print-json.ts';
import { changing } from './with-storage.ts';

interface ConnectOptions {
  readonly url: string;
  readonly vendor: string;
  readonly key: string;
  readonly secret?: string;
  readonly currency?: string;
  readonly json?: boolean;
}

/** `receiver connect`: a shop with keys that its vendor has made in wp-admin. */
export function addConnectCommand(program: Command): void {
  program
    .command('connect')
    .description('connect a shop by its REST keys, or give one that is connected new keys; they are tried first')
    .requiredOption('--url <address>', "the shop's address")
    .requiredOption('--vendor <name>', "DSTNC's name for the vendor")
    .requiredOption('--key <key>', 'consumer key, ck_…')
    .option('--secret <secret>', 'consumer secret, cs_…, better given as the environment variable CONSUMER_SECRET')
    .option('--currency <code>', 'such as EUR; asked of the shop when left out')
    .option('--json', 'as JSON')
    .action((options: ConnectOptions) =>
      changing('receiver connect', options.vendor, async ({ storage, publicUrl, config, clock }) => {
        const { url, vendor, key, secret, currency, json: asJson } = options;
        const consumerSecret = secret ?? process.env.CONSUMER_SECRET;
        if (consumerSecret === undefined) {
          throw new CommandFailed('Give the secret, too: --secret, or the variable CONSUMER_SECRET.', EXIT.usage);
        }
        const input = newStore.safeParse({ url, vendor, ...(currency !== undefined && { currency }) });
        if (!input.success) throw new CommandFailed(z.prettifyError(input.error), EXIT.usage);
        const { allowPrivateStores: allowPrivate } = config;
        const clients = createStoreClients({ allowPrivate });
        const tools = { storage, findAccess: createFindAccess(clients), allowPrivate, clock };
        const keys = { consumerKey: key, consumerSecret };
        const result = await connectByKeys(tools, { ...input.data, keys, invitationId: null }).finally(clients.close);
        if (result.kind === 'refused') throw new CommandFailed(result.reason);
        if (result.kind !== 'connected') throw new CommandFailed(vendorTaken(vendor));
        const view = storeView(result.store, publicUrl);
        const { movedTo, again } = result;
        if (asJson) return printJson({ ...view, ...(movedTo !== null && { movedTo }) });
        if (movedTo !== null) console.log(`The shop's own address is ${movedTo}, and that is the one that is kept.`);
        console.log(
          again
            ? `${view.id} of ${view.vendor} has new keys, which read and write; its catalogue is read again.`
            : `Connected ${view.id} for ${view.vendor}: its keys read and write.`,
        );
        console.log('The running service imports the catalogue and switches the notifications on. Follow it:');
        console.log(`  receiver progress ${view.id}`);
      }),
    );
}
