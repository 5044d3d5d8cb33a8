import type { Product } from '@dstnc/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Rig, startRig } from '../rig/start-rig.ts';
import { startStore } from '../store/start-store.ts';
import type { Store } from '../store/store.ts';
import { storeAvailability } from '../store/store-availability.ts';
import { until } from '../store/until.ts';
import { ConnectedShop } from './connected-shop.ts';
import { type BilingualIds, fillBilingualShop, polylangWords, wpmlWords } from './languages/bilingual-shop.ts';
import { muPlugin } from './mu-plugin.ts';

const woocommerce = '11.0.1';
const availability = await storeAvailability({ woocommerce });
const skipped = availability.available ? '' : ` (skipped: ${availability.reason})`;

const PLUGINS = [
  { name: 'WPML', standIn: 'wpml-stand-in', words: wpmlWords },
  { name: 'Polylang Pro', standIn: 'polylang-stand-in', words: polylangWords },
] as const;

const SECRET = 'a secret of the webhook';
const ORIGINALS = ['lamp', 'mug', 'Teller', 'bowl', 'shirt'] as const;

/** A shop that DSTNC reads in one way or the other. */
interface ReadShop {
  readonly rig: Rig;
  readonly store: Store;
  readonly storeId: string;
  readonly made: BilingualIds;
  /** Has these products told to DSTNC, as if somebody had saved them. */
  touch(...ids: number[]): Promise<void>;
  stop(): Promise<unknown>;
}

const WAYS = [
  {
    way: 'with the plugin',
    async start({ standIn, words }: (typeof PLUGINS)[number]): Promise<ReadShop> {
      let made: BilingualIds = {};
      const shop = await ConnectedShop.start({
        name: 'lamps',
        store: { woocommerce, muPlugins: [muPlugin(standIn)] },
        fill: async (store) => {
          made = await fillBilingualShop(store, words);
        },
      });
      const [{ id } = { id: '' }] = await shop.rig.storage.stores.list();
      return {
        rig: shop.rig,
        store: shop.store,
        storeId: id,
        made,
        touch: (...ids) => saved(shop.store, ids),
        stop: () => shop.stop(),
      };
    },
  },
  {
    way: 'with keys only',
    async start({ standIn, words }: (typeof PLUGINS)[number]): Promise<ReadShop> {
      const [rig, store] = await Promise.all([startRig(), startStore({ woocommerce, muPlugins: [muPlugin(standIn)] })]);
      const made = await fillBilingualShop(store, words);
      const { id, webhookUrl } = await rig.addStore({
        url: store.home,
        vendor: 'lamps',
        webhookSecret: SECRET,
        ...store.keys,
      });
      await store.createWebhook({ topic: 'product.updated', deliveryUrl: webhookUrl, secret: SECRET });
      const touch = async (...ids: number[]) => {
        await saved(store, ids);
        await store.runQueue();
      };
      await touch(...Object.values(made));
      return {
        rig,
        store,
        storeId: id,
        made,
        touch,
        async stop() {
          await store.stop();
          await rig.stop();
        },
      };
    },
  },
];

async function saved(store: Store, ids: readonly number[]): Promise<void> {
  await store.php(
    `do_action( 'wpml_switch_language', 'all' );
    foreach ( $args as $id ) { $product = wc_get_product( $id ); if ( $product ) { $product->set_menu_order( wp_rand( 1, 9999 ) ); $product->save(); } }
    return 1;`,
    { args: ids },
  );
}

