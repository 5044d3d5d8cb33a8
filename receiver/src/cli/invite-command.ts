import type { Command } from 'commander';
import { z } from 'zod';
import { invite } from '../connections/invite.ts';
import { shopAddress, vendorName } from '../stores/add-store.ts';
import { CommandFailed, EXIT } from './command-failed.ts';
import { duration } from './duration.ts';
import { printJson } from './print-json.ts';
import { shortTime } from './short-time.ts';
import { changing } from './with-storage.ts';

const options = z.object({
  vendor: vendorName,
  url: shopAddress.optional(),
  expires: duration,
  by: z.enum(['plugin', 'keys'], { message: 'must be plugin or keys' }),
});

/** `receiver invite`: what a vendor needs to connect a shop, once. */
export function addInviteCommand(program: Command): void {
  program
    .command('invite')
    .description('make a code with which a vendor connects a shop, once')
    .requiredOption('--vendor <name>', "DSTNC's name for the vendor")
    .option(
      '--url <address>',
      "the vendor's shop: adds a link that carries the code, and with --by keys no other counts",
    )
    .option(
      '--by <way>',
      'plugin: the code is pasted in wp-admin; keys: a link, for shops without the plugin',
      'plugin',
    )
    .option('--expires <duration>', 'how long the code is valid, such as 12h', '7d')
    .option('--json', 'as JSON')
    .action((given: { vendor: string; json?: boolean }) =>
      changing('receiver invite', given.vendor, async ({ storage, publicUrl, codes, config, clock }) => {
        const input = options.safeParse(given);
        if (!input.success) throw new CommandFailed(z.prettifyError(input.error), EXIT.usage);
        const { vendor, url: shopUrl, expires: validMs, by } = input.data;
        if (by === 'keys' && !publicUrl.startsWith('https:')) {
          throw new CommandFailed(
            `WooCommerce hands keys to https addresses only: set PUBLIC_URL, which is ${publicUrl} now.`,
          );
        }
        const made = await invite({ storage, codes, publicUrl, clock }, { vendor, validMs, shopUrl, by });
        if (config.publicUrl === undefined) {
          console.error(`PUBLIC_URL is not set: the code names ${publicUrl}, which only this machine reaches.\n`);
        }
        const expiresAt = new Date(made.expiresAt).toISOString();
        if (given.json) return printJson({ ...made, expiresAt });
        const until = shortTime(made.expiresAt);
        if (by === 'keys') {
          console.log(`Link for ${vendor}, good once, until ${until} UTC (shown this once):\n\n${made.link}\n`);
          console.log('The vendor opens it and approves in the shop: nothing has to be installed there.');
          return;
        }
        console.log(`Code for ${vendor}, good once, until ${until} UTC (shown this once):\n\n${made.code}\n`);
        console.log(
          'The vendor pastes it in wp-admin under WooCommerce > DSTNC, where the plugin "DSTNC for WooCommerce" is active.',
        );
        if (made.link !== null) console.log(`Or opens:\n\n${made.link}`);
      }),
    );
}
