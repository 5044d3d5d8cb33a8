<?php
/**
 * Says in wp-admin that the server's PHP is too old. Written for any PHP.
 *
 * @package Dstnc\WooCommerce
 */

defined( 'ABSPATH' ) || exit;

add_action(
	'admin_notices',
	static function () {
		if ( ! current_user_can( 'activate_plugins' ) ) {
			return;
		}
		echo '<div class="notice notice-error"><p>';
		echo esc_html(
			sprintf(
				/* translators: %s: the server's PHP version. */
				__( 'DSTNC for WooCommerce needs PHP 7.4 or newer, and this server runs PHP %s. Ask your host to update PHP. Until then your shop works as before, and nothing is sent to DSTNC.', 'dstnc-for-woocommerce' ),
				PHP_VERSION
			)
		);
		echo '</p></div>';
	}
);
