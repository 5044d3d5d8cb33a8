import { product as productSchema, readStoreProduct } from '@dstnc/shared';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StoreItem } from '../woocommerce/group-snapshot.ts';
import { buildListing, buildTombstone, type ListingContext } from './build-listing.ts';
import type { ListingDraft } from './listing-draft.ts';
import { wireProduct } from './listing-state.ts';

const context: ListingContext = { currency: 'EUR', taxIncluded: true, settings: { backorders: 'deny' } };

const lamp = {
  id: 7,
  type: 'simple',
  status: 'publish',
  name: 'Oslo Lamp',
  permalink: 'https://shop.example/oslo',
  description: '<p>Bright</p>',
  short_description: '<p>Short</p>',
  sku: 'OSL',
  price: '19.90',
  regular_price: '24.90',
  sale_price: '19.90',
  on_sale: true,
  purchasable: true,
  manage_stock: true,
  stock_status: 'instock',
  stock_quantity: 4,
  categories: [{ id: 1, name: 'Lamps' }],
  images: [{ id: 1, src: 'https://shop.example/a.jpg', alt: 'A lamp' }],
};
const variableLamp = {
  ...lamp,
  type: 'variable',
  attributes: [
    { id: 1, name: 'Colour', variation: true, options: ['Red', 'Blue'] },
    { id: 2, name: 'Material', variation: false, options: ['Steel'] },
  ],
};
const red = {
  ...lamp,
  id: 70,
  type: 'variation',
  parent_id: 7,
  attributes: [{ id: 1, name: 'Colour', option: 'Red' }],
};

function item(raw: Record<string, unknown>): StoreItem {
  const reading = readStoreProduct(raw);
  if (!reading.ok) throw new Error(reading.reason);
  return reading;
}

function build(
  raw: Record<string, unknown>,
  variations: readonly Record<string, unknown>[] = [],
  over: Partial<ListingContext> = {},
): ListingDraft {
  return buildListing({ item: item(raw), variations: variations.map(item), readAt: 1 }, { ...context, ...over });
}

