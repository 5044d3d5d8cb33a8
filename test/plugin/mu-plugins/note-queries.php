<?php
/**
 * Plugin Name: Note queries
 * Description: Notes what a request to the shop's pages asked the database, after everybody else's shutdown.
 */

defined( 'ABSPATH' ) || exit;

if ( ! is_admin() && 'cli' !== PHP_SAPI && false === strpos( (string) $_SERVER['REQUEST_URI'], 'wp-json' ) && false === strpos( (string) $_SERVER['REQUEST_URI'], '.php' ) ) {
	define( 'SAVEQUERIES', true );
	add_action(
		'plugins_loaded',
		static function () {
			add_action(
				'shutdown',
				static function () {
					global $wpdb;
					$lines = array_map( static fn( $query ) => 'shop ' . preg_replace( '/\s+/', ' ', $query[0] ), $wpdb->queries );
					file_put_contents( STORE_HARNESS_DIR . '/queries.txt', implode( "\n", $lines ) . "\n", FILE_APPEND );
				},
				PHP_INT_MAX
			);
		},
		PHP_INT_MAX
	);
}
