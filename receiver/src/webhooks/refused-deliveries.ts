import { setTimeout } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Storage } from '../storage/storage.ts';
import { StorageUnavailable } from '../storage/storage-unavailable.ts';
import { beginImport } from '../stores/begin-import.ts';
import type { Store } from '../stores/store.ts';
import type { WebhookKeeping } from '../woocommerce/keep-webhooks.ts';

/** See {@link createRefusedDeliveries}. */
export interface RefusedDeliveriesOptions {
  readonly storage: Pick<Storage, 'stores'>;
  /** Switches the store's webhooks on again; null: the store can't be asked. */
  readonly enableWebhooks: (store: Store) => Promise<WebhookKeeping> | null;
  /** All that is known of the store is marked, and perhaps its catalogue is to be walked. */
  readonly onMarked: (storeId: string) => void;
  readonly log: Logger;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** The shortest wait between two tries, in milliseconds. 1 000 unless given. */
  readonly pauseMs?: number;
}

/** Makes good what deliveries that had to be refused would have told. */
export interface RefusedDeliveries {
  /** A delivery to this address was answered with 503 or the like. Never fails, and needs no storage. */
  refuse(webhookKey: string): void;
  /** Takes up what a process before has left half done. */
  resume(): Promise<void>;
  /** Stores of which deliveries were refused and whose products are not marked yet. */
  readonly pending: number;
  stop(): Promise<void>;
}

/** The flag that is up meanwhile. */
const FLAG = 'deliveries_refused';

const CAUSE = 'deliveries were refused';

/** Addresses that are remembered. Nobody knows whether they are any store's while the storage is away, so beyond that it is all stores. */
const MOST = 20_000;

/** Waits double from the shortest up to so many times as long: for the storage, and for a shop. */
const LONGEST = { storage: 5, shop: 300 };

/** Shortest waits between two marks of one store: to read it whole is dear, and it may be refused more than once a second. */
const MARKS_APART = 10;

/** Shops asked at a time. */
const AT_ONCE = 8;

/**
 * WooCommerce never repeats a delivery, and switches a webhook off after some failures. So whoever had to be answered with 503 is
 * remembered, and as soon as the storage takes anything again all that is known of that store is marked (and where there are keys to read
 * with, its catalogue is walked, as there may be something new); then its webhooks are switched on again. The store's flag is up
 * from the first of that to the last, so that a process that dies in between leaves no gap. Of a store without keys nothing can be
 * read: its flag stays up until an operator lowers it.
 */
