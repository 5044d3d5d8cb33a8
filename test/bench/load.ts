import { connect, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { SignedDelivery } from './signed-deliveries.ts';

/** See {@link createLoad}. */
export interface LoadOptions {
  readonly url: string;
  /** The home of the store that the deliveries are said to come from. */
  readonly source: string;
  readonly deliveries: readonly SignedDelivery[];
  readonly connections: number;
}

/** What came back within the measured time. */
export interface LoadResult {
  readonly acknowledged: number;
  readonly seconds: number;
  /** Milliseconds, one a delivery. */
  readonly latencies: readonly number[];
  /** Share of one core that this process used meanwhile: near 1, it is the client that was measured. */
  readonly clientCpu: number;
}

/** Sends deliveries over connections that stay open, and takes nothing for an acknowledgement but 200. */
export interface Load {
  /** Each connection sends its next delivery as soon as the one before is acknowledged. */
  saturate(seconds: number): Promise<LoadResult>;
  /**
   * Sends at a fixed rate, whether or not answers keep up. A latency counts from when the delivery was to be sent, so that waiting for a
   * free connection is part of it.
   */
  pace(rate: number, seconds: number): Promise<LoadResult>;
  close(): void;
}

/** Raw sockets and requests built beforehand: an HTTP client would cost more than the server that is measured. */
export async function createLoad({ url, source, deliveries, connections }: LoadOptions): Promise<Load> {
  const { hostname, port, host, pathname } = new URL(url);
  const requests = deliveries.map(({ headers, body }) =>
    Buffer.concat([
      Buffer.from(`POST ${pathname} HTTP/1.1\r\nHost: ${host}\r\nX-WC-Webhook-Source: ${source}/\r\n${headers}\r\n`),
      body,
    ]),
  );
  let next = 0;
  let broken: Error | undefined;
  /** Told of every acknowledgement, with the time that its latency counts from. */
  let onAnswer: (socket: Socket, from: number) => void = () => undefined;
  const from = new Map<Socket, number>();
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(hostname, Number(port))));
  for (const socket of sockets) {
    socket.on('data', (answer) => {
      // The answers have no body, so that one ends where its headers end; they are short enough to come whole.
      const text = answer.toString('latin1');
      if (!text.startsWith('HTTP/1.1 200 ') || !text.endsWith('\r\n\r\n')) {
        broken ??= new Error(`unexpected answer: ${text.slice(0, 500)}`);
        return;
      }
      const since = from.get(socket);
      from.delete(socket);
      if (since !== undefined) onAnswer(socket, since);
    });
    socket.on('error', (error) => {
      broken ??= error;
    });
    socket.on('close', () => {
      broken ??= new Error('the connection was closed');
    });
  }

  function send(socket: Socket, since: number): void {
    from.set(socket, since);
    socket.write(requests[next] as Buffer);
    next = (next + 1) % requests.length;
  }

  async function measure(seconds: number, drive: (end: number) => Promise<void>): Promise<LoadResult> {
    const latencies: number[] = [];
    const began = performance.now();
    const cpu = process.cpuUsage();
    const end = began + seconds * 1000;
    const follow = onAnswer;
    onAnswer = (socket, since) => {
      const now = performance.now();
      if (now <= end) latencies.push(now - since);
      follow(socket, since);
    };
    await drive(end);
    const { user, system } = process.cpuUsage(cpu);
    const clientCpu = (user + system) / 1000 / (performance.now() - began);
    const drained = performance.now() + 10_000;
    while (from.size > 0 && broken === undefined && performance.now() < drained) await pause(5);
    onAnswer = () => undefined;
    if (broken !== undefined) throw broken;
    if (from.size > 0) throw new Error(`${from.size} deliveries had no answer within 10 s`);
    return { acknowledged: latencies.length, seconds, latencies, clientCpu };
  }

  return {
    saturate(seconds) {
      let sending = true;
      onAnswer = (socket) => {
        if (sending) send(socket, performance.now());
      };
      return measure(seconds, async (end) => {
        for (const socket of sockets) send(socket, performance.now());
        while (performance.now() < end && broken === undefined) await pause(10);
        sending = false;
      });
    },

    pace(rate, seconds) {
      const free = [...sockets];
      /** When those that found no free connection were to be sent. */
      const late: number[] = [];
      onAnswer = (socket) => {
        const since = late.shift();
        if (since === undefined) free.push(socket);
        else send(socket, since);
      };
      return measure(seconds, async (end) => {
        const step = 1000 / rate;
        for (let due = performance.now(); due < end && broken === undefined; ) {
          for (const now = performance.now(); due <= now; due += step) {
            const socket = free.pop();
            if (socket === undefined) late.push(due);
            else send(socket, due);
          }
          await pause(1);
        }
      });
    },

    close() {
      for (const socket of sockets) socket.removeAllListeners().destroy();
    },
  };
}

function open(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
