import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { poll } from '../rig/poll.ts';

const MAIN = join(import.meta.dirname, '../../receiver/src/main.ts');

/** A receiver in a process of its own, as it runs in earnest. */
export interface ChildReceiver {
  readonly url: string;
  /** Starts it, and waits until it is ready. */
  start(): Promise<void>;
  /** SIGKILL: no goodbye, nothing flushed. */
  kill(): Promise<void>;
  /** SIGTERM. @returns its exit code */
  stop(): Promise<number | null>;
}

/** @param options.env beside PORT */
export function createChildReceiver({ port, env }: { port: number; env: Record<string, string> }): ChildReceiver {
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  let said = '';

  function ended(process: ChildProcess): Promise<number | null> {
    if (process.exitCode !== null || process.signalCode !== null) return Promise.resolve(process.exitCode);
    return new Promise((resolve) => process.once('exit', resolve));
  }

  return {
    url,
    async start() {
      said = '';
      child = spawn(process.execPath, [MAIN, 'serve'], {
        env: { ...process.env, ...env, PORT: String(port), HOST: '127.0.0.1', LOG_LEVEL: 'warn' },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      for (const stream of [child.stdout, child.stderr]) {
        stream?.on('data', (chunk) => {
          said = (said + chunk).slice(-4_000);
        });
      }
      const started = child;
      await poll(
        async () => {
          if (started.exitCode !== null) throw new Error(`the receiver ended with ${started.exitCode}: ${said}`);
          return (await fetch(`${url}/readyz`).catch(() => null))?.status === 200;
        },
        { timeoutMs: 20_000, what: 'the receiver to be ready' },
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
