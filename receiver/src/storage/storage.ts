import type { HistoryEntry, Product, Rejection } from '@dstnc/shared';
import type { Store, StoreFlag, StoreImport } from '../stores/store.ts';
import type { WebhookState } from '../woocommerce/keep-webhooks.ts';
import type { OrderStorage } from './order-rows.ts';

/** A plugin that runs in a shop. */
export interface ShopPlugin {
  /** `wordfence/wordfence.php` */
  readonly file: string;
  readonly name: string;
  /** Milliseconds since 1970; null: it was there at the first look. */
  readonly firstSeenAt: number | null;
}

/** A product group, by the store's own id of the product. */
export interface GroupKey {
  readonly storeId: string;
  readonly groupId: number;
}

/** One authentic delivery, and what it makes dirty: written together, before it is acknowledged. */
export interface IngestRecord {
  readonly storeId: string;
  readonly receivedAt: number;
  readonly topic: string;
  /** WooCommerce's `X-WC-Webhook-Delivery-ID`: for reading only, as it is no key (several deliveries of a second share it). */
  readonly deliveryId: string;
  readonly outcome: string;
  readonly bytes: number;
  /** What to tell of the mark: "webhook product.updated". */
  readonly cause: string;
  /**
   * WooCommerce ids that changed. A group is given where the delivery names it; otherwise the id's known group is marked, and an
   * unknown id as a group of its own unless `knownOnly`.
   */
  readonly marks: readonly { readonly itemId: number; readonly groupId?: number; readonly knownOnly?: boolean }[];
  /** WooCommerce ids of orders that changed; those that aren't DSTNC's are left out. */
  readonly orders?: readonly number[];
  /** Only for a store without credentials: the payload is all there is to know. */
  readonly payload?: {
    readonly itemId: number;
    readonly groupId: number;
    /** `date_modified_gmt`; an older payload than the one held is not stored. `''`: unreadable, ordered by its arrival. */
    readonly modified: string;
    /** A product taken out of the trash: its date may equal the deleted one's. */
    readonly restored: boolean;
    readonly body: string;
  };
  /** Only for a store without credentials: this id is gone, whatever was seen of it before. */
  readonly deletedItem?: number;
  readonly deadLetter?: { readonly reason: string; readonly body: string };
}

/** A dirty group taken up under a lease. */
export interface Claim extends GroupKey {
  readonly owner: string;
  /** The mark that this claim covers; later ones cause another round. */
  readonly seq: number;
  /** Of this claim alone: greater than all before. */
  readonly rev: number;
  readonly markedAt: number;
  readonly cause: string;
  /** Failed tries since the group was last clean. */
  readonly attempts: number;
  /** What DSTNC holds isn't known for sure: send the whole product. */
  readonly inDoubt: boolean;
  /** What DSTNC accepted last; null: nothing. */
  readonly accepted: AcceptedState | null;
  /** The listing that was made last, as JSON text; null: none. */
  readonly listingJson: string | null;
  readonly rejected: boolean;
  readonly failing: Failing;
}

/** For how long a group has been failing: see catalog/give-up.ts. */
export interface Failing {
  /** Milliseconds of those that count; 0: it isn't, or has failed once. */
  readonly ms: number;
  /** When it failed last; null: it didn't, or that time doesn't count. */
  readonly at: number | null;
}

/** What DSTNC holds, as far as is needed to tell a difference. */
export interface AcceptedState {
  readonly rev: number;
  readonly contentHash: string;
  /** By external id. */
  readonly inventoryJson: string;
}

/** An item as people search for it. */
export interface ItemRow {
  readonly itemId: number;
  readonly externalId: string;
  readonly title: string;
  readonly sku: string;
}

