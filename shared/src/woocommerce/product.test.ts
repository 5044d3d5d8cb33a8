import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readStoreProduct } from './product.ts';

function read(raw: Record<string, unknown>) {
  const reading = readStoreProduct({ id: 7, ...raw });
  if (!reading.ok) throw new Error(reading.reason);
  return reading;
}

describe("a store's product", () => {
  test('with an id alone has a default for everything', () => {
    const { product, issues } = read({});
    expect(issues).toEqual([]);
    expect(product).toMatchObject({
      id: 7,
      type: 'simple',
      status: 'publish',
      name: '',
      price: null,
      purchasable: true,
      dimensions: { length: '', width: '', height: '' },
      categories: [],
      image: null,
      variations: [],
    });
  });

  test.each([
    ['7', 7],
    [7, 7],
  ])('has an id: %j', (id, wanted) => {
    const reading = readStoreProduct({ id });
    expect(reading.ok && reading.product.id).toBe(wanted);
  });

  test.each([0, -1, 1.5, '', '07', '1e3', null, true, '99999999999999999999'])('is none with the id %j', (id) => {
    expect(readStoreProduct({ id })).toMatchObject({
      ok: false,
      reason: `no usable product id (${JSON.stringify(id)})`,
    });
  });

  test.each([null, [], 'x', 7])('is none if it is %j', (input) => {
    expect(readStoreProduct(input).ok).toBe(false);
  });

  test('may send numbers as strings and strings as numbers', () => {
    const { product, issues } = read({
      parent_id: '3',
      name: 2026,
      sku: 12345,
      price: 19.9,
      regular_price: '20',
      weight: 1.5,
      variations: ['70', 71],
      purchasable: '1',
      on_sale: 'yes',
    });
    expect(issues).toEqual([]);
    expect(product).toMatchObject({
      parent_id: 3,
      name: '2026',
      sku: '12345',
      price: '19.9',
      regular_price: '20',
      weight: '1.5',
      variations: [70, 71],
      purchasable: true,
      on_sale: true,
    });
  });

  test('may send "", null, false and {} for nothing', () => {
    for (const nothing of ['', null, false]) {
      const { product, issues } = read({
        parent_id: nothing,
        price: nothing,
        name: nothing,
        images: nothing,
        image: nothing,
      });
      expect(issues).toEqual([]);
      expect(product).toMatchObject({ parent_id: 0, price: null, name: '', images: [], image: null });
    }
    const { product, issues } = read({ images: {}, attributes: {}, variations: {}, categories: {}, image: [] });
    expect(issues).toEqual([]);
    expect(product).toMatchObject({ images: [], attributes: [], variations: [], categories: [], image: null });
  });

  test('may send a list with holes as an object; bad entries are left out', () => {
    expect(read({ categories: { 1: { name: 'A' }, 3: { name: 'B' } } }).product.categories).toMatchObject([
      { name: 'A' },
      { name: 'B' },
    ]);
    expect(read({ variations: [70, null, 'x', 0, 71] }).product.variations).toEqual([70, 71]);
  });

  test.each(['2.5', 2.5, '1e3', -3, null, '', 'many', true])('its stock fields stay as they were sent: %j', (value) => {
    const { product, issues } = read({ stock_quantity: value, manage_stock: value, stock_status: value });
    expect([product.stock_quantity, product.manage_stock, product.stock_status]).toEqual([value, value, value]);
    expect(issues).toEqual([]);
  });

  test.each(['abc', '19,90', '-1', -1, '1e3', 1e21, '€5', ' 5', {}, []])(
    'a price that is none is left out and named: %j',
    (price) => {
      const { product, issues } = read({ price, name: 'Lamp' });
      expect(product).toMatchObject({ price: null, name: 'Lamp' });
      const named = Array.isArray(price) ? 'a list' : typeof price === 'object' ? 'an object' : JSON.stringify(price);
      expect(issues).toEqual([`price can't be read (${named}) and was left out`]);
    },
  );

  test('text that no UTF-8 can carry is mended', () => {
    expect(read({ name: 'L\ud800mp' }).product.name).toBe('L\ufffdmp');
  });

  test('bad fields never spoil the good ones, nor anything else', () => {
    const field = fc.constantFrom('name', 'price', 'images', 'dimensions', 'attributes', 'status', 'image', 'brands');
    fc.assert(
      fc.property(fc.dictionary(field, fc.jsonValue()), (raw) => {
        const { product } = read({ ...raw, sku: 'SKU-1' });
        expect(product).toMatchObject({ id: 7, sku: 'SKU-1' });
      }),
    );
  });
});
