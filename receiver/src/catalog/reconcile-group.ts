import type { InventoryBatcher } from '../delivery/inventory-batcher.ts';
import type { SendFailure, SendOutcome, Target } from '../delivery/target.ts';
import type { Claim, ItemHistory, ItemRow } from '../storage/storage.ts';
import type { Store } from '../stores/store.ts';
import { backoffMs } from './backoff.ts';
import { buildListing, buildTombstone, buildWithheld, type ListingContext } from './build-listing.ts';
import type { StepResult, Tried } from './give-up.ts';
import type { GroupReader, GroupReading } from './group-reader.ts';
import type { InventoryDraft, ListingDraft } from './listing-draft.ts';
import { changedInventory, listingState, wireInventory, wireProduct } from './listing-state.ts';

/** More changed items than this go as a whole product, in one call instead of several. */
const MOST_ITEMS = 50;

/** Why a product is marked whose variation changed. */
const VARIATION_CHANGED = 'its variation changed';

/** Why a product is marked that a changed one translates. */
const TRANSLATION_CHANGED = 'its translation changed';

/** What one reconcile step uses. */
export interface ReconcileTools {
  readonly reader: GroupReader;
  readonly target: Target;
  readonly batcher: InventoryBatcher;
  readonly contextOf: (store: Store) => Promise<ListingContext>;
  /** The id turned out to be a variation's, or a translation's: its product is what changed. */
  readonly markParent: (storeId: string, parentId: number, cause: string) => Promise<void>;
  /** Told of each read and send, for the circuit breakers and the metrics. */
  readonly observe: (event: ReconcileEvent) => void;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** See {@link ReconcileTools.observe}. */
export type ReconcileEvent =
  | { readonly on: 'read'; readonly store: Store; readonly reading: GroupReading }
  | {
      readonly on: 'send';
      readonly what: 'product' | 'inventory';
      readonly outcome: SendOutcome | { readonly kind: 'answered' };
    };

/**
 * The one step that everything else serves: reads the group's current state, turns it into a listing and makes DSTNC agree. It
 * holds the group's lease throughout; whatever was read before the lease began is superseded by this read.
 */
export async function reconcileGroup(tools: ReconcileTools, store: Store, claim: Claim): Promise<StepResult> {
  const { clock, observe } = tools;
  const began = clock();
  const neverSent = claim.accepted === null && !claim.inDoubt;
  if (store.withheld !== null && store.disconnectedAt === null) {
    const draft = buildWithheld(lastListing(claim));
    // What was never listed is found once the store is heard of again: everything is compared then.
    if (neverSent || draft === null) return { kind: 'forgotten' };
    return settle(tools, { store, claim, draft, readAt: began });
  }
  const reading: GroupReading =
    store.disconnectedAt === null ? await tools.reader.read(store, claim) : { kind: 'gone', because: 'disconnected' };
  observe({ on: 'read', store, reading });

  switch (reading.kind) {
    case 'failure':
      return {
        kind: 'retry',
        waitingFor: reading.reason,
        dueAt: clock() + Math.max(backoffMs(claim.attempts), reading.retryAfterMs ?? 0),
        inDoubt: false,
        tried: { read: { at: began, failure: reading.reason }, requests: [] },
      };
    case 'unseen':
      if (neverSent) return { kind: 'forgotten' };
      return settle(tools, { store, claim, draft: tombstone(claim, 'deleted'), readAt: began });
    case 'variation': {
      // Marked as somebody's product, it says that it is a variation itself: following that could go round for ever.
      const round = claim.cause === VARIATION_CHANGED || claim.cause === TRANSLATION_CHANGED;
      if (round) return contradicts(`a variation of ${reading.parentId}`, 'a product with variations');
      return belongsTo(reading.parentId, VARIATION_CHANGED);
    }
    case 'translation':
      if (claim.cause === TRANSLATION_CHANGED) {
        return contradicts(`a translation of ${reading.originalId}`, 'a product with translations');
      }
      return belongsTo(reading.originalId, TRANSLATION_CHANGED);
    case 'gone':
      if (neverSent) return { kind: 'forgotten' };
      return settle(tools, { store, claim, draft: tombstone(claim, reading.because), readAt: began });
    case 'group': {
      const context = { ...(await tools.contextOf(store)), ...reading.snapshot.prices };
      const draft = buildListing(reading.snapshot, context);
      return settle(tools, { store, claim, draft, readAt: reading.snapshot.readAt });
    }
  }

  /** No listing of its own: the product that it belongs to is read instead. */
  async function belongsTo(productId: number, cause: string): Promise<StepResult> {
    await tools.markParent(store.id, productId, cause);
    if (neverSent) return { kind: 'forgotten' };
    return settle(tools, { store, claim, draft: tombstone(claim, 'deleted'), readAt: began });
  }

  function contradicts(what: string, alsoWhat: string): StepResult {
    return {
      kind: 'retry',
      waitingFor: `The store calls ${claim.groupId} ${what}, and also ${alsoWhat}.`,
      dueAt: clock() + backoffMs(claim.attempts),
      inDoubt: false,
      tried: { read: { at: began, failure: what }, requests: [] },
    };
  }
}

interface Settling {
  readonly store: Store;
  readonly claim: Claim;
  readonly draft: ListingDraft;
  readonly readAt: number;
}

/** Compares with what DSTNC accepted last, and sends what differs. */
async function settle(tools: ReconcileTools, { store, claim, draft, readAt }: Settling): Promise<StepResult> {
  const { target, batcher, observe, clock } = tools;
  const state = listingState(draft);
  const accepted = claim.accepted && (JSON.parse(claim.accepted.inventoryJson) as Record<string, InventoryDraft>);
  const listingJson = JSON.stringify(draft);
  const items: ItemRow[] = draft.items.map(({ itemId, externalId, title, sku }) => ({
    itemId,
    externalId,
    title,
    sku,
  }));
  const agreed = {
    kind: 'agreed' as const,
    listingJson,
    items,
    readAt,
    contentHash: state.contentHash,
    inventoryJson: JSON.stringify(Object.fromEntries(state.inventory)),
    state: draft.product.state,
    purchasable: [...state.inventory.values()].some(({ purchasable }) => purchasable),
  };
  const sent = (sentAt: number) => {
    const acceptedAt = clock();
    return { ...agreed, sent: { sentAt, acceptedAt, history: history({ claim, draft, accepted, acceptedAt }) } };
  };

  const sentAt = clock();
  const stamp = { rev: claim.rev, readAt };
  const requests: Tried['requests'][number][] = [];
  let taken = false;
  if (!claim.inDoubt && accepted !== null && claim.accepted?.contentHash === state.contentHash) {
    const changed = changedInventory(state, accepted);
    if (changed.length === 0) return agreed;
    if (changed.length <= MOST_ITEMS) {
      const body = changed.map((stock) => wireInventory(stock, stamp));
      const outcome = await batcher.submit(store.vendor, body);
      observe({ on: 'send', what: 'inventory', outcome });
      requests.push({ what: 'inventory', sentAt, answeredAt: clock(), body, answer: outcome });
      if (outcome.kind === 'retry') return waiting(outcome);
      if (outcome.kind === 'answered' && outcome.statuses.every((status) => status === 'accepted')) return sent(sentAt);
      // Some items may have been taken: should the whole product be refused now, what DSTNC holds is no longer what it accepted.
      taken = outcome.kind === 'answered';
      // Whatever DSTNC makes of single items, the whole product settles it: unknown ones are made known, a stale one is answered
      // with the rev to go on from, and a refused batch shows which of its products was meant.
    }
  }

  const body = wireProduct(draft, stamp);
  const putAt = clock();
  const outcome = await target.putProduct(store.vendor, body);
  observe({ on: 'send', what: 'product', outcome });
  requests.push({ what: 'product', sentAt: putAt, answeredAt: clock(), body, answer: outcome });
  switch (outcome.kind) {
    case 'accepted':
      return sent(sentAt);
    case 'stale':
      return {
        kind: 'retry',
        waitingFor: `DSTNC holds a newer version (${outcome.heldRev}), which this one is lifted above`,
        // At once, but only where that can help: a DSTNC that goes on saying so must not make us hammer the store.
        dueAt: outcome.heldRev >= claim.rev && claim.attempts === 0 ? clock() : clock() + backoffMs(claim.attempts),
        inDoubt: true,
        heldRev: outcome.heldRev,
        tried: tried(),
      };
    case 'rejected': {
      const { status, reason } = outcome;
      const rejection = { status, reason, at: new Date(clock()).toISOString() };
      const story = { product: body, answer: { status, reason }, items: draft.items };
      const storyJson = JSON.stringify(story);
      return { kind: 'rejected', listingJson, items, readAt, sentAt, rejection, storyJson, inDoubt: taken };
    }
    case 'retry':
      return waiting(outcome);
  }

  function tried(): Tried {
    return {
      read: { at: readAt, fields: draft.items.map(({ externalId, fields }) => ({ externalId, fields })) },
      requests,
    };
  }

  function waiting({ reason, retryAfterMs = 0 }: SendFailure): StepResult {
    return {
      kind: 'retry',
      waitingFor: reason,
      dueAt: clock() + Math.max(backoffMs(claim.attempts), retryAfterMs),
      inDoubt: true,
      listing: { json: listingJson, items, readAt },
      tried: tried(),
    };
  }
}

function tombstone(claim: Claim, because: Parameters<typeof buildTombstone>[2]): ListingDraft {
  return buildTombstone(lastListing(claim), claim.groupId, because);
}

function lastListing({ listingJson }: Claim): ListingDraft | null {
  return listingJson === null ? null : (JSON.parse(listingJson) as ListingDraft);
}

interface Remembering {
  readonly claim: Claim;
  readonly draft: ListingDraft;
  readonly accepted: Readonly<Record<string, InventoryDraft>> | null;
  readonly acceptedAt: number;
}

/** What changed for each item, for its history. */
function history({ claim, draft, accepted, acceptedAt }: Remembering): ItemHistory[] {
  const before = lastListing(claim)?.product.state;
  const { state } = draft.product;
  return draft.items.flatMap(({ externalId, variant, rule }) => {
    const stock = variant?.inventory;
    const held = accepted?.[externalId];
    if (accepted !== null && state === before && JSON.stringify(stock) === JSON.stringify(held)) return [];
    return {
      externalId,
      at: new Date(acceptedAt).toISOString(),
      cause: claim.cause,
      state: variant === null && state === 'active' ? 'left out' : state,
      rule: stock ? rule : null,
      tracked: stock?.tracked ?? null,
      quantity: stock?.quantity ?? null,
      purchasable: stock?.purchasable ?? null,
    };
  });
}