/** How a claim ended. Each releases the lease. */
export type ClaimResult =
  /** DSTNC agrees, after a send or without one. */
  | {
      readonly kind: 'agreed';
      readonly listingJson: string;
      readonly contentHash: string;
      readonly inventoryJson: string;
      readonly state: Product['state'];
      /** Whether any item of it can be bought. */
      readonly purchasable: boolean;
      readonly items: readonly ItemRow[];
      readonly readAt: number;
      /** Absent: nothing had to be sent. */
      readonly sent?: {
        readonly sentAt: number;
        readonly acceptedAt: number;
        readonly history: readonly ItemHistory[];
      };
    }
  /** Nothing of this id was ever sent, and there is nothing to send. */
  | { readonly kind: 'forgotten' }
  /** DSTNC refuses it: kept for people to see; the next change tries again. `inDoubt`: it may have taken a part before. */
  | {
      readonly kind: 'rejected';
      readonly listingJson: string;
      readonly items: readonly ItemRow[];
      readonly readAt: number;
      readonly sentAt: number;
      readonly rejection: Rejection;
      readonly storyJson: string;
      readonly inDoubt: boolean;
    }
  /** Not now. `inDoubt`: something may have reached DSTNC. */
  | {
      readonly kind: 'retry';
      readonly dueAt: number;
      readonly waitingFor: string;
      readonly inDoubt: boolean;
      /** DSTNC holds a newer rev: go on from there. */
      readonly heldRev?: number;
      /** Absent: as before, since nothing was tried. */
      readonly failing?: Failing;
      /** It has been failing for so long that people have to know; an earlier one about it is brought up to date. */
      readonly letter?: { readonly reason: string; readonly story: unknown };
      readonly listing?: { readonly json: string; readonly items: readonly ItemRow[]; readonly readAt: number };
    };

/** See {@link HistoryEntry}. */
export interface ItemHistory extends HistoryEntry {
  readonly externalId: string;
}

/** A group's row as listings are shown from. */
export interface GroupRow extends GroupKey {
  readonly cause: string;
  readonly dirty: boolean;
  readonly markedAt: number | null;
  readonly waitingFor: string | null;
  /** How many tries the last accepted state took, or the pending one has had. */
  readonly attempts: number;
  readonly rev: number;
  readonly acceptedRev: number | null;
  readonly listingJson: string | null;
  readonly rejectedJson: string | null;
  /** A `Discarded` as JSON text; null: nothing was discarded since the last try. */
  readonly discardedJson: string | null;
  readonly readAt: number | null;
  readonly sentAt: number | null;
  readonly acceptedAt: number | null;
  /** From the first mark that it covers to the last acceptance, in milliseconds; null: nothing was accepted yet. */
  readonly lateMs: number | null;
}

/** What waits for a person. */
export interface DeadLetter {
  readonly id: string;
  readonly storeId: string;
  /**
   * `delivery`: rightly signed, but unreadable. `rejection`: DSTNC refuses the product. `undeliverable`: the product could not be
   * brought to DSTNC for days, and is tried on. `unreadable`: the same of the whole store, which can't be read.
   */
  readonly kind: 'delivery' | 'rejection' | 'undeliverable' | 'unreadable';
  /** The delivery's id and time, the product's id, or `store`. */
  readonly subject: string;
  readonly reason: string;
  /** Since when it is one; of a rejection: when the newest came. */
  readonly at: number;
  readonly story: unknown;
  readonly body: string | null;
}

/**
 * What came of discarding a letter. `newer_change`: the letter is gone, but its product has changed since, and that change goes on being
 * tried.
 */
export type DiscardResult = 'discarded' | 'newer_change' | 'unknown';

/** How the stores' secrets are encrypted. */
export interface SealedUnder {
  /** How many stores have secrets that need this key, by the keys' ids. */
  readonly stores: ReadonlyMap<string, number>;
  /** How many have any that the first key doesn't open. */
  readonly toRotate: number;
}

/** What may change about a store. */
export type StoreChange = Partial<
  Pick<
    Store,
    | 'url'
    | 'plugin'
    | 'access'
    | 'withheld'
    | 'settings'
    | 'currency'
    | 'taxIncluded'
    | 'credentials'
    | 'previous'
    | 'webhookSecrets'
    | 'webhookSecretsUntil'
    | 'disconnectedAt'
    | 'import'
  >
>;

/** A connection code that was given out. */
export interface InvitationRow {
  readonly id: string;
  readonly vendor: string;
  readonly tokenHash: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** Null: not yet. */
  readonly usedAt: number | null;
  /** The shop that it is for; null: whichever. */
  readonly url: string | null;
}

/** A shop in which an invited vendor is to make keys, through WooCommerce's own endpoint, and what has come of it. */
export interface KeyRequest {
  /** The shop's address. */
  readonly shop: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** When the shop brought its keys, milliseconds since 1970; null: it hasn't. */
  readonly takenAt: number | null;
  /** Null: not known yet. `reason`: for the vendor. */
  readonly outcome: { readonly kind: 'connected' } | { readonly kind: 'refused'; readonly reason: string } | null;
}

