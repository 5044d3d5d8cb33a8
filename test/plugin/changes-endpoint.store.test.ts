import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fetchWhole } from '../store/fetch-whole.ts';
import { storeAvailability } from '../store/store-availability.ts';
import type { StoreOptions } from '../store/store-options.ts';
import { PluginShop } from './plugin-shop.ts';
import { readChanges } from './read-changes.ts';

/** The shop that the changes happen in, as PHP variables of their ids. */
type Ids = Readonly<
  Record<'lamp' | 'shirt' | 'red' | 'blue' | 'category' | 'term' | 'attribute' | 'image' | 'order' | 'other', number>
>;

const fill = `
$attribute = wc_create_attribute( array( 'name' => 'Colour' ) );
register_taxonomy( 'pa_colour', array( 'product' ) );
$red      = wp_insert_term( 'Red', 'pa_colour' )['term_id'];
$blue     = wp_insert_term( 'Blue', 'pa_colour' )['term_id'];
$category = wp_insert_term( 'Lamps', 'product_cat' )['term_id'];
$image    = wp_insert_attachment( array( 'post_title' => 'Lamp', 'post_mime_type' => 'image/png', 'post_status' => 'inherit' ), 'lamp.png' );
$lamp     = new WC_Product_Simple();
$lamp->set_props( array( 'name' => 'Lamp', 'regular_price' => '20', 'manage_stock' => true, 'stock_quantity' => 5, 'category_ids' => array( $category ), 'image_id' => $image ) );
$lamp->save();
$colour = new WC_Product_Attribute();
$colour->set_id( $attribute );
$colour->set_name( 'pa_colour' );
$colour->set_options( array( $red, $blue ) );
$colour->set_variation( true );
$shirt = new WC_Product_Variable();
$shirt->set_props( array( 'name' => 'Shirt', 'attributes' => array( $colour ) ) );
$shirt->save();
$variations = array();
foreach ( array( 'red', 'blue' ) as $slug ) {
	$variation = new WC_Product_Variation();
	$variation->set_props( array( 'parent_id' => $shirt->get_id(), 'attributes' => array( 'pa_colour' => $slug ), 'regular_price' => '10', 'manage_stock' => true, 'stock_quantity' => 3 ) );
	$variations[ $slug ] = $variation->save();
}
$orders = array();
foreach ( array( 'order' => 'DSTNC-1', 'other' => '' ) as $name => $reference ) {
	$order = wc_create_order();
	$order->add_product( wc_get_product( $lamp->get_id() ), 1 );
	if ( $reference ) { $order->update_meta_data( '_dstnc_reference', $reference ); }
	$order->calculate_totals();
	$order->set_status( 'processing' );
	$order->save();
	$orders[ $name ] = $order->get_id();
}
return array( 'lamp' => $lamp->get_id(), 'shirt' => $shirt->get_id(), 'red' => $variations['red'], 'blue' => $variations['blue'], 'category' => $category, 'term' => $red, 'attribute' => $attribute, 'image' => $image ) + $orders;`;

