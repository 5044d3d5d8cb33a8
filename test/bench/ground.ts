import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** statfs(2)'s number of tmpfs, where a flush costs nothing. */
const TMPFS = 0x01021994;

/** Where a benchmark has its files and its processes. */
export interface Ground {
  /** A new folder. */
  folder(name: string): string;
  /** Starts a Node program; its error output is this process's. */
  start(script: string, args: readonly string[], env?: Readonly<Record<string, string>>): ChildProcess;
}

/**
 * Makes a ground under the system's temporary folder. It is cleared when this process ends, however it ends short of `kill -9`.
 *
 * @throws Error where the temporary folder is in memory: nothing durable can be measured there
 */
export function makeGround(): Ground {
  if (statfsSync(tmpdir()).type === TMPFS) {
    throw new Error(`${tmpdir()} is in memory; set TMPDIR to a folder on a disk.`);
  }
  const root = mkdtempSync(join(tmpdir(), 'dstnc-bench-'));
  const children = new Set<ChildProcess>();
  process.on('exit', () => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));

  return {
    folder(name) {
      const path = join(root, name);
      mkdirSync(path);
      return path;
    },
    start(script, args, env = {}) {
      const child = spawn(process.execPath, [script, ...args], {
        env: { ...process.env, ...env },
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      children.add(child);
      child.once('exit', () => children.delete(child));
      return child;
    },
  };
}
