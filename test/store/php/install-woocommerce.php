<?php
/**
 * Activates WooCommerce, which installs itself.
 */

require_once ABSPATH . 'wp-admin/includes/plugin.php';

$result = activate_plugin( 'woocommerce/woocommerce.php' );
if ( is_wp_error( $result ) ) {
	throw new RuntimeException( $result->get_error_message() );
}
return WC()->version;
