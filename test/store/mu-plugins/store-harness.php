<?php
/**
 * Plugin Name: Store harness
 * Description: Makes a throw-away store reach a local receiver and nothing else, and records its mails.
 *
 * wp-config.php, written by docroot.ts, defines STORE_HARNESS_SECRET, STORE_HARNESS_DIR and STORE_HARNESS_CRON.
 */

defined( 'ABSPATH' ) || exit;

// WooCommerce sends webhooks through wp_safe_remote_request, which refuses private addresses and ports other than
// 80, 443 and 8080: the receiver of a test listens on 127.0.0.1 and whatever port was free.
add_filter( 'http_request_host_is_external', '__return_true' );
add_filter(
	'http_allowed_safe_ports',
	static function ( $ports, $host = '', $url = '' ) {
		$port = wp_parse_url( $url, PHP_URL_PORT );
		return $port ? array_merge( $ports, array( $port ) ) : $ports;
	},
	10,
	3
);

// A store without a network would hang on wordpress.org and woocommerce.com for many seconds per page.
add_filter(
	'pre_http_request',
	static function ( $answer, $args, $url ) {
		$host  = trim( (string) wp_parse_url( $url, PHP_URL_HOST ), '[]' );
		$local = 'localhost' === $host || '::1' === $host || 0 === strpos( $host, '127.' ) || preg_match( '/\.(localhost|test)$/', $host );
		return $local ? $answer : new WP_Error( 'http_request_blocked', "The store harness blocks requests to $host." );
	},
	PHP_INT_MAX,
	3
);

// Mails are kept, one JSON object per line, and never sent.
add_filter(
	'pre_wp_mail',
	static function ( $answer, $mail ) {
		$line = wp_json_encode(
			array(
				'to'      => $mail['to'],
				'subject' => $mail['subject'],
				'message' => $mail['message'],
				'headers' => $mail['headers'],
			)
		);
		file_put_contents( STORE_HARNESS_DIR . '/mails.jsonl', $line . "\n", FILE_APPEND | LOCK_EX ); // phpcs:ignore
		return true;
	},
	10,
	2
);

// The harness's own calls act as the administrator. Not by pretending to TLS, which would turn every URL in the answers
// into https; and without a key, so that `last_access` shows the calls of the tested client alone.
add_filter(
	'determine_current_user',
	static function ( $user ) {
		$sent = isset( $_SERVER['HTTP_X_STORE_HARNESS'] ) ? (string) $_SERVER['HTTP_X_STORE_HARNESS'] : ''; // phpcs:ignore
		return '' !== $sent && hash_equals( STORE_HARNESS_SECRET, $sent ) ? 1 : $user;
	},
	// After core's own, which read the cookies and take no notice of a user that was found before.
	30
);

if ( ! STORE_HARNESS_CRON ) {
	// Deliveries then go out in runQueue() alone, and a test knows when.
	add_filter( 'action_scheduler_allow_async_request_runner', '__return_false', PHP_INT_MAX );
}

// A wp-admin that never asks to be set up, and never updates itself.
add_filter( 'woocommerce_enable_setup_wizard', '__return_false' );
add_filter( 'woocommerce_prevent_automatic_wizard_redirect', '__return_true' );
add_filter( 'woocommerce_allow_marketplace_suggestions', '__return_false' );
add_filter( 'automatic_updater_disabled', '__return_true' );
