import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** A call as it came in. */
export interface DoubleCall {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** The body as it came. */
  readonly raw: string;
  /** Parsed where it is JSON, else the text. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it freely.
  readonly body: any;
}

/** What a call is answered: by default 200 and an empty object. */
export interface DoubleAnswer {
  readonly status?: number;
  readonly contentType?: string;
  /** Sent as it is if it is a string, else as JSON. */
  readonly body?: unknown;
  readonly delayMs?: number;
}

/** Listens for a double: keeps the calls, and answers them when it is let. */
export class DoubleServer {
  readonly url: string;
  /** Everything since the last {@link take}, oldest first. */
  readonly calls: DoubleCall[] = [];
  answer: (call: DoubleCall) => DoubleAnswer | Promise<DoubleAnswer> = () => ({});
  readonly #server: Server;
  #held: PromiseWithResolvers<void> | null = null;
  #abandoned = 0;

  private constructor(server: Server, scheme: string) {
    this.#server = server;
    this.url = `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => {
      this.#take(request, response).catch((error) => response.writeHead(500).end(String(error)));
    });
  }

  /** Listens on a free port of 127.0.0.1. @param tls a certificate to answer https with */
  static async start(tls?: { key: string; cert: string }): Promise<DoubleServer> {
    const server = tls ? createSecureServer(tls) : createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new DoubleServer(server, tls ? 'https' : 'http');
  }

  /** How many calls were given up while they were held. */
  get abandoned(): number {
    return this.#abandoned;
  }

  /** Takes out the calls since the last time. */
  take(): DoubleCall[] {
    return this.calls.splice(0);
  }

  /** Leaves calls without an answer until {@link release}. */
  hold(): void {
    this.#held ??= Promise.withResolvers();
  }

  release(): void {
    this.#held?.resolve();
    this.#held = null;
  }

  stop(): Promise<void> {
    this.release();
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const raw = Buffer.concat(chunks).toString();
    const { method = '', url: path = '', headers } = request;
    const call = { method, path, headers, raw, body: parsed(raw) };
    this.calls.push(call);
    if (this.#held) {
      response.once('close', () => {
        if (!response.writableEnded) this.#abandoned += 1;
      });
      await this.#held.promise;
    }
    const { status = 200, contentType = 'application/json', body = {}, delayMs } = await this.answer(call);
    if (delayMs) await wait(delayMs);
    response.writeHead(status, { 'content-type': contentType });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
