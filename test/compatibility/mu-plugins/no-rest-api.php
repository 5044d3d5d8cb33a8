<?php
/**
 * Plugin Name: No REST API
 * Description: WordPress's REST API is out of order for everybody but the harness, as security plugins make it; the Legacy API is switched on.
 */

defined( 'ABSPATH' ) || exit;

add_filter(
	'rest_authentication_errors',
	static function ( $errors ) {
		// phpcs:ignore WordPress.Security.ValidatedSanitizedInput
		return isset( $_SERVER['HTTP_X_STORE_HARNESS'] ) ? $errors : new WP_Error( 'rest_disabled', 'The REST API on this site has been disabled.', array( 'status' => 403 ) );
	},
	PHP_INT_MAX
);
add_filter( 'pre_option_woocommerce_api_enabled', static fn() => 'yes' );
