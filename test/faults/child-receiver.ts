import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { poll } from '../rig/poll.ts';

const PROGRAM = join(import.meta.dirname, '../../receiver/bin/receiver.js');

/** A receiver in a process of its own, as it runs in earnest. */
export interface ChildReceiver {
  readonly url: string;
  /** Undefined until it was started. */
  readonly pid: number | undefined;
  /** Whether it was started and hasn't ended since. */
  readonly running: boolean;
  /** Starts it, and waits until it is ready. */
  start(): Promise<void>;
  /** SIGKILL: no goodbye, nothing flushed. */
  kill(): Promise<void>;
  /** SIGTERM. @returns its exit code */
  stop(): Promise<number | null>;
}

/**
 * @param options.env beside PORT
 * @param options.onOutput told of all that it writes, as it comes
 */
export function createChildReceiver({
  port,
  env,
  onOutput,
}: {
  port: number;
  env: Record<string, string>;
  onOutput?: (text: string) => void;
}): ChildReceiver {
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  let said = '';

  function ended(process: ChildProcess): Promise<number | null> {
    if (process.exitCode !== null || process.signalCode !== null) return Promise.resolve(process.exitCode);
    return new Promise((resolve) => process.once('exit', resolve));
  }

  return {
    url,
    get pid() {
      return child?.pid;
    },
    get running() {
      return child !== undefined && child.exitCode === null && child.signalCode === null;
    },
    async start() {
      said = '';
      child = spawn(process.execPath, [PROGRAM, 'serve'], {
        env: { ...process.env, ...env, PORT: String(port), HOST: '127.0.0.1', LOG_LEVEL: 'warn' },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      for (const stream of [child.stdout, child.stderr]) {
        stream?.setEncoding('utf8').on('data', (chunk: string) => {
          said = (said + chunk).slice(-4_000);
          onOutput?.(chunk);
        });
      }
      const started = child;
      await poll(
        async () => {
          if (started.exitCode !== null) throw new Error(`the receiver ended with ${started.exitCode}: ${said}`);
          return (await fetch(`${url}/readyz`).catch(() => null))?.status === 200;
        },
        { timeoutMs: 90_000, what: 'the receiver to be ready' },
      );
    },
    async kill() {
      child?.kill('SIGKILL');
      if (child) await ended(child);
    },
    async stop() {
      child?.kill('SIGTERM');
      return child ? ended(child) : null;
    },
  };
}
