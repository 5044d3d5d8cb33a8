<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Connection;

use Dstnc\WooCommerce\Plugin;
use Dstnc\WooCommerce\Problem;

defined( 'ABSPATH' ) || exit;

/**
 * Gives DSTNC a new key, and revokes the old one only when the new one works there.
 *
 * The new key is noted before it is made. So wherever this ends, it is known which keys DSTNC may have: all of them work until one of
 * them, or the next one, is seen to have arrived.
 */
final class KeyRotation {

	private Plugin $plugin;

	public function __construct( Plugin $plugin ) {
		$this->plugin = $plugin;
	}

	/**
	 * DSTNC is told the shop's addresses each time; those that it knows already are none of its business.
	 *
	 * @param int|null $userId As whom DSTNC is to act from now on; null: as before, or, if that user can't any more, as one who can.
	 */
	public function rotate( Connection $connection, ?int $userId = null ): ?Problem {
		$keys   = $this->plugin->apiKeys();
		$store  = $this->plugin->connections();
		$userId = $userId ?? $this->successor( $connection->userId );
		if ( ! $keys->isEligible( $userId ) ) {
			return Problems::userNotAble();
		}
		$consumerKey = $keys->newConsumerKey();
		$hash        = ApiKeys::hash( $consumerKey );
		$store->save( $connection->withPendingKey( $hash ) );
		$key = $keys->createForDstnc( $userId, $consumerKey );
		if ( 0 === $key['keyId'] ) {
			$refused = Problems::databaseRefused();
			$this->dropKey( $hash );
			return $refused;
		}
		$answer = $this->plugin->receiver()->replaceCredentials(
			array(
				'consumerKey'    => $consumerKey,
				'consumerSecret' => $key['consumerSecret'],
				'store'          => $this->plugin->siteIdentity()->whereabouts(),
			)
		);
		if ( null !== $answer->problem ) {
			$made = $keys->find( $hash );
			// DSTNC tries a key before it takes it.
			if ( self::isRefusal( $answer ) || null === $made || null === $made['lastAccess'] ) {
				$this->dropKey( $hash );
				return $answer->problem;
			}
			$problem = Problems::renewalInDoubt( $answer->problem->technical );
			$this->plugin->activity()->note( 'bad', $problem->title );
			return $problem;
		}
		$now = $store->fresh();
		if ( null === $now ) {
			$keys->revoke( $hash );
			return Problems::notConnected();
		}
		array_map( array( $keys, 'revoke' ), array_diff( $now->keys(), array( $hash ) ) );
		$this->plugin->siteIdentity()->remember();
		$store->save( $now->withKey( $key['keyId'], $hash, $userId ) );
		$this->plugin->webhooks()->repair();
		$user = get_userdata( $userId );
		/* translators: %s: name of a user. */
		$this->plugin->activity()->note( 'good', sprintf( __( 'The access for DSTNC was renewed. It acts as %s.', 'dstnc-for-woocommerce' ), false === $user ? '' : $user->display_name ) );
		return null;
	}

	/** Whether DSTNC itself said no. All else may have come from something in between, or from a DSTNC that failed after it had agreed. */
	private static function isRefusal( ReceiverAnswer $answer ): bool {
		return array() !== $answer->body && null !== $answer->problem
			&& ( ( $answer->status >= 400 && $answer->status < 500 ) || 'callback_failed' === $answer->problem->code );
	}

	/** A key that DSTNC surely doesn't have. */
	private function dropKey( string $hash ): void {
		$this->plugin->apiKeys()->revoke( $hash );
		$connection = $this->plugin->connections()->fresh();
		if ( null !== $connection ) {
			$this->plugin->connections()->save( $connection->withoutPendingKey( $hash ) );
		}
	}

	/** Who takes over where the key's user can't any more: who asks, or the first whose key they may hand out; 0: nobody. */
	private function successor( int $userId ): int {
		if ( $this->plugin->apiKeys()->isEligible( $userId ) ) {
			return $userId;
		}
		$users = $this->plugin->apiKeys()->eligibleUsers();
		return $users[0]['id'] ?? 0;
	}
}
