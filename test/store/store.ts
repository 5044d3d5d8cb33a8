import type { RowDataPacket } from 'mysql2/promise';

/** A consumer key of wc/v3 and its secret. */
export interface StoreKeys {
  readonly consumerKey: string;
  readonly consumerSecret: string;
}

/** An answer of the store's REST API. */
export interface StoreAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed body; undefined where it isn't JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: what a store answers has no type; tests look into it freely.
  readonly body: any;
  readonly raw: string;
}

/** A mail that WordPress would have sent. */
export interface StoreMail {
  readonly to: string | readonly string[];
  readonly subject: string;
  readonly message: string;
  readonly headers: string | readonly string[];
}

/** The webhook to register; `userId` defaults to the administrator, `name` to the topic. */
export interface WebhookOptions {
  readonly topic: string;
  readonly deliveryUrl: string;
  readonly secret: string;
  readonly userId?: number;
  readonly name?: string;
}

/** How PHP is run inside WordPress. */
export interface PhpOptions {
  /** What the code finds in `$args`. */
  readonly args?: unknown;
  /** As which user; 0 is nobody. Default 1, the administrator. */
  readonly user?: number;
  /** In a process of its own (default), or, several times as fast, in a request to the store's web server. */
  readonly where?: 'process' | 'server';
}

/** A running WordPress with WooCommerce. */
export interface Store {
  /** The home URL, without a trailing slash. */
  readonly home: string;
  readonly keys: StoreKeys;
  readonly admin: { readonly user: string; readonly password: string };
  /** Versions as the running code tells them. */
  readonly versions: { readonly woocommerce: string; readonly wordpress: string; readonly php: string };
  /** Whether orders are in HPOS tables; null where the version has none. */
  readonly hpos: boolean | null;
  /** WordPress's folder. */
  readonly docroot: string;

  /** An HTTP call of wc/v3 as the administrator: `wc('GET', 'products/12')`. Works with plain permalinks, too. */
  wc(method: string, path: string, body?: unknown): Promise<StoreAnswer>;
  /** An HTTP call of any REST route as the administrator: `rest('GET', 'wp/v2/pages')`. */
  rest(method: string, route: string, body?: unknown): Promise<StoreAnswer>;
  /**
   * Runs PHP inside WordPress, all shutdown hooks included, and gives what it `return`s.
   * @throws Error with PHP's message where the code throws or dies
   */
  // biome-ignore lint/suspicious/noExplicitAny: the result is whatever the code returns.
  php<T = any>(code: string, options?: PhpOptions): Promise<T>;
  /** Queries the store's database; the tables' prefix is `wp_`. */
  sql<T extends RowDataPacket = RowDataPacket>(query: string, parameters?: readonly unknown[]): Promise<T[]>;
  /** Delivers the pending webhooks now, or, with `'everything'`, runs all due actions. Gives how many ran. */
  runQueue(what?: 'webhooks' | 'everything'): Promise<number>;
  /** Registers a webhook (wp_api_v3) as wp-admin does, creation ping included, and gives its id. */
  createWebhook(options: WebhookOptions): Promise<number>;
  /** The mails recorded so far. */
  mails(): Promise<StoreMail[]>;
  /** PHP's error log. */
  log(): Promise<string>;
  /** Stops the store's processes and removes its files. */
  stop(): Promise<void>;
}
