import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of a request on its way. */
export type OrderFault =
  | 'none'
  /** The connection is cut before the store hears of it. */
  | 'cut before'
  /** The store does it, and its answer is cut off. */
  | 'cut after'
  /** The store never hears of it, nor the caller of anything. */
  | 'time-out before'
  /** The store does it, and the caller never hears of that. */
  | 'time-out after'
  /** The caller has given up when the store hears of it, a minute later. */
  | 'a minute late'
  | '500 before'
  | '500 after';

/** One request to the store, and its answer. */
export interface ProxiedCall {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly fault: OrderFault;
  /** What the store has sent to its caller, faults apart. */
  answer: string;
}

/** A piece of network between the receiver and a store, which fails as it is told. */
export interface FaultProxy {
  readonly url: string;
  readonly port: number;
  readonly calls: readonly ProxiedCall[];
  /** Where it leads to. */
  lead(target: string): void;
  /** Says what becomes of each request. */
  plan(fault: (call: Omit<ProxiedCall, 'fault' | 'answer'>) => OrderFault): void;
  /** Told of each answer of the store. */
  onAnswer(listen: (call: ProxiedCall) => void): void;
  /** Requests that the store has not answered, or not even heard of yet. */
  readonly pending: number;
  stop(): Promise<void>;
}

const LATE_MS = 60_000;

interface StoreReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Starts one on a free port. */
export async function startFaultProxy(): Promise<FaultProxy> {
  const calls: ProxiedCall[] = [];
  const timers = new Set<NodeJS.Timeout>();
  let target = '';
  let plan: Parameters<FaultProxy['plan']>[0] = () => 'none';
  let listen: (call: ProxiedCall) => void = () => {};
  let pending = 0;

  async function forward(incoming: IncomingMessage, body: Buffer, call: ProxiedCall): Promise<StoreReply> {
    pending += 1;
    try {
      const reply = await new Promise<StoreReply>((resolve, reject) => {
        const to = new URL(incoming.url ?? '/', target);
        // The caller's own headers, the host's name included: what it has signed is the proxy's address.
        const outgoing = request(
          to,
          { method: incoming.method ?? 'GET', headers: incoming.headers, agent: false },
          (answer) => {
            const chunks: Buffer[] = [];
            answer.on('data', (chunk: Buffer) => chunks.push(chunk));
            answer.on('end', () =>
              resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) }),
            );
            answer.on('error', reject);
          },
        );
        outgoing.on('error', reject);
        outgoing.end(body);
      });
      call.answer = reply.body.toString('utf8');
      listen(call);
      return reply;
    } finally {
      pending -= 1;
    }
  }

  function reply(response: ServerResponse, { status, headers, body }: StoreReply): void {
    const { connection: _connection, 'transfer-encoding': _encoding, 'content-length': _length, ...rest } = headers;
    response.writeHead(status, rest).end(body);
  }

  async function pass(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const about = { method: incoming.method ?? '', path: incoming.url ?? '', body: body.toString('utf8') };
    const fault = plan(about);
    const call: ProxiedCall = { ...about, fault, answer: '' };
    calls.push(call);
    switch (fault) {
      case 'none':
        return reply(response, await forward(incoming, body, call));
      case 'cut before':
        response.destroy();
        return;
      case 'cut after':
        await forward(incoming, body, call);
        response.destroy();
        return;
      case 'time-out before':
        return;
      case 'time-out after':
        await forward(incoming, body, call);
        return;
      case 'a minute late': {
        pending += 1;
        const timer = setTimeout(() => {
          timers.delete(timer);
          pending -= 1;
          forward(incoming, body, call).catch(() => {});
        }, LATE_MS);
        timers.add(timer);
        return;
      }
      case '500 after':
        await forward(incoming, body, call);
        response.writeHead(500, { 'content-type': 'text/html' }).end('<h1>Internal Server Error</h1>');
        return;
      case '500 before':
        response.writeHead(500, { 'content-type': 'text/html' }).end('<h1>Internal Server Error</h1>');
    }
  }

  const server = createServer((incoming, response) => {
    pass(incoming, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    calls,
    lead(to) {
      target = to;
    },
    plan(fault) {
      plan = fault;
    },
    onAnswer(told) {
      listen = told;
    },
    get pending() {
      return pending;
    },
    async stop() {
      for (const timer of timers) clearTimeout(timer);
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
