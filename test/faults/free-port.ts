import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';

/** A port that is free now, for a process that has to come back to the same one. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
