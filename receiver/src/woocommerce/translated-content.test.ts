import { readStoreProduct, type StoreProduct } from '@dstnc/shared';
import { describe, expect, test } from 'vitest';
import { readGroup } from './read-group.ts';
import type { StoreAnswer } from './store-answer.ts';
import type { StoreClient, StoreQuery } from './store-client.ts';
import { readTranslation } from './translated-content.ts';

type Entry = Record<string, unknown> & { readonly id: number };

const ok = (body: unknown): StoreAnswer => ({ ok: true, status: 200, body, headers: {}, durationMs: 1 });
const failure = (kind: 'timeout' | 'unauthorized', retryable: boolean): StoreAnswer =>
  ({ ok: false, failure: { kind, message: kind, retryable, code: 'x', status: 403, timeoutMs: 1 } }) as StoreAnswer;
const noSuchProduct = {
  ok: false,
  failure: { kind: 'not_found', code: 'woocommerce_rest_product_invalid_id', message: 'Invalid ID.', retryable: false },
} as const;

/** A store with these products and variations, whose own language is English. */
function storeWith(products: readonly Entry[], { status = ok({ environment: { language: 'en_US' } }) } = {}) {
  const asked: string[] = [];
  const client = {
    async get(path: string, query: StoreQuery = {}) {
      asked.push(query.lang === undefined ? path : `${path} in ${query.lang}`);
      if (path === 'wc/v3/system_status') return status;
      const [, id, variations] = /^wc\/v3\/products\/(\d+)(\/variations)?$/.exec(path) ?? [];
      if (variations) return ok(products.filter((one) => one.type === 'variation' && one.parent_id === Number(id)));
      const product = products.find((one) => one.id === Number(id));
      return product === undefined ? noSuchProduct : ok(product);
    },
  } as unknown as StoreClient;
  return { client, asked };
}

const family = { en: '7', de: '8' };
const lamp = {
  id: 7,
  name: 'Lamp',
  status: 'publish',
  lang: 'en',
  translations: family,
  price: '5',
  stock_quantity: 4,
};
const lampe = { ...lamp, id: 8, name: 'Lampe', lang: 'de', price: '9', stock_quantity: 1, description: 'Hell.' };

async function read(store: ReturnType<typeof storeWith>, id: number, language: string | null) {
  const reading = await readGroup(store.client, id, language);
  return reading.kind === 'group' ? reading.snapshot : reading;
}

describe('a product of a shop in two languages, without the plugin', () => {
  test('has the words of its translation, read in that language, and everything else of its own', async () => {
    const store = storeWith([lamp, lampe]);
    expect(await read(store, 7, 'de')).toMatchObject({
      item: { product: { id: 7, name: 'Lampe', description: 'Hell.', price: '5', stock_quantity: 4 } },
      language: { locale: 'de', missing: null },
    });
    expect(store.asked).toEqual(['wc/v3/products/7', 'wc/v3/system_status', 'wc/v3/products/8 in de']);
  });

  test('is read once where no other language is wanted', async () => {
    const store = storeWith([lamp, lampe]);
    const own = { item: { product: { name: 'Lamp' } }, language: { locale: 'en', missing: null } };
    expect(await read(store, 7, null)).toMatchObject(own);
    expect(await read(store, 7, 'en')).toMatchObject(own);
    expect(store.asked.filter((path) => path !== 'wc/v3/products/7')).toEqual(['wc/v3/system_status']);
  });

  test('that is a translation is the product that it translates', async () => {
    expect(await read(storeWith([lamp, lampe]), 8, 'de')).toEqual({ kind: 'translation', originalId: 7 });
  });

  test('that is there in another language only is listed by itself', async () => {
    const teller = { ...lampe, id: 9, name: 'Teller', translations: { de: 9 } };
    const store = storeWith([teller]);
    expect(await read(store, 9, 'fr')).toMatchObject({ language: { locale: 'de', missing: 'fr' } });
    expect(store.asked).toEqual(['wc/v3/products/9']);
  });

  test.each([
    ['isn’t translated into it', 'fr', lampe],
    ['has a translation that is a draft', 'de', { ...lampe, status: 'draft' }],
    ['has a translation that is gone', 'de', { ...lampe, id: 99 }],
    ['has a translation that answers for another', 'de', null],
  ])('that %s is shown in its own, and says so', async (_name, language, other) => {
    const store = storeWith(other === null ? [lamp, { ...lampe, id: 8 }] : [lamp, other]);
    if (other === null) store.client.get = confused(store.client.get);
    expect(await read(store, 7, language)).toMatchObject({
      item: { product: { name: 'Lamp' } },
      language: { locale: 'en', missing: language },
    });
  });

  test('whose shop doesn’t say its own language is the oldest of those that translate each other', async () => {
    const store = () => storeWith([lamp, lampe], { status: failure('unauthorized', false) });
    expect(await read(store(), 7, null)).toMatchObject({ item: { product: { id: 7 } } });
    expect(await read(store(), 8, null)).toEqual({ kind: 'translation', originalId: 7 });
  });

  test('is not guessed at while the shop doesn’t answer', async () => {
    const store = storeWith([lamp, lampe], { status: failure('timeout', true) });
    expect(await read(store, 8, null)).toMatchObject({ kind: 'failure', failure: { kind: 'timeout' } });
  });

  test('costs a shop in one language no question', async () => {
    const store = storeWith([{ id: 7, name: 'Lamp' }]);
    expect(await read(store, 7, 'de')).toMatchObject({ language: { locale: null, missing: 'de' } });
    expect(store.asked).toEqual(['wc/v3/products/7']);
  });

  test.each([[[]], [null], ['x'], [{ en: 'x', de: -1 }]])(
    'has no translations where they are %j',
    async (translations) => {
      const product = readStoreProduct({ ...lamp, translations });
      if (!product.ok) throw new Error(product.reason);
      expect(await readTranslation(storeWith([]).client, product.product, null)).toMatchObject({ kind: 'original' });
    },
  );
});