/** Each change in the shop, the PHP that makes it, and what the feed says of it: `kind id`, the id by its name. */
const changes: readonly (readonly [what: string, code: string, told: readonly string[]])[] = [
  ['a product is saved', `$p = wc_get_product( $lamp ); $p->set_name( 'Lamp 2' ); $p->save();`, ['product lamp']],
  [
    'a stock is set by a save',
    `$p = wc_get_product( $lamp ); $p->set_stock_quantity( 4 ); $p->save();`,
    ['stock lamp'],
  ],
  ['a stock is reduced', `wc_update_product_stock( $lamp, 1, 'decrease' );`, ['stock lamp']],
  [
    'a status of stock is set',
    `$p = wc_get_product( $lamp ); $p->set_manage_stock( false ); $p->save();
     return function () use ( $lamp ) { wc_update_product_stock_status( $lamp, 'outofstock' ); };`,
    ['stock lamp'],
  ],
  [
    "a variation's stock is reduced: the product that it belongs to",
    `wc_update_product_stock( $red, 1, 'decrease' );`,
    // WooCommerce then saves the product itself, whose price and status depend on its variations.
    ['product shirt'],
  ],
  [
    "a variation's price is saved",
    `$p = wc_get_product( $red ); $p->set_regular_price( '12' ); $p->save();`,
    ['product shirt'],
  ],
  [
    'a variation is added',
    `$p = new WC_Product_Variation(); $p->set_parent_id( $shirt ); $p->set_attributes( array( 'pa_colour' => '' ) ); $p->save();`,
    ['product shirt'],
  ],
  ['a variation is deleted for good', `wc_get_product( $blue )->delete( true );`, ['product shirt']],
  ['_stock is written as meta', `update_post_meta( $lamp, '_stock', '17' );`, ['stock lamp']],
  ['_stock of a variation is written as meta', `update_post_meta( $red, '_stock', '18' );`, ['stock shirt']],
  ['_stock_status is written as meta', `update_post_meta( $lamp, '_stock_status', 'instock' );`, ['stock lamp']],
  ['_manage_stock is written as meta', `update_post_meta( $lamp, '_manage_stock', 'yes' );`, ['stock lamp']],
  ['a price is written as meta', `update_post_meta( $lamp, '_price', '21' );`, ['product lamp']],
  [
    'a sale price is taken away as meta',
    `delete_post_meta( $lamp, '_sale_price' ); add_post_meta( $lamp, '_sale_price', '9' ); delete_post_meta( $lamp, '_sale_price' );`,
    ['product lamp'],
  ],
  [
    'a sale starts by its schedule',
    `global $wpdb;
     $p = wc_get_product( $lamp ); $p->set_props( array( 'sale_price' => '15', 'date_on_sale_from' => time() + 900 ) ); $p->save();
     return function () use ( $lamp, $wpdb ) {
       $wpdb->update( $wpdb->postmeta, array( 'meta_value' => time() - 60 ), array( 'post_id' => $lamp, 'meta_key' => '_sale_price_dates_from' ) );
       wp_cache_flush();
       do_action( 'woocommerce_scheduled_sales' );
       if ( 15.0 !== (float) wc_get_product( $lamp )->get_price( 'edit' ) ) { throw new Exception( 'No sale.' ); }
     };`,
    ['product lamp'],
  ],
  [
    'a sale ends by its schedule',
    `global $wpdb;
     $p = wc_get_product( $lamp ); $p->set_props( array( 'sale_price' => '15', 'date_on_sale_from' => time() - 900, 'date_on_sale_to' => time() + 900 ) ); $p->save();
     return function () use ( $lamp, $wpdb ) {
       $wpdb->update( $wpdb->postmeta, array( 'meta_value' => time() - 60 ), array( 'post_id' => $lamp, 'meta_key' => '_sale_price_dates_to' ) );
       wp_cache_flush();
       do_action( 'woocommerce_scheduled_sales' );
       if ( 20.0 !== (float) wc_get_product( $lamp )->get_price( 'edit' ) ) { throw new Exception( 'Still on sale.' ); }
     };`,
    ['product lamp'],
  ],
  [
    'a product is made a draft by wp_update_post',
    `wp_update_post( array( 'ID' => $lamp, 'post_status' => 'draft' ) );`,
    ['product lamp'],
  ],
  ['a draft is published', `wp_publish_post( $lamp );`, ['product lamp']],
  ['a password is set', `wp_update_post( array( 'ID' => $lamp, 'post_password' => 'secret' ) );`, ['product lamp']],
  [
    'a product is made private',
    `wp_update_post( array( 'ID' => $lamp, 'post_status' => 'private' ) );`,
    ['product lamp'],
  ],
  ['a product is trashed', `wp_trash_post( $lamp );`, ['deleted lamp']],
  ['a product is taken out of the trash', `wp_untrash_post( $lamp );`, ['product lamp']],
  [
    'a category gets another name',
    `wp_update_term( $category, 'product_cat', array( 'name' => 'Lights' ) );`,
    ['product lamp'],
  ],
  [
    'an option gets another name',
    `wp_update_term( $term, 'pa_colour', array( 'name' => 'Crimson' ) );`,
    ['product shirt'],
  ],
  [
    'an attribute gets another name',
    `wc_update_attribute( $attribute, array( 'name' => 'Paint', 'slug' => 'colour' ) );`,
    ['product shirt'],
  ],
  [
    'a product is put into a category',
    `wp_set_object_terms( $shirt, array( $category ), 'product_cat' );`,
    ['product shirt'],
  ],
  [
    'a product is taken out of a category',
    `wp_remove_object_terms( $shirt, array( $category ), 'product_cat' );`,
    ['product shirt'],
  ],
  ['a category is deleted', `wp_delete_term( $category, 'product_cat' );`, ['product lamp']],
  [
    'a picture gets another text',
    `update_post_meta( $image, '_wp_attachment_image_alt', 'A lamp' );`,
    ['product lamp'],
  ],
  [
    'a product gets another picture',
    `update_post_meta( $lamp, '_thumbnail_id', 1 ); update_post_meta( $lamp, '_thumbnail_id', $image );`,
    ['product lamp'],
  ],
  ['a picture is deleted', `wp_delete_attachment( $image, true );`, ['product lamp']],
  [
    'stock management is switched off for the whole shop',
    `update_option( 'woocommerce_manage_stock', 'no' );`,
    ['product lamp', 'product shirt'],
  ],
  ['the currency changes', `update_option( 'woocommerce_currency', 'USD' );`, ['product lamp', 'product shirt']],
  [
    'prices are entered with tax from now on',
    `update_option( 'woocommerce_prices_include_tax', 'yes' === get_option( 'woocommerce_prices_include_tax' ) ? 'no' : 'yes' );`,
    ['product lamp', 'product shirt'],
  ],
  [
    'an order gets a tracking number',
    `$o = wc_get_order( $order ); $o->update_meta_data( '_wc_shipment_tracking_items', array( array( 'tracking_number' => '1' ) ) ); $o->save();`,
    ['tracking order'],
  ],
  ['an order is completed', `wc_get_order( $order )->update_status( 'completed' );`, ['completed order']],
  [
    'an order is refunded in part',
    `wc_create_refund( array( 'order_id' => $order, 'amount' => 1 ) );`,
    ['refunded order'],
  ],
  ['an order is refunded', `wc_get_order( $order )->update_status( 'refunded' );`, ['refunded order']],
  ['an order is cancelled', `wc_get_order( $order )->update_status( 'cancelled' );`, ['cancelled order']],
  [
    'orders of others go their ways',
    `$o = wc_get_order( $other ); $o->update_meta_data( '_wc_shipment_tracking_items', array( array( 'tracking_number' => '1' ) ) ); $o->save();
     $o->update_status( 'completed' ); wc_create_refund( array( 'order_id' => $other, 'amount' => 1 ) );`,
    [],
  ],
  [
    'a page is trashed',
    `wp_trash_post( wp_insert_post( array( 'post_type' => 'page', 'post_title' => 'About', 'post_status' => 'publish' ) ) );`,
    [],
  ],
  [
    'a page of "Add product" is only opened',
    `require_once ABSPATH . 'wp-admin/includes/post.php'; get_default_post_to_edit( 'product', true );`,
    [],
  ],
  ['a product is deleted for good', `wc_get_product( $lamp )->delete( true );`, ['deleted lamp']],
  ['a product with variations is deleted for good', `wp_delete_post( $shirt, true );`, ['deleted shirt']],
];

