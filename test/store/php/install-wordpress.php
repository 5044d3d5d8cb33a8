<?php
/**
 * Installs WordPress into an empty database. `$args`: user, password, permalinks (a permalink structure).
 */

require_once ABSPATH . 'wp-admin/includes/upgrade.php';

// The first post, page and comment, and the mail about them, are noise in a test.
function wp_install_defaults( $user_id ) {
	update_option( 'default_category', 1 );
	$GLOBALS['wpdb']->insert(
		$GLOBALS['wpdb']->terms,
		array(
			'term_id' => 1,
			'name'    => 'Uncategorized',
			'slug'    => 'uncategorized',
		)
	);
	$GLOBALS['wpdb']->insert(
		$GLOBALS['wpdb']->term_taxonomy,
		array(
			'term_id'     => 1,
			'taxonomy'    => 'category',
			'description' => '',
		)
	);
}

function wp_new_blog_notification( $title, $url, $user_id, $password ) {}

wp_install( 'Lamp Shop', $args['user'], 'admin@shop.example', true, '', $args['password'], 'en_US' );
update_option( 'permalink_structure', $args['permalinks'] );
update_option( 'timezone_string', 'UTC' );
update_option( 'blog_public', 0 );
return $GLOBALS['wp_version'];
