import { setTimeout } from 'node:timers/promises';
import type { Command } from 'commander';
import { storeProgress } from '../stores/store-progress.ts';
import { CommandFailed, EXIT } from './command-failed.ts';
import { printJson } from './print-json.ts';
import { progressLine } from './progress-line.ts';
import { withStorage } from './with-storage.ts';

/** How often the database is asked, in milliseconds. */
const EVERY_MS = 500;

/** `receiver progress`: follows the import of a store's catalogue. Breaking it off breaks off nothing else: the service imports. */
export function addProgressCommand(program: Command): void {
  program
    .command('progress')
    .description("follow the import of a store's catalogue until all of it is at DSTNC")
    .argument('<store>', 'id of the store')
    .option('--json', 'how far it is now, as JSON')
    .action((storeId: string, { json: asJson }: { json?: boolean }) =>
      withStorage(async ({ storage, clock }) => {
        const look = async () => {
          const store = await storage.stores.byId(storeId);
          if (store === null) {
            throw new CommandFailed(`There is no store ${storeId}. List them: receiver stores`, EXIT.unknown);
          }
          return storeProgress(storage, store, clock());
        };
        if (asJson) return printJson((await look()).import);
        const { stdout } = process;
        let shown = '';
        for (;;) {
          const { import: walk, products, purchasable } = await look();
          if (walk === null) return console.log('Its catalogue is not imported: it is known by its webhooks alone.');
          // A terminal shows it move; a file gets a line for each tenth, and for whatever it waits for.
          const step = `${Math.floor((10 * walk.done) / Math.max(1, walk.total))} ${walk.waitingFor}`;
          if (stdout.isTTY) stdout.write(`\r\x1b[K${progressLine(walk)}`);
          else if (step !== shown) console.log(progressLine(walk));
          shown = step;
          if (walk.state === 'done') {
            if (stdout.isTTY) stdout.write('\n');
            return console.log(`Imported. At DSTNC: ${products} products, ${purchasable} of them purchasable.`);
          }
          await setTimeout(EVERY_MS);
        }
      }),
    );
}
