import { describe, expect, test } from 'vitest';
import type { InventoryDraft, ListingDraft, ListingItem } from './listing-draft.ts';
import { changedInventory, listingState, wireProduct } from './listing-state.ts';

function anItem(externalId: string, quantity: number, over: Partial<ListingItem> = {}): ListingItem {
  return {
    itemId: 1,
    externalId,
    title: 'Lamp',
    sku: '',
    variant: {
      externalId,
      options: {},
      price: { regular: '1', effective: '1', currency: null, taxIncluded: null },
      images: [],
      inventory: { externalId, tracked: true, quantity, purchasable: quantity > 0, rule: 3 },
    },
    rule: 3,
    because: `quantity ${quantity}`,
    fields: { stock_quantity: quantity },
    notes: [],
    ...over,
  };
}

function aDraft(items: readonly ListingItem[], over: Partial<ListingDraft['product']> = {}): ListingDraft {
  return {
    product: {
      groupId: '7',
      state: 'active',
      title: 'Lamp',
      descriptionHtml: '',
      url: '',
      locale: null,
      categories: [],
      images: [],
      options: [],
      ...over,
    },
    items,
    notes: [],
  };
}

const asAccepted = (draft: ListingDraft) =>
  JSON.parse(JSON.stringify(Object.fromEntries(listingState(draft).inventory))) as Record<string, InventoryDraft>;

describe('differences', () => {
  const before = aDraft([anItem('7:1', 4), anItem('7:2', 5)]);

  test('stock is told apart from content', () => {
    const after = aDraft([anItem('7:1', 4), anItem('7:2', 3)]);
    expect(listingState(after).contentHash).toBe(listingState(before).contentHash);
    expect(changedInventory(listingState(after), asAccepted(before))).toEqual([
      { externalId: '7:2', tracked: true, quantity: 3, purchasable: true, rule: 3 },
    ]);
    expect(changedInventory(listingState(before), asAccepted(before))).toEqual([]);
  });

  test('content: the product, and which variants there are', () => {
    const hash = listingState(before).contentHash;
    const [first, second] = before.items as [ListingItem, ListingItem];
    expect(listingState(aDraft(before.items, { title: 'Lamp!' })).contentHash).not.toBe(hash);
    expect(listingState(aDraft(before.items, { state: 'hidden' })).contentHash).not.toBe(hash);
    expect(listingState(aDraft([first, { ...second, variant: null }])).contentHash).not.toBe(hash);
    expect(listingState(aDraft([...before.items, anItem('7:3', 1)])).contentHash).not.toBe(hash);
  });

  test('what is only for explaining is no difference', () => {
    const noted = before.items.map((item) => ({ ...item, notes: ['odd'], because: 'else', fields: {}, title: 'Else' }));
    expect(listingState({ ...aDraft(noted), notes: ['odd'] })).toEqual(listingState(before));
  });

  test('an item that was never accepted is changed', () => {
    expect(changedInventory(listingState(before), {})).toHaveLength(2);
  });
});

test('on the wire every item has the rev and the time of the product, and what is left out is not there', () => {
  const draft = aDraft([anItem('7:1', 4), anItem('7:2', 5, { variant: null, omitted: 'switched off' })]);
  const wire = wireProduct(draft, { rev: 12, readAt: 0 });
  expect(wire.rev).toBe(12);
  expect(wire.variants.map(({ inventory }) => inventory)).toEqual([
    {
      externalId: '7:1',
      tracked: true,
      quantity: 4,
      purchasable: true,
      rule: 3,
      rev: 12,
      readAt: '1970-01-01T00:00:00.000Z',
    },
  ]);
});