/** See {@link KeyRequest}. */
export interface InvitedKeys {
  readonly invitation: InvitationRow;
  readonly request: KeyRequest;
}

/** A store that connects. */
export interface ConnectingStore {
  /** Used up by it; null: an operator connects it. */
  readonly invitationId: string | null;
  /** As it is from now on, whether it is new or was there before. */
  readonly store: Store;
  readonly now: number;
}

/** A step of a walk through a store's catalogue. */
export interface ImportStep {
  /** Which walk: see {@link StoreImport}. */
  readonly startedAt: number;
  /** The walk's cursor that this step goes on from. */
  readonly after: number;
  readonly groupIds: readonly number[];
  /** The `after` of the next page; null: this was the last. */
  readonly next: number | null;
  readonly total: number;
  readonly now: number;
}

/** What DSTNC has of a store. */
export interface ListedTotals {
  /** Product groups, tombstones left out. */
  readonly products: number;
  /** Those of them of which at least one item can be bought. */
  readonly purchasable: number;
  /** What DSTNC accepted last, and how long after it was marked; null: nothing yet. */
  readonly lastChange: { readonly at: number; readonly lateMs: number } | null;
}

/** Why all of a store's groups are marked. */
export interface StoreMark {
  readonly cause: string;
  readonly now: number;
  /** What DSTNC accepted counts for nothing: everything is sent again, as a whole. */
  readonly doubt?: boolean;
}

/** A walk that compares a store's whole catalogue with what DSTNC accepted. */
export interface Sweep {
  /** Why it was begun, as its marks tell. */
  readonly cause: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Something is known to have been missed: until it is over, nothing newer than this is sure to be at DSTNC. Null: it is the daily one. */
  readonly doubtSince: number | null;
  /** How far it has come: see woocommerce/store-api.ts. */
  readonly cursor: number;
  readonly walked: number;
  readonly total: number;
  /** Groups that it marked. */
  readonly differing: number;
  /** Parts in a row that failed, and when the next one is tried (milliseconds since 1970; null: at once). */
  readonly failures: number;
  readonly retryAt: number | null;
}

/** What became of the last sweep that came to its end. */
export type SweepResult = Pick<Sweep, 'cause' | 'startedAt' | 'walked' | 'differing'> & { readonly endedAt: number };

/** From where on a store is polled, and when it was heard of. */
export interface PollRow {
  readonly storeId: string;
  /** Not before this; while somebody polls it: until when it is left to them. Milliseconds since 1970. */
  readonly dueAt: number;
  /** Null: it wasn't polled yet. */
  readonly cursor: string | null;
  /** All that the store had to tell by then is marked; null: it was never polled successfully. */
  readonly heardAt: number | null;
  /** Polls in a row that failed; why the last one did, null: it didn't. */
  readonly failures: number;
  readonly failure: string | null;
  /** Under way, or waiting for its turn; null: none. */
  readonly sweep: Sweep | null;
  readonly lastSweep: SweepResult | null;
  /** What was found when the store's own webhooks were looked at last, and when; null: never. */
  readonly webhooks: WebhooksLook | null;
}

/** See {@link PollRow.webhooks}. */
export interface WebhooksLook {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly found: WebhookState | null;
}

/** What a poll has come to; what is left out stays as it is. */
export interface PollStep {
  /** Null: polling begins anew. */
  readonly cursor?: string | null;
  readonly heardAt?: number;
  readonly failures?: number;
  readonly failure?: string | null;
  readonly sweep?: Sweep | null;
  readonly lastSweep?: SweepResult;
  readonly webhooks?: WebhooksLook;
  /** Groups that are marked in the same transaction. `bulk`: as many at once; they wait for what somebody told of. */
  readonly marks?: { readonly groupIds: readonly number[]; readonly cause: string; readonly bulk: boolean };
}

/** What is known of a group, as far as a sweep compares it. */
export interface HeldGroup {
  readonly groupId: number;
  /** Marked already, or DSTNC may hold something else than it accepted. */
  readonly unsettled: boolean;
  /** What DSTNC accepted last; null: nothing. */
  readonly state: Product['state'] | null;
  readonly contentHash: string | null;
  readonly inventoryJson: string | null;
  /** The listing that DSTNC refused, as JSON text; null: it refuses none. */
  readonly rejectedListingJson: string | null;
}

