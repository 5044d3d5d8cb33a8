import { readStoreProduct } from '@dstnc/shared';
import { describe, expect, test } from 'vitest';
import { buildListing } from '../catalog/build-listing.ts';
import { listingState } from '../catalog/listing-state.ts';
import type { HeldGroup } from '../storage/storage.ts';
import type { GroupSnapshot } from '../woocommerce/group-snapshot.ts';
import type { StoreReading } from '../woocommerce/read-group.ts';
import { compareGroups } from './compare-groups.ts';

const context = { currency: 'EUR', taxIncluded: true, settings: { backorders: 'deny' } } as const;

function snapshot(id: number, over: Record<string, unknown> = {}): GroupSnapshot {
  const read = readStoreProduct({
    id,
    name: `Lamp ${id}`,
    type: 'simple',
    status: 'publish',
    price: '10',
    purchasable: true,
    manage_stock: true,
    stock_quantity: 3,
    stock_status: 'instock',
    ...over,
  });
  if (!read.ok) throw new Error(read.reason);
  return { item: { product: read.product, issues: read.issues }, variations: [], readAt: 1 };
}

const group = (id: number, over?: Record<string, unknown>): StoreReading => ({
  kind: 'group',
  snapshot: snapshot(id, over),
});

/** As DSTNC accepted it. */
function held(id: number, over: Partial<HeldGroup> = {}): HeldGroup {
  const { contentHash, inventory } = listingState(buildListing(snapshot(id), context));
  const inventoryJson = JSON.stringify(Object.fromEntries(inventory));
  const known = { groupId: id, unsettled: false, state: 'active' as const, rejectedListingJson: null };
  return { ...known, contentHash, inventoryJson, ...over };
}

const compare = (readings: readonly (readonly [number, StoreReading])[], known: readonly HeldGroup[]) =>
  compareGroups({ readings: new Map(readings), held: known, context });

describe('comparing', () => {
  test('marks nothing of what is as it was accepted', () => {
    expect(compare([[1, group(1)]], [held(1)])).toEqual([]);
  });

  test.each([
    ['stock', { stock_quantity: 2 }],
    ['price', { price: '11' }],
    ['status', { status: 'draft' }],
    ['name', { name: 'Lantern' }],
  ])('marks another %s', (_what, over) => {
    expect(compare([[1, group(1, over)]], [held(1)])).toEqual([1]);
  });

  test('takes no notice of when it was saved', () => {
    expect(compare([[1, group(1, { date_modified_gmt: '2030-01-01T00:00:00' })]], [held(1)])).toEqual([]);
  });

  test('marks what was never heard of', () => {
    expect(compare([[1, group(1)]], [])).toEqual([1]);
  });

  test('marks what is listed no more, but not twice what is withdrawn', () => {
    expect(compare([], [held(1), held(2, { state: 'deleted' }), held(3, { state: null })])).toEqual([1]);
  });

  test('marks what WooCommerce says is gone, where it is shown', () => {
    const gone: StoreReading = { kind: 'gone', because: 'trashed' };
    const readings = [1, 2, 3].map((id) => [id, gone] as const);
    expect(compare(readings, [held(1), held(2, { state: 'deleted' })])).toEqual([1]);
  });

  test('leaves alone what is marked already', () => {
    const unsettled = { unsettled: true };
    expect(compare([[1, group(1, { price: '11' })]], [held(1, unsettled), held(2, unsettled)])).toEqual([]);
  });

  test('tries again what was refused only once it has changed', () => {
    const rejectedListingJson = JSON.stringify(buildListing(snapshot(1), context));
    const refused = held(1, { rejectedListingJson, contentHash: 'of another' });
    expect(compare([[1, group(1)]], [refused])).toEqual([]);
    expect(compare([[1, group(1, { name: 'Lantern' })]], [refused])).toEqual([1]);
  });

  test('marks what could not be read, so that it is told of', () => {
    const failure: StoreReading = { kind: 'failure', failure: { kind: 'mismatch', message: 'x', retryable: true } };
    expect(compare([[1, failure]], [held(1)])).toEqual([1]);
  });
});
