import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call that the shop made to DSTNC. */
export interface DstncCall {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
}

/**
 * Stands for DSTNC where a test is about what the shop makes of its answers: it says whatever the test wants. Everything else is tested
 * with the receiver itself.
 */
export class DstncDouble {
  /** What `GET /v1/stores/:id` answers. */
  status = 200;
  flags: readonly { readonly kind: string; readonly since: string; readonly detail: string }[] = [];
  /** What `GET /v1/stores/:id/doctor` says. */
  checks: readonly Readonly<Record<string, string>>[] = [];
  /** What notifications are answered with. */
  hookStatus = 200;
  readonly calls: DstncCall[] = [];
  readonly #server: Server;
  readonly #port: number;

  private constructor(server: Server) {
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
    server.on('request', (request: IncomingMessage, response) => {
      const path = request.url ?? '/';
      this.calls.push({ method: request.method ?? '', path, authorization: request.headers.authorization });
      request.resume();
      request.on('end', () => {
        const [status, body] = this.#answer(path);
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
    });
  }

  /** Listens on a free port of 127.0.0.1. */
  static async start(): Promise<DstncDouble> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new DstncDouble(server);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  #answer(path: string): [number, unknown] {
    if (path.startsWith('/v1/webhooks/')) return [this.hookStatus, {}];
    if (this.status !== 200) return [this.status, { type: 'about:blank', title: 'No', status: this.status }];
    if (path.endsWith('/doctor')) {
      const healthy = this.checks.every(({ status }) => status === 'ok');
      return [200, { checkedAt: new Date().toISOString(), healthy, checks: this.checks }];
    }
    const state = this.flags.length > 0 ? 'attention' : 'healthy';
    return [200, { id: 'st_test', state, flags: this.flags, upTo: new Date().toISOString(), products: 0 }];
  }
}
