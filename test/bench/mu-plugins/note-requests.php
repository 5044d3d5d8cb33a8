<?php
/**
 * Plugin Name: Note requests
 * Description: Notes each REST request that isn't the harness's own, and how long PHP was at it.
 */

defined( 'ABSPATH' ) || exit;

add_action(
	'shutdown',
	static function () {
		// phpcs:disable WordPress.Security.ValidatedSanitizedInput, WordPress.WP.AlternativeFunctions
		if ( ! isset( $_SERVER['HTTP_X_STORE_HARNESS'] ) && defined( 'REST_REQUEST' ) && REST_REQUEST ) {
			$line = array(
				'path' => (string) wp_parse_url( (string) $_SERVER['REQUEST_URI'], PHP_URL_PATH ),
				'ms'   => 1000 * ( microtime( true ) - (float) $_SERVER['REQUEST_TIME_FLOAT'] ),
			);
			file_put_contents( STORE_HARNESS_DIR . '/requests.jsonl', wp_json_encode( $line ) . "\n", FILE_APPEND | LOCK_EX );
		}
		// phpcs:enable
	},
	PHP_INT_MAX
);
