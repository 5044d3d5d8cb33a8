import { buildListing } from '@dstnc/receiver/catalog/build-listing.ts';
import type { GroupSnapshot } from '@dstnc/receiver/woocommerce/group-snapshot.ts';
import { createLegacyApi } from '@dstnc/receiver/woocommerce/legacy/create-legacy-api.ts';
import { createRestApi } from '@dstnc/receiver/woocommerce/rest/create-rest-api.ts';
import type { ApiVersion, StoreAccess } from '@dstnc/receiver/woocommerce/store-access.ts';
import type { StoreApi } from '@dstnc/receiver/woocommerce/store-api.ts';
import { createStoreClient, type StoreClient } from '@dstnc/receiver/woocommerce/store-client.ts';
import { aStore } from '../behaviour/a-store.ts';
import type { Store } from '../store/store.ts';

/** Ids of {@link fillShop}'s products. */
export interface ShopIds {
  readonly [name: string]: number;
}

/** A product of each kind that DSTNC tells apart. */
const FILL = `
$ids = array();
$simple = static function ( $name, $with ) use ( &$ids ) {
	$p = new WC_Product_Simple();
	$p->set_name( $name );
	$p->set_regular_price( '12.50' );
	$p->set_sku( strtoupper( $name ) );
	$with( $p );
	$ids[ $name ] = $p->save();
};
$nothing = static function () {};
$cat = wp_insert_term( 'Lamps & more', 'product_cat' );
$simple( 'plain', function ( $p ) use ( $cat ) {
	$p->set_category_ids( array( $cat['term_id'] ) );
	$p->set_description( "Bright.\\n\\nVery." );
	$p->set_short_description( 'A lamp' );
	$p->set_weight( '1.25' );
	$p->set_length( '10' );
	$p->set_width( '20' );
	$p->set_height( '30' );
} );
$simple( 'counted', function ( $p ) { $p->set_manage_stock( true ); $p->set_stock_quantity( 7 ); } );
$simple( 'soldout', function ( $p ) { $p->set_manage_stock( true ); $p->set_stock_quantity( 0 ); } );
$simple( 'uncounted-out', function ( $p ) { $p->set_stock_status( 'outofstock' ); } );
$simple( 'uncounted-back', function ( $p ) { $p->set_stock_status( 'onbackorder' ); } );
$simple( 'backorder', function ( $p ) { $p->set_manage_stock( true ); $p->set_stock_quantity( -2 ); $p->set_backorders( 'notify' ); } );
$simple( 'sale', function ( $p ) { $p->set_sale_price( '9.99' ); } );
$simple( 'free', function ( $p ) { $p->set_regular_price( '' ); } );
$simple( 'draft', function ( $p ) { $p->set_status( 'draft' ); } );
$simple( 'private', function ( $p ) { $p->set_status( 'private' ); } );
$simple( 'trash', $nothing );
wp_trash_post( $ids['trash'] );
$simple( 'gone', $nothing );
wp_delete_post( $ids['gone'], true );
$external = new WC_Product_External();
$external->set_name( 'external' );
$external->set_product_url( 'https://elsewhere.example/' );
$external->set_regular_price( '5' );
$ids['external'] = $external->save();
$grouped = new WC_Product_Grouped();
$grouped->set_name( 'grouped' );
$grouped->set_children( array( $ids['plain'] ) );
$ids['grouped'] = $grouped->save();

$taxonomy = wc_create_attribute( array( 'name' => 'Finish' ) );
register_taxonomy( 'pa_finish', array( 'product' ) );
$matt = wp_insert_term( 'Matt Black', 'pa_finish' );
$gloss = wp_insert_term( 'Höchst glänzend', 'pa_finish' );
$global = new WC_Product_Attribute();
$global->set_id( $taxonomy );
$global->set_name( 'pa_finish' );
$global->set_options( array( $matt['term_id'], $gloss['term_id'] ) );
$global->set_visible( true );
$global->set_variation( true );
$own = new WC_Product_Attribute();
$own->set_name( 'Cable Length' );
$own->set_options( array( '1 m', '2 m' ) );
$own->set_visible( true );
$own->set_variation( true );
$variable = static function ( $name, $variations, $with = null ) use ( &$ids, $global, $own ) {
	$p = new WC_Product_Variable();
	$p->set_name( $name );
	$p->set_attributes( array( $global, $own ) );
	if ( $with ) { $with( $p ); }
	$ids[ $name ] = $p->save();
	foreach ( $variations as $i => $make ) {
		$v = new WC_Product_Variation();
		$v->set_parent_id( $ids[ $name ] );
		$v->set_regular_price( (string) ( 20 + $i ) );
		$v->set_attributes( array( 'pa_finish' => 0 === $i % 2 ? 'matt-black' : get_term( get_terms( array( 'taxonomy' => 'pa_finish', 'hide_empty' => false, 'name' => 'Höchst glänzend', 'fields' => 'ids' ) )[0] )->slug, 'cable-length' => $i < 2 ? '1 m' : '2 m' ) );
		$make( $v );
		$ids[ $name . '-' . $i ] = $v->save();
	}
	WC_Product_Variable::sync( $ids[ $name ] );
};
$variable( 'variable', array(
	function ( $v ) { $v->set_manage_stock( true ); $v->set_stock_quantity( 3 ); },
	function ( $v ) { $v->set_manage_stock( false ); $v->set_sale_price( '15' ); },
	function ( $v ) { $v->set_stock_status( 'outofstock' ); $v->set_weight( '2' ); },
	function ( $v ) { $v->set_status( 'private' ); },
) );
$variable( 'pooled', array(
	function ( $v ) {},
	function ( $v ) { $v->set_manage_stock( true ); $v->set_stock_quantity( 0 ); },
), function ( $p ) { $p->set_manage_stock( true ); $p->set_stock_quantity( 5 ); } );
$variable( 'childless', array() );
return $ids;
`;

