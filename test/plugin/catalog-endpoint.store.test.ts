import { catalogPage, readStoreProduct } from '@dstnc/shared';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startStore } from '../store/start-store.ts';
import type { Store } from '../store/store.ts';
import { storeAvailability } from '../store/store-availability.ts';
import { muPlugin } from './mu-plugin.ts';
import { pluginFolder } from './plugin-folder.ts';

const SEED = 240;

const fill = `
require_once ABSPATH . 'wp-admin/includes/image.php';
$size = wc_create_attribute( array( 'name' => 'Size', 'order_by' => 'menu_order' ) );
$watt = wc_create_attribute( array( 'name' => 'Watt', 'order_by' => 'name_num' ) );
foreach ( array( 'pa_size', 'pa_watt' ) as $taxonomy ) { register_taxonomy( $taxonomy, array( 'product' ) ); }
$terms = array();
foreach ( array( 'pa_size' => array( 'Small', 'Large', 'Grüße & more' ), 'pa_watt' => array( '100', '9', '25' ) ) as $taxonomy => $names ) {
	foreach ( $names as $place => $name ) {
		$terms[ $taxonomy ][] = $id = wp_insert_term( $name, $taxonomy )['term_id'];
		update_term_meta( $id, 'order', $place );
	}
}
$category = wp_insert_term( 'Lamps & lights', 'product_cat' )['term_id'];
$images   = array();
foreach ( array( 'One', 'Two', 'Three' ) as $name ) {
	$images[] = $id = wp_insert_attachment( array( 'post_title' => $name, 'post_mime_type' => 'image/png', 'post_status' => 'inherit' ), wp_upload_dir()['path'] . "/$name.png" );
	update_post_meta( $id, '_wp_attachment_image_alt', "Picture $name" );
}
$attribute = function ( $name, $options, $variation, $id = 0 ) {
	$attribute = new WC_Product_Attribute();
	$attribute->set_id( $id );
	$attribute->set_name( $name );
	$attribute->set_options( $options );
	$attribute->set_variation( $variation );
	$attribute->set_visible( true );
	return $attribute;
};
$make = function ( $class, $props ) {
	$product = new $class();
	$product->set_props( $props + array( 'regular_price' => '20' ) );
	return $product->save();
};
$day  = 86400;
$made = array();
$made['on sale']           = $make( 'WC_Product_Simple', array( 'name' => 'A', 'sale_price' => '12.50', 'sku' => 'SKU-1' ) );
$made['on sale later']     = $make( 'WC_Product_Simple', array( 'name' => 'B', 'sale_price' => '12', 'date_on_sale_from' => time() + $day ) );
$made['on sale before']    = $make( 'WC_Product_Simple', array( 'name' => 'C', 'sale_price' => '12', 'date_on_sale_from' => time() - 2 * $day, 'date_on_sale_to' => time() - $day ) );
$made['with a password']   = $make( 'WC_Product_Simple', array( 'name' => 'D', 'post_password' => 'secret' ) );
$made['a draft']           = $make( 'WC_Product_Simple', array( 'name' => 'E', 'status' => 'draft' ) );
$made['private']           = $make( 'WC_Product_Simple', array( 'name' => 'F', 'status' => 'private' ) );
$made['scheduled']         = $make( 'WC_Product_Simple', array( 'name' => 'G', 'status' => 'future', 'date_created' => time() + $day ) );
$made['without a price']   = $make( 'WC_Product_Simple', array( 'name' => 'H', 'regular_price' => '' ) );
$made['on backorder']      = $make( 'WC_Product_Simple', array( 'name' => 'I', 'manage_stock' => true, 'stock_quantity' => -2, 'backorders' => 'notify' ) );
$made['sold out']          = $make( 'WC_Product_Simple', array( 'name' => 'J', 'stock_status' => 'outofstock' ) );
$made['counted']           = $make( 'WC_Product_Simple', array( 'name' => 'K', 'manage_stock' => true, 'stock_quantity' => 7, 'weight' => '1.5', 'length' => '10', 'width' => '', 'height' => '2,5' ) );
$made['described']         = $make( 'WC_Product_Simple', array( 'name' => 'L "quoted" & <b>bold</b>', 'description' => "First [shout]word[/shout].\\n\\nSecond & \\"last\\".", 'short_description' => "Short [shout]word[/shout] -- text...\\n\\nMore" ) );
$made['described shortly'] = $make( 'WC_Product_Simple', array( 'name' => 'M', 'short_description' => 'Only this.' ) );
$made['with pictures']     = $make( 'WC_Product_Simple', array( 'name' => 'N', 'image_id' => $images[0], 'gallery_image_ids' => array( $images[1], 999999, $images[2] ) ) );
$made['in categories']     = $make( 'WC_Product_Simple', array( 'name' => 'O', 'category_ids' => array( $category, get_option( 'default_product_cat' ) ) ) );
$made['with attributes']   = $make( 'WC_Product_Simple', array( 'name' => 'P', 'attributes' => array( $attribute( 'pa_size', $terms['pa_size'], false, $size ), $attribute( 'pa_watt', $terms['pa_watt'], false, $watt ), $attribute( 'Hand made', array( 'Yes', 'No | never' ), false ) ) ) );
$made['virtual']           = $make( 'WC_Product_Simple', array( 'name' => 'Q', 'virtual' => true, 'downloadable' => true ) );
$made['external']          = $make( 'WC_Product_External', array( 'name' => 'R', 'product_url' => 'https://elsewhere.example/' ) );
$made['grouped']           = $make( 'WC_Product_Grouped', array( 'name' => 'S', 'children' => array( $made['on sale'], $made['counted'] ) ) );
$made['without variations'] = $make( 'WC_Product_Variable', array( 'name' => 'T' ) );
$made['variable']          = $make( 'WC_Product_Variable', array( 'name' => 'U', 'manage_stock' => true, 'stock_quantity' => 11, 'weight' => '3', 'sku' => 'PARENT', 'image_id' => $images[0], 'attributes' => array( $attribute( 'pa_size', $terms['pa_size'], true, $size ), $attribute( 'Shade colour', array( 'Dark red', 'Blue' ), true ) ) ) );
$variations = array(
	array( 'attributes' => array( 'pa_size' => 'small', 'shade-colour' => 'Dark red' ), 'menu_order' => 3 ),
	array( 'attributes' => array( 'pa_size' => 'large', 'shade-colour' => 'Blue' ), 'manage_stock' => true, 'stock_quantity' => 4, 'sku' => 'OWN', 'weight' => '2', 'image_id' => $images[1], 'menu_order' => 1 ),
	array( 'attributes' => array( 'pa_size' => '', 'shade-colour' => '' ), 'sale_price' => '5', 'menu_order' => 2, 'description' => 'Any [shout]size[/shout].' ),
	array( 'attributes' => array( 'pa_size' => get_term( $terms['pa_size'][2] )->slug ), 'status' => 'private' ),
	array( 'attributes' => array( 'pa_size' => 'small' ), 'regular_price' => '' ),
	array( 'attributes' => array( 'pa_size' => 'small' ), 'manage_stock' => false, 'stock_status' => 'outofstock' ),
);
foreach ( $variations as $n => $props ) { $made[ "variation $n" ] = $make( 'WC_Product_Variation', $props + array( 'parent_id' => $made['variable'] ) ); }
$made['variable, not counted'] = $make( 'WC_Product_Variable', array( 'name' => 'V', 'attributes' => array( $attribute( 'Shade', array( 'a', 'b' ), true ) ) ) );
foreach ( array( 'a', 'b' ) as $shade ) { $make( 'WC_Product_Variation', array( 'parent_id' => $made['variable, not counted'], 'attributes' => array( 'shade' => $shade ), 'status' => 'b' === $shade ? 'draft' : 'publish' ) ); }
if ( taxonomy_exists( 'product_brand' ) ) { wp_set_object_terms( $made['on sale'], array( 'Brand & sons' ), 'product_brand' ); }
$made['trashed'] = $make( 'WC_Product_Simple', array( 'name' => 'W' ) );
wp_trash_post( $made['trashed'] );
$made['of no product'] = $make( 'WC_Product_Variation', array( 'attributes' => array() ) );
$made['a page'] = wp_insert_post( array( 'post_type' => 'page', 'post_title' => 'About', 'post_status' => 'publish' ) );
return $made;`;

