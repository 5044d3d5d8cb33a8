import type { Generated } from 'kysely';

/**
 * The tables, as both engines have them. Times are milliseconds since 1970, truth values 0 or 1, `*_json` columns hold JSON text:
 * the smallest common ground of SQLite and PostgreSQL.
 */
export interface Schema {
  readonly stores: StoresTable;
  readonly invitations: InvitationsTable;
  readonly groups: GroupsTable;
  readonly store_marks: StoreMarksTable;
  readonly polls: PollsTable;
  readonly shop_plugins: ShopPluginsTable;
  readonly items: ItemsTable;
  readonly payloads: PayloadsTable;
  readonly deliveries: DeliveriesTable;
  readonly history: HistoryTable;
  readonly dead_letters: DeadLettersTable;
  readonly orders: OrdersTable;
  readonly order_keys: OrderKeysTable;
  readonly gone_stores: GoneStoresTable;
  readonly workers: WorkersTable;
  readonly leases: LeasesTable;
  readonly heartbeat: HeartbeatTable;
  readonly meta: MetaTable;
}

/** Facts about the database as a whole: `target` is what its accepted states were accepted by. */
export interface MetaTable {
  readonly name: string;
  readonly value: string;
}

/** Processes that are alive, each until it says so again. */
export interface WorkersTable {
  readonly owner: string;
  readonly alive_until: number;
}

/** What one process at a time may do, such as to walk a store's catalogue. It holds for as long as its owner is alive. */
export interface LeasesTable {
  readonly name: string;
  readonly owner: string;
}

/** One row, written to find out whether anything can be written. */
export interface HeartbeatTable {
  readonly id: number;
  readonly at: number;
}

/** A connected store. Secrets are encrypted (see stores/secret-box.ts). */
export interface StoresTable {
  readonly id: string;
  readonly vendor: string;
  readonly url: string;
  /** The unguessable part of the store's webhook address. */
  readonly webhook_key: string;
  readonly webhook_secrets: string;
  /** Until when all of these but the newest are good, too; null: until they are taken away. */
  readonly webhook_secrets_until: number | null;
  /** Null: a store without credentials, known by its webhooks only. */
  readonly credentials: string | null;
  /** Null: no plugin. */
  readonly plugin_json: string | null;
  /** Null: not found out yet, or no credentials. */
  readonly access_json: string | null;
  readonly token_hash: string | null;
  /** The connection before this one, where it is still valid: what its token is found by, and the rest. */
  readonly previous_token_hash: string | null;
  readonly previous: string | null;
  /** Null: the catalogue was never walked. */
  readonly import_json: string | null;
  /** 1: a walk is under way. */
  readonly importing: Generated<number>;
  readonly settings_json: string;
  readonly currency: string | null;
  readonly tax_included: number | null;
  /** What an operator should look at, by kind; `{}` when all is well. */
  readonly flags_json: string;
  readonly created_at: number;
  /** Null: its listings are shown. */
  readonly withheld_json: string | null;
  readonly disconnected_at: number | null;
}

/** A plugin that runs in a shop. */
export interface ShopPluginsTable {
  readonly store_id: string;
  /** `wordfence/wordfence.php` */
  readonly file: string;
  readonly name: string;
  /** Milliseconds since 1970; null: it was there when the shop's plugins were looked at for the first time. */
  readonly first_seen_at: number | null;
}

/** A connection code that was given out. The code itself isn't kept. */
export interface InvitationsTable {
  readonly id: string;
  readonly vendor: string;
  readonly token_hash: string;
  readonly created_at: number;
  readonly expires_at: number;
  /** When, and by which store it was used; null: it wasn't. */
  readonly used_at: number | null;
  readonly store_id: string | null;
  /** The shop that it is for; null: whichever. */
  readonly url: string | null;
  /** What a shop that makes keys through WooCommerce's own endpoint is to bring back, hashed, and until when; null: nobody is at it. */
  readonly key_state_hash: string | null;
  readonly key_state_json: string | null;
}

/**
 * A product with its variations: the unit of reading, sending and leasing. A row is dirty while `due_at` is set; that, and not any
 * queue, is the truth about what is to be done.
 */
export interface GroupsTable {
  readonly store_id: string;
  readonly group_id: number;
  /** Counts the marks. */
  readonly dirty_seq: number;
  /** The first mark not yet covered by an accepted state, and the first that arrived while a worker held the lease. */
  readonly marked_at: number | null;
  readonly remarked_at: number | null;
  readonly cause: string;
  /** 0: somebody told of a change of this one; 1: it is one of many that were marked together, or clean. */
  readonly bulk: Generated<number>;
  /** Not to be taken up before this; null when clean. While leased: when the lease ends. */
  readonly due_at: number | null;
  /** Failed tries since it was last clean, and how many tries the last accepted state took. */
  readonly attempts: Generated<number>;
  readonly tries: Generated<number>;
  readonly waiting_for: string | null;
  /** How long it has been failing, and the last failed try of those that count: see catalog/give-up.ts. */
  readonly failing_ms: Generated<number>;
  readonly failed_at: number | null;
  /** When an operator discarded what was waiting here, and what that was; null: nobody has since the last try. */
  readonly discarded_json: string | null;
  readonly lease_owner: string | null;
  /** Something may have been sent whose answer is unknown: what DSTNC holds can't be inferred from what it accepted. */
  readonly in_doubt: Generated<number>;
  /** The newest rev given out, whether or not anything was sent with it. */
  readonly rev: Generated<number>;
  /** The newest rev accepted by DSTNC; null: it never accepted anything of this group. */
  readonly accepted_rev: number | null;
  /** The `state` of what it accepted last; null: nothing yet. */
  readonly accepted_state: string | null;
  /** Whether any item of that can be bought. */
  readonly purchasable: Generated<number>;
  /** From the first mark that it covers to its acceptance, in milliseconds. */
  readonly late_ms: number | null;
  readonly content_hash: string | null;
  readonly inventory_json: string | null;
  readonly listing_json: string | null;
  readonly rejected_json: string | null;
  readonly read_at: number | null;
  readonly sent_at: number | null;
  readonly accepted_at: number | null;
}

