<?php
/** A test's receiver has a certificate of its own. */
defined( 'ABSPATH' ) || exit;
add_filter( 'https_ssl_verify', '__return_false' );
add_filter(
	'http_request_args',
	static function ( $args ) {
		$args['sslverify'] = false;
		return $args;
	}
);
