import { type Listing, parseExternalId, type Rejection } from '@dstnc/shared';
import type { GroupRow, Storage } from '../storage/storage.ts';
import type { ListingDraft, ListingItem } from './listing-draft.ts';
import { wireInventory } from './listing-state.ts';

/** Entries of an item's history that a listing shows. */
const SHOWN = 20;

/** An item that was sold, and that its product no longer has. */
const VANISHED = {
  variant: null,
  omitted: 'the product no longer has this variation',
  rule: 1,
  because: '',
  fields: {},
  notes: [],
} satisfies Partial<ListingItem>;

/** An item as DSTNC has it, and the whole story of how it came to that; null: no such item is known. */
export async function showListing(storage: Storage, storeId: string, externalId: string): Promise<Listing | null> {
  const id = parseExternalId(externalId);
  const row = id && (await storage.listings.group({ storeId, groupId: id.productId }));
  if (!row) return null;
  if (row.listingJson === null) return unread(externalId, row);
  const { product, items, notes } = JSON.parse(row.listingJson) as ListingDraft;
  const history = await storage.listings.history(storeId, externalId, SHOWN);
  const item = items.find((one) => one.externalId === externalId) ?? (history.length > 0 ? VANISHED : undefined);
  if (item === undefined) return null;

  const rev = row.acceptedRev ?? row.rev;
  const stamp = { rev, readAt: row.readAt ?? 0 };
  return {
    externalId,
    groupId: product.groupId,
    product: { ...product, rev },
    variant: item.variant && { ...item.variant, inventory: wireInventory(item.variant.inventory, stamp) },
    ...(item.omitted !== undefined && { omitted: item.omitted }),
    rule: item.variant === null ? null : item.rule,
    because: item.omitted ?? item.because,
    fields: item.fields,
    notes: [...notes, ...item.notes.filter((note) => !notes.includes(note))],
    cause: row.cause,
    readAt: time(row.readAt),
    sentAt: time(row.sentAt),
    acceptedAt: time(row.acceptedAt),
    lateMs: row.lateMs,
    attempts: row.attempts,
    ...pending(row),
    ...(row.rejectedJson !== null && { rejected: JSON.parse(row.rejectedJson) as Rejection }),
    ...discarded(row),
    history: [...history],
  };
}

/** The store was never read for it: what it waits for is all that there is to tell. */
function unread(externalId: string, row: GroupRow): Listing {
  return {
    externalId,
    groupId: String(row.groupId),
    product: null,
    variant: null,
    rule: null,
    because: 'the store has not been read for it yet',
    fields: {},
    notes: [],
    cause: row.cause,
    readAt: null,
    sentAt: null,
    acceptedAt: null,
    lateMs: null,
    attempts: row.attempts,
    ...pending(row),
    ...discarded(row),
    history: [],
  };
}

function pending({ dirty, markedAt, waitingFor }: GroupRow): Pick<Listing, 'pending'> | null {
  return dirty ? { pending: { since: new Date(markedAt ?? 0).toISOString(), waitingFor } } : null;
}

function discarded({ discardedJson }: GroupRow): Pick<Listing, 'discarded'> | null {
  return discardedJson === null ? null : { discarded: JSON.parse(discardedJson) as Listing['discarded'] & object };
}

function time(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
