<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Connection;

use Dstnc\WooCommerce\Fields;
use Dstnc\WooCommerce\Lock;

defined( 'ABSPATH' ) || exit;

/** Keeps the one connection of this shop in the option `dstnc_connection`, which WordPress loads with every request anyway. */
final class ConnectionStore {

	/** Autoloaded. */
	public const OPTION = 'dstnc_connection';

	/** Who makes, changes or ends the connection holds it. */
	public static function lock(): Lock {
		return new Lock( 'connect' );
	}

	/** Null: this shop is not connected. Costs next to nothing. */
	public function current(): ?Connection {
		$stored = get_option( self::OPTION );
		return is_array( $stored ) ? Connection::fromArray( $stored ) : null;
	}

	/** The connection as it is in the database now, whatever this process has read before. */
	public function fresh(): ?Connection {
		wp_cache_delete( 'alloptions', 'options' );
		wp_cache_delete( 'notoptions', 'options' );
		return $this->current();
	}

	/**
	 * Whether a connection that this process read still goes by the same key: another process may have given it another one meanwhile.
	 */
	public function isStill( Connection $connection ): bool {
		global $wpdb;
		// phpcs:ignore WordPress.DB.DirectDatabaseQuery -- What this process has in its cache is what is in question.
		$stored = $wpdb->get_var( $wpdb->prepare( 'SELECT option_value FROM %i WHERE option_name = %s', $wpdb->options, self::OPTION ) );
		$stored = is_string( $stored ) ? maybe_unserialize( $stored ) : null;
		$now    = is_array( $stored ) ? Connection::fromArray( $stored ) : null;
		return null !== $now && $now->keyHash === $connection->keyHash && $now->userId === $connection->userId;
	}

	/**
	 * Keeps a connection. Secrets that are not given stay as they are.
	 *
	 * @param array{storeToken?: string, webhookSecret?: string} $secrets
	 */
	public function save( Connection $connection, array $secrets = array() ): void {
		$sealed = $this->stored()->fields( 'sealed' )->all();
		foreach ( $secrets as $name => $secret ) {
			$sealed[ $name ] = Seal::close( $secret );
		}
		update_option( self::OPTION, array_merge( $connection->toArray(), array( 'sealed' => $sealed ) ), true );
	}

	public function forget(): void {
		delete_option( self::OPTION );
	}

	/** What this shop calls DSTNC with; null where there is none, or where wp-config.php's salts were changed since. */
	public function storeToken(): ?string {
		return $this->secret( 'storeToken' );
	}

	/** What notifications are signed with; null as with {@see storeToken()}. */
	public function webhookSecret(): ?string {
		return $this->secret( 'webhookSecret' );
	}

	private function secret( string $name ): ?string {
		$sealed = $this->stored()->fields( 'sealed' )->text( $name );
		return '' === $sealed ? null : Seal::open( $sealed );
	}

	private function stored(): Fields {
		return Fields::of( get_option( self::OPTION ) );
	}
}
