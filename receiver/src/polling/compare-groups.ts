import type { ListingContext } from '../catalog/build-listing.ts';
import { buildListing } from '../catalog/build-listing.ts';
import type { InventoryDraft } from '../catalog/listing-draft.ts';
import { changedInventory, listingState } from '../catalog/listing-state.ts';
import type { HeldGroup } from '../storage/storage.ts';
import type { GroupSnapshot } from '../woocommerce/group-snapshot.ts';
import type { StoreReading } from '../woocommerce/read-group.ts';

/** A part of a catalogue, as the store shows it and as it was accepted. */
export interface ComparedPart {
  /** What was read of each group that the store lists there. */
  readonly readings: ReadonlyMap<number, StoreReading>;
  /** What is known of the groups there, listed by the store or not. */
  readonly held: readonly HeldGroup[];
  readonly context: ListingContext;
}

/**
 * Which groups DSTNC may hold otherwise than the store shows them: those that differ in anything that DSTNC sees, those that it has
 * never heard of, and those that the store doesn't list any more. What is marked already is left out, as is what DSTNC refuses in just
 * this form. Whether one is really gone is for the read to tell that its mark leads to.
 */
export function compareGroups({ readings, held, context }: ComparedPart): number[] {
  const known = new Map(held.map((group) => [group.groupId, group]));
  const differing = [...readings].flatMap(([id, reading]) => (differs(reading, known.get(id), context) ? [id] : []));
  const missing = held.filter(
    ({ groupId, state, unsettled }) => !readings.has(groupId) && !unsettled && state !== null && state !== 'deleted',
  );
  return [...differing, ...missing.map(({ groupId }) => groupId)].sort((a, b) => a - b);
}

function differs(reading: StoreReading, group: HeldGroup | undefined, context: ListingContext): boolean {
  if (group?.unsettled) return false;
  const shown = group !== undefined && group.state !== null && group.state !== 'deleted';
  switch (reading.kind) {
    case 'group':
      return group === undefined || draftDiffers(reading.snapshot, group, context);
    case 'gone':
      return shown;
    // Nothing that lists products should say so of one of them; the read finds out.
    case 'variation':
    case 'translation':
      return shown;
    // Whatever it is, the read tells people of it if it goes on; one that DSTNC refuses has been told of.
    case 'failure':
      return group?.rejectedListingJson == null;
  }
}

function draftDiffers(snapshot: GroupSnapshot, group: HeldGroup, context: ListingContext): boolean {
  const draft = buildListing(snapshot, { ...context, ...snapshot.prices });
  if (group.rejectedListingJson !== null) return group.rejectedListingJson !== JSON.stringify(draft);
  const state = listingState(draft);
  if (group.contentHash !== state.contentHash || group.inventoryJson === null) return true;
  const accepted = JSON.parse(group.inventoryJson) as Record<string, InventoryDraft>;
  return changedInventory(state, accepted).length > 0 || Object.keys(accepted).length !== state.inventory.size;
}
