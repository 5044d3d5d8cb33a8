import type { Config } from '../config.ts';
import { type ConnectionCodes, createConnectionCodes } from '../connections/connection-code.ts';
import { createStorage } from '../storage/create-storage.ts';
import { openPostgres } from '../storage/postgres/open-postgres.ts';
import { openSqlite } from '../storage/sqlite/open-sqlite.ts';
import type { Storage } from '../storage/storage.ts';
import { type LocalSecrets, localSecrets } from '../stores/local-secrets.ts';
import { createSecretBox } from '../stores/secret-box.ts';

/** The database that the configuration names, with its secrets. `busyMs`: see open-sqlite.ts. @throws StorageUnavailable, ConfigInvalid */
export async function openStorage(
  config: Config,
  options: { busyMs?: number } = {},
): Promise<{ storage: Storage; secrets: LocalSecrets; codes: ConnectionCodes }> {
  const secrets = localSecrets(config);
  const { database } = config;
  const engine =
    database.kind === 'postgres' ? await openPostgres(database.url) : await openSqlite(database.path, options);
  const { encryptionKeys } = secrets;
  return {
    storage: createStorage(engine, createSecretBox(encryptionKeys)),
    secrets,
    codes: createConnectionCodes(encryptionKeys),
  };
}
