<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Orders;

use Dstnc\WooCommerce\Fields;

defined( 'ABSPATH' ) || exit;

/**
 * Who places which order of DSTNC's, and what came of it: one row a reference.
 *
 * A row belongs to whoever made it, until its lease ends; then whoever comes next takes it over. The clock is the database's. A holder that
 * is slow beyond its lease and still alive does no harm: the order's id is noted by `note()` in the transaction that makes the order, and
 * only for whom the row still belongs to.
 *
 * phpcs:disable WordPress.DB.DirectDatabaseQuery -- An own table, which nothing caches.
 */
final class Placements {

	/** Seconds for which an order is its holder's alone. Placing takes well under one. */
	public const LEASE = 30;

	/** Makes the table where it is missing. References are bytes: a collation would take some for others. */
	public function installTable(): bool {
		return false !== $this->run(
			"CREATE TABLE IF NOT EXISTS {$this->table()} (
				reference varbinary(400) NOT NULL,
				fingerprint char(64) NOT NULL,
				order_key varchar(32) NOT NULL,
				order_id bigint unsigned DEFAULT NULL,
				done tinyint unsigned NOT NULL DEFAULT 0,
				lease_word char(20) NOT NULL,
				lease_until bigint unsigned NOT NULL,
				PRIMARY KEY (reference)
			) ENGINE=InnoDB DEFAULT CHARSET=ascii"
		);
	}

	/** Removes the table. The orders stay, and know their references themselves. */
	public function dropTable(): void {
		$this->run( "DROP TABLE IF EXISTS {$this->table()}" );
	}

	/**
	 * Asks for the right to place an order.
	 *
	 * @return Claim|int|Refusal The right; or the id of the order that was placed before; or why not.
	 */
	public function claim( string $reference, string $fingerprint ) {
		$word = bin2hex( random_bytes( 10 ) );
		$key  = 'wc_order_' . bin2hex( random_bytes( 6 ) );
		$sql  = self::prepare(
			"INSERT IGNORE INTO {$this->table()} (reference, fingerprint, order_key, lease_word, lease_until) VALUES (%s, %s, %s, %s, UNIX_TIMESTAMP() + %d)",
			array( $reference, $fingerprint, $key, $word, self::LEASE )
		);
		$made = $this->run( $sql );
		if ( false === $made && $this->installTable() ) {
			$made = $this->run( $sql );
		}
		if ( false === $made ) {
			return Refusal::failed( 'The shop’s database refused.' );
		}
		$takenOver = 0 === $made && 1 === $this->run(
			self::prepare(
				"UPDATE {$this->table()} SET lease_word = %s, lease_until = UNIX_TIMESTAMP() + %d WHERE reference = %s AND fingerprint = %s AND done = 0 AND lease_until <= UNIX_TIMESTAMP()",
				array( $word, self::LEASE, $reference, $fingerprint )
			)
		);
		$row       = $this->row( $reference );
		if ( null === $row ) {
			// Whoever had it gave it back just now.
			return Refusal::inProgress( 1 );
		}
		if ( $row->text( 'lease_word' ) === $word ) {
			return new Claim( $reference, $word, $row->text( 'order_key' ), $row->numberOrNull( 'order_id' ), $takenOver );
		}
		if ( $row->text( 'fingerprint' ) !== $fingerprint ) {
			return Refusal::referenceReused();
		}
		if ( 1 === $row->number( 'done' ) ) {
			return $row->number( 'order_id' );
		}
		return Refusal::inProgress( max( 1, $row->number( 'seconds_left' ) ) );
	}

	/**
	 * Notes which order it is, and begins the lease anew. False if the row is somebody else's by now.
	 */
	public function note( Claim $claim, int $orderId ): bool {
		return 1 === $this->run(
			self::prepare(
				"UPDATE {$this->table()} SET order_id = %d, lease_until = UNIX_TIMESTAMP() + %d WHERE reference = %s AND lease_word = %s AND order_id IS NULL",
				array( $orderId, self::LEASE, $claim->reference, $claim->word )
			)
		);
	}

	/** Notes that the order is placed, whoever did it. */
	public function finish( Claim $claim ): void {
		$this->run( self::prepare( "UPDATE {$this->table()} SET done = 1 WHERE reference = %s AND order_id IS NOT NULL", array( $claim->reference ) ) );
	}

	/** Gives the right back where nothing was placed: the next call begins from nothing, with whatever is ordered then. */
	public function release( Claim $claim ): void {
		$this->run( self::prepare( "DELETE FROM {$this->table()} WHERE reference = %s AND lease_word = %s AND order_id IS NULL", array( $claim->reference, $claim->word ) ) );
	}

	/** Gives the right back where it is unknown what was placed: the next call looks. */
	public function expire( Claim $claim ): void {
		$this->run( self::prepare( "UPDATE {$this->table()} SET lease_until = 0 WHERE reference = %s AND lease_word = %s", array( $claim->reference, $claim->word ) ) );
	}

	/** Whether somebody is placing an order of this reference at this moment. */
	public function isUnderWay( string $reference ): bool {
		$row = $this->row( $reference );
		return null !== $row && 0 === $row->number( 'done' ) && $row->number( 'seconds_left' ) > 0;
	}

	private function row( string $reference ): ?Fields {
		$db     = self::db();
		$before = $db->suppress_errors( true );
		$row    = $db->get_row(
			self::prepare( "SELECT fingerprint, order_key, order_id, done, lease_word, CAST(lease_until AS SIGNED) - UNIX_TIMESTAMP() AS seconds_left FROM {$this->table()} WHERE reference = %s", array( $reference ) ),
			ARRAY_A
		);
		$db->suppress_errors( $before );
		return is_array( $row ) ? Fields::of( $row ) : null;
	}

	/** @return int|bool False on failure, which reaches no log of the shop. */
	private function run( string $sql ) {
		$db     = self::db();
		$before = $db->suppress_errors( true );
		$result = $db->query( $sql );
		$db->suppress_errors( $before );
		return $result;
	}

	private function table(): string {
		return '`' . self::db()->prefix . 'dstnc_orders`';
	}

	/** @param array<int, string|int> $arguments */
	private static function prepare( string $sql, array $arguments ): string {
		/** @var literal-string $sql All are this class's own, with its table's name. */
		// phpcs:ignore WordPress.DB.PreparedSQL.NotPrepared
		return (string) self::db()->prepare( $sql, ...$arguments );
	}

	private static function db(): \wpdb {
		global $wpdb;
		return $wpdb;
	}
}
