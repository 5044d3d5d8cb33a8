import type { Store } from '../../store/store.ts';

/** What is in a {@link fillBilingualShop}, by its name. */
export type BilingualIds = Readonly<Record<string, number>>;

/** A way to say in PHP which language a post or a term is in, and what it translates: `$speak( $id, $type, $language, $of = 0 )`. */
export interface LanguageWords {
  readonly speak: string;
}

/** By WPML's hooks. */
export const wpmlWords: LanguageWords = {
  speak: `
$speak = function ( $id, $type, $language, $of = 0 ) {
	global $wpdb;
	$kind    = ( taxonomy_exists( $type ) ? 'tax_' : 'post_' ) . $type;
	$element = fn( $one ) => taxonomy_exists( $type ) ? get_term( $one, $type )->term_taxonomy_id : $one;
	$trid    = $of ? $wpdb->get_var( $wpdb->prepare( "SELECT trid FROM {$wpdb->prefix}icl_translations WHERE element_type = %s AND element_id = %d", $kind, $element( $of ) ) ) : false;
	do_action( 'wpml_switch_language', 'all' );
	do_action( 'wpml_set_element_language_details', array( 'element_id' => $element( $id ), 'element_type' => $kind, 'trid' => $trid, 'language_code' => $language, 'source_language_code' => $of ? 'en' : null ) );
};`,
};

/** By Polylang's functions. */
export const polylangWords: LanguageWords = {
  speak: `
$speak = function ( $id, $type, $language, $of = 0 ) {
	$kind = taxonomy_exists( $type ) ? 'term' : 'post';
	( "pll_set_{$kind}_language" )( $id, $language );
	if ( $of ) { ( "pll_save_{$kind}_translations" )( array( 'en' => $of, $language => $id ) ); }
};`,
};

/** Gives a shop with the real Polylang its languages: English, its own, German and French, for products, categories and colours. */
export async function setUpPolylang(store: Store): Promise<void> {
  await store.php(`
wc_create_attribute( array( 'name' => 'Colour', 'slug' => 'colour', 'order_by' => 'name' ) );
// Its functions are there only once there is a language.
$options = new WP_Syntex\\Polylang\\Options\\Options();
$model   = new PLL_Admin_Model( $options );
foreach ( array( 'en_US' => 'en', 'de_DE' => 'de', 'fr_FR' => 'fr' ) as $locale => $slug ) {
	$added = $model->languages->add( array( 'name' => $slug, 'slug' => $slug, 'locale' => $locale, 'rtl' => false, 'term_group' => 0 ) );
	if ( is_wp_error( $added ) ) { throw new RuntimeException( $added->get_error_message() ); }
}
$options->save_all();
return 1;`);
  await store.php(`
PLL()->options->set( 'post_types', array( 'product' ) );
PLL()->options->set( 'taxonomies', array( 'product_cat', 'pa_colour' ) );
PLL()->options->save_all();
return 1;`);
}

