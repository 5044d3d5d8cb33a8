<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Connection;

use Dstnc\WooCommerce\Fields;

defined( 'ABSPATH' ) || exit;

/**
 * API keys of WooCommerce, as WooCommerce > Settings > Advanced > REST API shows them. WooCommerce has no public function that makes one:
 * this inserts what its own screen does.
 *
 * A key is known here by its hash, as WooCommerce itself knows it, and never by the number of its row: numbers are given anew where a
 * table was restored or merged, and then somebody else's key would be taken for ours, and revoked.
 *
 * phpcs:disable WordPress.DB.DirectDatabaseQuery -- There is no other way to WooCommerce's keys, and it doesn't cache them either.
 */
final class ApiKeys {

	/** Option with the keys made by hand on our page: their hashes. They outlive a connection. */
	public const BY_HAND = 'dstnc_manual_keys';

	/** What a key's user has to be able to do: products and orders are read and written with it. */
	public const CAPABILITY = 'manage_woocommerce';

	/** As many users as a person chooses from. */
	private const MOST_USERS = 100;

	/**
	 * Makes a key that may read and write. Neither part can be shown a second time.
	 *
	 * @param string $consumerKey As {@see newConsumerKey()} gives it, where it has to be known before the row is there.
	 * @return array{keyId: int, keyHash: string, consumerKey: string, consumerSecret: string} A keyId of 0: the database refused.
	 */
	public function create( int $userId, string $description, string $consumerKey = '' ): array {
		global $wpdb;
		$consumerKey    = '' === $consumerKey ? $this->newConsumerKey() : $consumerKey;
		$consumerSecret = 'cs_' . bin2hex( random_bytes( 20 ) );
		$hash           = self::hash( $consumerKey );
		$inserted       = $wpdb->insert(
			$wpdb->prefix . 'woocommerce_api_keys',
			array(
				'user_id'         => $userId,
				'description'     => mb_substr( $description, 0, 200 ),
				'permissions'     => 'read_write',
				'consumer_key'    => $hash,
				'consumer_secret' => $consumerSecret,
				'truncated_key'   => substr( $consumerKey, -7 ),
			),
			array( '%d', '%s', '%s', '%s', '%s', '%s' )
		);
		return array(
			'keyId'          => false === $inserted ? 0 : $wpdb->insert_id,
			'keyHash'        => $hash,
			'consumerKey'    => $consumerKey,
			'consumerSecret' => $consumerSecret,
		);
	}

	/**
	 * Makes the key of a connection.
	 *
	 * @param string $consumerKey As {@see newConsumerKey()} gives it.
	 * @return array{keyId: int, keyHash: string, consumerKey: string, consumerSecret: string} As {@see create()}.
	 */
	public function createForDstnc( int $userId, string $consumerKey ): array {
		return $this->create( $userId, __( 'DSTNC for WooCommerce', 'dstnc-for-woocommerce' ), $consumerKey );
	}

	public function newConsumerKey(): string {
		return 'ck_' . bin2hex( random_bytes( 20 ) );
	}

	/** What WooCommerce keeps of a consumer key, and finds it by. */
	public static function hash( string $consumerKey ): string {
		return wc_api_hash( $consumerKey );
	}

	public function revoke( string $keyHash ): void {
		global $wpdb;
		if ( '' !== $keyHash ) {
			$wpdb->delete( $wpdb->prefix . 'woocommerce_api_keys', array( 'consumer_key' => $keyHash ), array( '%s' ) );
		}
	}

	/**
	 * A key, unless it was revoked, or its user deleted.
	 *
	 * @return array{id: int, userId: int, permissions: string, truncated: string, lastAccess: int|null, description: string}|null lastAccess: unix time, in seconds.
	 */
	public function find( string $keyHash ): ?array {
		global $wpdb;
		$row = $wpdb->get_row(
			$wpdb->prepare(
				'SELECT key_id, user_id, permissions, truncated_key, last_access, description FROM %i WHERE consumer_key = %s',
				$wpdb->prefix . 'woocommerce_api_keys',
				$keyHash
			),
			ARRAY_A
		);
		if ( ! is_array( $row ) ) {
			return null;
		}
		$fields = Fields::of( $row );
		return array(
			'id'          => $fields->number( 'key_id' ),
			'userId'      => $fields->number( 'user_id' ),
			'permissions' => $fields->text( 'permissions' ),
			'truncated'   => $fields->text( 'truncated_key' ),
			'lastAccess'  => self::time( $fields->text( 'last_access' ) ),
			'description' => $fields->text( 'description' ),
		);
	}

	/** The secret part of a key that was made moments ago; WooCommerce keeps it readable. */
	public function secret( string $keyHash ): ?string {
		global $wpdb;
		$secret = $wpdb->get_var( $wpdb->prepare( 'SELECT consumer_secret FROM %i WHERE consumer_key = %s', $wpdb->prefix . 'woocommerce_api_keys', $keyHash ) );
		return is_string( $secret ) ? $secret : null;
	}