for (const plugin of PLUGINS) {
  for (const { way, start } of WAYS) {
    describe.skipIf(!availability.available)(`a shop in two languages, by ${plugin.name}, ${way}${skipped}`, () => {
      let shop: ReadShop;
      beforeAll(async () => {
        shop = await start(plugin);
      });
      afterAll(async () => {
        expect(shop?.rig.sandbox.calls.violations).toEqual([]);
        await shop?.stop();
      });

      const held = (): Readonly<Record<string, Product>> =>
        Object.fromEntries(
          shop.rig.sandbox.state
            .products('lamps')
            .filter(({ state }) => state !== 'deleted')
            .map((product) => [product.groupId, product]),
        );
      const of = (what: (typeof ORIGINALS)[number]) => held()[String(shop.made[what])];
      const listing = async (what: string, variation = 0) => {
        const path = `/v1/stores/${shop.storeId}/listings/${shop.made[what]}:${variation}`;
        return (await shop.rig.api<{ notes: string[] }>('GET', path)).body;
      };
      const speak = async (language: string | null) => {
        const { status } = await shop.rig.api('PATCH', `/v1/stores/${shop.storeId}`, { language });
        expect(status).toBe(200);
        await shop.rig.settled();
      };
      const optionsOf = (product: Product | undefined) =>
        product?.variants.map(({ options }) => Object.values(options));

      test('is on DSTNC in its own language, each product once', async () => {
        const wanted = ORIGINALS.map((what) => String(shop.made[what])).sort();
        await until('the catalogue to be on DSTNC', async () => Object.keys(held()).length >= wanted.length);
        await shop.rig.settled();
        expect(Object.keys(held()).sort()).toEqual(wanted);
        expect(of('lamp')).toMatchObject({ title: 'Reading lamp', locale: 'en' });
        expect(of('Teller')).toMatchObject({ title: 'Teller', locale: 'de' });
        expect((await listing('mug')).notes).toEqual([]);
      });

      test('is shown in German once an operator says so, with the prices and stocks of the originals', async () => {
        await speak('de');
        expect(of('lamp')).toMatchObject({
          title: 'Leselampe',
          locale: 'de',
          url: await shop.store.php(`return get_permalink( ${shop.made.Lampe} );`),
          variants: [{ sku: 'L-1', price: { effective: '20' }, inventory: { quantity: 4 } }],
        });
        const shirt = of('shirt');
        expect(shirt).toMatchObject({ title: 'Hemd', locale: 'de' });
        expect(optionsOf(shirt)?.sort()).toEqual([
          ['Gelb', 'Weit'],
          ['Grün', 'Eng'],
        ]);
        expect(shirt?.options.map(({ values }) => [...values].sort())).toEqual([
          ['Gelb', 'Grün'],
          ['Eng', 'Weit'],
        ]);
        expect(shirt?.variants.map(({ inventory }) => inventory.quantity).sort()).toEqual([3, 5]);
        expect(Object.keys(held())).toHaveLength(ORIGINALS.length);
      });

      test('says what is not translated, and shows it in its own language', async () => {
        expect(of('mug')).toMatchObject({ title: 'Mug', locale: 'en' });
        expect((await listing('mug')).notes).toEqual(['not translated into de: shown in en']);
        expect((await listing('bowl')).notes).toEqual(['not translated into de: shown in en']);
        expect((await listing('lamp')).notes).toEqual([]);
      });

      test('sends what changes in a translation', async () => {
        await shop.store.php(
          `do_action( 'wpml_switch_language', 'all' ); $product = wc_get_product( ${shop.made.Lampe} ); $product->set_name( 'Leselampe "Bergen"' ); $product->save(); return 1;`,
        );
        await shop.touch();
        await until('the new name to be on DSTNC', async () => of('lamp')?.title === 'Leselampe "Bergen"');
        expect(Object.keys(held())).toHaveLength(ORIGINALS.length);
      });

      test('is examined, and well', async () => {
        const { body } = await shop.rig.api<{ checks: { id: string; status: string; title: string }[] }>(
          'GET',
          `/v1/stores/${shop.storeId}/doctor`,
        );
        const check = body.checks.find(({ id }) => id === 'language');
        expect(check).toMatchObject({ status: 'ok', title: 'DSTNC shows your products in de.' });
      });

      test('is shown in its own language again, once nobody wants another', async () => {
        await speak(null);
        expect(of('lamp')).toMatchObject({ title: 'Reading lamp', locale: 'en' });
        expect(optionsOf(of('shirt'))?.sort()).toEqual([
          ['Green', 'Slim'],
          ['Yellow', 'Wide'],
        ]);
        expect((await listing('mug')).notes).toEqual([]);
      });
    });
  }
}
