import type { Config } from '../config.ts';
import { createStorage } from '../storage/create-storage.ts';
import { openSqlite } from '../storage/sqlite/open-sqlite.ts';
import type { Storage } from '../storage/storage.ts';
import { type LocalSecrets, localSecrets } from '../stores/local-secrets.ts';
import { createSecretBox } from '../stores/secret-box.ts';

/** The database that the configuration names, with its secrets. @throws StorageUnavailable, ConfigInvalid */
export async function openStorage(config: Config): Promise<{ storage: Storage; secrets: LocalSecrets }> {
  const secrets = localSecrets(config);
  const engine = await openSqlite(config.databasePath);
  return { storage: createStorage(engine, createSecretBox(secrets.encryptionKeys)), secrets };
}
