<?php
/**
 * Plugin Name: Members Only Club
 * Version:     2.0
 * Description: A plugin that nobody has heard of and that closes the REST API, in tests.
 */

defined( 'ABSPATH' ) || exit;

add_filter(
	'rest_authentication_errors',
	static function ( $errors ) {
		return new WP_Error( 'club_closed', 'Members only.', array( 'status' => 403 ) );
	},
	PHP_INT_MAX
);
