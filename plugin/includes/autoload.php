<?php
/**
 * Finds the classes of this plugin: `Dstnc\WooCommerce\Changes\ChangeLog` is in `includes/Changes/ChangeLog.php`.
 *
 * @package Dstnc\WooCommerce
 */

defined( 'ABSPATH' ) || exit;

spl_autoload_register(
	static function ( $name ) {
		$prefix = 'Dstnc\\WooCommerce\\';
		if ( 0 !== strpos( $name, $prefix ) ) {
			return;
		}
		$file = __DIR__ . '/' . str_replace( '\\', '/', substr( $name, strlen( $prefix ) ) ) . '.php';
		if ( is_file( $file ) ) {
			require $file;
		}
	}
);