export function createRefusedDeliveries(options: RefusedDeliveriesOptions): RefusedDeliveries {
  const { storage, enableWebhooks, onMarked, log, clock, pauseMs = 1_000 } = options;
  const refused = new Set<string>();
  /** When what was marked may be marked again. */
  const marked = new Map<string, number>();
  /** Stores whose webhooks are to be looked at: when, and how often that failed. */
  const shops = new Map<string, { dueAt: number; failures: number }>();
  const end = new AbortController();
  let everybody = false;
  let marking: Promise<void> | undefined;
  let enabling: Promise<void> | undefined;

  const pause = (ms: number) => setTimeout(ms, undefined, { signal: end.signal }).catch(() => {});

  async function markOn(): Promise<void> {
    for (let failures = 0; !end.signal.aborted && (refused.size > 0 || everybody); ) {
      await pause(pauseMs * Math.min(2 ** failures, LONGEST.storage));
      if (end.signal.aborted) return;
      failures = (await markAll()) ? 0 : failures + 1;
    }
  }

  /** @returns false: something is left */
  async function markAll(): Promise<boolean> {
    try {
      if (everybody) {
        for (const { webhookKey } of await storage.stores.list()) refused.add(webhookKey);
        everybody = false;
      }
    } catch (error) {
      return putOff(error);
    }
    const now = performance.now();
    for (const [key, until] of marked) if (until <= now) marked.delete(key);
    for (const key of [...refused].filter((one) => !marked.has(one))) {
      // First of all: whatever is refused from now on needs another mark.
      refused.delete(key);
      try {
        if (await mark(key)) marked.set(key, now + pauseMs * MARKS_APART);
      } catch (error) {
        refused.add(key);
        return putOff(error);
      }
    }
    return true;
  }

  function putOff(error: unknown): false {
    if (!(error instanceof StorageUnavailable))
      log.error({ err: error }, 'refused deliveries could not be made good yet');
    return false;
  }

  /** @returns false: there is no such store */
  async function mark(webhookKey: string): Promise<boolean> {
    const store = await storage.stores.byWebhookKey(webhookKey);
    if (store === null || store.disconnectedAt !== null) return false;
    const now = clock();
    await storage.stores.flag(store.id, FLAG, { since: now, detail: detailFor(store) });
    // A walk that is under way comes to what is new by itself: it has the highest ids.
    const walk =
      store.credentials === null || store.import?.walkedAt === null ? {} : { import: beginImport(store, CAUSE, now) };
    const groups = await storage.stores.update(store.id, walk, { cause: CAUSE, now });
    log.warn(
      { store: store.id, groups },
      'deliveries of a store had to be refused: all that is known of it is read again',
    );
    onMarked(store.id);
    visit(store.id, 0);
    return true;
  }

  function visit(storeId: string, failures: number): void {
    const wait = failures === 0 ? 0 : pauseMs * Math.min(2 ** failures, LONGEST.shop);
    shops.set(storeId, { dueAt: performance.now() + wait, failures });
    goOn();
  }

  /** Sees to it that both works are under way as long as there is something to do. */
  function goOn(): void {
    if (end.signal.aborted) return;
    if (refused.size > 0 || everybody) {
      marking ??= markOn().finally(() => {
        marking = undefined;
        goOn();
      });
    }
    if (shops.size > 0) {
      enabling ??= enableOn().finally(() => {
        enabling = undefined;
        goOn();
      });
    }
  }

  async function enableOn(): Promise<void> {
    while (!end.signal.aborted && shops.size > 0) {
      const now = performance.now();
      const due = [...shops].filter(([, { dueAt }]) => dueAt <= now).slice(0, AT_ONCE);
      for (const [storeId] of due) shops.delete(storeId);
      await Promise.all(due.map(([storeId, { failures }]) => enable(storeId, failures)));
      if (due.length === 0) await pause(pauseMs);
    }
  }

  async function enable(storeId: string, failures: number): Promise<void> {
    try {
      const store = await storage.stores.byId(storeId);
      if (store === null || store.disconnectedAt !== null) return;
      const result = await enableWebhooks(store);
      if (result === null) return;
      // Refused anew meanwhile: the flag stays, and there will be another look.
      if (refused.has(store.webhookKey) || shops.has(storeId)) return;
      if (!result.ok && result.failure.retryable) {
        visit(storeId, failures + 1);
        return;
      }
      if (!result.ok) {
        const { kind, message } = result.failure;
        log.warn({ store: storeId, kind, reason: message }, 'whether its webhooks are on could not be seen');
      } else if (result.did.enabled > 0) {
        log.warn({ store: storeId, webhooks: result.did.enabled }, 'its webhooks were off, and are on again');
      }
      await storage.stores.flag(storeId, FLAG, null);
    } catch (error) {
      putOff(error);
      visit(storeId, failures + 1);
    }
  }

  function refuse(webhookKey: string): void {
    if (refused.size < MOST) refused.add(webhookKey);
    else everybody = true;
    goOn();
  }

  return {
    refuse,
    async resume() {
      for (const { id, flags, credentials, webhookKey } of await storage.stores.list()) {
        // Marked or not: nobody knows how far the process before has come.
        if (flags[FLAG] !== undefined && credentials !== null) refuse(webhookKey);
        else if (flags[FLAG] !== undefined) log.warn({ store: id }, 'deliveries of a store without keys were refused');
      }
    },
    get pending() {
      return refused.size;
    },
    async stop() {
      end.abort();
      await Promise.all([marking, enabling]);
    },
  };
}

function detailFor({ credentials }: Store): string {
  const what = 'Deliveries of this store were refused, as nothing could be stored or too much came at once.';
  return credentials === null
    ? `${what} What they told is lost: save the products again that changed in the shop since then, and see that its webhooks are active. Then lower this flag.`
    : `${what} All that is known of it is read again, and its webhooks are switched on again if WooCommerce gave them up.`;
}
