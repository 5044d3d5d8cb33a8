import { createHmac, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { connectionRequest, pluginStatus } from '@dstnc/shared';
import { createStoreClient } from '../../receiver/src/woocommerce/store-client.ts';

/** A call as it came in. */
export interface DoubleCall {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** Parsed where it is JSON, else the text. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it freely.
  readonly body: any;
}

/** An answer in place of the usual one. */
export interface DoubleAnswer {
  readonly status?: number;
  readonly contentType?: string;
  /** Sent as it is if it is a string, else as JSON. */
  readonly body?: unknown;
  readonly delayMs?: number;
}

/** A receiver that answers as told, for what the true one can't be made to do. Left alone, it does what is right, strictly. */
export interface ReceiverDouble {
  readonly url: string;
  readonly calls: readonly DoubleCall[];
  /** Takes out what came since the last time. */
  take(): DoubleCall[];
  /** What every call is answered from now on; null: as is right. */
  answerWith(
    answer: DoubleAnswer | ((call: DoubleCall) => DoubleAnswer | null | Promise<DoubleAnswer | null>) | null,
  ): void;
  /** A connection code that names this receiver. */
  code(payload?: Readonly<Record<string, unknown>>): string;
  /** The keys that it would call the shop with. */
  credentials(): { readonly consumerKey: string; readonly consumerSecret: string } | undefined;
  stop(): Promise<void>;
}

/** A connection code; the signature is one that only its maker could check. */
export function makeCode(payload: Readonly<Record<string, unknown>>): string {
  const json = JSON.stringify({
    v: 1,
    vendor: 'nordic-lamps',
    token: randomBytes(16).toString('hex'),
    exp: Math.floor(Date.now() / 1000) + 3600,
    ...payload,
  });
  return `dstnc1_${Buffer.from(json).toString('base64url')}.${randomBytes(32).toString('base64url')}`;
}

/** @param tls a certificate to answer https with */
export async function startReceiverDouble(tls?: { key: string; cert: string }): Promise<ReceiverDouble> {
  const calls: DoubleCall[] = [];
  const storeToken = `dst_${randomBytes(16).toString('hex')}`;
  let answering: (call: DoubleCall) => DoubleAnswer | null | Promise<DoubleAnswer | null> = () => null;
  let store: { restUrl: string; url: string; secret: string } | undefined;
  let credentials: { consumerKey: string; consumerSecret: string } | undefined;

  /** Asks the shop for its status with keys, as the true one does. */
  async function callBack(restUrl: string, home: string, keys: NonNullable<typeof credentials>) {
    const client = createStoreClient({ home, restUrl, credentials: keys, allowPrivate: true });
    try {
      const answer = await client.get('wc-dstnc/v1/status');
      return answer.ok ? pluginStatus.parse(answer.body) : null;
    } finally {
      await client.close();
    }
  }

  async function asIsRight(call: DoubleCall): Promise<DoubleAnswer> {
    if (call.method === 'POST' && call.path === '/v1/connections') {
      const request = connectionRequest.parse(call.body);
      const status = await callBack(request.store.restUrl, request.store.url, request.credentials);
      if (status?.permissions !== 'read_write' || status.home !== request.store.url)
        return problem(502, 'callback-failed');
      store = { ...request.store, secret: request.webhookSecret };
      credentials = request.credentials;
      return {
        status: 201,
        body: {
          storeId: 'st_1',
          storeToken,
          webhookUrl: `${url}/v1/webhooks/k1`,
          contractVersion: 1,
          vendor: 'nordic-lamps',
        },
      };
    }
    if (call.path === '/v1/webhooks/k1') {
      if (typeof call.body === 'string' && call.body.startsWith('webhook_id=')) return { status: 200, body: '' };
      const signature = createHmac('sha256', store?.secret ?? '')
        .update(JSON.stringify(call.body))
        .digest('base64');
      return call.headers['x-wc-webhook-signature'] === signature
        ? { status: 200, body: '' }
        : problem(401, 'bad-signature');
    }
    if (!call.path.startsWith('/v1/stores/st_1')) return problem(404, 'unknown-store');
    if (call.headers.authorization !== `Bearer ${storeToken}`) return problem(401, 'unauthorized');
    if (call.method === 'DELETE') return { status: 202, body: { id: 'st_1', state: 'disconnecting', withdrawing: 0 } };
    if (call.method === 'PATCH') {
      const keys = { consumerKey: call.body.consumerKey, consumerSecret: call.body.consumerSecret };
      const place = { ...store, ...call.body.store };
      if ((await callBack(place.restUrl, place.url, keys)) === null) return problem(502, 'callback-failed');
      credentials = keys;
      return { status: 200, body: { id: 'st_1' } };
    }
    if (call.method === 'POST') return { status: 202, body: { groups: 0 } };
    if (call.path.includes('/doctor')) {
      return { body: { checkedAt: new Date().toISOString(), healthy: true, checks: [] } };
    }
    return {
      body: {
        id: 'st_1',
        upTo: new Date().toISOString(),
        products: 3,
        purchasable: 2,
        notPurchasable: 1,
        pending: 0,
        oldestPending: null,
        import: { state: 'done', total: 3, done: 3, secondsLeft: null, waitingFor: null },
        lastChange: null,
        flags: [],
      },
    };
  }

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const call = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: parsed(text),
    };
    calls.push(call);
    const answer = (await answering(call)) ?? (await asIsRight(call));
    if (answer.delayMs) await wait(answer.delayMs);
    const body = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {});
    response.writeHead(answer.status ?? 200, { 'content-type': answer.contentType ?? 'application/json' }).end(body);
  };
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    handle(request, response).catch((error) => response.writeHead(500).end(String(error)));
  };
  const server = tls ? createSecureServer(tls, listener) : createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    calls,
    take: () => calls.splice(0),
    answerWith(answer) {
      answering = typeof answer === 'function' ? answer : () => answer;
    },
    code: (payload = {}) => makeCode({ receiver: url, ...payload }),
    credentials: () => credentials,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function problem(status: number, type: string): DoubleAnswer {
  return { status, body: { type: `urn:dstnc:problem:${type}`, title: type, status } };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
