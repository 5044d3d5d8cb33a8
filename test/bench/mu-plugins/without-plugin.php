<?php
/**
 * Plugin Name: Without DSTNC
 * Description: A request with `without_dstnc` in its query runs as if the plugin had never been installed.
 */

defined( 'ABSPATH' ) || exit;

if ( isset( $_GET['without_dstnc'] ) ) { // phpcs:ignore
	add_filter(
		'option_active_plugins',
		static function ( $plugins ) {
			return array_values( array_diff( $plugins, array( 'dstnc-for-woocommerce/dstnc-for-woocommerce.php' ) ) );
		}
	);
	// Its webhooks are WooCommerce's own.
	add_filter( 'woocommerce_load_webhooks_limit', '__return_zero' );
}
