<?php
/**
 * Plugin Name: Solid Security Basic
 * Version:     9.3.1
 * Description: A double of the security plugin with both filters that keep marketplaces out. Lets nobody through, as rules of a web server do.
 */

defined( 'ABSPATH' ) || exit;

( static function () {
	$storage = get_site_option( 'itsec-storage' );
	$tweaks  = is_array( $storage ) ? $storage['system-tweaks'] ?? array() : array();
	$uri     = (string) ( $_SERVER['REQUEST_URI'] ?? '' ); // phpcs:ignore
	$query   = (string) wp_parse_url( $uri, PHP_URL_QUERY );
	$long    = ! empty( $tweaks['long_url_strings'] ) && strlen( $uri ) > 255;
	$strange = ! empty( $tweaks['suspicious_query_strings'] ) && preg_match( '/oauth_|consumer_|%[01][0-9A-F]/i', $query );
	if ( ( $strange || $long ) && false !== strpos( $uri, 'wp-json' ) ) {
		http_response_code( $long ? 414 : 403 );
		header( 'Content-Type: text/html' );
		echo '<html><head><title>Forbidden</title></head><body><h1>Forbidden</h1><p>You do not have permission to access this resource.</p></body></html>';
		exit;
	}
} )();
