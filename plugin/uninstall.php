<?php
/**
 * The plugin is deleted: nothing of it stays behind.
 *
 * @package Dstnc\WooCommerce
 */

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

// WordPress runs this file alone, without the plugin.
if ( version_compare( PHP_VERSION, '7.4', '>=' ) ) {
	defined( 'DSTNC_PLUGIN_FILE' ) || define( 'DSTNC_PLUGIN_FILE', __DIR__ . '/dstnc-for-woocommerce.php' );
	defined( 'DSTNC_PLUGIN_VERSION' ) || define( 'DSTNC_PLUGIN_VERSION', '1.0.0' );
	require_once __DIR__ . '/includes/autoload.php';
	( new Dstnc\WooCommerce\Install\Uninstaller( Dstnc\WooCommerce\Plugin::instance() ) )->run();
}
