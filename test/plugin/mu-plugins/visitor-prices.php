<?php
/**
 * Plugin Name: Visitor prices
 * Description: Stands for plugins that answer each visitor with prices, a currency and texts of their own. Switched on by an option.
 */

defined( 'ABSPATH' ) || exit;

if ( 'yes' === get_option( 'visitor_prices' ) ) {
	foreach ( array( 'product', 'product_variation' ) as $kind ) {
		foreach ( array( 'price', 'regular_price', 'sale_price' ) as $price ) {
			add_filter(
				"woocommerce_{$kind}_get_$price",
				static function ( $value ) {
					return '' === $value ? $value : (string) ( 7.5 * (float) $value );
				}
			);
		}
		add_filter( "woocommerce_{$kind}_get_name", static fn( $name ) => "$name (pour vous)" );
		add_filter( "woocommerce_{$kind}_get_stock_quantity", static fn() => 1 );
	}
	add_filter( 'woocommerce_product_is_on_sale', '__return_true' );
	add_filter( 'woocommerce_currency', static fn() => 'XAF' );
}
