import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { catalogPage, pluginStatus } from '@dstnc/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { storeAvailability } from '../store/store-availability.ts';
import { storeCache } from '../store/store-cache.ts';
import {
  type BilingualIds,
  fillBilingualShop,
  polylangWords,
  setUpPolylang,
  wpmlWords,
} from './languages/bilingual-shop.ts';
import { muPlugin } from './mu-plugin.ts';
import { PluginShop } from './plugin-shop.ts';
import { readChanges } from './read-changes.ts';

const woocommerce = '11.0.1';
const availability = await storeAvailability({ woocommerce });
const skipped = availability.available ? '' : ` (skipped: ${availability.reason})`;

/** `colour`: what the attribute is called in German, which takes the paid parts of Polylang. */
const PLUGINS = [
  { name: 'WPML', plugin: 'wpml', there: true, options: standIn('wpml-stand-in'), words: wpmlWords, colour: 'Farbe' },
  {
    name: 'Polylang Pro',
    plugin: 'polylang',
    there: true,
    options: standIn('polylang-stand-in'),
    words: polylangWords,
    colour: 'Farbe',
  },
  {
    name: 'the real Polylang',
    plugin: 'polylang',
    there: existsSync(join(storeCache(), 'plugins', 'polylang')),
    options: { plugins: ['polylang'] },
    words: polylangWords,
    colour: 'Colour',
  },
] as const;

function standIn(name: string) {
  return { muPlugins: [muPlugin(name)] };
}

