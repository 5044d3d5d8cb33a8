<?php
/**
 * Makes `$args['count']` products, every tenth of them variable with three variations. Returns their ids.
 */

wp_defer_term_counting( true );
add_filter( 'woocommerce_webhook_should_deliver', '__return_false' );

$GLOBALS['wpdb']->query( 'START TRANSACTION' );
$colours = array( 'red', 'green', 'blue' );
$ids     = array();
for ( $n = 1; $n <= $args['count']; $n++ ) {
	$variable = 0 === $n % 10;
	$product  = $variable ? new WC_Product_Variable() : new WC_Product_Simple();
	$product->set_name( sprintf( 'Lamp %04d', $n ) );
	$product->set_sku( sprintf( 'LAMP-%04d', $n ) );
	$product->set_description( "<p>Lamp number $n.</p>" );
	if ( $variable ) {
		$attribute = new WC_Product_Attribute();
		$attribute->set_name( 'Colour' );
		$attribute->set_options( $colours );
		$attribute->set_visible( true );
		$attribute->set_variation( true );
		$product->set_attributes( array( $attribute ) );
	} else {
		$product->set_regular_price( (string) ( 10 + $n % 90 ) );
		// The four stock situations in turn: counted, not counted, sold out, on backorder.
		$product->set_manage_stock( 0 === $n % 2 );
		if ( 0 === $n % 2 ) {
			$product->set_stock_quantity( $n % 50 );
		} elseif ( 0 === $n % 3 ) {
			$product->set_stock_status( 0 === $n % 9 ? 'onbackorder' : 'outofstock' );
		}
	}
	$id    = $product->save();
	$ids[] = $id;
	if ( $variable ) {
		foreach ( $colours as $index => $colour ) {
			$variation = new WC_Product_Variation();
			$variation->set_parent_id( $id );
			$variation->set_attributes( array( 'colour' => $colour ) );
			$variation->set_sku( sprintf( 'LAMP-%04d-%s', $n, strtoupper( $colour ) ) );
			$variation->set_regular_price( (string) ( 20 + $index ) );
			$variation->set_manage_stock( true );
			$variation->set_stock_quantity( $n + $index );
			$variation->save();
		}
		WC_Product_Variable::sync( $id );
	}
}
wp_defer_term_counting( false );
$GLOBALS['wpdb']->query( 'COMMIT' );
return $ids;
