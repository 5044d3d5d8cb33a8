import { createSocket } from 'node:dgram';
import type { AddressInfo } from 'node:net';

/** Answers every question for a name with the same addresses, as Docker's own does for a service with several replicas. */
export interface NameServer {
  readonly port: number;
  /** IPv4. May be changed at any moment. */
  addresses: readonly string[];
  stop(): Promise<void>;
}

const HEADER = 12;

/** Starts it on a free port of 127.0.0.1. */
export async function startNameServer(addresses: readonly string[]): Promise<NameServer> {
  const socket = createSocket('udp4');
  const server = { addresses };
  socket.on('message', (query, { port, address }) => {
    // The question: labels up to an empty one, type and class.
    const question = query.subarray(HEADER, query.indexOf(0, HEADER) + 5);
    const records = server.addresses.map((ip) =>
      // The name as in the question, A, IN, good for 1 s, 4 bytes.
      Buffer.from([0xc0, HEADER, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, ...ip.split('.').map(Number)]),
    );
    const header = Buffer.from([...query.subarray(0, 2), 0x81, 0x80, 0, 1, 0, records.length, 0, 0, 0, 0]);
    socket.send(Buffer.concat([header, question, ...records]), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return Object.assign(server, {
    port: (socket.address() as AddressInfo).port,
    stop: () => new Promise<void>((resolve) => socket.close(() => resolve())),
  });
}
