import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came in. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  /** Name and value as received: names keep their case, repeated ones stay apart. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  readonly receivedAt: Date;
}

/** A server that takes webhooks and keeps them. */
export interface WebhookListener {
  readonly url: string;
  /** Everything received, oldest first. */
  readonly received: readonly ReceivedRequest[];
  /** Takes out what was received since the last call. */
  take(): ReceivedRequest[];
  stop(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1 and answers everything with `status`, by default 200. */
export async function listenForWebhooks(status = 200): Promise<WebhookListener> {
  const received: ReceivedRequest[] = [];
  const server = createServer((request, response) => {
    const receivedAt = new Date();
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({
        method: request.method ?? '',
        path: request.url ?? '',
        headers: pairs(request.rawHeaders),
        body: Buffer.concat(chunks),
        receivedAt,
      });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    received,
    take: () => received.splice(0),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function pairs(rawHeaders: readonly string[]): [string, string][] {
  const found: [string, string][] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    found.push([rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '']);
  }
  return found;
}
