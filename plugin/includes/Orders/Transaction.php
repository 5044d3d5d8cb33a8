<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Orders;

defined( 'ABSPATH' ) || exit;

/**
 * A transaction of the shop's database, in which WooCommerce's own functions are called. WordPress knows none, so that nobody else minds
 * it: another plugin may end it early, and a deadlock or a lost connection ends it without a word. So it is asked whether it is still
 * open before what must not be half done counts as done.
 *
 * phpcs:disable WordPress.DB.DirectDatabaseQuery -- There is no other way to one.
 */
final class Transaction {

	private bool $begun = false;

	/** False where somebody left one open on this connection: beginning ours would commit theirs. */
	public function begin(): bool {
		if ( $this->isOpen() || false === self::run( 'START TRANSACTION' ) ) {
			return false;
		}
		$this->begun = true;
		// A process that ends itself in between (exit, a fatal error) goes on to WordPress's last hooks: what they write must not be part
		// of it, and what they commit must not be our half.
		add_action( 'shutdown', array( $this, 'rollBack' ), PHP_INT_MIN );
		return true;
	}

	/** Whether a transaction is open on this connection: in one, this statement is refused. */
	public function isOpen(): bool {
		return false === self::run( 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ' );
	}

	/** False where nobody can say whether all of it was kept. */
	public function commit(): bool {
		$this->end();
		return false !== self::run( 'COMMIT' );
	}

	/** Undoes all of it, unless it ended before. */
	public function rollBack(): void {
		if ( $this->begun ) {
			$this->end();
			self::run( 'ROLLBACK' );
		}
	}

	private function end(): void {
		$this->begun = false;
		remove_action( 'shutdown', array( $this, 'rollBack' ), PHP_INT_MIN );
	}

	/**
	 * @param literal-string $sql
	 * @return int|bool False on failure, which reaches no log of the shop.
	 */
	private static function run( string $sql ) {
		global $wpdb;
		$before = $wpdb->suppress_errors( true );
		$result = $wpdb->query( $sql );
		$wpdb->suppress_errors( $before );
		return $result;
	}
}
