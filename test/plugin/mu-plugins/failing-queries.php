<?php
/**
 * Plugin Name: Failing queries
 * Description: Lets the queries fail that contain the text of the request's parameter "fail", as a database does that is stopped in between; with
 *              "faulty" there is a plugin whose own queries never work.
 */

defined( 'ABSPATH' ) || exit;

if ( isset( $_GET['fail'] ) ) {
	add_filter(
		'query',
		static function ( $query ) {
			return false === strpos( $query, (string) $_GET['fail'] ) ? $query : "SIGNAL SQLSTATE '70100' SET MESSAGE_TEXT = 'Query execution was interrupted'";
		}
	);
}

if ( isset( $_GET['faulty'] ) ) {
	// A plugin that asks a table that isn't there, whenever a product is read.
	add_action(
		'woocommerce_product_read',
		static function () {
			global $wpdb;
			$wpdb->query( 'SELECT * FROM of_no_such_plugin' );
		}
	);
}
