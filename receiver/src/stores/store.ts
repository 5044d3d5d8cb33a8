import type { StoreAccess } from '../woocommerce/store-access.ts';

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
  /** No dead letter is to tell of it before this, milliseconds since 1970: an operator has discarded one. */
  readonly quietUntil?: number;
}

/** REST keys of a store. */
export interface StoreCredentials {
  readonly consumerKey: string;
  readonly consumerSecret: string;
}

/** The plugin in a store, as it said when the store connected. */
export interface StorePlugin {
  readonly version: string;
  readonly contractVersion: number;
  /** The version of WooCommerce that it runs on. */
  readonly woocommerce: string;
  /** Where the store's REST API answers: see woocommerce/rest-root.ts. */
  readonly restUrl: string;
}

/** A connection that the next one has taken the place of: see {@link Store.previous}. */
export interface PreviousConnection {
  readonly tokenHash: string | null;
  readonly credentials: StoreCredentials | null;
  readonly webhookSecrets: readonly string[];
}

/** A walk through a store's whole catalogue that marks all of its groups: how far it is. */
export interface StoreImport {
  /** Why it was begun, as its marks tell. */
  readonly cause: string;
  /** Milliseconds since 1970; names the walk, too: one that is begun anew takes its place. */
  readonly startedAt: number;
  /** The last group's id that was marked; 0: none yet. */
  readonly cursor: number;
  /** Groups marked so far, and all that the store says there are. */
  readonly walked: number;
  readonly total: number;
  /** When the last of them was marked; null: under way. */
  readonly walkedAt: number | null;
  /** Why it doesn't get on, in words for people; null: it does. */
  readonly waitingFor: string | null;
}

/** Why a store's listings are hidden at DSTNC, although it is connected. */
export interface StoreWithheld {
  /** Milliseconds since 1970. */
  readonly since: number;
  /** `silent`: nothing was heard for longer than its `staleAfter`. `key`: its key is dead, and has been for as long. */
  readonly because: 'silent' | 'key';
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
  /** The newest first; more than one while a secret is being rotated. Which are good: see good-webhook-secrets.ts. */
  readonly webhookSecrets: readonly string[];
  /** Until when all but the newest are good, milliseconds since 1970; null: until they are taken away. */
  readonly webhookSecretsUntil: number | null;
  /** Null: a store known by its webhooks only. */
  readonly credentials: StoreCredentials | null;
  /** Null: it was added by an operator, and has no plugin as far as is known. */
  readonly plugin: StorePlugin | null;
  /** How it is spoken to without the plugin; null: not found out yet, or it has no credentials. */
  readonly access: StoreAccess | null;
  /** Of the token with which its plugin calls; null: it has none. */
  readonly tokenHash: string | null;
  /**
   * What it had before it connected again, valid beside what it has now until its plugin calls with the new token: a plugin that never
   * heard of the new connection keeps the old one. Null: there is none, or the plugin has called.
   */
  readonly previous: PreviousConnection | null;
  /** Null: its catalogue was never walked. */
  readonly import: StoreImport | null;
  readonly settings: StoreSettings;
  /** ISO 4217; null as long as nobody said. */
  readonly currency: string | null;
  readonly taxIncluded: boolean | null;
  readonly flags: Readonly<Record<string, StoreFlag>>;
  readonly createdAt: number;
  /** Null: its listings are shown. */
  readonly withheld: StoreWithheld | null;
  /** Since when its listings are being withdrawn, milliseconds since 1970; null: connected. */
  readonly disconnectedAt: number | null;
}
