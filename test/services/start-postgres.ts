import { execFileSync } from 'node:child_process';
import { accessSync, chmodSync, chownSync, constants, mkdtempSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { findProgram } from '../store/find-program.ts';
import { freePort } from '../store/free-port.ts';
import { runProgram } from '../store/run-program.ts';
import { StoreUnavailable } from '../store/store-unavailable.ts';
import { Workspace } from '../store/workspace.ts';
import { createServerProcess, type ServerProcess } from './server-process.ts';
import { type ServiceAvailability, serviceAvailability } from './service-availability.ts';

/** Where Debian keeps the programs of each version, outside of every PATH. */
const DEBIAN_FOLDER = '/usr/lib/postgresql';

/**
 * A PostgreSQL of this process alone; user `postgres` without a password, on 127.0.0.1. What was committed survives `kill()`. The data
 * goes with the process.
 */
export interface Postgres extends ServerProcess {
  /** The database `postgres`: `postgres://…`. */
  readonly url: string;
  /** Makes a database, empty or a copy of another one that nobody is connected to. @returns its address */
  createDatabase(name: string, copyOf?: string): Promise<string>;
  /** Ends it in order, whoever is connected, and starts it again. */
  restart(): Promise<void>;
}

/**
 * Whether `startPostgres` would find what it needs. For suites:
 * `const postgres = postgresAvailability(); describe.skipIf(!postgres.available)(…)`.
 */
export function postgresAvailability(): ServiceAvailability {
  return serviceAvailability(() => [programFolder(), account()]);
}

/**
 * Starts a new PostgreSQL with nothing in it.
 *
 * @param options.durable false: commits needn't survive the machine, which makes them, and databases, cheaper. A killed server keeps
 *   them all the same.
 * @throws StoreUnavailable that says what is missing
 */
export async function startPostgres({ durable = true }: { durable?: boolean } = {}): Promise<Postgres> {
  const programs = programFolder();
  const runAs = account();
  const workspace = Workspace.current();
  const folder = mkdtempSync(join(workspace.folder, 'pg-'));
  if (runAs.uid !== undefined && runAs.gid !== undefined) {
    chownSync(folder, runAs.uid, runAs.gid);
    // The way to its own folder, without seeing what else is there.
    for (const above of [dirname(folder), dirname(dirname(folder))]) chmodSync(above, 0o711);
  }
  const data = join(folder, 'data');
  const port = await freePort();
  await runProgram(
    join(programs, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync', '--no-instructions'],
    { cwd: folder, ...runAs },
  );

  const addressOf = (database: string) => `postgres://postgres@127.0.0.1:${port}/${encodeURIComponent(database)}`;
  const url = addressOf('postgres');
  const query = async (sql: string) => {
    const client = new Client({ connectionString: url });
    // A server that is killed meanwhile is told by the query.
    client.on('error', () => undefined);
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  const server = createServerProcess({
    name: 'PostgreSQL',
    command: join(programs, 'postgres'),
    args: [
      ...['-D', data, '-p', String(port), '-k', folder],
      ...Object.entries({
        listen_addresses: '127.0.0.1',
        shared_buffers: '128MB',
        max_connections: '100',
        fsync: durable ? 'on' : 'off',
        synchronous_commit: 'on',
        // In files of the folder, which goes whole, not in /dev/shm, where a kill would leave them.
        dynamic_shared_memory_type: 'mmap',
      }).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    folder,
    options: runAs,
    // Leaves the tidying up to the next start, if there is one: a checkpoint can take seconds.
    stopSignal: 'SIGQUIT',
    answers: () => query('SELECT 1'),
  });
  await server.start();

  return {
    ...server,
    url,
    async createDatabase(name, copyOf = 'template1') {
      const quoted = (database: string) => `"${database.replaceAll('"', '""')}"`;
      await query(`CREATE DATABASE ${quoted(name)} TEMPLATE ${quoted(copyOf)}`);
      return addressOf(name);
    },
    async restart() {
      await server.stop('SIGINT');
      await server.start();
    },
  };
}

/** Where `initdb` and `postgres` are, the newest version of Debian's first. */
function programFolder(): string {
  const versions = listed(DEBIAN_FOLDER).sort((a, b) => Number.parseFloat(b) - Number.parseFloat(a));
  for (const version of versions) {
    const folder = join(DEBIAN_FOLDER, version, 'bin');
    if (['initdb', 'postgres'].every((name) => isExecutable(join(folder, name)))) return folder;
  }
  return dirname(findProgram(['initdb'], 'postgresql'));
}

/** Who runs the server: this user, or `postgres` for root, whom PostgreSQL refuses. */
function account(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  try {
    const id = (which: string) =>
      Number(execFileSync('id', [which, 'postgres'], { stdio: ['ignore', 'pipe', 'ignore'] }));
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    throw new StoreUnavailable(
      'PostgreSQL refuses to run as root, and there is no user postgres (Debian: apt install postgresql).',
    );
  }
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
