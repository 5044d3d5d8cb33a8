import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { programs } from './programs.ts';
import { runProgram } from './run-program.ts';
import { until } from './until.ts';
import { Workspace } from './workspace.ts';

/** A running MariaDB; user `root` without a password, reachable by its socket only. */
export interface Mariadb {
  readonly socket: string;
  createDatabase(name: string): Promise<void>;
  dropDatabase(name: string): Promise<void>;
  /** Writes the database to a file as SQL. */
  dump(database: string, file: string): Promise<void>;
  /** Runs a file of SQL in the database. */
  restore(database: string, file: string): Promise<void>;
}

let running: Promise<Mariadb> | undefined;

/** The MariaDB of this process, started when first asked for; it ends with the process. */
export function mariadb(): Promise<Mariadb> {
  running ??= start();
  return running;
}

async function start(): Promise<Mariadb> {
  const workspace = Workspace.current();
  const data = join(workspace.folder, 'db');
  const socket = workspace.databaseSocket;
  const log = join(workspace.folder, 'db.log');
  // Not /tmp: a server that starts there removes other servers' temporary tables.
  const temporary = join(workspace.folder, 'db-tmp');
  await mkdir(temporary, { recursive: true });
  const asRoot = process.getuid?.() === 0 ? ['--user=root'] : [];
  // A store of a test may lose its data with the power: no waiting for the disk, and little of it.
  const small = ['--innodb-log-file-size=8M', '--innodb-doublewrite=0'];

  await runProgram(programs.mariadbInstallDb(), [
    '--no-defaults',
    `--datadir=${data}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    `--tmpdir=${temporary}`,
    ...small,
    ...asRoot,
  ]);
  const child = workspace.start(
    programs.mariadbd(),
    [
      '--no-defaults',
      `--datadir=${data}`,
      `--tmpdir=${temporary}`,
      `--socket=${socket}`,
      `--pid-file=${join(workspace.folder, 'db.pid')}`,
      '--skip-networking',
      '--skip-log-bin',
      '--innodb-flush-log-at-trx-commit=0',
      '--innodb-buffer-pool-size=64M',
      '--character-set-server=utf8mb4',
      ...small,
      ...asRoot,
    ],
    log,
  );

  const connect = () => createConnection({ socketPath: socket, user: 'root' });
  const query = async (sql: string) => {
    const connection = await connect();
    await connection.query(sql);
    await connection.end();
  };
  await until('MariaDB to answer', async () => {
    if (child.exitCode !== null) return 'ended' as const;
    await query('SELECT 1');
    return 'ready' as const;
  });
  if (child.exitCode !== null) throw new Error(`MariaDB ended at start:\n${await readFile(log, 'utf8')}`);

  const client = ['--no-defaults', '-uroot', `--socket=${socket}`];
  return {
    socket,
    createDatabase: (name) => query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`),
    dropDatabase: (name) => query(`DROP DATABASE IF EXISTS ${name}`),
    async dump(database, file) {
      const options = ['--skip-comments', '--single-transaction', '--no-tablespaces'];
      await runProgram(programs.mariadbDump(), [...client, ...options, database], { outputFile: file });
    },
    async restore(database, file) {
      await runProgram(programs.mariadb(), [...client, database], { inputFile: file });
    },
  };
}
