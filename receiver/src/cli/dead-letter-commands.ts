import type { Command } from 'commander';
import { plainText } from '../catalog/plain-text.ts';
import { deadLetterView } from '../dead-letters/dead-letter-view.ts';
import { discardDeadLetter } from '../dead-letters/discard-dead-letter.ts';
import { replayDeadLetter } from '../webhooks/replay-dead-letter.ts';
import { CommandFailed, EXIT } from './command-failed.ts';
import { printJson } from './print-json.ts';
import { printTable } from './print-table.ts';
import { shortTime } from './short-time.ts';
import { changing, withStorage } from './with-storage.ts';

/** `receiver dead-letters …`: what waits for a person. */
export function addDeadLetterCommands(program: Command): void {
  const letters = program.command('dead-letters').description('what waits for a person');

  letters
    .command('list', { isDefault: true })
    .description('list them')
    .option('--store <id>', 'of one store')
    .option('--json', 'as JSON')
    .action(({ store, json }: { store?: string; json?: boolean }) =>
      withStorage(async ({ storage }) => {
        const found = await storage.deadLetters.list(store);
        if (json) return printJson(found.map(deadLetterView));
        if (found.length === 0) return console.log('No dead letters.');
        printTable(
          ['ID', 'STORE', 'KIND', 'SUBJECT', 'AT', 'REASON'],
          found.map(({ id, storeId, kind, subject, at, reason }) => [
            id,
            storeId,
            kind,
            subject,
            shortTime(at),
            reason.slice(0, 100),
          ]),
        );
      }),
    );

  letters
    .command('show')
    .description('the whole story of one: what was read, sent and answered, why it is here, and what to do')
    .argument('<id>', 'as the list has it')
    .option('--json', 'as JSON')
    .action((id: string, { json }: { json?: boolean }) =>
      withStorage(async ({ storage }) => {
        const letter = await storage.deadLetters.byId(id);
        if (letter === null) throw unknown(id);
        const view = deadLetterView(letter);
        if (json) return printJson(view);
        const { explanation, ...story } = (view.story ?? {}) as Record<string, unknown>;
        const lines = [
          `${view.kind} ${view.subject} of ${view.storeId}, since ${shortTime(letter.at)} UTC`,
          `why        ${view.reason}`,
          ...(typeof explanation === 'string' ? [`story      ${explanation}`] : []),
          `what to do ${view.whatToDo}`,
        ];
        // Line by line: what is a control character in a name would speak to the terminal.
        const told = [
          ...JSON.stringify(story, null, 2).split('\n'),
          ...(view.body === null ? [] : ['body', view.body]),
        ];
        for (const line of [...lines, ...told]) console.log(/^ */.exec(line)?.[0] + plainText(line.trimStart()));
      }),
    );

  letters
    .command('replay')
    .description("try one again at once, the normal way: the store's current state counts")
    .argument('<id>', 'as the list has it')
    .action((id: string) =>
      changing('receiver dead-letters replay', id, async ({ storage, clock }) => {
        // A running server looks every few seconds.
        switch (await replayDeadLetter({ storage, clock, announce() {} }, id)) {
          case 'replayed':
            return console.log('It is tried again; it closes by itself once that goes well.');
          case 'unreadable':
            throw new CommandFailed(
              'The delivery is as unreadable as before: nothing in it names a product. Discard it.',
            );
          case 'unknown':
            throw unknown(id);
        }
      }),
    );

  letters
    .command('discard')
    .description('give one up: its product is left alone until its next change')
    .argument('<id>', 'as the list has it')
    .action((id: string) =>
      changing('receiver dead-letters discard', id, async ({ storage, clock }) => {
        switch (await discardDeadLetter({ storage, clock }, id)) {
          case 'discarded':
            return console.log('Discarded.');
          case 'newer_change':
            return console.log('Discarded. The product has changed since; that change goes on being tried.');
          case 'unknown':
            throw unknown(id);
        }
      }),
    );
}

function unknown(id: string): CommandFailed {
  return new CommandFailed(
    `There is no dead letter ${id}; it may have been settled. List them: receiver dead-letters`,
    EXIT.unknown,
  );
}