/** How far DSTNC has come with a store. */
export interface Freshness {
  readonly storeId: string;
  /** The oldest mark that DSTNC has not accepted; null: none. Milliseconds since 1970. */
  readonly oldestMarkedAt: number | null;
  /** When the store was heard of last, by poll; null: never. */
  readonly heardAt: number | null;
  /** Since when something is known to have been missed; null: nothing is. */
  readonly doubtSince: number | null;
}

/** How much is waiting. */
export interface Backlog {
  readonly dirty: number;
  /** The oldest uncovered mark, milliseconds since 1970; null: none. */
  readonly oldestMarkedAt: number | null;
}

/** A payload kept for a store without credentials. */
export interface StoredPayload {
  readonly itemId: number;
  readonly modified: string;
  readonly arrivedAt: number;
  readonly deleted: boolean;
  readonly body: string;
}

/**
 * Everything the receiver keeps. One behaviour suite (test/behaviour/storage.ts) holds every engine to the same answers. Whatever
 * writes is durable once its promise resolves, and every operation may reject with StorageUnavailable.
 */
export interface Storage {
  /** Several processes may use it at once: each says that it is alive, and they share the work. */
  readonly shared: boolean;
  /** The time that all of them go by, milliseconds since 1970. */
  time(): Promise<number>;
  readonly stores: {
    /** @returns false: that vendor, or that store, is there already */
    add(store: Store): Promise<boolean>;
    byId(id: string): Promise<Store | null>;
    byWebhookKey(key: string): Promise<Store | null>;
    /** By the token that it has, or by the previous one while that is valid. */
    byTokenHash(hash: string): Promise<Store | null>;
    byVendor(vendor: string): Promise<Store | null>;
    list(): Promise<readonly Store[]>;
    /** Whether there is any. */
    any(): Promise<boolean>;
    /** Ids of those whose catalogue is being walked, or waits for it. */
    importing(): Promise<readonly string[]>;
    /**
     * With `mark`, all of the store's groups are marked. That they are to be is written together with the change, and they are by the
     * time it resolves; if it breaks off in between, the store is found among those in `marking`. @returns how many were marked
     */
    update(id: string, change: StoreChange, mark?: StoreMark): Promise<number>;
    /** Ids of those that are being marked whole, or wait for it since whoever did it broke off. */
    marking(): Promise<readonly string[]>;
    /** Marks some more groups of a store in `marking`; any number of processes may. @returns whether any are left */
    markOn(id: string): Promise<boolean>;
    /**
     * Uses up an invitation and adds the store or, if one of its id is there, gives it its new connection and has all that is known of
     * it marked, as `update` does: all of that or nothing.
     */
    connect(connecting: ConnectingStore): Promise<'connected' | 'code_used' | 'vendor_taken'>;
    /** Drops the connection before the one with this token; nothing happens where that is no store's newest. */
    settle(tokenHash: string): Promise<void>;
    /**
     * Takes a walk one step further: its groups are marked and its place is kept, together. Adds up to what a walk that nothing
     * interrupted does, however often the process is killed.
     *
     * @returns how it is then; null: that walk is over, is elsewhere by now, or another took its place, and nothing is written
     */
    advanceImport(id: string, step: ImportStep): Promise<StoreImport | null>;
    /** Says why a walk doesn't get on. */
    stallImport(id: string, startedAt: number, waitingFor: string): Promise<void>;
    /**
     * Removes a disconnected store with everything kept of it, once DSTNC has accepted that all of it is withdrawn, and nothing is to be
     * done about its orders any more. Which orders it had is kept.
     *
     * @returns false: it is connected, or something of it is left: a withdrawal that waits, or that DSTNC refused, or an order
     */
    remove(id: string): Promise<boolean>;
    /**
     * Makes a webhook secret the newest; those that were good by now stay so until then. A secret that is there already is only moved.
     *
     * @returns the store as it is then; null: there is none
     */
    addWebhookSecret(id: string, secret: string, until: number, now: number): Promise<Store | null>;
    /** Leaves the newest webhook secret alone. @returns the store as it is then; null: there is none */
    retireWebhookSecrets(id: string): Promise<Store | null>;
    /** Raises or, with null, lowers a flag. A flag that is up keeps its time. With `unreadable` the letter of that kind goes. */
    flag(id: string, kind: string, flag: StoreFlag | null): Promise<void>;
  };
  readonly invitations: {
    add(invitation: Omit<InvitationRow, 'usedAt'>): Promise<void>;
    byTokenHash(hash: string): Promise<InvitationRow | null>;
    /**
     * A vendor is sent to a shop for keys. One request an invitation: another takes its place.
     *
     * @param stateHash of what the shop has to bring back
     * @returns false: there is no such invitation, or it is used
     */
    beginKeys(id: string, stateHash: string, request: Pick<KeyRequest, 'shop' | 'expiresAt'>): Promise<boolean>;
    byKeyState(stateHash: string): Promise<InvitedKeys | null>;
    /** The shop brings its keys, which it can do once. @returns null: nobody waits for them, or not any more */
    takeKeys(stateHash: string, now: number): Promise<InvitedKeys | null>;
    /** What came of them. */
    endKeys(stateHash: string, outcome: NonNullable<KeyRequest['outcome']>): Promise<void>;
    /** When the last of those ends that can still be used, milliseconds since 1970; null: there are none. */
    openUntil(now: number): Promise<number | null>;
  };
  /** Whom to poll when. A row is a store's for as long as it is connected. */
  readonly shopPlugins: {
    /** Takes down which plugins run in a shop now. Those that it doesn't name are forgotten: back again, they are new. */
    see(storeId: string, plugins: readonly Omit<ShopPlugin, 'firstSeenAt'>[], now: number): Promise<void>;
    /** By the files' names; empty: they were never looked at. */
    of(storeId: string): Promise<readonly ShopPlugin[]>;
  };

