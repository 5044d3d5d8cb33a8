import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mariadb } from './mariadb.ts';
import type { PhpRun } from './php-run.ts';
import { programs } from './programs.ts';
import { storeCache } from './store-cache.ts';
import type { Permalinks } from './store-options.ts';

/** What is installed, and where to. */
export interface InstallationOptions {
  readonly woocommerce: string;
  readonly wordpress: string;
  readonly hpos: boolean;
  readonly permalinks: Permalinks;
  readonly admin: { readonly user: string; readonly password: string };
  readonly database: string;
  readonly mariadb: Mariadb;
  readonly php: (run: PhpRun) => Promise<unknown>;
}

const structures: Readonly<Record<Permalinks, string>> = {
  pretty: '/%postname%/',
  index: '/index.php/%postname%/',
  plain: '',
};

const phpFile = (name: string) => join(import.meta.dirname, 'php', name);
const steps = ['install-wordpress.php', 'install-woocommerce.php', 'configure-woocommerce.php'] as const;

/**
 * Fills the store's empty database with an installed WordPress and WooCommerce. The first time by their own installers;
 * the result is kept in the cache folder, and later starts of the same kind of store read it from there.
 */
export async function install(options: InstallationOptions): Promise<void> {
  const kept = join(storeCache(), 'installed', `${await fingerprint(options)}.sql`);
  if (existsSync(kept)) return options.mariadb.restore(options.database, kept);

  const { php, admin, permalinks } = options;
  const [wordpress, woocommerce, configure] = steps;
  await php({
    code: { file: phpFile(wordpress) },
    args: { ...admin, permalinks: structures[permalinks] },
    installing: true,
  });
  await php({ code: { file: phpFile(woocommerce) } });
  await php({ code: { file: phpFile(configure) }, args: { hpos: options.hpos } });

  if (!canDump()) return;
  await mkdir(join(storeCache(), 'installed'), { recursive: true });
  // Renamed when whole: another process may look for it at any moment.
  const part = `${kept}.${randomBytes(4).toString('hex')}`;
  await options.mariadb.dump(options.database, part);
  await rename(part, kept);
}

async function fingerprint(options: InstallationOptions): Promise<string> {
  const hash = createHash('sha256');
  for (const step of steps) hash.update(await readFile(phpFile(step)));
  const { woocommerce, wordpress, hpos, permalinks, admin } = options;
  hash.update(JSON.stringify({ woocommerce, wordpress, hpos, permalinks, admin }));
  return `${woocommerce}-${wordpress}-${hash.digest('hex').slice(0, 16)}`;
}

function canDump(): boolean {
  try {
    return programs.mariadbDump() !== '';
  } catch {
    return false;
  }
}
