import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startStore } from '../store/start-store.ts';
import type { Store } from '../store/store.ts';
import type { StoreOptions } from '../store/store-options.ts';
import { pluginFolder } from './plugin-folder.ts';

/** A change as the shop tells it. */
export interface ToldChange {
  readonly groupId?: number;
  readonly orderId?: number;
  readonly kind: string;
}

/** A ring of the shop's doorbell. */
export interface Ring {
  readonly topic: string;
  readonly signature: string;
  readonly raw: string;
  readonly changes: readonly ToldChange[];
}

/** Answer of `wc-dstnc/v1/changes`. */
export interface ChangesAnswer {
  readonly changes: readonly ToldChange[];
  readonly next: string;
  readonly more: boolean;
  readonly reset: boolean;
}

const SECRET = 'ab'.repeat(32);

const connectCode = `
$plugin  = Dstnc\\WooCommerce\\Plugin::instance();
$problem = $plugin->changeLog()->installTables();
if ( $problem ) { throw new RuntimeException( $problem->technical ); }
$plugin->siteIdentity()->remember();
$plugin->connections()->save(
	Dstnc\\WooCommerce\\Connection\\Connection::fromArray( array(
		'storeId'         => 'st_test',
		'vendor'          => 'lamps',
		'receiverUrl'     => $args['url'],
		'webhookUrl'      => $args['url'] . '/v1/webhooks/key',
		'contractVersion' => 1,
		'connectedAt'     => time(),
		'userId'          => 1,
		'keyId'           => 1,
		'webhookIds'      => $plugin->webhooks()->create( $args['url'] . '/v1/webhooks/key', $args['secret'], 1, 'active' ),
	) ),
	array( 'storeToken' => 'token', 'webhookSecret' => $args['secret'] )
);`;

/** A shop with the plugin that is connected to a listener of its doorbell, and to nothing behind it. */
export class ListeningShop {
  readonly store: Store;
  /** What the webhooks are signed with. */
  readonly secret = SECRET;
  /** What a ring is answered with. */
  status = 200;
  readonly #server: Server;
  readonly #rings: Ring[] = [];
  #held: ServerResponse[] | null = null;
  #abandoned = 0;

  private constructor(store: Store, server: Server) {
    this.store = store;
    this.#server = server;
    server.on('request', (request, response) => this.#take(request, response));
  }

  static async start(options: StoreOptions): Promise<ListeningShop> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const store = await startStore({ ...options, plugins: [pluginFolder(), ...(options.plugins ?? [])] });
      const shop = new ListeningShop(store, server);
      await shop.connect();
      return shop;
    } catch (error) {
      server.close();
      throw error;
    }
  }

  /** Connects the shop; `start()` has done so. */
  async connect(): Promise<void> {
    const { port } = this.#server.address() as AddressInfo;
    await this.php(connectCode, { url: `http://127.0.0.1:${port}`, secret: SECRET });
  }

  async stop(): Promise<void> {
    this.release();
    await this.store.stop();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  /** The rings so far. */
  get rings(): readonly Ring[] {
    return this.#rings;
  }

  /** How many rings the shop gave up while they were held. */
  get abandoned(): number {
    return this.#abandoned;
  }

  /** Takes out the rings since the last call. */
  take(): Ring[] {
    return this.#rings.splice(0);
  }

  /** Leaves rings without an answer until {@link release}. */
  hold(): void {
    this.#held ??= [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const response of held) this.#answer(response);
  }

  /** What changed since a cursor, all pages; without one, from the beginning. */
  async changes(after?: string): Promise<ChangesAnswer> {
    const changes: ToldChange[] = [];
    for (let cursor = after; ; ) {
      const answer = await this.store.rest(
        'GET',
        `wc-dstnc/v1/changes${cursor === undefined ? '' : `?after=${cursor}`}`,
      );
      if (answer.status !== 200) throw new Error(`changes: ${answer.status} ${answer.raw.slice(0, 1000)}`);
      const page = answer.body as ChangesAnswer;
      changes.push(...page.changes);
      if (!page.more) return { ...page, changes };
      cursor = page.next;
    }
  }

  /** Runs PHP in a process of its own, and gives what it returns. */
  // biome-ignore lint/suspicious/noExplicitAny: the result is whatever the code returns.
  php<T = any>(code: string, args?: unknown): Promise<T> {
    return this.store.php<T>(code, { args });
  }

  /** Lines of PHP's log that name this plugin or its tables. */
  async complaints(): Promise<string[]> {
    return (await this.store.log()).split('\n').filter((line) => /dstnc/i.test(line));
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks).toString();
      // WooCommerce's ping of a new webhook is a form.
      const body = raw.startsWith('{') ? (JSON.parse(raw) as { changes?: ToldChange[] }) : {};
      const header = (name: string) => String(request.headers[name] ?? '');
      this.#rings.push({
        topic: header('x-wc-webhook-topic'),
        signature: header('x-wc-webhook-signature'),
        raw,
        changes: body.changes ?? [],
      });
      if (this.#held) {
        this.#held.push(response);
        response.once('close', () => {
          if (!response.writableEnded) this.#abandoned++;
        });
      } else this.#answer(response);
    });
  }

  #answer(response: ServerResponse): void {
    response.writeHead(this.status, { 'content-type': 'application/json' }).end('{}');
  }
}
