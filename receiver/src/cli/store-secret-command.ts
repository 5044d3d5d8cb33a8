import type { Command } from 'commander';
import { z } from 'zod';
import { addWebhookSecret } from '../stores/webhook-secret-change.ts';
import { CommandFailed, EXIT } from './command-failed.ts';
import { duration } from './duration.ts';
import { printJson } from './print-json.ts';
import { shortTime } from './short-time.ts';
import { changing } from './with-storage.ts';

/** `receiver stores secret`: another secret for a store's webhooks, without a gap. */
export function addStoreSecretCommand(stores: Command): void {
  stores
    .command('secret')
    .description("give a store's webhooks another secret, while the one before stays good for a time")
    .argument('<store>', 'id of the store')
    .option(
      '--add [secret]',
      'the new secret; better given as the environment variable WEBHOOK_SECRET; made, and printed once, when left out',
    )
    .option('--overlap <duration>', 'how long the ones before stay good, such as 12h', '24h')
    .option('--retire', 'all but the newest are void at once')
    .option('--json', 'as JSON')
    .action((id: string, options: { add?: string | true; overlap: string; retire?: true; json?: boolean }) => {
      if ((options.add === undefined) === (options.retire === undefined)) {
        throw new CommandFailed('Give either --add or --retire.', EXIT.usage);
      }
      return changing(
        `receiver stores secret ${options.retire ? '--retire' : '--add'}`,
        id,
        async ({ storage, clock }) => {
          if (options.retire) {
            if ((await storage.stores.retireWebhookSecrets(id)) === null) throw unknown(id);
            return options.json
              ? printJson({ id, othersUntil: null })
              : console.log('The newest secret alone is good now.');
          }
          const given = options.add === true ? process.env.WEBHOOK_SECRET : options.add;
          const input = z
            .object({ overlap: duration, secret: z.string().trim().min(1).optional() })
            .safeParse({ overlap: options.overlap, secret: given });
          if (!input.success) throw new CommandFailed(z.prettifyError(input.error), EXIT.usage);
          const { overlap: overlapMs, secret } = input.data;
          const added = await addWebhookSecret({ storage, clock }, id, { secret, overlapMs });
          if (added === null) throw unknown(id);
          const { othersUntil, madeSecret } = added;
          if (options.json) {
            const until = othersUntil === null ? null : new Date(othersUntil).toISOString();
            return printJson({
              id,
              othersUntil: until,
              ...(madeSecret !== undefined && { webhookSecret: madeSecret }),
            });
          }
          if (madeSecret !== undefined) console.log(`Secret  ${madeSecret}  (shown this once)`);
          console.log(
            othersUntil === null
              ? 'It is the only one that is good.'
              : `Enter it in the shop's webhooks until ${shortTime(othersUntil)} UTC: as long the one before stays good, too. Done earlier: receiver stores secret ${id} --retire`,
          );
        },
      );
    });
}

function unknown(id: string): CommandFailed {
  return new CommandFailed(`There is no store ${id}. List them: receiver stores`, EXIT.unknown);
}