  readonly polls: {
    /** Gives each connected store that has none a row, due somewhere within `spreadMs`. @returns how many */
    enrol(now: number, spreadMs: number): Promise<number>;
    /** Takes up to `limit` of those that are due: they are left to the caller for `holdMs`. Of two callers at once one gets a store. */
    claim(options: { now: number; limit: number; holdMs: number }): Promise<readonly PollRow[]>;
    /**
     * Keeps what a poll has come to, and marks what it found, together.
     *
     * @param held as it was claimed, or as the step before gave it
     * @param dueAt when it is due again; while the poll goes on: until when it is the caller's
     * @returns the row as it is then; null: it is somebody else's by now, or the store is gone, and nothing is written
     */
    step(held: PollRow, step: PollStep, at: { readonly now: number; readonly dueAt: number }): Promise<PollRow | null>;
    /** Has a store polled at once, with a sweep if a cause for one is given: one that is under way begins anew. */
    demand(storeId: string, now: number, sweep?: Pick<Sweep, 'cause' | 'doubtSince'>): Promise<void>;
    /** Keeps where polling begins, unless that is known already. */
    begin(storeId: string, cursor: string, now: number): Promise<void>;
    byStore(storeId: string): Promise<PollRow | null>;
    /** When the next one is due; null: none is. Milliseconds since 1970. */
    nextDue(): Promise<number | null>;
    /** What is known of the groups with ids above `after`, up to and with `to` (null: all of them), by id. */
    held(storeId: string, after: number, to: number | null): Promise<readonly HeldGroup[]>;
    /** Of all connected stores, or of one. */
    freshness(storeId?: string): Promise<readonly Freshness[]>;
  };
  readonly ingest: {
    /**
     * Writes deliveries and their marks in one transaction, in the order given. With `marksOnly`, the log is left out: what is to be
     * done, payloads and dead letters are written all the same. @returns the groups marked
     */
    record(records: readonly IngestRecord[], options?: { readonly marksOnly?: boolean }): Promise<readonly GroupKey[]>;
    /** Marks groups dirty for another reason than a delivery; they go as soon as if it was one. */
    mark(keys: readonly GroupKey[], cause: string, now: number): Promise<void>;
    payloads(key: GroupKey): Promise<readonly StoredPayload[]>;
  };
  readonly groups: {
    /** Stores that have something due, those in `except` left out. */
    dueStores(now: number, except: readonly string[]): Promise<readonly string[]>;
    /**
     * Takes up to `limit` due groups of a store: what failed least, then what somebody told of before what was marked in bulk, then what
     * waits longest (or, with `newestFirst`, shortest); each gets a new rev.
     */
    claim(options: {
      storeId: string;
      owner: string;
      now: number;
      leaseMs: number;
      limit: number;
      newestFirst?: boolean;
    }): Promise<readonly Claim[]>;
    /** @returns false: the lease was lost meanwhile, and nothing is written */
    finish(claim: Claim, result: ClaimResult, now: number): Promise<boolean>;
    /**
     * Voids the leases of dead processes: all of them where one process alone uses the database, else the expired ones and those of
     * owners that are not alive (see `workers`).
     */
    voidLeases(now: number): Promise<number>;
    /**
     * Gives back what the owner holds beside the claims that it works on. Call it while nothing is being claimed under that name.
     *
     * @returns how many groups
     */
    giveBack(owner: string, working: readonly Claim[], now: number): Promise<number>;
    /** Makes due at once what waits for another try. @param storeId only that store's @param groupId only that group */
    wake(now: number, storeId?: string, groupId?: number): Promise<void>;
    /** When the next waiting group falls due; null: none waits. */
    nextDue(): Promise<number | null>;
    backlog(storeId?: string): Promise<Backlog>;
    /** How many groups of a store were marked by then and not tried once since. */
    untried(storeId: string, markedBy: number): Promise<number>;
    /**
     * Names the target that everything is sent to from now on. If another one accepted what is held so far, that counts for nothing
     * any more, and all groups are marked, as `stores.update` does. What others have left unmarked of that is marked, too. @returns how
     * many
     */
    retarget(target: string, now: number): Promise<number>;
    /** Whether another process has named another target since: then nothing can be claimed here any more. */
    retargeted(): Promise<boolean>;
  };
  readonly listings: {
    group(key: GroupKey): Promise<GroupRow | null>;
    history(storeId: string, externalId: string, limit: number): Promise<readonly HistoryEntry[]>;
    /** Items whose title, SKU or external id contains the words; newest products first. */
    search(storeId: string, words: string, limit: number): Promise<readonly (ItemRow & GroupKey)[]>;
    totals(storeId: string): Promise<ListedTotals>;
  };
  /** Which processes are alive, where several share the database. */
  readonly workers: {
    /** Says that one is, until then. */
    alive(owner: string, until: number): Promise<void>;
    /** One ends: what it holds is free at once. */
    gone(owner: string): Promise<void>;
  };
  /** What one process at a time may do. A lease is held for as long as its owner is alive. */
  readonly leases: {
    /** @returns whether the owner holds it now, be it since just now or already */
    take(name: string, owner: string, now: number): Promise<boolean>;
    /** Gives it back; nothing happens where somebody else holds it. */
    release(name: string, owner: string): Promise<void>;
  };
  readonly deadLetters: {
    /** The newest thousand, with the first thousand characters of their bodies, and without stories of more than 64 KB (null). */
    list(storeId?: string): Promise<readonly DeadLetter[]>;
    byId(id: string): Promise<DeadLetter | null>;
    /** It is settled. Nothing else changes. */
    remove(id: string): Promise<boolean>;
    /**
     * Nobody is to hear of it any more. A product that it is about is clean until its next change; a step that is under way loses its
     * lease. A store that can't be read is told of again after so many milliseconds.
     */
    discard(id: string, options: { now: number; quietMs: number }): Promise<DiscardResult>;
    /**
     * Tells of a store that can't be read, or brings that up to date.
     *
     * @returns false: its flag `unreadable` is down, or the letter was discarded lately, and nothing is written
     */
    putUnreadable(letter: Pick<DeadLetter, 'storeId' | 'reason' | 'at' | 'story'>): Promise<boolean>;
  };
  /** DSTNC's orders. */
  readonly orders: OrderStorage;
  /** The stores' secrets, and the keys that they are encrypted with. */
  readonly secrets: {
    sealedUnder(): Promise<SealedUnder>;
    /**
     * Encrypts with the first key what another one encrypts, of so many stores at most. What somebody else writes at the same moment
     * stays as that has it, and so does what can't be opened.
     *
     * @param after id of the last store that was looked at; '': from the beginning
     * @returns the stores that were done, and the id to go on after; null: that was all
     */
    rotate(after: string, limit: number): Promise<{ readonly done: number; readonly next: string | null }>;
  };
  /** The newest delivery of each store, milliseconds since 1970. */
  lastDeliveries(): Promise<ReadonlyMap<string, number>>;
  /** The same of one store; null: none is remembered. */
  lastDelivery(storeId: string): Promise<number | null>;
  /** Writes something. @throws StorageUnavailable */
  heartbeat(now: number): Promise<void>;
  /** Removes what is kept for a while only, some at a time: it may break off anywhere. */
  prune(now: number): Promise<void>;
  close(): Promise<void>;
}
