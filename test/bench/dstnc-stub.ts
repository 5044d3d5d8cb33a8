import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A DSTNC that costs nothing. */
export interface DstncStub {
  readonly url: string;
  /** Products and inventory calls taken. */
  readonly taken: { products: number; inventory: number };
}

/** Accepts everything at once or, `down`, refuses it at once with 503. It checks nothing: the sandbox is for that. */
export function startDstncStub({ down = false }: { down?: boolean } = {}): Promise<DstncStub> {
  const taken = { products: 0, inventory: 0 };
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      if (down) {
        response.writeHead(503, { 'content-length': 0 }).end();
        return;
      }
      if (request.method === 'PUT') taken.products += 1;
      else taken.inventory += 1;
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 2 }).end('{}');
    });
  });
  // The server must not keep a finished benchmark alive.
  server.unref();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, taken });
    });
  });
}
