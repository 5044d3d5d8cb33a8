<?php
/**
 * Plugin Name: Solid Security
 * Description: A double of the security plugin, with the one setting that keeps DSTNC out: "Filter suspicious query strings".
 * Version:     9.3.0
 *
 * Stores the setting where the real one does. What it takes for suspicious is that of the real one's rules which a signed request
 * of the REST API trips over; who is logged in to wp-admin, and the shop itself, are let through.
 */

defined( 'ABSPATH' ) || exit;

function dstnc_double_filters() {
	$storage = get_site_option( 'itsec-storage' );
	return ! empty( $storage['system-tweaks']['suspicious_query_strings'] );
}

register_activation_hook(
	__FILE__,
	static function () {
		update_site_option( 'itsec-storage', array( 'system-tweaks' => array( 'suspicious_query_strings' => true ) ) );
	}
);

add_action(
	'init',
	static function () {
		$query    = isset( $_SERVER['QUERY_STRING'] ) ? (string) $_SERVER['QUERY_STRING'] : ''; // phpcs:ignore
		$agent    = isset( $_SERVER['HTTP_USER_AGENT'] ) ? (string) $_SERVER['HTTP_USER_AGENT'] : ''; // phpcs:ignore
		$outsider = ! isset( $_COOKIE[ LOGGED_IN_COOKIE ] ) && 0 !== strpos( $agent, 'WordPress/' );
		if ( dstnc_double_filters() && $outsider && preg_match( '/oauth_|include|_skip_cache|%[0-9a-f]{2}/i', $query ) ) {
			status_header( 403 );
			header( 'Content-Type: text/html; charset=UTF-8' );
			echo '<!DOCTYPE html><html><head><title>Forbidden</title></head><body><h1>Forbidden</h1><p>Access to this resource was denied.</p></body></html>';
			exit;
		}
	},
	0
);

add_action(
	'admin_menu',
	static function () {
		add_menu_page(
			'Security',
			'Security',
			'manage_options',
			'itsec',
			static function () {
				if ( isset( $_POST['save'] ) && check_admin_referer( 'itsec' ) ) {
					$on = ! empty( $_POST['suspicious_query_strings'] );
					update_site_option( 'itsec-storage', array( 'system-tweaks' => array( 'suspicious_query_strings' => $on ) ) );
					echo '<div class="notice notice-success"><p>Settings saved.</p></div>';
				}
				echo '<div class="wrap"><h1>System Tweaks</h1><form method="post">';
				wp_nonce_field( 'itsec' );
				echo '<p><label><input type="checkbox" name="suspicious_query_strings" ' . checked( dstnc_double_filters(), true, false ) . '> Filter suspicious query strings in the URL</label></p>';
				echo '<p><button class="button button-primary" name="save" value="1">Save</button></p></form></div>';
			}
		);
	}
);