/** A cache that answers every question for a product with the same one. */
function confused(get: StoreClient['get']): StoreClient['get'] {
  return (path) => get(path === 'wc/v3/products/8' ? 'wc/v3/products/7' : path);
}

describe('the variations of a shop in two languages', () => {
  const attribute = (name: string, ...options: string[]) => ({ name, variation: true, options });
  const shirt = { id: 7, type: 'variable', status: 'publish', name: 'Shirt', translations: family };
  const english = { ...shirt, attributes: [attribute('Colour', 'Green', 'Yellow')] };
  const german = { ...shirt, id: 8, name: 'Hemd', attributes: [attribute('Farbe', 'Gelb', 'Grün')] };
  const one = (id: number, parent: number, option: string, over: object = {}): Entry => ({
    id,
    type: 'variation',
    parent_id: parent,
    attributes: [{ name: parent === 7 ? 'Colour' : 'Farbe', option }],
    ...over,
  });
  const optionsOf = (items: readonly { product: StoreProduct }[]) =>
    items.map(({ product: { id, attributes } }) => [id, attributes[0]?.name, attributes[0]?.option]);
  const told = [
    [71, 'Farbe', 'Grün'],
    [72, 'Farbe', 'Gelb'],
  ];

  test.each([
    ['their ids', { translations: { de: 82 } }, { translations: { de: 81 } }, {}, {}],
    ['their SKUs', { sku: 'G' }, { sku: 'Y' }, { sku: 'Y' }, { sku: 'G' }],
  ])('are told apart by %s, and not by their order', async (_name, green, yellow, gelb, gruen) => {
    const snapshot = await read(
      storeWith([
        english,
        german,
        one(71, 7, 'Green', green),
        one(72, 7, 'Yellow', yellow),
        one(81, 8, 'Gelb', gelb),
        one(82, 8, 'Grün', gruen),
      ]),
      7,
      'de',
    );
    if (!('variations' in snapshot)) throw new Error(JSON.stringify(snapshot));
    expect(optionsOf(snapshot.variations)).toEqual(told);
    expect(snapshot.item.product.attributes[0]).toMatchObject({ name: 'Farbe', options: ['Gelb', 'Grün'] });
    expect(snapshot.item.issues).toEqual([]);
  });

  test('keep their own options, all of them, where one can’t be told apart', async () => {
    const snapshot = await read(
      storeWith([
        english,
        german,
        one(71, 7, 'Green', { sku: 'G' }),
        one(72, 7, 'Yellow'),
        one(81, 8, 'Gelb'),
        one(82, 8, 'Grün', { sku: 'G' }),
      ]),
      7,
      'de',
    );
    if (!('variations' in snapshot)) throw new Error(JSON.stringify(snapshot));
    expect(optionsOf(snapshot.variations)).toEqual([
      [71, 'Colour', 'Green'],
      [72, 'Colour', 'Yellow'],
    ]);
    expect(snapshot.item.product).toMatchObject({ name: 'Hemd', attributes: [{ name: 'Colour' }] });
    expect(snapshot.item.issues).toEqual([expect.stringContaining('not shown in de')]);
  });
});
