<?php
/**
 * Plugin Name: Without orders over wc/v3
 * Description: A shop whose REST API has no orders, as old ones and broken ones do; the Legacy API has.
 */

add_filter(
	'rest_endpoints',
	static function ( $endpoints ) {
		foreach ( array_keys( $endpoints ) as $route ) {
			if ( 0 === strpos( $route, '/wc/v3/orders' ) ) {
				unset( $endpoints[ $route ] );
			}
		}
		return $endpoints;
	}
);

add_filter( 'pre_option_woocommerce_api_enabled', static fn() => 'yes' );
