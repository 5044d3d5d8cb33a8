import { hash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express';
import type { Answer } from './answer.ts';
import { AnswerMemory } from './answer-memory.ts';
import { CallLog, type Route } from './call-log.ts';
import { type ContractCall, ContractCalls } from './contract-calls.ts';
import { type Fault, FaultPlan, faultOrder } from './fault-plan.ts';
import { idempotencyKey } from './idempotency-key.ts';
import { problemAnswer } from './problem-answer.ts';
import { refusal } from './refusal.ts';
import { SandboxState } from './sandbox-state.ts';
import { sendAnswer } from './send-answer.ts';

const MAX_BODY = 32 * 1024 * 1024;
const NO_BODY = Buffer.alloc(0);

/** How the sandbox behaves, wherever it listens. */
export interface SandboxAppOptions {
  /** The only bearer token that is let in; any but an empty one when absent. */
  token?: string;
  /** false: calls are counted, not kept (for benchmarks). */
  log?: boolean;
}

/** The sandbox without a port: the express app and the parts that a test looks into. */
export interface SandboxApp {
  readonly app: Express;
  readonly state: SandboxState;
  readonly calls: CallLog;
  readonly faults: FaultPlan;
  /** Forgets everything, and breaks off the calls that are being delayed. */
  reset(): void;
  /** Breaks off the calls that are being delayed, without effect. */
  breakOff(): void;
}

/** Builds the double of DSTNC: the outbound contract, strictly; what it holds; and failures on demand. */
export function createSandboxApp(options: SandboxAppOptions = {}): SandboxApp {
  const state = new SandboxState();
  const calls = new CallLog({ keepCalls: options.log ?? true });
  const faults = new FaultPlan();
  const memory = new AnswerMemory();
  const contract = new ContractCalls(state, calls);
  let delays = new AbortController();

  const breakOff = (): void => {
    delays.abort();
    delays = new AbortController();
  };

  const reset = (): void => {
    breakOff();
    state.clear();
    calls.clear();
    faults.clear();
    memory.clear();
  };

  /** Effect and answer of one call, in one go: nothing else happens between the comparison of revs and the effect. */
  const settle = (req: Request, call: Omit<ContractCall, 'body'>): { answer: Answer; replayed: boolean } => {
    const refused = refusal(req, options.token);
    if (refused) return { answer: breach(req, refused), replayed: false };
    const raw = bodyOf(req);
    const key = idempotencyKey(req) ?? '';
    const fingerprint = `${req.method} ${req.originalUrl} ${hash('sha256', raw, 'base64')}`;
    const earlier = memory.recall(key, fingerprint);
    if (earlier === 'conflict') {
      const detail = `Idempotency-Key ${key} was used for another request; give every request its own`;
      return { answer: breach(req, problemAnswer(422, detail)), replayed: false };
    }
    if (earlier !== 'new') return { answer: earlier, replayed: true };
    const parsed = parseJson(raw);
    const answer = parsed
      ? contract.answer({ ...call, body: parsed.value })
      : problemAnswer(400, 'The body is not JSON');
    if (answer.status === 400 || answer.status === 422) breach(req, answer);
    memory.remember(key, fingerprint, answer);
    return { answer, replayed: false };
  };

  const breach = (req: Request, answer: Answer): Answer => {
    const { detail } = JSON.parse(answer.json) as { detail: string };
    calls.addViolation({ method: req.method, path: req.originalUrl, status: answer.status, detail });
    return answer;
  };

  const note = (req: Request, end: { route: Route; status: number | null; outcome: string }): void => {
    calls.add({
      method: req.method,
      path: req.originalUrl,
      ...end,
      raw: bodyOf(req),
      idempotencyKey: idempotencyKey(req),
    });
  };

  const receive = (route: ContractCall['route'], idName?: string) => async (req: Request, res: Response) => {
    const call = { route, vendor: param(req, 'vendor'), id: idName ? param(req, idName) : '' };
    const fault = faults.take(route);
    if (fault === undefined || !losesAnswer(fault)) {
      // A caller that gives up doesn't undo its call: as with a real server, it takes effect late.
      if (fault) await wait(fault);
      const { answer, replayed } = settle(req, call);
      note(req, { route, status: answer.status, outcome: replayed ? 'replayed' : String(answer.status) });
      sendAnswer(res, answer);
      return;
    }
    if (fault.applied) settle(req, call);
    await wait(fault);
    if (fault.status !== undefined) {
      note(req, { route, status: fault.status, outcome: String(fault.status) });
      sendAnswer(res, faultAnswer(fault, fault.status));
      return;
    }
    note(req, { route, status: null, outcome: fault.hang ? 'hang' : 'cut' });
    // Half a status line: no client can take it for an answer.
    if (!fault.hang) res.socket?.write('HTTP/1.1 ', () => res.socket?.destroy());
  };

  const wait = async ({ delayMs }: Fault): Promise<void> => {
    if (delayMs) await pause(delayMs, undefined, { signal: delays.signal, ref: false });
  };

  const onError: ErrorRequestHandler = (error: unknown, req, res, _next) => {
    const {
      status = 500,
      type,
      name,
      message,
    } = error as { status?: number; type?: string; name: string; message: string };
    if (type === 'request.aborted' || name === 'AbortError' || res.headersSent) {
      res.socket?.destroy();
      return;
    }
    const answer = problemAnswer(status, message);
    if (req.path.startsWith('/v1/')) {
      if (status < 500) breach(req, answer);
      note(req, { route: routeOf(req.path), status, outcome: String(status) });
    }
    sendAnswer(res, answer);
  };

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');

  const raw = express.raw({ type: () => true, limit: MAX_BODY });
  app.put('/v1/vendors/:vendor/products/:groupId', raw, receive('products', 'groupId'));
  app.post('/v1/vendors/:vendor/inventory', raw, receive('inventory'));
  app.put('/v1/vendors/:vendor/shipments/:shipmentId', raw, receive('shipments', 'shipmentId'));
  app.put('/v1/vendors/:vendor/orders/:reference', raw, receive('orders', 'reference'));

  const show = (read: (vendor: string, req: Request) => unknown) => (req: Request, res: Response) => {
    const held = read(param(req, 'vendor'), req);
    sendAnswer(res, held === undefined ? problemAnswer(404, 'Nothing of that name is held') : ok(held));
  };
  app.get(
    '/v1/vendors/:vendor/products',
    show((vendor) => ({ products: state.products(vendor) })),
  );
  app.get(
    '/v1/vendors/:vendor/products/:groupId',
    show((vendor, req) => state.product(vendor, param(req, 'groupId'))),
  );
  app.get(
    '/v1/vendors/:vendor/inventory',
    show((vendor) => ({ items: state.inventory(vendor) })),
  );
  app.get(
    '/v1/vendors/:vendor/shipments',
    show((vendor) => ({ shipments: state.shipments(vendor) })),
  );
  app.get(
    '/v1/vendors/:vendor/shipments/:id',
    show((vendor, req) => state.shipment(vendor, param(req, 'id'))),
  );
  app.get(
    '/v1/vendors/:vendor/orders',
    show((vendor) => ({ orders: state.orders(vendor) })),
  );
  app.get(
    '/v1/vendors/:vendor/orders/:id',
    show((vendor, req) => state.order(vendor, param(req, 'id'))),
  );

  app.get('/sandbox/calls', (_req, res) => {
    const { counts, violations } = calls;
    sendAnswer(res, ok({ calls: calls.calls, counts, violations, regressions: state.regressions }));
  });
  app.delete('/sandbox/calls', (_req, res) => {
    calls.clear();
    sendAnswer(res, NOTHING);
  });
  app.get('/sandbox/revs/:vendor/:groupId', (req, res) => {
    const revs = state.acceptedRevs(param(req, 'vendor'), param(req, 'groupId'));
    sendAnswer(res, ok({ revs, regressions: state.regressions }));
  });
  app.get('/sandbox/faults', (_req, res) => sendAnswer(res, ok({ faults: faults.pending })));
  // Any content type, so that `curl -d '{"status":503}'` will do.
  app.post('/sandbox/faults', express.json({ type: () => true }), (req, res) => {
    const order = faultOrder.safeParse(req.body ?? {});
    if (!order.success) {
      const detail = order.error.issues
        .map(({ path, message }) => [...path.map(String), message].join(': '))
        .join('; ');
      sendAnswer(res, problemAnswer(422, detail));
      return;
    }
    faults.add(order.data);
    sendAnswer(res, { ...ok({ faults: faults.pending }), status: 201 });
  });
  app.delete('/sandbox/faults', (_req, res) => {
    faults.clear();
    sendAnswer(res, NOTHING);
  });
  app.post('/sandbox/reset', (_req, res) => {
    reset();
    sendAnswer(res, NOTHING);
  });

  app.use(raw, (req, res) => {
    const answer = problemAnswer(404, `There is no ${req.method} ${req.path}`);
    if (req.path.startsWith('/v1/') && req.method !== 'GET') {
      breach(req, answer);
      note(req, { route: 'other', status: 404, outcome: '404' });
    }
    sendAnswer(res, answer);
  });
  app.use(onError);

  return { app, state, calls, faults, reset, breakOff };
}

const NOTHING: Answer = { status: 204, json: '' };

function ok(value: unknown): Answer {
  return { status: 200, json: JSON.stringify(value) };
}

/** A fault that is no mere delay: its caller doesn't get the answer of the contract. */
function losesAnswer({ status, hang, cut, applied }: Fault): boolean {
  return status !== undefined || hang === true || cut === true || applied === true;
}

function faultAnswer({ body, retryAfter }: Fault, status: number): Answer {
  const plain = status < 300 ? ok({}) : problemAnswer(status, 'This failure was asked for');
  const answer = { ...plain, status, ...(body === undefined ? {} : { json: JSON.stringify(body) }) };
  return retryAfter === undefined ? answer : { ...answer, retryAfter: String(retryAfter) };
}

function parseJson(raw: Buffer): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(raw.toString('utf8')) };
  } catch {
    return undefined;
  }
}

function bodyOf(req: Request): Buffer {
  return Buffer.isBuffer(req.body) ? req.body : NO_BODY;
}

function param(req: Request, name: string): string {
  return String(req.params[name]);
}

function routeOf(path: string): Route {
  const name = /^\/v1\/vendors\/[^/]+\/(products|inventory|shipments|orders)(?=\/|$)/.exec(path)?.[1];
  return (name as Route | undefined) ?? 'other';
}