for (const { name, plugin, there, options, words, colour } of PLUGINS) {
  const missing = there ? skipped : ' (skipped: plugins/polylang is not in the cache)';
  describe.skipIf(!availability.available || !there)(`a shop in English and German, by ${name}${missing}`, () => {
    let shop: PluginShop;
    let made: BilingualIds;

    beforeAll(async () => {
      shop = await PluginShop.start({ woocommerce, ...options });
      if ('plugins' in options) await setUpPolylang(shop.store);
      made = await fillBilingualShop(shop.store, words);
      await shop.connect();
    });
    afterAll(async () => {
      expect(await shop?.stop()).not.toMatch(/PHP (Fatal|Warning).*dstnc-for-woocommerce/);
    });

    const id = (what: string) => made[what] ?? 0;
    const get = async (query: string) => {
      const { status, body, raw } = await shop.store.rest('GET', `wc-dstnc/v1/catalog?${query}`);
      if (status !== 200) throw new Error(`${query}: ${status} ${raw.slice(0, 1000)}`);
      return catalogPage.parse(body);
    };
    // biome-ignore lint/suspicious/noExplicitAny: what a shop answers has no type; tests look into it freely.
    const group = async (what: string, query = ''): Promise<any> =>
      (await get(`include=${id(what)}${query}`)).groups[0];
    const originals = ['lamp', 'mug', 'Teller', 'bowl', 'shirt'];

    test('lists each product once, whatever language the request is in', async () => {
      const ids = originals.map(id).sort((a, b) => a - b);
      for (const query of ['limit=100', 'limit=2', 'limit=100&lang=de', 'limit=100&_fields=groups.groupId']) {
        const found = [];
        for (let after: number | null = 0; after !== null; ) {
          const page = await get(`${query}&after=${after}`);
          found.push(...page.groups.map(({ groupId }) => groupId));
          expect(page.total).toBe(ids.length);
          after = page.next;
        }
        expect(found, query).toEqual(ids);
      }
    });

    test('says of a translation, and of its variations, which product it is', async () => {
      const asked = ['Lampe', 'Hemd', 'Hemd Gelb', 'shirt Yellow', 'Schale'];
      const page = await get(`include=${asked.map(id).join(',')}`);
      expect([page.groups, page.gone]).toEqual([[], []]);
      expect(new Map(page.belongsTo.map((one) => [one.id, [one.groupId, one.because]]))).toEqual(
        new Map([
          [id('Lampe'), [id('lamp'), 'translation']],
          [id('Hemd'), [id('shirt'), 'translation']],
          [id('Hemd Gelb'), [id('shirt'), 'variation']],
          [id('shirt Yellow'), [id('shirt'), 'variation']],
          [id('Schale'), [id('bowl'), 'translation']],
        ]),
      );
    });

    test('has the words of a translation, and everything else of the original', async () => {
      const [own, german] = [await group('lamp'), await group('lamp', '&lang=de')];
      expect(own).toMatchObject({ locale: 'en', fallback: false, product: { name: 'Reading lamp' } });
      const { name, permalink, description, short_description, categories, ...rest } = german.product;
      expect(german).toMatchObject({ groupId: id('lamp'), locale: 'de', fallback: false });
      expect([name, description]).toEqual(['Leselampe', '<p>Hell.</p>\n']);
      expect(permalink).toBe(await shop.php(`return get_permalink( ${id('Lampe')} );`));
      // A category that has no name in German keeps its own.
      expect(categories.map((one: { name: string }) => one.name).sort()).toEqual(['Lampen', 'Rarities']);
      expect(rest).toMatchObject({ id: id('lamp'), sku: 'L-1', price: '20', stock_quantity: 4 });
      expect(rest).toMatchObject({ images: [{ alt: 'A lamp' }] });
      expect({ ...own.product, name, permalink, description, short_description, categories }).toEqual(german.product);
    });

    test('has the options of variations in the words of the translation, each its own', async () => {
      const optionsOf = (one: { attributes: { name: string; option: string }[] }) =>
        Object.fromEntries(one.attributes.map(({ name, option }) => [name, option]));
      const { product, variations } = await group('shirt', '&lang=de');
      expect(variations.map(({ id, stock_quantity }: Record<string, number>) => [id, stock_quantity])).toEqual([
        [id('shirt Yellow'), 3],
        [id('shirt Green'), 5],
      ]);
      expect(variations.map(optionsOf)).toEqual([
        { [colour]: 'Gelb', Schnitt: 'Weit' },
        { [colour]: 'Grün', Schnitt: 'Eng' },
      ]);
      const [colours, cuts] = product.attributes;
      expect([colours.name, [...colours.options].sort()]).toEqual([colour, ['Gelb', 'Grün']]);
      expect([cuts.name, cuts.options]).toEqual(['Schnitt', ['Weit', 'Eng']]);
      expect((await group('shirt')).variations.map(optionsOf)).toEqual([
        { Colour: 'Yellow', Cut: 'Wide' },
        { Colour: 'Green', Cut: 'Slim' },
      ]);
    });

    test.each([
      ['no translation', 'mug', 'de', 'en'],
      ['a translation that is a draft', 'bowl', 'de', 'en'],
      ['no translation into that language', 'lamp', 'fr', 'en'],
      ['a language that the shop has not', 'lamp', 'sv', 'en'],
      ['no translation into the own language of the shop', 'Teller', 'fr', 'de'],
    ])('falls back to its own language, and says so, with %s', async (_name, what, language, locale) => {
      const own = await group(what);
      expect(await group(what, `&lang=${language}`)).toEqual({ ...own, locale, fallback: true });
    });

    test.each(['de', 'DE', 'de_DE', 'de-DE'])('knows its German by %s', async (language) => {
      expect(await group('lamp', `&lang=${language}`)).toMatchObject({ locale: 'de', product: { name: 'Leselampe' } });
    });

    test('says what its languages are', async () => {
      const { body } = await shop.store.rest('GET', 'wc-dstnc/v1/status?checks=1');
      const { languages, products, checks } = pluginStatus.parse(body);
      expect(languages).toMatchObject({ plugin, supported: true, default: 'en', available: ['en', 'de', 'fr'] });
      expect(products).toBe(originals.length);
      expect(checks?.find(({ id }) => id === 'language')).toMatchObject({
        status: 'ok',
        title: `DSTNC can read the translations of ${languages?.name}`,
      });
    });

    test('marks the original where a translation, its variation or its category changes', async () => {
      const { next } = await readChanges(shop.store);
      const told = async (code: string) => {
        const { next: from } = await readChanges(shop.store, next);
        await shop.php(code);
        return [...new Set((await readChanges(shop.store, from)).changes.map(({ groupId }) => groupId))];
      };
      const rename = (what: string) =>
        `$product = wc_get_product( ${id(what)} ); $product->set_description( uniqid() ); $product->save(); return 1;`;
      expect(await told(rename('Lampe'))).toEqual([id('lamp')]);
      expect(await told(rename('Hemd Gelb'))).toEqual([id('shirt')]);
      const category = `do_action( 'wpml_switch_language', 'de' ); wp_update_term( ${id('Lampen')}, 'product_cat', array( 'description' => uniqid() ) ); return 1;`;
      expect(await told(category)).toEqual([id('lamp')]);
    });

    test('takes a translation that is trashed for no end of its original', async () => {
      const { next } = await readChanges(shop.store);
      await shop.php(`wp_trash_post( ${id('Schale')} ); return 1;`);
      expect((await readChanges(shop.store, next)).changes).toMatchObject([{ groupId: id('bowl'), kind: 'product' }]);
      expect(await group('bowl')).toMatchObject({ product: { name: 'Bowl' } });
    });

    test('marks all that belong together when that changes, and what is left when the original goes', async () => {
      const { next } = await readChanges(shop.store);
      const [cup, tasse] = await shop.php<[number, number]>(`${words.speak}
        $cup   = new WC_Product_Simple(); $cup->set_name( 'Cup' ); $cup->set_regular_price( '3' ); $cup->save();
        $tasse = new WC_Product_Simple(); $tasse->set_name( 'Tasse' ); $tasse->set_regular_price( '3' ); $tasse->save();
        $speak( $cup->get_id(), 'product', 'en' );
        return array( $cup->get_id(), $tasse->get_id() );`);
      const { next: linked } = await readChanges(shop.store, next);
      await shop.php(`${words.speak} $speak( ${tasse}, 'product', 'de', ${cup} ); return 1;`);
      const marks = await readChanges(shop.store, linked);
      expect(new Set(marks.changes.map(({ groupId }) => groupId))).toEqual(new Set([cup, tasse]));
      expect((await get(`include=${tasse}`)).belongsTo).toMatchObject([{ groupId: cup }]);

      await shop.php(`wp_delete_post( ${cup}, true ); return 1;`);
      const after = await readChanges(shop.store, marks.next);
      expect(new Set(after.changes.map(({ groupId }) => groupId))).toEqual(new Set([cup, tasse]));
      expect((await get(`include=${cup},${tasse}&lang=de`)).groups).toMatchObject([{ groupId: tasse, locale: 'de' }]);
      await shop.php(`wp_delete_post( ${tasse}, true ); return 1;`);
    });
  });
}

