<?php
/**
 * Plugin Name: No loopback
 * Description: Stands for hosts where a shop can't call itself.
 */

defined( 'ABSPATH' ) || exit;

add_filter(
	'pre_http_request',
	static fn( $answer, $args, $url ) => false !== strpos( $url, 'admin-ajax.php' ) ? new WP_Error( 'http_request_failed', 'Connection refused' ) : $answer,
	10,
	3
);