describe('a listing', () => {
  test('of a simple product is the product with its one item', () => {
    const { product, items, notes } = build(lamp);
    expect(product).toEqual({
      groupId: '7',
      state: 'active',
      title: 'Oslo Lamp',
      descriptionHtml: '<p>Bright</p>',
      url: 'https://shop.example/oslo',
      locale: null,
      categories: ['Lamps'],
      images: [{ src: 'https://shop.example/a.jpg', alt: 'A lamp' }],
      options: [],
    });
    expect(items).toMatchObject([
      {
        itemId: 7,
        externalId: '7:0',
        title: 'Oslo Lamp',
        sku: 'OSL',
        rule: 3,
        variant: {
          externalId: '7:0',
          sku: 'OSL',
          options: {},
          price: { regular: '24.90', sale: '19.90', effective: '19.90', currency: 'EUR', taxIncluded: true },
          inventory: { externalId: '7:0', tracked: true, quantity: 4, purchasable: true, rule: 3 },
        },
        notes: [],
      },
    ]);
    expect(notes).toEqual([]);
  });

  test('of a variable product has one item a variation, with the options that it fixes', () => {
    const any = { ...red, id: 71, sku: '', attributes: [{ name: 'Colour', option: '' }] };
    const { product, items } = build(variableLamp, [red, any]);
    expect(product.options).toEqual([{ name: 'Colour', values: ['Red', 'Blue'] }]);
    expect(items.map(({ externalId, title }) => [externalId, title])).toEqual([
      ['7:70', 'Oslo Lamp, Red'],
      ['7:71', 'Oslo Lamp'],
    ]);
    expect(items.map(({ variant }) => variant?.options)).toEqual([{ Colour: 'Red' }, {}]);
    expect(items[1]?.variant).not.toHaveProperty('sku');
  });

  test.each<[string, Record<string, unknown>, string | undefined]>([
    ['published', {}, undefined],
    ['a draft', { status: 'draft' }, 'draft'],
    ['waiting for review', { status: 'pending' }, 'draft'],
    ['scheduled', { status: 'future' }, 'draft'],
    ['private', { status: 'private' }, 'private'],
    ['behind a password', { post_password: 'x' }, 'password'],
    ['without a price', { price: '' }, 'no_price'],
    ['with a price that is none', { price: 'abc' }, 'no_price'],
    ['free of charge', { price: '0' }, undefined],
    ['grouped', { type: 'grouped' }, 'grouped'],
    ['external', { type: 'external' }, 'external'],
    ['a bundle', { type: 'bundle' }, 'unsupported_type'],
    ['a subscription', { type: 'subscription' }, 'unsupported_type'],
    ['not purchasable', { purchasable: false }, 'not_purchasable'],
    ['a variable product without variations', { type: 'variable' }, 'no_variations'],
  ])('is shown, or hidden with its reason: %s', (_name, over, reason) => {
    const { product } = build({ ...lamp, ...over });
    expect([product.state, product.stateReason]).toEqual([reason === undefined ? 'active' : 'hidden', reason]);
  });

  test("a hidden product's stock is still told as it is", () => {
    expect(build({ ...lamp, status: 'draft' }).items[0]?.variant?.inventory).toMatchObject({
      quantity: 4,
      purchasable: true,
    });
  });

  test.each([
    ['switched off', { status: 'private' }, 'the variation is switched off'],
    ['without a price', { price: null }, 'the variation has no price'],
    [
      'not purchasable',
      { purchasable: false },
      'WooCommerce says that the variation can\'t be bought ("purchasable": false)',
    ],
  ])("leaves out a variation that can't be bought, and says why: %s", (_name, over, omitted) => {
    const { product, items } = build(variableLamp, [red, { ...red, id: 71, ...over }]);
    expect(product.state).toBe('active');
    expect(items.map((one) => [one.variant === null, one.omitted])).toEqual([
      [false, undefined],
      [true, omitted],
    ]);
  });

  test('is hidden if no variation is left', () => {
    expect(build(variableLamp, [{ ...red, price: '' }]).product).toMatchObject({
      state: 'hidden',
      stateReason: 'no_price',
    });
  });

  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['a sale that is over', { on_sale: false }, { regular: '24.90', effective: '19.90' }],
    ['numbers', { price: 5, regular_price: 5.5, on_sale: false }, { regular: '5.5', effective: '5' }],
    ['none', { price: '', regular_price: '', sale_price: '' }, { regular: null, effective: null }],
  ])('prices: %s', (_name, over, wanted) => {
    expect(build({ ...lamp, ...over }).items[0]?.variant?.price).toEqual({
      ...wanted,
      currency: 'EUR',
      taxIncluded: true,
    });
  });

  test('a price that is none is left out, and noted', () => {
    const { product, items, notes } = build({ ...lamp, price: 'abc', regular_price: '19,90' });
    expect(product.stateReason).toBe('no_price');
    expect(items[0]?.variant?.price).toMatchObject({ regular: null, effective: null });
    expect(notes).toEqual([
      'price can\'t be read ("abc") and was left out',
      'regular_price can\'t be read ("19,90") and was left out',
    ]);
  });

  test('what the store has not said is null, and nothing is withheld for it', () => {
    const { product, items } = build(lamp, [], { currency: null, taxIncluded: null });
    expect(product.state).toBe('active');
    expect(items[0]?.variant?.price).toMatchObject({ effective: '19.90', currency: null, taxIncluded: null });
  });

  test("variations that share their product's stock share a pool", () => {
    const parent = { ...variableLamp, manage_stock: true, stock_quantity: 9 };
    const { items } = build(parent, [
      { ...red, manage_stock: 'parent', stock_quantity: 2 },
      { ...red, id: 71 },
    ]);
    expect(items.map(({ variant }) => variant?.inventory)).toEqual([
      { externalId: '7:70', tracked: true, quantity: 9, purchasable: true, poolId: '7:0', rule: 3 },
      { externalId: '7:71', tracked: true, quantity: 4, purchasable: true, rule: 3 },
    ]);
  });

  test('backorders are sold only where the store lets DSTNC do so', () => {
    const backordered = { ...lamp, stock_quantity: 0, backorders: 'yes' };
    const purchasable = (backorders: 'deny' | 'allow') =>
      build(backordered, [], { settings: { backorders } }).items[0]?.variant?.inventory.purchasable;
    expect([purchasable('deny'), purchasable('allow')]).toEqual([false, true]);
  });

  test.each([
    [{ locale: 'de', missing: null }, 'de', []],
    [{ locale: 'en', missing: 'de' }, 'en', ['not translated into de: shown in en']],
    [{ locale: null, missing: 'de' }, null, ["not translated into de: shown in the store's own language"]],
  ])('says which language it is in, and which it should be: %j', (language, locale, notes) => {
    const listing = buildListing({ item: item(lamp), variations: [], readAt: 0, language }, context);
    expect([listing.product.locale, listing.notes]).toEqual([locale, notes]);
  });

  test('has no control characters in what people read, and notes that it had', () => {
    const { product, items, notes } = build({ ...lamp, name: ' Oslo\u0000\u0007\r\nLamp ', sku: 'O\tS' });
    expect(product.title).toBe('Oslo Lamp');
    expect(items[0]).toMatchObject({ title: 'Oslo Lamp', sku: 'O S' });
    expect(notes).toEqual(['control characters were taken out of the name']);
    expect(build({ ...lamp, name: ' Oslo ' }).notes).toEqual([]);
  });

  test('carries brand, GTIN, weight and size where there are any', () => {
    const { product, items } = build({
      ...lamp,
      brands: [{ name: 'Lumen' }, { name: 'Other' }],
      global_unique_id: '4006381333931',
      weight: 1.5,
      dimensions: { length: '10', width: '', height: 3 },
    });
    expect(product.brand).toBe('Lumen');
    expect(items[0]?.variant).toMatchObject({
      gtin: '4006381333931',
      weight: '1.5',
      dimensions: { length: '10', width: '', height: '3' },
    });
    for (const field of ['gtin', 'weight', 'dimensions'])
      expect(build(lamp).items[0]?.variant).not.toHaveProperty(field);
  });

  test("a variation's own picture is its picture", () => {
    const { items } = build(variableLamp, [{ ...red, images: [], image: { src: 'https://x/red.jpg', alt: null } }]);
    expect(items[0]?.variant?.images).toEqual([{ src: 'https://x/red.jpg', alt: '' }]);
  });

  test('falls back to the short description', () => {
    expect(build({ ...lamp, description: '' }).product.descriptionHtml).toBe('<p>Short</p>');
  });

  test('keeps the contract, whatever the store sends in its fields', () => {
    const fields = Object.keys(lamp).filter((field) => field !== 'id');
    const spoiled = fc.dictionary(fc.constantFrom(...fields, 'brands', 'attributes', 'dimensions'), fc.jsonValue());
    fc.assert(
      fc.property(spoiled, spoiled, (over, variation) => {
        const draft = build({ ...lamp, ...over }, [{ ...red, ...variation, id: 70 }]);
        expect(productSchema.safeParse(wireProduct(draft, { rev: 1, readAt: 1 })).error).toBeUndefined();
      }),
    );
  });
});

describe('a tombstone', () => {
  test('has the last words of the product, and nothing left to buy', () => {
    const last = build(lamp);
    const draft = buildTombstone(last, 7, 'trashed');
    expect(draft.product).toEqual({ ...last.product, state: 'deleted', stateReason: 'trashed' });
    expect(draft.items).toMatchObject([
      { externalId: '7:0', variant: null, omitted: 'the product is no longer in the store' },
    ]);
    expect(productSchema.safeParse(wireProduct(draft, { rev: 1, readAt: 1 })).success).toBe(true);
  });

  test('keeps the contract without any last words', () => {
    const draft = buildTombstone(null, 7, 'deleted');
    expect(draft.items).toEqual([]);
    expect(productSchema.parse(wireProduct(draft, { rev: 1, readAt: 1 }))).toMatchObject({
      groupId: '7',
      state: 'deleted',
    });
  });
});
