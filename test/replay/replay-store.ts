import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Recording } from '../recordings/recording.ts';
import { type Authentication, checkCredentials } from './check-credentials.ts';
import type { Fault } from './fault.ts';
import { RecordedCatalog } from './recorded-catalog.ts';
import { type ReplayAnswer, restError } from './replay-answer.ts';
import { routeRequest } from './route-request.ts';

/** A request that a replay store got. */
export interface ReplayedRequest {
  readonly method: string;
  /** Below wc/v3, without the query. */
  readonly path: string;
  readonly query: string;
  readonly authentication: Authentication;
  readonly at: Date;
  /** 0 where the request was left hanging. */
  status: number;
}

/** A server that answers wc/v3 as the recorded store did. */
export interface ReplayStore {
  readonly home: string;
  readonly keys: { readonly consumerKey: string; readonly consumerSecret: string };
  /** The recorded step that answers are given for. */
  readonly step: number;
  /** All requests, oldest first. */
  readonly requests: readonly ReplayedRequest[];
  /** Moves to a later step; an earlier one changes nothing, as a real store's state doesn't go back. */
  advanceTo(step: number): void;
  /** Lets the next `count` requests fail; a second call queues behind the first. */
  failNext(count: number, fault: Fault): void;
  stop(): Promise<void>;
}

/**
 * Serves a recording's wc/v3 answers on 127.0.0.1: under `/wp-json/`, `/index.php/wp-json/` and `?rest_route=`. An answer is
 * the newest one recorded up to the current step, which starts at 0. Links in the answers name the recorded home.
 */
export async function startReplayStore(
  recording: Recording,
  { port = 0 }: { port?: number } = {},
): Promise<ReplayStore> {
  const catalog = new RecordedCatalog(recording);
  const { consumerKey, consumerSecret } = recording.manifest;
  const keys = { consumerKey, consumerSecret };
  const requests: ReplayedRequest[] = [];
  const faults: Fault[] = [];

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://replay.invalid');
    const path = restPath(url);
    const { authentication, refusal } = checkCredentials(request, url.searchParams, keys);
    const method = request.method ?? 'GET';
    const entry = { method, path: path ?? url.pathname, query: url.search, authentication, at: new Date(), status: 0 };
    requests.push(entry);
    const fault = faults.shift();
    if (fault?.hang) return;
    // Answers are decided before the wait: a slow answer is an old one.
    const answer =
      path === undefined ? noPage() : (refusal ?? routeRequest(catalog, { method, path, query: url.searchParams }));
    if (fault?.delayMs) await wait(fault.delayMs);
    entry.status = send(response, answer, fault);
  };

  const server = createServer((request, response) => {
    request.resume();
    handle(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    home: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    keys,
    get step() {
      return catalog.step;
    },
    requests,
    advanceTo: (step) => catalog.advanceTo(step),
    failNext: (count, fault) => {
      for (let index = 0; index < count; index += 1) faults.push(fault);
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The path below wc/v3, however the client addresses the REST API; undefined where it asks for something else. */
function restPath(url: URL): string | undefined {
  const route = url.searchParams.get('rest_route') ?? /^(?:\/index\.php)?\/wp-json(\/.*)$/.exec(url.pathname)?.[1];
  return route === undefined ? undefined : /^\/wc\/v3\/(.+?)\/?$/.exec(route)?.[1];
}

function noPage(): ReplayAnswer {
  return restError(404, 'rest_no_route', 'No route was found matching the URL and request method.');
}

/** Sends the answer, or what the fault makes of it, and gives the status sent. */
function send(response: ServerResponse, answer: ReplayAnswer, fault: Fault = {}): number {
  const failed =
    fault.status === undefined ? answer : restError(fault.status, 'internal_server_error', 'A fault on demand.');
  const status = fault.status ?? (fault.html === undefined ? answer.status : 200);
  const body = Buffer.from(fault.html ?? JSON.stringify(failed.body));
  response.writeHead(status, {
    'content-type': fault.html === undefined ? 'application/json; charset=UTF-8' : 'text/html; charset=UTF-8',
    'cache-control': 'no-cache, must-revalidate, max-age=0',
    'content-length': body.length,
    ...failed.headers,
    ...fault.headers,
  });
  if (fault.truncate) response.write(body.subarray(0, body.length >> 1), () => response.destroy());
  else response.end(body);
  return status;
}
