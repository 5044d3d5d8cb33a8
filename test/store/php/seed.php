<?php
/**
 * Makes `$args['count']` products, every tenth of them variable with three variations. Returns how many.
 *
 * WooCommerce needs about 150 queries to save a product. So only the first thirty are saved by it; the others are copies
 * of their rows, which a store can't tell from products of its own.
 */

wp_defer_term_counting( true );
set_time_limit( 0 );
add_filter( 'woocommerce_webhook_should_deliver', '__return_false' );

$make = static function ( $n ) {
	$variable = 0 === $n % 10;
	$product  = $variable ? new WC_Product_Variable() : new WC_Product_Simple();
	$product->set_name( sprintf( 'Lamp %05d', $n ) );
	$product->set_slug( sprintf( 'lamp-%05d', $n ) );
	$product->set_sku( sprintf( 'LAMP-%05d', $n ) );
	$product->set_description( '<p>A lamp.</p>' );
	if ( ! $variable ) {
		$product->set_regular_price( (string) ( 10 + $n % 90 ) );
		// The four stock situations in turn: counted, not counted, sold out, on backorder.
		$product->set_manage_stock( 0 === $n % 2 );
		if ( 0 === $n % 2 ) {
			$product->set_stock_quantity( $n % 50 );
		} elseif ( 0 === $n % 3 ) {
			$product->set_stock_status( 0 === $n % 9 ? 'onbackorder' : 'outofstock' );
		}
		$product->save();
		return;
	}
	$attribute = new WC_Product_Attribute();
	$attribute->set_name( 'Colour' );
	$attribute->set_options( array( 'red', 'green', 'blue' ) );
	$attribute->set_visible( true );
	$attribute->set_variation( true );
	$product->set_attributes( array( $attribute ) );
	$parent = $product->save();
	foreach ( array( 'red', 'green', 'blue' ) as $index => $colour ) {
		$variation = new WC_Product_Variation();
		$variation->set_parent_id( $parent );
		$variation->set_attributes( array( 'colour' => $colour ) );
		$variation->set_sku( sprintf( 'LAMP-%05d-%s', $n, strtoupper( $colour ) ) );
		$variation->set_regular_price( (string) ( 20 + $index ) );
		$variation->set_manage_stock( true );
		$variation->set_stock_quantity( $n + $index );
		$variation->save();
	}
	WC_Product_Variable::sync( $parent );
};

// Copies the rows of a table that belong to the prototypes; `$changed` holds SQL for the columns that differ.
$copy = static function ( $table, $key, $changed, $left_out = array() ) {
	global $wpdb;
	$values = array();
	foreach ( $wpdb->get_col( "SHOW COLUMNS FROM {$wpdb->prefix}$table" ) as $column ) {
		if ( ! in_array( $column, $left_out, true ) ) {
			$values[ "`$column`" ] = $changed[ $column ] ?? "t.`$column`";
		}
	}
	$wpdb->query(
		"INSERT INTO {$wpdb->prefix}$table (" . implode( ', ', array_keys( $values ) ) . ') SELECT ' . implode( ', ', $values ) .
		" FROM {$wpdb->prefix}$table t JOIN {$wpdb->prefix}store_harness_copies c ON c.old_id = t.$key"
	);
	if ( $wpdb->last_error ) {
		throw new RuntimeException( "$table: $wpdb->last_error" );
	}
};

global $wpdb;
$prototypes = min( 30, $args['count'] );
for ( $n = 1; $n <= $prototypes; $n++ ) {
	$make( $n );
}

if ( $args['count'] > $prototypes ) {
	$wpdb->query( "CREATE TABLE {$wpdb->prefix}store_harness_copies (old_id BIGINT, new_id BIGINT, old_parent BIGINT, old_n CHAR(5), n CHAR(5), KEY (old_id)) " . $wpdb->get_charset_collate() );
	$rows = $wpdb->get_results( "SELECT ID, post_parent, SUBSTRING(post_title, 6, 5) AS n FROM $wpdb->posts WHERE post_type IN ('product', 'product_variation') ORDER BY ID" );
	$by_n = array();
	foreach ( $rows as $row ) {
		$by_n[ (int) $row->n ][] = $row;
	}
	$next   = 1 + (int) $wpdb->get_var( "SELECT MAX(ID) FROM $wpdb->posts" );
	$values = array();
	for ( $n = $prototypes + 1; $n <= $args['count']; $n++ ) {
		$old_n = ( $n - 1 ) % $prototypes + 1;
		foreach ( $by_n[ $old_n ] as $row ) {
			$values[] = sprintf( "(%d, %d, %d, '%05d', '%05d')", $row->ID, $next++, $row->post_parent, $old_n, $n );
		}
	}
	foreach ( array_chunk( $values, 2000 ) as $chunk ) {
		$wpdb->query( "INSERT INTO {$wpdb->prefix}store_harness_copies VALUES " . implode( ', ', $chunk ) );
	}

	$named = static function ( $column ) {
		return "REPLACE(t.$column, c.old_n, c.n)";
	};
	$copy(
		'posts',
		'ID',
		array(
			'ID'          => 'c.new_id',
			'post_title'  => $named( 'post_title' ),
			'post_name'   => $named( 'post_name' ),
			'guid'        => "CONCAT('copy-', c.new_id)",
			'post_parent' => "COALESCE((SELECT p.new_id FROM {$wpdb->prefix}store_harness_copies p WHERE p.old_id = c.old_parent AND p.n = c.n), 0)",
		)
	);
	$copy(
		'postmeta',
		'post_id',
		array(
			'post_id'    => 'c.new_id',
			'meta_value' => "IF(t.meta_key = '_sku', REPLACE(t.meta_value, c.old_n, c.n), t.meta_value)",
		),
		array( 'meta_id' )
	);
	$copy( 'term_relationships', 'object_id', array( 'object_id' => 'c.new_id' ) );
	$copy(
		'wc_product_meta_lookup',
		'product_id',
		array(
			'product_id' => 'c.new_id',
			'sku'        => $named( 'sku' ),
		)
	);
	$wpdb->query( "DROP TABLE {$wpdb->prefix}store_harness_copies" );
	wp_cache_flush();
}
wp_defer_term_counting( false );
foreach ( array( 'product_cat', 'product_type', 'product_visibility' ) as $taxonomy ) {
	$terms = get_terms( array( 'taxonomy' => $taxonomy, 'hide_empty' => false, 'fields' => 'tt_ids' ) );
	wp_update_term_count_now( $terms, $taxonomy );
}
return $args['count'];
