import { userInfo } from 'node:os';
import { type Config, readConfig } from '../config.ts';
import type { ConnectionCodes } from '../connections/connection-code.ts';
import { createLogger } from '../logger.ts';
import { logOperatorAction } from '../operators/log-operator-action.ts';
import type { Storage } from '../storage/storage.ts';
import { CommandFailed } from './command-failed.ts';
import { openStorage } from './open-storage.ts';

/** What a command works with. */
export interface CommandTools {
  readonly storage: Storage;
  readonly publicUrl: string;
  readonly codes: ConnectionCodes;
  readonly config: Config;
  /** The time that all who use the database go by, as it was when it was opened, and on from there. */
  readonly clock: () => number;
}

/** Opens the database for one command: all of them work with and without a running server. */
export async function withStorage(run: (tools: CommandTools) => Promise<void>): Promise<void> {
  const config = readConfig(process.env);
  const { storage, codes } = await openStorage(config, { busyMs: 5_000 });
  try {
    const ahead = (await storage.time()) - Date.now();
    const publicUrl = config.publicUrl ?? `http://127.0.0.1:${config.port}`;
    await run({ storage, publicUrl, codes, config, clock: () => Date.now() + ahead });
  } finally {
    await storage.close();
  }
}

/**
 * The same for a command that changes something: one line on stderr says who did what, and what came of it.
 *
 * @param action such as "receiver stores add"
 * @param subject what it is done to; never a secret
 * @param run returns another subject where that is known only afterwards
 */
export async function changing(
  action: string,
  subject: string | null,
  run: (tools: CommandTools) => Promise<unknown>,
): Promise<void> {
  await withStorage(async (tools) => {
    const say = (outcome: 'done' | 'refused' | 'failed', of: string | null) =>
      logOperatorAction(createLogger(tools.config.logLevel, process.stderr), {
        who: `cli:${userName()}`,
        action,
        subject: of,
        outcome,
      });
    try {
      const made = await run(tools);
      say('done', typeof made === 'string' ? made : subject);
    } catch (error) {
      say(error instanceof CommandFailed ? 'refused' : 'failed', subject);
      throw error;
    }
  });
}

/** A container's user may have no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
