<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Connection;

use Dstnc\WooCommerce\Install\Traces;
use Dstnc\WooCommerce\Plugin;
use Dstnc\WooCommerce\Problem;

defined( 'ABSPATH' ) || exit;

/** The life of a connection: its key is renewed, it is repaired, it moves with its shop, it ends. How it comes about: {@see AttemptRunner}. */
final class ConnectionManager {

	private Plugin $plugin;

	public function __construct( Plugin $plugin ) {
		$this->plugin = $plugin;
	}

	/**
	 * Gives DSTNC a new key, and revokes the old one only when the new one works there.
	 *
	 * @param int|null $userId As whom DSTNC is to act from now on; null: as before, or, if that user can't any more, as one who can.
	 */
	public function rotate( ?int $userId = null ): ?Problem {
		return $this->alone(
			function () use ( $userId ): ?Problem {
				$connection = $this->own();
				if ( $connection instanceof Problem ) {
					return $connection;
				}
				if ( null !== $userId && ! $this->plugin->apiKeys()->mayHandOut( $userId ) ) {
					return Problems::userNotAble();
				}
				return ( new KeyRotation( $this->plugin ) )->rotate( $connection, $userId );
			}
		);
	}

	/** Makes the connection whole: webhooks as they have to be, one key that works and that DSTNC is known to have, and it calls the right address. */
	public function repair(): ?Problem {
		$connection = $this->own();
		if ( $connection instanceof Problem ) {
			return $connection;
		}
		$tables = $this->plugin->changeLog()->installTables();
		if ( null !== $tables ) {
			return $tables;
		}
		if ( $this->plugin->webhooks()->repair() ) {
			$this->plugin->activity()->note( 'good', __( 'The notifications to DSTNC were repaired.', 'dstnc-for-woocommerce' ) );
		}
		$isFine = $this->plugin->apiKeys()->works( $connection->keyHash ) && array() === $connection->pendingKeys && ! $this->plugin->siteIdentity()->restMoved();
		return $isFine ? null : $this->rotate();
	}

	/**
	 * This copy is the live shop from now on; DSTNC is told its address, and proves it by calling. Where it isn't known whether DSTNC
	 * agreed, this stays a copy, and can be tried again.
	 */
	public function becomeLive(): ?Problem {
		return $this->alone(
			function (): ?Problem {
				$connection = $this->plugin->connections()->current();
				$identity   = $this->plugin->siteIdentity();
				if ( null === $connection ) {
					$identity->remember();
					return null;
				}
				if ( null === $this->plugin->connections()->storeToken() ) {
					$problem = Problems::movedAndLocked( $identity->homes() );
					$this->forget();
					return $problem;
				}
				$identity->beginMove();
				$problem = ( new KeyRotation( $this->plugin ) )->rotate( $connection );
				if ( null === $problem ) {
					$this->plugin->activity()->note( 'good', __( 'This is the live shop now: DSTNC has its new address.', 'dstnc-for-woocommerce' ) );
				} elseif ( $connection->pendingKeys === $this->pendingKeys() ) {
					$identity->cancelMove();
				}
				return $problem;
			}
		);
	}

	/**
	 * Ends the connection. This shop forgets it in any case; DSTNC is told, unless this is a copy.
	 *
	 * @return array{told: bool, problem: Problem|null} `told`: DSTNC knows, and withdraws the listings.
	 */
	public function disconnect(): array {
		$told    = false;
		$problem = $this->alone(
			function () use ( &$told ): ?Problem {
				$answer = $this->plugin->receiver()->disconnect();
				// Whoever doesn't know us any more needn't be told.
				$told = $answer->ok || in_array( $answer->status, array( 401, 404, 410 ), true );
				$this->forget();
				return $told ? null : $answer->problem;
			}
		);
		return array(
			'told'    => $told,
			'problem' => $problem,
		);
	}

	/** Removes everything that belongs to the connection from this shop. Nobody is called. */
	public function forget(): void {
		$attempt = Attempt::load();
		if ( null !== $attempt ) {
			$this->plugin->attempts()->undo( $attempt );
		}
		$connection = $this->plugin->connections()->current();
		if ( null !== $connection ) {
			array_map( array( $this->plugin->apiKeys(), 'revoke' ), $connection->keys() );
		}
		$this->plugin->webhooks()->remove();
		$this->plugin->changeLog()->dropTables();
		$this->plugin->placements()->dropTable();
		$this->plugin->connections()->forget();
		$traces = new Traces();
		$traces->removeActions( null === $connection ? array() : $connection->webhookIds, 'in-progress' );
		$traces->removeOptions( array( ApiKeys::BY_HAND ) );
	}

	/** @return Connection|Problem The connection, if this is the shop that has it. */
	private function own() {
		$connection = $this->plugin->connections()->current();
		if ( null === $connection ) {
			return Problems::notConnected();
		}
		$identity = $this->plugin->siteIdentity();
		return $identity->isClone() ? Problems::isClone( $identity->homes()['stored'] ) : $connection;
	}

	/** @return list<string> As they are noted now. */
	private function pendingKeys(): array {
		$connection = $this->plugin->connections()->current();
		return null === $connection ? array() : $connection->pendingKeys;
	}

	/**
	 * Does something while nobody else is at the connection.
	 *
	 * @param callable(): (Problem|null) $do
	 */
	private function alone( callable $do ): ?Problem {
		$lock = ConnectionStore::lock();
		if ( ! $lock->acquire() ) {
			return Problems::busy( Attempt::load() );
		}
		try {
			// What this process has read before it had the lock may be of yesterday.
			$this->plugin->connections()->fresh();
			return $do();
		} finally {
			$lock->release();
		}
	}
}