/** What the plugin leaves out because nobody reads it. */
const unread = {
  product: ['variations'],
  variation: ['name', 'permalink', 'variations'],
} as const;

for (const woocommerce of ['11.0.1', '8.9.3', '5.9.0']) {
  const availability = await storeAvailability({ woocommerce });
  const skipped = availability.available ? '' : ` (skipped: ${availability.reason})`;

  describe.skipIf(!availability.available)(`the catalogue of WooCommerce ${woocommerce}${skipped}`, () => {
    let store: Store;
    let made: Readonly<Record<string, number>>;

    beforeAll(async () => {
      const muPlugins = ['visitor-prices', 'shout', 'failing-queries'].map(muPlugin);
      store = await startStore({ woocommerce, seed: SEED, plugins: [pluginFolder()], muPlugins });
      made = await store.php(fill);
    });

    afterAll(async () => {
      await store?.stop();
    });

    const get = async (query: string) => {
      const answer = await store.rest('GET', `wc-dstnc/v1/catalog?${query}`);
      if (answer.status !== 200) throw new Error(`${query}: ${answer.status} ${answer.raw.slice(0, 1000)}`);
      return catalogPage.parse(answer.body);
    };

    const walk = async (query: string) => {
      const groups = [];
      for (let after: number | null = 0; after !== null; ) {
        const page = await get(`${query}&after=${after}`);
        groups.push(...page.groups);
        after = page.next;
      }
      return groups;
    };

    /** The fields that the receiver reads, as it reads them. */
    const read = (raw: unknown, without: readonly string[]) => {
      const reading = readStoreProduct(raw);
      if (!reading.ok) throw new Error(reading.reason);
      expect(reading.issues).toEqual([]);
      const { attributes, categories, brands, images, image, ...rest } = reading.product;
      const fields = {
        ...rest,
        attributes: attributes.map(({ id, name, variation, options, option }) => ({
          id,
          name,
          variation,
          options,
          option,
        })),
        categories: categories.map(({ name }) => name),
        brands: brands.map(({ name }) => name),
        images: images.map(({ src, alt }) => ({ src, alt })),
        image: image && { src: image.src, alt: image.alt },
      };
      return Object.fromEntries(Object.entries(fields).filter(([name]) => !without.includes(name)));
    };

    /** What to leave out of a comparison with this answer of wc/v3: fields that this version doesn't send yet, too. */
    const without = (wanted: object, names: readonly string[]) => [
      ...names,
      ...['type', 'parent_id', 'post_password', 'global_unique_id', 'brands'].filter((name) => !(name in wanted)),
    ];

    const group = async (id: number) => {
      const { groups } = await get(`include=${id}`);
      return { product: groups[0]?.product as Record<string, unknown>, variations: groups[0]?.variations ?? [] };
    };

    test('has each product as wc/v3 has it', async () => {
      for (const [what, id] of Object.entries(made)) {
        const wanted = await store.wc('GET', `products/${id}`);
        if (wanted.status !== 200 || wanted.body.type === 'variation' || wanted.body.status === 'trash') continue;
        // Whether a group of products is on sale, WooCommerce asks all of them.
        const names = without(
          wanted.body,
          wanted.body.type === 'grouped' ? [...unread.product, 'on_sale'] : unread.product,
        );
        const { product } = await group(id);
        expect(read(product, names), what).toEqual(read(wanted.body, names));
        expect(product.variations, what).toEqual(wanted.body.variations);
      }
    });

    test('has each variation as wc/v3 has it', async () => {
      for (const what of ['variable', 'variable, not counted', 'without variations']) {
        const id = made[what] ?? 0;
        const wanted = await store.wc('GET', `products/${id}/variations?per_page=100`);
        const names = without(wanted.body[0] ?? {}, unread.variation);
        const byId = (list: readonly unknown[]) =>
          Object.fromEntries(list.map((raw) => [(raw as { id: number }).id, read(raw, names)]));
        expect(byId((await group(id)).variations), what).toEqual(byId(wanted.body));
      }
    });

    test('has the seeded products as wc/v3 has them', async () => {
      const groups = await walk('limit=100');
      const listed = await store.wc('GET', 'products?per_page=100&orderby=id&order=asc');
      const found = new Map(groups.map(({ groupId, product }) => [groupId, product]));
      for (const wanted of listed.body) {
        const names = without(wanted, unread.product);
        expect(read(found.get(wanted.id), names)).toEqual(read(wanted, names));
      }
    });

    test('is the same whoever looks at it', async () => {
      const before = await walk('limit=50');
      const wc = await store.wc('GET', `products/${made.counted}`);
      await store.php("update_option( 'visitor_prices', 'yes' );");
      try {
        expect((await store.wc('GET', `products/${made.counted}`)).body).not.toEqual(wc.body);
        expect(await walk('limit=50')).toEqual(before);
        expect((await get('limit=1')).currency).toBe('EUR');
      } finally {
        await store.php("delete_option( 'visitor_prices' );");
      }
    });

    test('leaves the filters of the shop in their places', async () => {
      const [inside, after] = await store.php<[string, string]>(`
        add_filter( 'woocommerce_product_get_price', function () { return '1'; } );
        $product = wc_get_product( ${made.counted} );
        $page    = Dstnc\\WooCommerce\\Plugin::instance()->catalogReader()->only( array( ${made.counted} ) );
        return array( $page['groups'][0]['product']['price'], $product->get_price() );`);
      expect([inside, after]).toEqual(['20', '1']);
    });

    test('is walked whole, in pages of any size, with ids alone or all of it', async () => {
      const wanted = await store.sql<never>(
        "SELECT ID AS id FROM wp_posts WHERE post_type = 'product' AND post_status NOT IN ('trash', 'auto-draft') ORDER BY ID",
      );
      const ids = (wanted as unknown as { id: number }[]).map(({ id }) => id);
      const idsOf = (groups: readonly { groupId: number }[]) => groups.map(({ groupId }) => groupId);
      expect(idsOf(await walk('limit=7'))).toEqual(ids);
      expect(idsOf(await walk('limit=500'))).toEqual(ids);
      const lean = await walk('limit=100&_fields=groups.groupId');
      expect(idsOf(lean)).toEqual(ids);
      expect(lean[0]).toEqual({ groupId: ids[0], variations: [], locale: null, fallback: false });
      expect(await get('limit=3')).toMatchObject({ total: ids.length, next: ids[2], currency: 'EUR' });
      expect((await get('limit=100000')).groups.length).toBeLessThanOrEqual(500);
    });

    test('says of every id that it is asked for what became of it', async () => {
      const ask = ['counted', 'variation 1', 'trashed', 'of no product', 'a page'].map((what) => made[what] ?? 0);
      const page = await get(`include=${[...ask, 999_999, ask[0]].join(',')}`);
      const [counted, variation, trashed, orphan, aPage] = ask;
      expect(page.groups.map(({ groupId }) => groupId)).toEqual([counted]);
      expect(page.belongsTo).toEqual([{ id: variation, groupId: made.variable, because: 'variation' }]);
      expect(new Map(page.gone.map(({ id, because }) => [id, because]))).toEqual(
        new Map([
          [trashed, 'trashed'],
          [orphan, 'deleted'],
          [aPage, 'deleted'],
          [999_999, 'deleted'],
        ]),
      );
    });

    test('cuts a page short rather than carry thousands of variations', async () => {
      const cut = await store.php<number[]>(`
        $reader = new ReflectionClass( 'Dstnc\\WooCommerce\\Catalog\\CatalogReader' );
        $fits   = $reader->getMethod( 'fitting' );
        $fits->setAccessible( true );
        $many = function ( $count ) { return array_fill( 0, $count, array( 'id' => 1, 'listed' => true ) ); };
        return array( $fits->invoke( null, array( 1, 2, 3 ), array( 1 => $many( 3000 ), 2 => $many( 1 ) ) ), $fits->invoke( null, array( 1, 2, 3 ), array( 1 => $many( 1500 ), 2 => $many( 400 ), 3 => $many( 200 ) ) ) );`);
      expect(cut).toEqual([[1], [1, 2]]);
    });

    test.each([
      'include=0',
      'include=x',
      'limit=0',
      'after=-1',
      `include=${Array.from({ length: 101 }, (_, n) => n + 1).join(',')}`,
    ])('refuses %s', async (query) => {
      expect((await store.rest('GET', `wc-dstnc/v1/catalog?${query}`)).status).toBe(400);
    });

    test('needs no more queries for a large page than for a small one', async () => {
      // In processes of their own: what one read has cached must not help the other.
      const queries = (limit: number) =>
        store.php<number>(
          `global $wpdb; $before = $wpdb->num_queries; Dstnc\\WooCommerce\\Plugin::instance()->catalogReader()->page( 0, $args, false ); return $wpdb->num_queries - $before;`,
          { args: limit },
        );
      const [small, large] = [await queries(30), await queries(250)];
      expect(large).toBeLessThanOrEqual(small + 3);
      expect(large).toBeLessThan(20);
    });

    test.each([
      ['the products', 'post_type, post_status, post_parent'],
      ['the variations', 'menu_order, ID'],
      ['what is known of them', 'SELECT post_id, meta_key'],
      ['their number', 'COUNT(*)'],
    ])('says that it failed, and not that products are gone, where %s could not be asked for', async (_what, fail) => {
      const query = `include=${made.counted},${made.variable}&fail=${encodeURIComponent(fail)}`;
      const answer = await store.rest('GET', `wc-dstnc/v1/catalog?${query}`);
      expect([answer.status, answer.body.code]).toEqual([500, 'dstnc_catalog_unreadable']);
    });

    test('bears with a plugin whose queries never work', async () => {
      const { groups } = await get(`include=${made.counted}&faulty=1`);
      expect(groups).toHaveLength(1);
    });

    test('is kept by no cache', async () => {
      for (const route of ['catalog?limit=1', 'catalog?limit=0']) {
        const { headers } = await store.rest('GET', `wc-dstnc/v1/${route}`);
        expect(headers.get('cache-control')).toContain('no-store');
      }
    });
  });
}
