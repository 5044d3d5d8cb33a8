import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What became of a request at the gate. */
export type GateState = 'passed' | 'refused' | 'held' | 'given up' | 'swallowed';

/** A request that came to the gate. */
export interface GateRequest {
  readonly method: string;
  readonly path: string;
  readonly state: GateState;
}

/** Stands between stores and a receiver, which can so be dead or asleep, and alive again, under the same address. */
export interface Gate {
  readonly url: string;
  /** Every request, oldest first. One that is held is given up once its sender goes. */
  readonly requests: readonly GateRequest[];
  /** The most that were held at the same time. */
  readonly mostHeld: number;
  /** Lets requests through from now on. */
  open(target: string): void;
  /** Breaks connections off, as a dead receiver's host does. */
  refuse(): void;
  /** Takes requests and never answers them. */
  hold(): void;
  /** Answers every webhook as if it had arrived, and throws it away; lets everything else through. */
  swallow(target: string): void;
  /** Told when a request is given up. */
  onGivenUp(listener: () => void): void;
  stop(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1; refuses until it is opened. */
export async function startGate(): Promise<Gate> {
  const requests: { method: string; path: string; state: GateState }[] = [];
  let behave: 'refuse' | 'hold' | { readonly target: string; readonly swallow: boolean } = 'refuse';
  let held = 0;
  let mostHeld = 0;
  let givenUp: () => void = () => undefined;

  const server = createServer((incoming, response) => {
    const noted = { method: incoming.method ?? '', path: incoming.url ?? '', state: 'passed' as GateState };
    requests.push(noted);
    if (behave === 'refuse') {
      noted.state = 'refused';
      incoming.socket.destroy();
    } else if (behave === 'hold') {
      noted.state = 'held';
      held += 1;
      mostHeld = Math.max(mostHeld, held);
      incoming.resume();
      incoming.socket.once('close', () => {
        held -= 1;
        noted.state = 'given up';
        givenUp();
      });
    } else if (behave.swallow && noted.path.startsWith('/v1/webhooks/')) {
      noted.state = 'swallowed';
      incoming.resume();
      incoming.once('end', () => response.writeHead(200).end());
    } else {
      pass(incoming, response, behave.target);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    get mostHeld() {
      return mostHeld;
    },
    open(target) {
      behave = { target, swallow: false };
    },
    refuse() {
      behave = 'refuse';
    },
    hold() {
      behave = 'hold';
    },
    swallow(target) {
      behave = { target, swallow: true };
    },
    onGivenUp(listener) {
      givenUp = listener;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function pass(incoming: IncomingMessage, response: ServerResponse, target: string): void {
  const outgoing = request(target + incoming.url, { method: incoming.method, headers: incoming.headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  outgoing.on('error', () => response.destroy());
  incoming.pipe(outgoing);
}
