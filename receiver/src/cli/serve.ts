import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import type { Logger } from 'pino';
import type { Config, DatabaseConfig } from '../config.ts';
import { createLogger } from '../logger.ts';
import { createBullmqWakeup } from '../queue/bullmq-wakeup.ts';
import { createEmbeddedWakeup } from '../queue/embedded-wakeup.ts';
import { startService } from '../service.ts';
import { version } from '../version.ts';
import { openStorage } from './open-storage.ts';

/** Longest shut-down, in milliseconds; after that the process ends as it is, which loses nothing. */
const SHUTDOWN_MS = 10_000;

/** `receiver serve`: runs until it is told to stop. */
export async function serve(config: Config): Promise<void> {
  const log = createLogger(config.logLevel);
  const { storage, secrets, codes } = await openStorage(config);
  const target = await targetOf(config, log);
  const { database } = config;
  const wakeup =
    database.kind === 'postgres' ? createBullmqWakeup({ url: database.redisUrl, log }) : createEmbeddedWakeup();
  const options = {
    config,
    polling: config.polling,
    storage,
    wakeup,
    adminToken: secrets.adminToken,
    codes,
    target,
    log,
  };
  const service = await startService(options).catch(async (error: unknown) => {
    // What is open would keep a process alive that does nothing.
    await Promise.all([target.close(), wakeup.close(), storage.close()]);
    throw error;
  });

  // First of all: whatever comes after, the process can be told to end.
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(0), SHUTDOWN_MS).unref();
    try {
      await service.stop();
      await target.close();
      await storage.close();
      log.info('stopped; nothing is lost');
    } catch (error) {
      log.warn({ err: error }, 'stopped, not in order; nothing is lost');
    }
    // A timer of a connection that waited in Redis would keep the process for seconds.
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop());
  process.on('SIGINT', () => void stop());

  log.info(`DSTNC receiver ${version} on Node ${process.versions.node}`);
  log.info(`data     ${nameOf(database)}`);
  if (storage.shared) log.info(`role     ${[...config.roles].join(', ')}`);
  log.info(`address  ${service.url}, for stores ${service.publicUrl}`);
  log.info(`target   ${target.name}`);
  log.info(
    `token    ${secrets.adminTokenFile === undefined ? 'from ADMIN_TOKEN' : `kept in ${resolve(secrets.adminTokenFile)}`}`,
  );
  if (config.allowPrivateStores) {
    log.warn(
      'ALLOW_PRIVATE_STORES is set: stores may name private addresses, any port and plain http. Never do this in production.',
    );
  }
  log.info(
    (await storage.stores.any().catch(() => true))
      ? 'stores   list them with: npm run receiver -- stores'
      : 'next     invite a vendor: npm run receiver -- invite --vendor NAME',
  );
}

/** For people, without any password. */
function nameOf(database: DatabaseConfig): string {
  if (database.kind === 'sqlite') return `${resolve(database.path)} (embedded SQLite)`;
  const [data, redis] = [new URL(database.url), new URL(database.redisUrl)];
  return `${data.host}${data.pathname} (PostgreSQL), woken through ${redis.host} (Redis)`;
}

interface ServedTarget {
  readonly url: string;
  readonly identity: string;
  readonly token: string;
  /** For people. */
  readonly name: string;
  close(): Promise<void>;
}

/** DSTNC as configured, or a sandbox inside, for trying things out. */
async function targetOf({ dstncUrl, dstncToken = '' }: Config, log: Logger): Promise<ServedTarget> {
  if (dstncUrl !== undefined)
    return { url: dstncUrl, identity: dstncUrl, token: dstncToken, name: dstncUrl, close: async () => {} };
  // Not a dependency: the published image leaves the test workspace out, and production refuses to start without DSTNC_API_URL.
  const { startSandbox } = await import('@dstnc/test/sandbox');
  const sandbox = await startSandbox();
  log.warn('DSTNC_API_URL is not set: listings go to a sandbox inside this process and are gone with it');
  return {
    url: sandbox.url,
    // It begins empty at each start, whatever one before it had accepted.
    identity: `sandbox ${randomUUID()}`,
    token: 'sandbox',
    name: `sandbox at ${sandbox.url}, see /v1/vendors/NAME/products there`,
    close: sandbox.stop,
  };
}
