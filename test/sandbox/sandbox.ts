import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CallLog } from './call-log.ts';
import type { FaultPlan } from './fault-plan.ts';
import { createSandboxApp, type SandboxAppOptions } from './sandbox-app.ts';
import type { SandboxState } from './sandbox-state.ts';

/** Where the sandbox listens, and how it behaves. */
export interface SandboxOptions extends SandboxAppOptions {
  /** 0, the default: any free one. */
  port?: number;
  host?: string;
}

/** A running double of DSTNC. */
export interface Sandbox {
  /** For `DSTNC_API_URL`; without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** What it holds. */
  readonly state: SandboxState;
  /** What was asked of it, and which calls broke the contract. */
  readonly calls: CallLog;
  /** What is to fail next. */
  readonly faults: FaultPlan;
  /**
   * Waits for something to become true, looking again at every call instead of sleeping.
   *
   * @param read what is waited for; anything but undefined, null and false ends the waiting
   * @param timeoutMs after which waiting is given up with an error
   */
  until<T>(read: () => T | undefined | null | false, timeoutMs?: number): Promise<T>;
  /** Forgets everything: what it holds, calls, faults and idempotency keys. */
  reset(): void;
  /** Ends it at once, open connections and hanging calls included. */
  stop(): Promise<void>;
}

/** Starts the sandbox; resolves once it listens. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { port = 0, host = '127.0.0.1', ...behaviour } = options;
  const { app, state, calls, faults, reset, breakOff } = createSandboxApp(behaviour);
  const server = createServer(app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;

  return {
    url: `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`,
    port: address.port,
    state,
    calls,
    faults,
    until: (read, timeoutMs = 10_000) => waitFor(read, calls, timeoutMs),
    reset,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        breakOff();
      }),
  };
}

async function waitFor<T>(read: () => T | undefined | null | false, calls: CallLog, timeoutMs: number): Promise<T> {
  const deadline = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    deadline.reject(new Error(`Not within ${timeoutMs} ms; calls so far: ${JSON.stringify(calls.counts)}`));
  }, timeoutMs);
  try {
    for (;;) {
      const value = read();
      if (value !== undefined && value !== null && value !== false) return value;
      await Promise.race([calls.next(), deadline.promise]);
    }
  } finally {
    clearTimeout(timer);
  }
}