/** Fills a shop with products of all kinds, one each. */
export function fillShop(store: Store): Promise<ShopIds> {
  return store.php<ShopIds>(FILL);
}

/** A client with the store's keys. @param restUrl another root than WordPress's, as the Legacy API's */
export function clientFor(store: Store, restUrl = `${store.home}/wp-json/`): StoreClient {
  return createStoreClient({ home: store.home, restUrl, credentials: store.keys, allowPrivate: true });
}

/** One of a store's APIs, without finding anything out. */
export function apiOf(
  store: Store,
  api: ApiVersion,
  skills: Pick<StoreAccess, 'variationsTogether' | 'modifiedAfter'> = {
    variationsTogether: false,
    modifiedAfter: false,
  },
): StoreApi {
  if (api === 'wc/v3' || api === 'wc/v2' || api === 'wc/v1')
    return createRestApi(clientFor(store), { ...skills, api }, null);
  return createLegacyApi(clientFor(store, `${store.home}/wc-api/${api.replace('legacy/', '')}/`));
}

/**
 * What DSTNC would be told of a group: the listing without the explanation's own words, prices as numbers, since older APIs write
 * "10" as "10.00".
 */
export function told(snapshot: GroupSnapshot): unknown {
  const { settings } = aStore();
  const draft = buildListing(snapshot, { currency: 'EUR', taxIncluded: true, settings });
  const { stateReason, ...product } = draft.product;
  const items = draft.items.map(({ externalId, sku, title, variant, rule }) => ({
    externalId,
    sku,
    title,
    variant,
    rule,
  }));
  return JSON.parse(JSON.stringify({ product, stateReason, items }), (key, value) =>
    ['regular', 'sale', 'effective', 'weight'].includes(key) && typeof value === 'string' ? Number(value) : value,
  );
}
