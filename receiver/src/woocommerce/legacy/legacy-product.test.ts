import { readStoreProduct } from '@dstnc/shared';
import { describe, expect, test } from 'vitest';
import { legacyProduct, legacyVariations } from './legacy-product.ts';

const read = (raw: unknown) => {
  const reading = readStoreProduct(raw);
  if (!reading.ok) throw new Error(reading.reason);
  expect(reading.issues).toEqual([]);
  return reading.product;
};

const lamp = {
  title: 'Lamp',
  id: 12,
  type: 'variable',
  status: 'publish',
  updated_at: '2026-03-04T10:00:00Z',
  managing_stock: false,
  in_stock: true,
  purchaseable: true,
  categories: ['Lamps'],
  images: [{ id: 0, src: 'https://shop.example/placeholder.png', alt: 'Placeholder' }],
  attributes: [
    { name: 'Finish', slug: 'finish', variation: true, options: ['Matt Black', 'Höchst glänzend'] },
    { name: 'Cable Length', slug: 'Cable Length', variation: true, options: ['1 m'] },
  ],
  variations: [
    {
      id: 13,
      price: '10',
      managing_stock: 'parent',
      stock_quantity: 5,
      in_stock: true,
      visible: true,
      image: [{ id: 7, src: 'https://shop.example/7.png', alt: '' }],
      attributes: [
        { name: 'Finish', slug: 'finish', option: 'hoechst-glaenzend' },
        { name: 'cable-length', slug: 'cable-length', option: '1 m' },
      ],
    },
    { id: 14, price: '10', visible: false, in_stock: true, image: [{ id: 0, src: 'x' }], attributes: [] },
    { id: 15, price: '', visible: false, in_stock: true, image: [], attributes: [] },
  ],
};

describe('a product of the Legacy API', () => {
  test('is read in the words of wc/v3', () => {
    expect(read(legacyProduct(lamp))).toMatchObject({
      id: 12,
      name: 'Lamp',
      type: 'variable',
      date_modified_gmt: '2026-03-04T10:00:00',
      categories: [{ name: 'Lamps' }],
      images: [],
      variations: [13, 14, 15],
      purchasable: true,
    });
  });

  test.each([
    [{ in_stock: true, backordered: false }, 'instock'],
    [{ in_stock: true, backordered: true }, 'onbackorder'],
    [{ in_stock: false, backordered: false }, 'outofstock'],
  ])('with %j is %s', (facts, status) => {
    expect(read(legacyProduct({ ...lamp, ...facts })).stock_status).toBe(status);
  });

  test.each([
    ['0.00', false, null],
    ['0.00', true, '0.00'],
    ['', false, null],
    ['9.00', false, '9.00'],
  ])('with the price %j, and purchasable: %s, costs %j', (price, purchaseable, wanted) => {
    expect(read(legacyProduct({ ...lamp, price, purchaseable })).price).toBe(wanted);
  });

  test('holds its variations, with the names that the product has for what they differ in', () => {
    const [pooled, off, unpriced] = legacyVariations(lamp).map(read);
    expect(pooled).toMatchObject({
      parent_id: 12,
      type: 'variation',
      manage_stock: 'parent',
      image: { src: 'https://shop.example/7.png' },
      attributes: [
        { name: 'Finish', option: 'hoechst-glaenzend' },
        { name: 'Cable Length', option: '1 m' },
      ],
    });
    expect(off).toMatchObject({ status: 'private', image: null });
    expect(unpriced).toMatchObject({ status: 'publish', price: null });
  });
});
