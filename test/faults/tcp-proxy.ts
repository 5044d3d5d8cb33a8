import type { AddressInfo } from 'node:net';
import { createServer, connect as open, type Socket } from 'node:net';

/** A piece of network between a client and a server. */
export interface TcpProxy {
  readonly port: number;
  /** What is connected now goes silent for good, without a word to either side, as when a router forgets it: half-open connections. */
  orphan(): void;
  stop(): Promise<void>;
}

/** @param target port of the server on 127.0.0.1 */
export async function startTcpProxy(target: number): Promise<TcpProxy> {
  const pairs = new Set<{ readonly sockets: readonly [Socket, Socket]; orphaned: boolean }>();

  const listener = createServer((client) => {
    const server = open(target, '127.0.0.1');
    const pair = { sockets: [client, server] as const, orphaned: false };
    pairs.add(pair);
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.on('data', (chunk) => {
        if (!pair.orphaned) to.write(chunk);
      });
      from.on('error', () => {});
      from.on('close', () => {
        if (pair.orphaned) return;
        pairs.delete(pair);
        to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));

  return {
    port: (listener.address() as AddressInfo).port,
    orphan() {
      for (const pair of pairs) pair.orphaned = true;
    },
    stop() {
      for (const { sockets } of pairs) for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => listener.close(() => resolve()));
    },
  };
}
