<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Cli;

use Dstnc\WooCommerce\Connection\Attempt;
use Dstnc\WooCommerce\Plugin;
use Dstnc\WooCommerce\Problem;

defined( 'ABSPATH' ) || exit;

/** Connects this shop to DSTNC, and shows how it is. */
final class Command {

	private Plugin $plugin;

	public function __construct( Plugin $plugin ) {
		$this->plugin = $plugin;
	}

	/**
	 * Shows the connection to DSTNC. Exits with 1 if something is wrong with it.
	 *
	 * ## OPTIONS
	 *
	 * [--format=<format>]
	 * : table or json.
	 * ---
	 * default: table
	 * options:
	 *   - table
	 *   - json
	 * ---
	 *
	 * @param list<string>          $args
	 * @param array<string, string> $options
	 */
	public function status( array $args, array $options ): void {
		$facts = $this->facts();
		if ( 'json' === ( $options['format'] ?? 'table' ) ) {
			\WP_CLI::line( (string) wp_json_encode( $facts, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE ) );
		} else {
			foreach ( $facts as $name => $value ) {
				\WP_CLI::line( str_pad( $name, 15 ) . ( $value ?? '-' ) );
			}
		}
		if ( null !== $facts['problem'] ) {
			\WP_CLI::halt( 1 );
		}
	}

	/**
	 * Connects this shop to DSTNC.
	 *
	 * ## OPTIONS
	 *
	 * <code>
	 * : The connection code of your DSTNC invitation.
	 *
	 * [--as=<user>]
	 * : Login or id of the user as whom DSTNC acts. By default the first who can.
	 *
	 * @param list<string>          $args
	 * @param array<string, string> $options
	 */
	public function connect( array $args, array $options ): void {
		$attempts = $this->plugin->attempts();
		$attempt  = $attempts->begin( $args[0] ?? '', $this->user( $options['as'] ?? '' ) );
		$shown    = 0;
		while ( $attempt instanceof Attempt && ! $attempt->isFinished() ) {
			$attempt = $attempts->next( $attempt->id );
			if ( ! $attempt instanceof Attempt ) {
				break;
			}
			foreach ( array_slice( $attempt->steps, $shown, null, true ) as $step => $is ) {
				if ( 'done' === $is['state'] ) {
					\WP_CLI::log( "$step: {$is['detail']}" );
					++$shown;
				} elseif ( 'failed' === $is['state'] ) {
					$this->fail( $is['problem'] ?? array() );
					return;
				}
			}
		}
		if ( $attempt instanceof Problem ) {
			$this->fail( $attempt->toArray() );
			return;
		}
		\WP_CLI::success( __( 'Connected to DSTNC.', 'dstnc-for-woocommerce' ) );
	}

	/**
	 * Asks DSTNC to read all products again.
	 *
	 * @param list<string>          $args
	 * @param array<string, string> $options
	 */
	public function sync( array $args, array $options ): void {
		$answer = $this->plugin->receiver()->sync();
		if ( null !== $answer->problem ) {
			$this->fail( $answer->problem->toArray() );
			return;
		}
		\WP_CLI::success( __( 'DSTNC reads all your products again. That may take some minutes.', 'dstnc-for-woocommerce' ) );
	}

	/**
	 * Ends the connection. DSTNC withdraws the shop's listings.
	 *
	 * ## OPTIONS
	 *
	 * [--yes]
	 * : Don't ask.
	 *
	 * @param list<string>          $args
	 * @param array<string, string> $options
	 */
	public function disconnect( array $args, array $options ): void {
		if ( null === $this->plugin->connections()->current() ) {
			\WP_CLI::success( __( 'This shop is not connected to DSTNC', 'dstnc-for-woocommerce' ) );
			return;
		}
		\WP_CLI::confirm( __( 'End the connection? DSTNC withdraws all listings of this shop.', 'dstnc-for-woocommerce' ), $options );
		$farewell = $this->plugin->connectionManager()->disconnect();
		if ( null !== $farewell['problem'] && 'busy' === $farewell['problem']->code ) {
			$this->fail( $farewell['problem']->toArray() );
			return;
		}
		if ( ! $farewell['told'] ) {
			/* translators: %s: why. */
			\WP_CLI::warning( sprintf( __( 'DSTNC was not told: %s', 'dstnc-for-woocommerce' ), null === $farewell['problem'] ? '' : $farewell['problem']->title ) );
		}
		\WP_CLI::success( __( 'Disconnected from DSTNC.', 'dstnc-for-woocommerce' ) );
	}

	/** @return array<string, string|null> */
	private function facts(): array {
		$connection = $this->plugin->connections()->current();
		$identity   = $this->plugin->siteIdentity();
		$incident   = $this->plugin->incidents()->current();
		$problem    = null === $incident ? null : $incident->problem->title;
		if ( null === $connection ) {
			return array(
				'connected' => 'no',
				'problem'   => null,
			);
		}
		$receiver = $this->plugin->receiver()->store();
		$states   = array_count_values( array_column( $this->plugin->webhooks()->state(), 'state' ) );
		$pending  = $this->plugin->changeLog()->pending();
		$key      = $this->plugin->apiKeys()->find( $connection->keyHash );
		if ( null === $problem && null !== $receiver->problem ) {
			$problem = $receiver->problem->title;
		}
		return array(
			'connected'     => $identity->isClone() ? 'copy' : 'yes',
			'vendor'        => $connection->vendor,
			'receiver'      => $connection->receiverUrl,
			'store'         => $connection->storeId,
			'since'         => gmdate( 'Y-m-d\TH:i:s\Z', $connection->connectedAt ),
			'key'           => null === $key ? 'revoked' : '...' . $key['truncated'],
			'notifications' => sprintf( '%d/%d active', $states['active'] ?? 0, array_sum( $states ) ),
			'waiting'       => (string) $pending['count'],
			'problem'       => $problem,
		);
	}

	private function user( string $loginOrId ): int {
		if ( '' === $loginOrId ) {
			return $this->plugin->apiKeys()->eligibleUsers()[0]['id'] ?? 0;
		}
		$user = ctype_digit( $loginOrId ) ? get_userdata( (int) $loginOrId ) : get_user_by( 'login', $loginOrId );
		return false === $user ? 0 : $user->ID;
	}

	/** @param array<array-key, mixed> $problem */
	private function fail( array $problem ): void {
		$lines = array();
		foreach ( array( 'title', 'detail', 'advice', 'technical' ) as $part ) {
			$text = $problem[ $part ] ?? '';
			if ( is_string( $text ) && '' !== $text ) {
				$lines[] = $text;
			}
		}
		\WP_CLI::error( implode( "\n", $lines ) );
	}
}
