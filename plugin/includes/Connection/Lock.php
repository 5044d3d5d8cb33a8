<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Connection;

defined( 'ABSPATH' ) || exit;

/**
 * One at a time, for the whole site. The database holds it, and gives it back by itself when the request that took it dies.
 *
 * phpcs:disable WordPress.DB.DirectDatabaseQuery -- WordPress has no locks.
 */
final class Lock {

	private string $name;

	public function __construct( string $name ) {
		global $wpdb;
		// Names are the database server's: other sites on it must not wait for this one. 64 characters at most.
		$this->name = 'dstnc_' . $name . '_' . md5( DB_NAME . $wpdb->prefix );
	}

	/**
	 * Gives false where somebody else has it.
	 *
	 * @param int $seconds To wait for it.
	 */
	public function take( int $seconds = 0 ): bool {
		global $wpdb;
		// NULL where the server knows no locks: better unguarded than never.
		return '0' !== $wpdb->get_var( $wpdb->prepare( 'SELECT GET_LOCK(%s, %d)', $this->name, $seconds ) );
	}

	public function release(): void {
		global $wpdb;
		$wpdb->get_var( $wpdb->prepare( 'SELECT RELEASE_LOCK(%s)', $this->name ) );
	}
}
