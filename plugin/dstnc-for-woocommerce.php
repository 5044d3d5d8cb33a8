<?php
/**
 * Plugin Name:          DSTNC for WooCommerce
 * Description:          Sell on DSTNC from your shop: products, stock and prices appear there within seconds.
 * Version:              1.0.0
 * Requires at least:    6.6
 * Requires PHP:         7.4
 * Requires Plugins:     woocommerce
 * WC requires at least: 5.8
 * WC tested up to:      11.0
 * Author:               DSTNC
 * License:              GPL-2.0-or-later
 * License URI:          https://www.gnu.org/licenses/gpl-2.0.html
 * Text Domain:          dstnc-for-woocommerce
 * Domain Path:          /languages
 *
 * @package Dstnc\WooCommerce
 */

// This file must be readable for any PHP that WordPress may run on: it is what tells that the PHP is too old.

defined( 'ABSPATH' ) || exit;

define( 'DSTNC_PLUGIN_FILE', __FILE__ );
define( 'DSTNC_PLUGIN_VERSION', '1.0.0' );

require __DIR__ . '/includes/autoload.php';

if ( version_compare( PHP_VERSION, '7.4', '>=' ) ) {
	Dstnc\WooCommerce\Plugin::start();
} else {
	require __DIR__ . '/includes/old-php-notice.php';
}
