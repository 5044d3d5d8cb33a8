/** How one store is treated. Set by operators only. */
export interface StoreSettings {
  /** Another language than the store's own; null: the store's own. */
  readonly language: string | null;
  /** Seconds between polls; null: the service's default. */
  readonly pollSeconds: number | null;
  /** `allow` lets DSTNC sell what WooCommerce takes on backorder. */
  readonly backorders: 'deny' | 'allow';
  /** Seconds of silence after which a store counts as stale. */
  readonly staleAfter: number;
  readonly onStale: 'keep' | 'withdraw';
}

/** What an operator should look at. */
export interface StoreFlag {
  /** When it was first seen, milliseconds since 1970. */
  readonly since: number;
  /** What is wrong and what to do, in words for people. */
  readonly detail: string;
}

/** REST keys of a store. */
export interface StoreCredentials {
  readonly consumerKey: string;
  readonly consumerSecret: string;
}

/** A connected store, its secrets in the clear: never to be logged or sent whole. */
export interface Store {
  /** `st_` and ten characters. */
  readonly id: string;
  /** DSTNC's name for the vendor; one store each. */
  readonly vendor: string;
  /** The store's home address, without a trailing slash. */
  readonly url: string;
  readonly webhookKey: string;
  /** The newest first; more than one while a secret is being rotated. */
  readonly webhookSecrets: readonly string[];
  /** Null: a store known by its webhooks only. */
  readonly credentials: StoreCredentials | null;
  readonly settings: StoreSettings;
  /** ISO 4217; null as long as nobody said. */
  readonly currency: string | null;
  readonly taxIncluded: boolean | null;
  readonly flags: Readonly<Record<string, StoreFlag>>;
  readonly createdAt: number;
  /** Since when its listings are being withdrawn, milliseconds since 1970; null: connected. */
  readonly disconnectedAt: number | null;
}
