<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce;

defined( 'ABSPATH' ) || exit;

/**
 * One process of this shop at a time. The database server holds the lock by its name, and gives it back by itself when the process that
 * acquired it dies.
 *
 * A server that refuses locks by name, as a Percona XtraDB Cluster does in its strict mode, keeps a row of the options instead that says
 * until when it is good, as WordPress's own updater does. Not even such a refusal reaches a log of the shop.
 *
 * phpcs:disable WordPress.DB.DirectDatabaseQuery -- WordPress has no locks, and its cache must not stand in between.
 */
final class Lock {

	/** What a database server knows a lock by: 64 characters at most. Shops in other databases, and other sites of this network, have their own. */
	private const NAME = 'CONCAT(%s, MD5(CONCAT(DATABASE(), %s)))';

	/** Seconds for which such a row is good that a process takes with it when it dies. Longer than anybody keeps a lock. */
	private const LEASE = 60;

	/** At most 25 characters. */
	private string $name;

	/** The statement that gives it back; '' while it isn't ours. */
	private string $release = '';

	public function __construct( string $name ) {
		$this->name = $name;
	}

	/**
	 * Gives false where somebody else has it.
	 *
	 * @param int $waitSeconds How long to wait for it.
	 */
	public function acquire( int $waitSeconds = 0 ): bool {
		global $wpdb;
		$named  = array( "dstnc_{$this->name}_", $wpdb->prefix );
		$before = $wpdb->suppress_errors( true );
		try {
			$got = $wpdb->get_var( (string) $wpdb->prepare( 'SELECT GET_LOCK(' . self::NAME . ', %d)', array_merge( $named, array( $waitSeconds ) ) ) );
			if ( null === $got ) {
				return $this->lease( $waitSeconds );
			}
			$this->release = '1' === $got ? (string) $wpdb->prepare( 'DO RELEASE_LOCK(' . self::NAME . ')', $named ) : '';
			return '' !== $this->release;
		} finally {
			$wpdb->suppress_errors( $before );
		}
	}

	/** Gives it back, if it was acquired. */
	public function release(): void {
		global $wpdb;
		if ( '' === $this->release ) {
			return;
		}
		$before = $wpdb->suppress_errors( true );
		$wpdb->query( $this->release );
		$wpdb->suppress_errors( $before );
		$this->release = '';
	}

	/**
	 * Runs something while no other process runs what goes by the same name.
	 *
	 * @template T
	 * @param callable(): T $work
	 * @return T|null Null if the lock was not to be had.
	 */
	public function synchronized( int $waitSeconds, callable $work ) {
		if ( ! $this->acquire( $waitSeconds ) ) {
			return null;
		}
		try {
			return $work();
		} finally {
			$this->release();
		}
	}

	private function lease( int $waitSeconds ): bool {
		global $wpdb;
		$row      = "dstnc_lock_$this->name";
		$deadline = microtime( true ) + $waitSeconds;
		// In a transaction that somebody left open the row would be part of it, and whoever asks for it would wait for its end. In one, this
		// statement is refused.
		if ( false === $wpdb->query( 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ' ) ) {
			return false;
		}
		while ( true ) {
			$now = time();
			// With a fraction by which its holder knows it.
			$until = sprintf( '%d.%06d', $now + self::LEASE, random_int( 1, 999999 ) );
			$wpdb->query( (string) $wpdb->prepare( 'DELETE FROM %i WHERE option_name = %s AND option_value < %d', $wpdb->options, $row, $now ) );
			if ( 1 === $wpdb->query( (string) $wpdb->prepare( "INSERT IGNORE INTO %i (option_name, option_value, autoload) VALUES (%s, %s, 'off')", $wpdb->options, $row, $until ) ) ) {
				$this->release = (string) $wpdb->prepare( 'DELETE FROM %i WHERE option_name = %s AND option_value = %s', $wpdb->options, $row, $until );
				return true;
			}
			if ( microtime( true ) >= $deadline ) {
				return false;
			}
			usleep( 50000 );
		}
	}
}