describe.skipIf(!availability.available)(`a shop that is translated otherwise${skipped}`, () => {
  let shop: PluginShop;
  let made: BilingualIds;

  beforeAll(async () => {
    shop = await PluginShop.start({ woocommerce });
    made = await shop.php(
      `$lamp = new WC_Product_Simple(); $lamp->set_name( 'Lamp' ); return array( 'lamp' => $lamp->save() );`,
    );
  });
  afterAll(async () => {
    await shop?.stop();
  });

  test('has one language, and nothing more to say', async () => {
    const { body } = await shop.store.rest('GET', 'wc-dstnc/v1/status?checks=1');
    const { languages, checks } = pluginStatus.parse(body);
    expect(languages).toEqual({ plugin: null, name: '', supported: true, default: null, available: [] });
    expect(checks?.map(({ id }) => id)).not.toContain('language');
    const { body: page } = await shop.store.rest('GET', `wc-dstnc/v1/catalog?include=${made.lamp}`);
    expect(page.groups).toMatchObject([{ locale: null, fallback: false }]);
  });

  test('is named as such, and shown in its own language', async () => {
    await shop.php(
      `update_option( 'active_plugins', array_merge( get_option( 'active_plugins' ), array( 'translatepress-multilingual/index.php' ) ) ); return 1;`,
    );
    const { body } = await shop.store.rest('GET', 'wc-dstnc/v1/status?checks=1');
    const { languages, checks } = pluginStatus.parse(body);
    expect(languages).toMatchObject({ plugin: null, name: 'TranslatePress', supported: false });
    expect(checks?.find(({ id }) => id === 'language')).toMatchObject({
      title: 'DSTNC can’t read the translations of TranslatePress',
    });
    const { body: page } = await shop.store.rest('GET', `wc-dstnc/v1/catalog?include=${made.lamp}&lang=de`);
    expect(page.groups).toMatchObject([{ locale: null, fallback: true, product: { name: 'Lamp' } }]);
  });
});
