import { createHmac, randomBytes } from 'node:crypto';
import { connectionRequest, pluginStatus } from '@dstnc/shared';
import { createStoreClient } from '../../receiver/src/woocommerce/store-client.ts';
import type { StoreKeys } from '../store/store.ts';
import { type DoubleAnswer, type DoubleCall, DoubleServer } from './double-server.ts';
import { makeCode } from './make-code.ts';
import type { ToldChange } from './told-change.ts';

/** A ring of the shop's doorbell. */
export interface Ring {
  readonly topic: string;
  readonly signature: string;
  readonly raw: string;
  readonly changes: readonly ToldChange[];
}

type Answering = (call: DoubleCall) => DoubleAnswer | null | Promise<DoubleAnswer | null>;

const STORE = '/v1/stores/st_1';
const HOOK = '/v1/webhooks/k1';

/**
 * Stands for the receiver where a test is about what the shop makes of its answers, or about what the true one can't be made to do. Left
 * alone, it does what is right, strictly. Everything else is tested with the receiver itself.
 */
export class ReceiverDouble {
  /** What calls about the store are answered; 200: as is right. */
  status = 200;
  /** What the shop's notifications are answered; 200: as is right. */
  hookStatus = 200;
  /** What it says of the store. */
  flags: readonly { readonly kind: string; readonly since: string; readonly detail: string }[] = [];
  /** What it sees of the store from outside. */
  checks: readonly Readonly<Record<string, string>>[] = [];
  readonly #server: DoubleServer;
  readonly #storeToken = `dst_${randomBytes(16).toString('hex')}`;
  #answering: Answering = () => null;
  #store: { readonly restUrl: string; readonly url: string } | undefined;
  #secret = '';
  #credentials: StoreKeys | undefined;

  private constructor(server: DoubleServer) {
    this.#server = server;
    server.answer = async (call) => (await this.#answering(call)) ?? (await this.#asIsRight(call));
  }

  /** Listens on a free port of 127.0.0.1. @param tls a certificate to answer https with */
  static async start(tls?: { key: string; cert: string }): Promise<ReceiverDouble> {
    return new ReceiverDouble(await DoubleServer.start(tls));
  }

  get url(): string {
    return this.#server.url;
  }

  /** What came since the last {@link take}. */
  get calls(): DoubleCall[] {
    return this.#server.calls;
  }

  /** The rings among the calls. */
  get rings(): readonly Ring[] {
    return this.calls.filter(({ path }) => path === HOOK).map(toRing);
  }

  /** How many calls the shop gave up while they were held. */
  get abandoned(): number {
    return this.#server.abandoned;
  }

  /** What the webhooks are signed with, as the shop told it. */
  get webhookSecret(): string {
    return this.#secret;
  }

  /** Takes out what came since the last time. */
  take(): DoubleCall[] {
    return this.#server.take();
  }

  /** Leaves calls without an answer until {@link release}. */
  hold(): void {
    this.#server.hold();
  }

  release(): void {
    this.#server.release();
  }

  /** What every call is answered from now on; null: as is right. */
  answerWith(answer: DoubleAnswer | Answering | null): void {
    this.#answering = typeof answer === 'function' ? answer : () => answer;
  }

  /** A connection code that names this receiver. */
  code(payload: Readonly<Record<string, unknown>> = {}): string {
    return makeCode({ receiver: this.url, ...payload });
  }

  /** The keys that it would call the shop with. */
  credentials(): StoreKeys | undefined {
    return this.#credentials;
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }

  #asIsRight(call: DoubleCall): DoubleAnswer | Promise<DoubleAnswer> {
    if (call.method === 'POST' && call.path === '/v1/connections') return this.#connect(call);
    if (call.path === HOOK) return this.#takeRing(call);
    if (this.status !== 200) return { status: this.status, body: { type: 'about:blank', status: this.status } };
    if (!call.path.startsWith(STORE)) return problem(404, 'unknown-store');
    if (call.headers.authorization !== `Bearer ${this.#storeToken}`) return problem(401, 'unauthorized');
    if (call.method === 'DELETE') return { status: 202, body: { id: 'st_1', state: 'disconnecting', withdrawing: 0 } };
    if (call.method === 'PATCH') return this.#renew(call);
    if (call.method === 'POST') return { status: 202, body: { groups: 0 } };
    return { body: call.path.includes('/doctor') ? this.#doctorReport() : this.#storeState() };
  }

  async #connect(call: DoubleCall): Promise<DoubleAnswer> {
    const { store, credentials, webhookSecret } = connectionRequest.parse(call.body);
    const status = await callBack(store, credentials);
    if (status?.permissions !== 'read_write' || status.home !== store.url) return problem(502, 'callback-failed');
    this.#store = store;
    this.#secret = webhookSecret;
    this.#credentials = credentials;
    return {
      status: 201,
      body: {
        storeId: 'st_1',
        storeToken: this.#storeToken,
        webhookUrl: `${this.url}${HOOK}`,
        contractVersion: 1,
        vendor: 'nordic-lamps',
      },
    };
  }

  /** Takes new keys of the store, and where it is now. */
  async #renew({ body }: DoubleCall): Promise<DoubleAnswer> {
    const keys = { consumerKey: body.consumerKey, consumerSecret: body.consumerSecret };
    if ((await callBack({ ...this.#store, ...body.store }, keys)) === null) return problem(502, 'callback-failed');
    this.#credentials = keys;
    return { status: 200, body: { id: 'st_1' } };
  }

  #takeRing({ raw, headers }: DoubleCall): DoubleAnswer {
    if (this.hookStatus !== 200) return { status: this.hookStatus };
    // WooCommerce's ping of a new webhook is a form.
    const isSigned =
      headers['x-wc-webhook-signature'] === createHmac('sha256', this.#secret).update(raw).digest('base64');
    return raw.startsWith('webhook_id=') || isSigned ? { status: 200, body: '' } : problem(401, 'bad-signature');
  }

  #doctorReport() {
    const healthy = this.checks.every(({ status }) => status === 'ok');
    return { checkedAt: new Date().toISOString(), healthy, checks: this.checks };
  }

  #storeState() {
    return {
      id: 'st_1',
      state: this.flags.length > 0 ? 'attention' : 'healthy',
      flags: this.flags,
      upTo: new Date().toISOString(),
      products: 3,
      purchasable: 2,
      notPurchasable: 1,
      pending: 0,
      oldestPending: null,
      import: { state: 'done', total: 3, done: 3, secondsLeft: null, waitingFor: null },
      lastChange: null,
    };
  }
}

/** Asks the shop for its status with keys, as the true one does. */
async function callBack({ restUrl, url }: { restUrl: string; url: string }, credentials: StoreKeys) {
  const client = createStoreClient({ home: url, restUrl, credentials, allowPrivate: true });
  try {
    const answer = await client.get('wc-dstnc/v1/status');
    return answer.ok ? pluginStatus.parse(answer.body) : null;
  } finally {
    await client.close();
  }
}

function toRing({ headers, raw, body }: DoubleCall): Ring {
  const header = (name: string) => String(headers[name] ?? '');
  return {
    topic: header('x-wc-webhook-topic'),
    signature: header('x-wc-webhook-signature'),
    raw,
    changes: body.changes ?? [],
  };
}

function problem(status: number, type: string): DoubleAnswer {
  return { status, body: { type: `urn:dstnc:problem:${type}`, title: type, status } };
}
