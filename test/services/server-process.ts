import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { poll } from '../rig/poll.ts';
import { Workspace } from '../store/workspace.ts';

/** A database server that can be ended and started again over the same data. It ends with this process, however that ends. */
export interface ServerProcess {
  /** Starts it, and waits until it answers. Does nothing where it runs. */
  start(): Promise<void>;
  /** SIGKILL of the server and of the processes it made: no goodbye, nothing flushed, nothing done after it. */
  kill(): Promise<void>;
  /**
   * Asks it to end, and waits until it has. Its data stays for another start.
   *
   * @param signal how to ask
   */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** What {@link createServerProcess} runs. */
export interface ServerProgram {
  readonly name: string;
  readonly command: string;
  /** Must name a folder of the workspace, by which a later run recognises what a killed one left behind. */
  readonly args: readonly string[];
  /** Where it runs, and where its log is written to. */
  readonly folder: string;
  readonly options?: Pick<SpawnOptions, 'uid' | 'gid'>;
  /** Ends it soon, whoever is connected. */
  readonly stopSignal: NodeJS.Signals;
  /** Asks it something; any error means not yet. */
  answers(): Promise<unknown>;
}

const START_WITHIN_MS = 20_000;

/** A server that isn't started yet. */
export function createServerProcess(program: ServerProgram): ServerProcess {
  const workspace = Workspace.current();
  const log = join(program.folder, 'log');
  let child: ChildProcess | undefined;

  const runs = () => child !== undefined && child.exitCode === null && child.signalCode === null;

  return {
    async start() {
      if (runs()) return;
      try {
        await poll(
          async () => {
            // A start fails while what a killed server left behind is still going, or while its port is somebody's way out.
            if (!runs()) {
              child = workspace.start(program.command, program.args, log, {
                ...program.options,
                cwd: program.folder,
              });
            }
            return program.answers().then(
              () => runs(),
              () => false,
            );
          },
          { timeoutMs: START_WITHIN_MS, what: `${program.name} to answer` },
        );
      } catch (error) {
        throw new Error(`${program.name} didn't start:\n${(await readFile(log, 'utf8')).slice(-2_000)}`, {
          cause: error,
        });
      }
    },
    async kill() {
      if (!child?.pid || !runs()) return;
      // PostgreSQL's processes leave its group, and would do what they are at to the end. The server goes first: it would restart them.
      const made = childrenOf(child.pid);
      await workspace.stop(child);
      for (const pid of made) killOne(pid);
    },
    async stop(signal = program.stopSignal) {
      const ending = child;
      if (!ending || !runs()) return;
      ending.ref();
      const gone = new Promise((resolve) => ending.once('exit', resolve));
      ending.kill(signal);
      await gone;
    },
  };
}

/** On Linux; elsewhere they end by themselves, later. */
function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function killOne(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}
