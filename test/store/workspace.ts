import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * The folder of this process's stores, and the processes that run in it. A process of ours always has the folder in its
 * command line, which is how a later start recognises what a killed one left behind.
 */
export class Workspace {
  static #current: Workspace | undefined;

  readonly folder: string;
  readonly #children = new Set<ChildProcess>();
  #stores = 0;

  /** The workspace of this process, made on first use, after clearing away those whose process is gone. */
  static current(): Workspace {
    Workspace.#current ??= new Workspace();
    return Workspace.#current;
  }

  private constructor() {
    const base = workspacesFolder();
    mkdirSync(base, { recursive: true, mode: 0o700 });
    clearAbandoned(base);
    this.folder = mkdtempSync(join(base, `${process.pid}-`));
    this.#writePids();
    process.once('exit', () => this.#destroy());
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      const onSignal = () => {
        // Where the program has its own handler, that one stops the stores in order.
        if (process.listenerCount(signal) > 0) return;
        this.#destroy();
        process.kill(process.pid, signal);
      };
      process.once(signal, onSignal);
    }
  }

  /** Where the MariaDB of this process listens. */
  get databaseSocket(): string {
    return join(this.folder, 'db.sock');
  }

  /** A new folder for one store. */
  newStoreFolder(): string {
    this.#stores += 1;
    const folder = join(this.folder, `s${this.#stores}`);
    mkdirSync(folder);
    return folder;
  }

  /** Starts a process in a group of its own, its output in `logFile`. */
  start(command: string, args: readonly string[], logFile: string, options: SpawnOptions = {}): ChildProcess {
    const log = openSync(logFile, 'a');
    const child = spawn(command, args, { ...options, detached: true, stdio: ['ignore', log, log] });
    child.on('error', (error) => writeFileSync(logFile, `${error.message}\n`, { flag: 'a' }));
    // A program that is done ends, without having to stop its stores: they end with it.
    child.unref();
    this.#children.add(child);
    this.#writePids();
    child.once('exit', () => {
      this.#children.delete(child);
      this.#writePids();
    });
    return child;
  }

  /** Kills a process with its whole group and waits until it is gone. Data is thrown away: there is nothing to flush. */
  async stop(child: ChildProcess): Promise<void> {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.ref();
    const gone = new Promise((resolve) => child.once('exit', resolve));
    killGroup(child.pid);
    await gone;
  }

  #writePids(): void {
    const pids = [...this.#children].flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
    try {
      writeFileSync(join(this.folder, 'pids.json'), JSON.stringify({ owner: process.pid, children: pids }));
    } catch {
      // The folder is gone when a child's end is reported after the workspace was destroyed.
    }
  }

  #destroy(): void {
    for (const { pid } of this.#children) if (pid !== undefined) killGroup(pid);
    // STORE_KEEP is for looking into what a failing test left behind.
    if (!process.env.STORE_KEEP) rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Short, since the sockets in it have to fit in the 107 characters of a socket's address. */
function workspacesFolder(): string {
  const name = `dstnc-store-${process.getuid?.() ?? 0}`;
  const folder = join(tmpdir(), name);
  return folder.length > 50 ? join('/tmp', name) : folder;
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** Ends what killed processes left running. A process id may have been given away anew: the command line must match. */
function clearAbandoned(base: string): void {
  for (const name of readdirSync(base)) {
    const folder = join(base, name);
    const owner = Number.parseInt(name, 10);
    if (!Number.isInteger(owner) || (isAlive(owner) && commandLine(owner).includes('node'))) continue;
    try {
      const { children } = JSON.parse(readFileSync(join(folder, 'pids.json'), 'utf8')) as { children: number[] };
      for (const pid of children) if (commandLine(pid).includes(folder)) killGroup(pid);
    } catch {
      // No list, nothing to end.
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