const FILL = `
require_once ABSPATH . 'wp-admin/includes/image.php';
$taxonomy = 'pa_colour';
if ( ! taxonomy_exists( $taxonomy ) ) {
	wc_create_attribute( array( 'name' => 'Colour', 'slug' => 'colour', 'order_by' => 'name' ) );
	register_taxonomy( $taxonomy, array( 'product' ) );
}
$made = array();
$term = function ( $name, $in, $language, $of = 0 ) use ( $speak ) {
	$id = wp_insert_term( $name, $in, array( 'slug' => sanitize_title( "$name-$language" ) ) )['term_id'];
	$speak( $id, $in, $language, $of );
	return $id;
};
$make = function ( $name, $class, $props, $language = null, $of = 0 ) use ( $speak, &$made ) {
	$product = new $class();
	$categories = $props['category_ids'] ?? array();
	unset( $props['category_ids'] );
	$product->set_props( $props + array( 'regular_price' => '20', 'manage_stock' => true, 'stock_quantity' => 4 ) );
	$made[ $name ] = $product->save();
	if ( null !== $language ) { $speak( $made[ $name ], 'WC_Product_Variation' === $class ? 'product_variation' : 'product', $language, $of ); }
	// Polylang swaps categories that are in another language than the product.
	if ( $categories ) { wp_set_object_terms( $made[ $name ], $categories, 'product_cat' ); }
	return $made[ $name ];
};
$image = wp_insert_attachment( array( 'post_title' => 'One', 'post_mime_type' => 'image/png', 'post_status' => 'inherit' ), wp_upload_dir()['path'] . '/one.png' );
update_post_meta( $image, '_wp_attachment_image_alt', 'A lamp' );
$lamps  = $term( 'Lamps', 'product_cat', 'en' );
$lampen = $made['Lampen'] = $term( 'Lampen', 'product_cat', 'de', $lamps );
$rare   = $term( 'Rarities', 'product_cat', 'en' );
$colours = array();
foreach ( array( 'Yellow' => 'Gelb', 'Green' => 'Grün' ) as $en => $de ) {
	$colours['en'][ $en ] = $term( $en, $taxonomy, 'en' );
	$colours['de'][ $de ] = $term( $de, $taxonomy, 'de', $colours['en'][ $en ] );
}

$lamp = $make( 'lamp', 'WC_Product_Simple', array( 'name' => 'Reading lamp', 'sku' => 'L-1', 'description' => 'Bright.', 'image_id' => $image, 'category_ids' => array( $lamps, $rare ) ), 'en' );
$make( 'Lampe', 'WC_Product_Simple', array( 'name' => 'Leselampe', 'description' => 'Hell.', 'regular_price' => '99', 'stock_quantity' => 77, 'category_ids' => array( $lampen ) ), 'de', $lamp );
$make( 'mug', 'WC_Product_Simple', array( 'name' => 'Mug' ), 'en' );
$make( 'Teller', 'WC_Product_Simple', array( 'name' => 'Teller' ), 'de' );
$bowl = $make( 'bowl', 'WC_Product_Simple', array( 'name' => 'Bowl' ), 'en' );
$make( 'Schale', 'WC_Product_Simple', array( 'name' => 'Schale', 'status' => 'draft' ), 'de', $bowl );

$attribute = function ( $name, $options, $id = 0 ) {
	$attribute = new WC_Product_Attribute();
	$attribute->set_id( $id );
	$attribute->set_name( $name );
	$attribute->set_options( $options );
	$attribute->set_variation( true );
	return $attribute;
};
$id    = wc_attribute_taxonomy_id_by_name( $taxonomy );
$shirt = $make( 'shirt', 'WC_Product_Variable', array( 'name' => 'Shirt', 'manage_stock' => false, 'attributes' => array( $attribute( $taxonomy, array_values( $colours['en'] ), $id ), $attribute( 'Cut', array( 'Wide', 'Slim' ) ) ) ), 'en' );
$hemd  = $make( 'Hemd', 'WC_Product_Variable', array( 'name' => 'Hemd', 'manage_stock' => false, 'attributes' => array( $attribute( $taxonomy, array_values( $colours['de'] ), $id ), $attribute( 'Schnitt', array( 'Weit', 'Eng' ) ) ) ), 'de', $shirt );
foreach ( array( array( 'Yellow', 'Gelb', 'Wide', 'Weit', 3 ), array( 'Green', 'Grün', 'Slim', 'Eng', 5 ) ) as list( $en, $de, $cut, $schnitt, $quantity ) ) {
	$slug      = get_term( $colours['en'][ $en ], $taxonomy )->slug;
	$variation = $make( "shirt $en", 'WC_Product_Variation', array( 'parent_id' => $shirt, 'sku' => "S-$en", 'stock_quantity' => $quantity, 'attributes' => array( $taxonomy => $slug, 'cut' => $cut ) ), 'en' );
	$slug      = get_term( $colours['de'][ $de ], $taxonomy )->slug;
	$make( "Hemd $de", 'WC_Product_Variation', array( 'parent_id' => $hemd, 'stock_quantity' => 88, 'attributes' => array( $taxonomy => $slug, 'schnitt' => $schnitt ) ), 'de', $variation );
	// Language plugins let the translations of a product share its SKU.
	update_post_meta( $made[ "Hemd $de" ], '_sku', "S-$en" );
}
update_post_meta( $made['Lampe'], '_sku', 'L-1' );
return $made;`;

/**
 * Fills a shop whose own language is English: a lamp and a shirt with variations that are translated into German, a mug that isn't, a bowl
 * whose translation is a draft, and a plate that is there in German only. The translations have other prices and stocks than their originals.
 */
export function fillBilingualShop(store: Store, { speak }: LanguageWords): Promise<BilingualIds> {
  return store.php<BilingualIds>(speak + FILL);
}
