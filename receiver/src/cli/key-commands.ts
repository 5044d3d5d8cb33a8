import type { Command } from 'commander';
import { localSecrets } from '../stores/local-secrets.ts';
import { CommandFailed } from './command-failed.ts';
import { printJson } from './print-json.ts';
import { printTable } from './print-table.ts';
import { shortTime } from './short-time.ts';
import { type CommandTools, changing, withStorage } from './with-storage.ts';

/** Stores to a transaction: a running receiver waits for none of them noticeably. */
const BATCH = 100;
/** How often what changed meanwhile is looked at again before somebody is told that it goes on changing. */
const PASSES = 3;

interface KeyView {
  readonly key: string;
  /** `first` encrypts, `opens` only decrypts, `missing` is in the database and not in ENCRYPTION_KEYS. */
  readonly use: 'first' | 'opens' | 'missing';
  /** Stores with secrets that need it. */
  readonly stores: number;
}

/** `receiver keys …`: what the stores' secrets are encrypted with. */
export function addKeyCommands(program: Command): void {
  const keys = program.command('keys').description("the keys that the stores' secrets are encrypted with");

  keys
    .command('list', { isDefault: true })
    .description('which keys there are, and how many stores need each')
    .option('--json', 'as JSON')
    .action(({ json }: { json?: boolean }) =>
      withStorage(async (tools) => {
        const views = await keysOf(tools);
        if (json) return printJson(views);
        printKeys(views);
      }),
    );

  keys
    .command('rotate')
    .description(
      'encrypt everything with the first key of ENCRYPTION_KEYS; may be broken off, and run again, at any time',
    )
    .action(() => changing('receiver keys rotate', null, rotate));
}

async function rotate(tools: CommandTools): Promise<string> {
  const { storage } = tools;
  const first = (await keysOf(tools)).find(({ use }) => use === 'first')?.key ?? '';
  const { toRotate } = await storage.secrets.sealedUnder();
  console.log(`${toRotate} stores have secrets that another key than "${first}" encrypts.`);
  if (toRotate > 0) {
    console.log(`Every receiver that runs must know "${first}" by now: one that doesn't can't open them any more.`);
  }
  let done = 0;
  let left = toRotate;
  for (let pass = 1; pass <= PASSES && left > 0; pass += 1) {
    for (let after: string | null = ''; after !== null; ) {
      const step: { done: number; next: string | null } = await storage.secrets.rotate(after, BATCH);
      done += step.done;
      after = step.next;
      if (step.done > 0) console.log(`${done} of ${Math.max(toRotate, done)}`);
    }
    left = (await storage.secrets.sealedUnder()).toRotate;
  }

  const after = await keysOf(tools);
  printKeys(after);
  const missing = after.filter(({ use }) => use === 'missing');
  if (missing.length > 0) {
    const names = missing.map(({ key }) => `"${key}"`).join(', ');
    throw new CommandFailed(
      `Some secrets need keys that ENCRYPTION_KEYS does not have: ${names}. Put them back and run this again; if they are lost, give those stores new keys (PATCH /v1/stores/ID) or connect them again.`,
    );
  }
  if (left > 0) {
    throw new CommandFailed(
      `${left} stores have got secrets by another key meanwhile: a receiver runs that has another first key in ENCRYPTION_KEYS. Restart it with "${first}" first, and run this again.`,
    );
  }
  const unused = after.filter(({ use, stores }) => use === 'opens' && stores === 0).map(({ key }) => `"${key}"`);
  if (unused.length === 0) {
    console.log(`All secrets are encrypted with "${first}", and ENCRYPTION_KEYS has no other key.`);
  } else {
    console.log(
      `All secrets are encrypted with "${first}". You can remove from ENCRYPTION_KEYS: ${unused.join(', ')}.`,
    );
    const until = await storage.invitations.openUntil(tools.clock());
    if (until !== null) {
      console.log(
        `Connection codes that were made with them are void then. The last one that is open ends at ${shortTime(until)} UTC: wait for that, or make new ones.`,
      );
    }
    console.log('Backups from before need the old keys: keep those as long as the backups, apart from them.');
  }
  return first;
}

async function keysOf({ storage, config }: CommandTools): Promise<KeyView[]> {
  const known = [...localSecrets(config).encryptionKeys.keys()];
  const { stores } = await storage.secrets.sealedUnder();
  const missing = [...stores.keys()].filter((key) => !known.includes(key));
  return [...known, ...missing].map((key, i) => ({
    key,
    use: i === 0 ? 'first' : known.includes(key) ? 'opens' : 'missing',
    stores: stores.get(key) ?? 0,
  }));
}

function printKeys(views: readonly KeyView[]): void {
  const uses = { first: 'encrypts', opens: 'opens', missing: 'NOT IN ENCRYPTION_KEYS' };
  printTable(
    ['KEY', 'USE', 'STORES THAT NEED IT'],
    views.map(({ key, use, stores }) => [key, uses[use], String(stores)]),
  );
}
