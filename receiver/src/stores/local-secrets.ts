import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from '../config.ts';
import { ConfigInvalid, readConfig } from '../config.ts';
import { adminTokens } from '../operators/admin-tokens.ts';

/** What the service needs to guard its doors. */
export interface LocalSecrets {
  readonly adminToken: string;
  readonly encryptionKeys: ReadonlyMap<string, Buffer>;
  /** Where the admin token was kept; undefined: it came from the environment. */
  readonly adminTokenFile: string | undefined;
}

/**
 * The admin token and encryption keys: from the configuration or, unset, from files beside the database (readable by their owner
 * only), which are made at the first start.
 *
 * @throws ConfigInvalid if a file is there but unusable, or can't be made
 */
export function localSecrets({ database, adminToken, encryptionKeys }: Config): LocalSecrets {
  if (adminToken !== undefined && encryptionKeys !== undefined) {
    return { adminToken, encryptionKeys, adminTokenFile: undefined };
  }
  // Never with PostgreSQL: there the configuration has both.
  const folder = dirname(database.kind === 'sqlite' ? database.path : '.');
  const tokenFile = join(folder, 'admin-token');
  const keysFile = join(folder, 'encryption-keys');
  const keys =
    encryptionKeys ??
    readConfig({ ENCRYPTION_KEYS: readOrMake(keysFile, () => `k1:${randomBytes(32).toString('base64')}`) })
      .encryptionKeys;
  if (keys === undefined)
    throw new ConfigInvalid([`${keysFile} is empty: put the key back, or stored secrets can't be opened`]);
  const token = adminToken ?? readOrMake(tokenFile, () => randomBytes(24).toString('base64url'));
  if (token === '') throw new ConfigInvalid([`${tokenFile} is empty: remove it, and a new token is made`]);
  const read = adminTokens(token);
  if (!read.ok) throw new ConfigInvalid([`${tokenFile} ${read.reason}`]);
  return {
    adminToken: token,
    encryptionKeys: keys,
    adminTokenFile: adminToken === undefined ? tokenFile : undefined,
  };
}

function readOrMake(file: string, make: () => string): string {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    try {
      // Exclusive: of two processes that start at once, one writes and both read the same.
      writeFileSync(file, `${make()}\n`, { mode: 0o600, flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigInvalid([`DATABASE_URL names a folder where nothing can be kept: ${reason}`]);
  }
}
