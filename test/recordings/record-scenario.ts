import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { startStore } from '../store/start-store.ts';
import type { Store, StoreAnswer } from '../store/store.ts';
import { listenForWebhooks, type ReceivedRequest, type WebhookListener } from '../store/webhook-listener.ts';
import type { RecordedAnswer, RecordedDelivery, RecordedLine, RecordedManifest } from './recording.ts';
import type { Scenario, Stage } from './scenario.ts';
import { StoreSnapshot } from './store-snapshot.ts';

/** Fixed, and no secret: recordings have to verify wherever they are replayed. */
const webhookSecret = '5eedf00d5eedf00d5eedf00d5eedf00d';

const productTopics = ['product.created', 'product.updated', 'product.deleted', 'product.restored'];

/** Plays a scenario in a fresh store and writes down what the store answered and sent. */
export async function recordScenario(scenario: Scenario, woocommerce: string, path: string): Promise<void> {
  const store = await startStore({ woocommerce, hpos: scenario.hpos ?? true });
  const listener = await listenForWebhooks();
  try {
    const recorder = new Recorder(scenario, store, listener);
    const lines = await recorder.record();
    await mkdir(dirname(path), { recursive: true });
    await writeFile(`${path}.part`, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    await rename(`${path}.part`, path);
  } finally {
    await listener.stop();
    await store.stop();
  }
}

class Recorder {
  readonly #scenario: Scenario;
  readonly #store: Store;
  readonly #listener: WebhookListener;
  readonly #snapshot: StoreSnapshot;
  readonly #steps: RecordedManifest['steps'] = [];
  readonly #lines: RecordedLine[] = [];
  #known = new Map<string, string>();

  constructor(scenario: Scenario, store: Store, listener: WebhookListener) {
    this.#scenario = scenario;
    this.#store = store;
    this.#listener = listener;
    this.#snapshot = new StoreSnapshot(store);
  }

  async record(): Promise<RecordedLine[]> {
    const stage: Stage = {
      store: this.#store,
      webhookUrl: this.#listener.url,
      webhookSecret,
      step: (what, action) => this.#step(what, action),
      wc: async (method, path, body) => expectSuccess(await this.#store.wc(method, path, body), `${method} ${path}`),
      watchProduct: (id) => this.#snapshot.watchProduct(id),
      watchPath: (path) => this.#snapshot.watchPath(path),
    };
    // What a new installation has to do besides is done now, so that steps show their own doings alone.
    await this.#store.runQueue('everything');
    await this.#step('The store before anything happened', async () => {
      await this.#scenario.setUp?.(stage);
      const userId = (await this.#scenario.webhookUser?.(this.#store)) ?? 1;
      for (const topic of [...productTopics, ...(this.#scenario.topics ?? [])]) {
        await this.#store.createWebhook({ topic, deliveryUrl: this.#listener.url, secret: webhookSecret, userId });
      }
    });
    await this.#scenario.play(stage);
    return [await this.#manifest(), ...this.#lines, { kind: 'end', state: await this.#snapshot.end() }];
  }

  async #step(what: string, action: () => Promise<unknown>): Promise<void> {
    const step = this.#steps.length;
    await action();
    await this.#store.runQueue('everything');
    const answers = await this.#changedAnswers();
    this.#steps.push({ step, what });
    this.#lines.push({ kind: 'step', step, at: new Date().toISOString(), what, answers });
    for (const request of this.#listener.take()) this.#lines.push(delivery(step, request));
  }

  async #changedAnswers(): Promise<Record<string, RecordedAnswer>> {
    const changed: Record<string, RecordedAnswer> = {};
    for (const [path, answer] of await this.#snapshot.answers()) {
      const comparable = JSON.stringify(answer, sortRelated);
      if (this.#known.get(path) === comparable) continue;
      this.#known.set(path, comparable);
      changed[path] = answer;
    }
    return changed;
  }

  async #manifest(): Promise<RecordedManifest> {
    const { body } = await this.#store.wc('GET', 'data/currencies/current');
    return {
      kind: 'manifest',
      scenario: this.#scenario.name,
      title: this.#scenario.title,
      woocommerce: this.#store.versions.woocommerce,
      wordpress: this.#store.versions.wordpress,
      php: this.#store.versions.php,
      hpos: this.#store.hpos,
      home: this.#store.home,
      webhookSecret,
      ...this.#store.keys,
      currency: body.code,
      recordedAt: new Date().toISOString(),
      converges: this.#scenario.converges,
      steps: this.#steps,
    };
  }
}

/** WooCommerce shuffles `related_ids` in every answer: that alone is no change. */
function sortRelated(key: string, value: unknown): unknown {
  return key === 'related_ids' && Array.isArray(value) ? [...value].sort((a, b) => a - b) : value;
}

function delivery(step: number, request: ReceivedRequest): RecordedDelivery {
  const body = request.body.toString('utf8');
  return {
    kind: 'delivery',
    step,
    at: request.receivedAt.toISOString(),
    headers: request.headers.map(([name, value]): [string, string] => [name, value]),
    body,
    ...(Buffer.from(body).equals(request.body) ? {} : { bodyBase64: request.body.toString('base64') }),
  };
}

/** The answer's body. What a scenario does has to work: a failure would be recorded as the store's behaviour. */
function expectSuccess(answer: StoreAnswer, what: string): StoreAnswer['body'] {
  if (answer.status >= 300) throw new Error(`${what}: ${answer.status} ${answer.raw.slice(0, 500)}`);
  return answer.body;
}