const shops: readonly StoreOptions[] = [
  { woocommerce: '11.0.1' },
  { woocommerce: '8.9.3', hpos: false, permalinks: 'plain' },
  { woocommerce: '5.9.0' },
];

for (const options of shops) {
  const availability = await storeAvailability(options);
  const skipped = availability.available ? '' : ` (skipped: ${availability.reason})`;
  const name = `WooCommerce ${options.woocommerce}${options.hpos === false ? ' without order tables' : ''}`;

  describe.skipIf(!availability.available)(`what changes in ${name}${skipped}`, () => {
    let shop: PluginShop;
    let ids: Ids;

    beforeAll(async () => {
      // Of older ones PHP and WordPress have much to say.
      shop = await PluginShop.start({ ...options, debug: options.woocommerce === '11.0.1' });
      await shop.connect();
      ids = await shop.php(fill);
    });

    afterAll(async () => {
      await shop?.stop();
    });

    /** Runs PHP that knows the ids by name; where it returns a function, what comes before that is preparation. */
    const change = async (code: string): Promise<string[]> => {
      const { next } = await shop.php<{ next: string }>(
        `extract( $args );
         $change = ( function () use ( $args ) { extract( $args ); ${code.includes('return function') ? code : `return function () use ( $args ) { extract( $args ); ${code} };`} } )();
         $next = Dstnc\\WooCommerce\\Plugin::instance()->changeLog();
         $next->flush();
         $page = $next->after( null, 10000 );
         $next->settled();
         $change();
         return array( 'next' => $page['next'] );`,
        ids,
      );
      const names = Object.entries(ids);
      const told = (await readChanges(shop.store, next)).changes.map(({ kind, groupId, orderId }) => {
        const id = groupId ?? orderId;
        return `${kind} ${names.find(([, known]) => known === id)?.[0] ?? id}`;
      });
      return told.sort();
    };

    test.each(changes)('%s', async (_what, code, told) => {
      expect(await change(code)).toEqual(told);
    });

    if (options.woocommerce === '11.0.1') {
      test('an order is fulfilled, in part and with a tracking number', async () => {
        // WooCommerce makes the tables of the feature when it starts with it.
        for (const code of ["update_option( 'woocommerce_feature_fulfillments_enabled', 'yes' );", 'return 1;'])
          await shop.php(code);
        const before = await readChanges(shop.store);
        const { body: order } = await shop.store.wc('GET', `orders/${ids.order}`);
        const items = [{ item_id: order.line_items[0].id, qty: 1 }];
        const made = await shop.store.wc('POST', `orders/${ids.order}/fulfillments`, {
          status: 'fulfilled',
          is_fulfilled: true,
          meta_data: [
            { id: 0, key: '_items', value: items },
            { id: 0, key: '_tracking_number', value: '1Z' },
          ],
        });
        expect(made.status, made.raw).toBe(201);
        const told = (await readChanges(shop.store, before.next)).changes;
        expect(told).toEqual([{ orderId: ids.order, kind: 'tracking' }]);
      });
    }

    test('is told to nobody without a key, nor to a user who may not manage the shop', async () => {
      const at = (query: string) =>
        options.permalinks === 'plain' ? `/?rest_route=/wc-dstnc/v1/${query}` : `/wp-json/wc-dstnc/v1/${query}`;
      for (const route of ['changes', 'catalog'])
        expect((await fetchWhole(shop.store.home + at(route))).status).toBe(401);
      const statuses = await shop.store.php<number[]>(
        `wp_set_current_user( wp_insert_user( array( 'user_login' => 'shopper', 'user_pass' => 'x', 'role' => 'customer' ) ) );
         return array_map( function ( $route ) { return rest_do_request( new WP_REST_Request( 'GET', "/wc-dstnc/v1/$route" ) )->get_status(); }, array( 'changes', 'catalog' ) );`,
      );
      expect(statuses).toEqual([403, 403]);
    });

    test('left no line in the log of the shop', async () => {
      expect(await shop.complaints()).toEqual([]);
    });
  });
}