	/** What a key may do that somebody has shown; null: there is no such key, or it is another user's. */
	public function permissionsOf( string $consumerKey, int $userId ): ?string {
		global $wpdb;
		$permissions = $wpdb->get_var( $wpdb->prepare( 'SELECT permissions FROM %i WHERE consumer_key = %s AND user_id = %d', $wpdb->prefix . 'woocommerce_api_keys', self::hash( $consumerKey ), $userId ) );
		return is_string( $permissions ) ? $permissions : null;
	}

	/** Whether DSTNC could act through this key: it is there, may read and write, and its user is there and still can. */
	public function works( string $keyHash ): bool {
		$key = $this->find( $keyHash );
		return null !== $key && 'read_write' === $key['permissions'] && $this->isEligible( $key['userId'] );
	}

	public function isEligible( int $userId ): bool {
		return $userId > 0 && false !== get_userdata( $userId ) && user_can( $userId, self::CAPABILITY );
	}

	/**
	 * Whether the current user may hand out a key of this user's: whose key it is decides what can be done with it, and nobody hands out
	 * more than they have. On the command line everything may be done anyway.
	 */
	public function mayHandOut( int $userId ): bool {
		return get_current_user_id() === $userId || current_user_can( 'edit_user', $userId ) || ( defined( 'WP_CLI' ) && WP_CLI );
	}

	/**
	 * The users that a key can be made for by the current one, who comes first.
	 *
	 * @return list<array{id: int, name: string, role: string}> `role` in the words of the current user's language.
	 */
	public function eligibleUsers(): array {
		$found = get_users(
			array(
				'capability' => self::CAPABILITY,
				'number'     => self::MOST_USERS,
				'orderby'    => 'display_name',
			)
		);
		$users = array();
		foreach ( array_merge( array( wp_get_current_user() ), $found ) as $user ) {
			if ( $user instanceof \WP_User && $this->isEligible( $user->ID ) && $this->mayHandOut( $user->ID ) ) {
				$users[ $user->ID ] = array(
					'id'   => $user->ID,
					'name' => $user->display_name,
					'role' => self::role( $user ),
				);
			}
		}
		return array_values( $users );
	}

	/**
	 * Makes a key for a vendor who enters it at DSTNC by hand.
	 *
	 * @return array{keyId: int, keyHash: string, consumerKey: string, consumerSecret: string} As {@see create()}.
	 */
	public function createByHand( int $userId, string $description ): array {
		$key = $this->create( $userId, $description );
		if ( $key['keyId'] > 0 ) {
			$this->saveByHand( array_merge( $this->hashesByHand(), array( $key['keyHash'] ) ) );
		}
		return $key;
	}

	/**
	 * Revokes a key; only one that was made by hand on our page.
	 *
	 * @return bool Whether it is one.
	 */
	public function revokeByHand( int $keyId ): bool {
		foreach ( $this->hashesByHand() as $hash ) {
			$key = $this->find( $hash );
			if ( null !== $key && $key['id'] === $keyId ) {
				$this->revoke( $hash );
				$this->saveByHand( array_diff( $this->hashesByHand(), array( $hash ) ) );
				return true;
			}
		}
		return false;
	}

	/**
	 * Keys made by hand here that still exist; the others are forgotten.
	 *
	 * @return list<array{id: int, description: string, user: string, ends: string, lastAccess: int|null}>
	 */
	public function byHand(): array {
		$keys = array();
		$left = array();
		foreach ( $this->hashesByHand() as $hash ) {
			$key = $this->find( $hash );
			if ( null !== $key ) {
				$left[] = $hash;
				$user   = get_userdata( $key['userId'] );
				$keys[] = array(
					'id'          => $key['id'],
					'description' => $key['description'],
					'user'        => false === $user ? '' : $user->display_name,
					'ends'        => $key['truncated'],
					'lastAccess'  => $key['lastAccess'],
				);
			}
		}
		$this->saveByHand( $left );
		return $keys;
	}

	/** @return list<string> */
	public function hashesByHand(): array {
		$stored = get_option( self::BY_HAND );
		return is_array( $stored ) ? array_values( array_filter( $stored, 'is_string' ) ) : array();
	}

	/** @param array<string> $hashes */
	private function saveByHand( array $hashes ): void {
		if ( array_values( $hashes ) === $this->hashesByHand() ) {
			return;
		}
		if ( array() === $hashes ) {
			delete_option( self::BY_HAND );
		} else {
			update_option( self::BY_HAND, array_values( $hashes ), false );
		}
	}

	/** WooCommerce writes the site's local time. */
	private static function time( string $mysql ): ?int {
		if ( '' === $mysql || 0 === strpos( $mysql, '0000' ) ) {
			return null;
		}
		$time = strtotime( get_gmt_from_date( $mysql ) . ' UTC' );
		return false === $time ? null : $time;
	}

	private static function role( \WP_User $user ): string {
		$names = wp_roles()->get_names();
		foreach ( $user->roles as $role ) {
			if ( isset( $names[ $role ] ) ) {
				return translate_user_role( $names[ $role ] );
			}
		}
		return is_super_admin( $user->ID ) ? __( 'Network administrator', 'dstnc-for-woocommerce' ) : '';
	}
}