/** The newest mark of a whole store: see sql/store-marks.ts. */
export interface StoreMarksTable {
  readonly store_id: string;
  readonly cause: string;
  /** Since when that is to be, and whether what DSTNC accepted counts for nothing. */
  readonly at: number;
  readonly in_doubt: number;
  /** All groups up to this id are marked, and the others are not; null: all of them are. */
  readonly marked_to: number | null;
  /** How many are. */
  readonly marked: number;
}

/** When and from where on a store is polled next, and when it was heard of. */
export interface PollsTable {
  readonly store_id: string;
  /** Not before this; while somebody polls it: until when that is left to them. */
  readonly due_at: number;
  /** What the store gave to go on from; null: it wasn't polled yet. */
  readonly cursor: string | null;
  /** The store's word up to then is marked: when the last poll that succeeded began. Null: none has. */
  readonly heard_at: number | null;
  /** Polls in a row that failed, and why the last one did. */
  readonly failures: Generated<number>;
  readonly failure: string | null;
  /** A walk that compares the whole catalogue, under way or waiting; null: none. */
  readonly sweep_json: string | null;
  /** When the last one that came to its end began, and what it found, for people. */
  readonly swept_at: number | null;
  readonly swept_json: string | null;
  /** When the store's own webhooks were looked at last, and what was found; null: never. */
  readonly webhooks_json: string | null;
}

/** Which group a WooCommerce id belongs to, and what people search for. */
export interface ItemsTable {
  readonly store_id: string;
  /** Of a product or a variation: WordPress gives both from one sequence. */
  readonly item_id: number;
  readonly group_id: number;
  readonly external_id: string;
  readonly title: string;
  readonly sku: string;
}

/** The newest payload of each id of a store without credentials: there it is all that is known. */
export interface PayloadsTable {
  readonly store_id: string;
  readonly item_id: number;
  readonly group_id: number;
  /** `date_modified_gmt` as the store sent it: comparable as text. */
  readonly modified: string;
  readonly arrived_at: number;
  readonly deleted: Generated<number>;
  readonly body: string;
}

/** What arrived, and what was made of it. Kept for a week. */
export interface DeliveriesTable {
  readonly id: Generated<number>;
  readonly store_id: string;
  readonly received_at: number;
  readonly topic: string;
  readonly delivery_id: string;
  readonly group_id: number | null;
  readonly outcome: string;
  readonly bytes: number;
}

/** What DSTNC was told about an item, one row a change. */
export interface HistoryTable {
  readonly store_id: string;
  readonly external_id: string;
  readonly at: number;
  readonly cause: string;
  readonly state: string;
  readonly rule: number | null;
  readonly tracked: number | null;
  readonly quantity: number | null;
  readonly purchasable: number | null;
}

/** What waits for a person: see storage.ts. */
export interface DeadLettersTable {
  readonly id: string;
  readonly store_id: string;
  readonly kind: string;
  /** The group that was refused or can't be brought to DSTNC, or the delivery's id. One open letter a subject. */
  readonly subject: string;
  /** The newest of the group's marks (`dirty_seq`) that it is about: later ones are another change. Null: it is about no group. */
  readonly covers: number | null;
  readonly reason: string;
  readonly at: number;
  readonly story_json: string;
  readonly body: string | null;
}

/** An order of DSTNC's, and what is to be done about it: due while `due_at` is set, as groups are. See order-rows.ts. */
export interface OrdersTable {
  readonly store_id: string;
  readonly reference: string;
  readonly fingerprint: string;
  /** The request with its addresses, encrypted; null: erased. */
  readonly body: string | null;
  readonly currency: string;
  readonly total: string;
  readonly phase: string;
  readonly state: string;
  readonly progress_json: string;
  readonly store_order_id: number | null;
  readonly store_order_number: string | null;
  readonly status: string | null;
  readonly shipments_json: string;
  readonly change_json: string | null;
  readonly last_error: string | null;
  readonly history_json: string;
  readonly cause: string;
  readonly dirty_seq: Generated<number>;
  readonly due_at: number | null;
  readonly attempts: Generated<number>;
  readonly lease_owner: string | null;
  readonly rev: Generated<number>;
  readonly placed_at: number | null;
  readonly completed_at: number | null;
  readonly created_at: number;
  readonly updated_at: number;
}

/** DSTNC's idempotency keys, and what each was used for. Kept for 90 days. */
export interface OrderKeysTable {
  readonly store_id: string;
  readonly key: string;
  readonly reference: string;
  readonly fingerprint: string;
  readonly created_at: number;
}

/** A store that was removed, and whose orders are kept without their addresses: what was placed once isn't placed again. */
export interface GoneStoresTable {
  readonly store_id: string;
  readonly vendor: string;
  readonly url: string;
}
