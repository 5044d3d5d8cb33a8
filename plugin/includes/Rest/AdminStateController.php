<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Rest;

use Dstnc\WooCommerce\Connection\Connection;
use Dstnc\WooCommerce\Fields;

defined( 'ABSPATH' ) || exit;

/** `GET dstnc-admin/v1/state`: all that the page shows without asking further. */
final class AdminStateController extends AdminController {

	/** DSTNC's last answer, for a page that asks every other second. */
	private const KEPT         = 'dstnc_receiver_state';
	private const KEPT_SECONDS = 2;

	public function register(): void {
		$this->route(
			'GET',
			'/state',
			array( $this, 'build' ),
			array(),
			array(
				'phase'           => array(
					'type' => 'string',
					'enum' => array( 'not_connected', 'connecting', 'connected' ),
				),
				'now'             => array(
					'type'   => 'string',
					'format' => 'date-time',
				),
				'shop'            => array( 'type' => 'object' ),
				'clone'           => array( 'type' => array( 'object', 'null' ) ),
				'users'           => array(
					'type'  => 'array',
					'items' => array( 'type' => 'object' ),
				),
				'suggestedUserId' => array( 'type' => 'integer' ),
				'attempt'         => array( 'type' => array( 'object', 'null' ) ),
				'connection'      => array( 'type' => array( 'object', 'null' ) ),
				'incident'        => array( 'type' => array( 'object', 'null' ) ),
				'manualKeys'      => array(
					'type'  => 'array',
					'items' => array( 'type' => 'object' ),
				),
			)
		);
	}

	/** @return array<string, mixed> */
	public function build(): array {
		$attempt    = $this->plugin->attempts()->current();
		$connection = $this->plugin->connections()->current();
		$identity   = $this->plugin->siteIdentity();
		$homes      = $identity->homes();
		$isClone    = $identity->isClone();
		$users      = $this->plugin->apiKeys()->eligibleUsers();
		$incident   = $isClone ? null : $this->plugin->incidents()->current();
		return array(
			'phase'           => null !== $attempt ? 'connecting' : ( null === $connection ? 'not_connected' : 'connected' ),
			'now'             => self::time( time() ),
			'shop'            => array(
				'name'        => wp_specialchars_decode( get_bloginfo( 'name' ), ENT_QUOTES ),
				'url'         => $homes['current'],
				'woocommerce' => WC_VERSION,
				'wordpress'   => get_bloginfo( 'version' ),
				'plugin'      => DSTNC_PLUGIN_VERSION,
			),
			'clone'           => ! $isClone ? null : array(
				'storedHome'  => $homes['stored'],
				'currentHome' => $homes['current'],
				'choice'      => $identity->choice(),
			),
			'users'           => $users,
			'suggestedUserId' => $users[0]['id'] ?? 0,
			'attempt'         => null === $attempt ? null : $attempt->toArray( get_current_user_id() ),
			'connection'      => null === $connection ? null : $this->connection( $connection, $isClone ),
			'incident'        => null === $incident ? null : $incident->toArray(),
			'manualKeys'      => AdminKeyController::view( $this->plugin->apiKeys() ),
		);
	}

	/** @return array<string, mixed> */
	private function connection( Connection $connection, bool $isClone ): array {
		$user          = get_userdata( $connection->userId );
		$key           = $this->plugin->apiKeys()->find( $connection->keyHash );
		$pending       = $this->plugin->changeLog()->pending();
		$notifications = array();
		foreach ( $this->plugin->webhooks()->state() as $topic => $one ) {
			$notifications[] = array(
				'topic'    => $topic,
				'label'    => $one['label'],
				'state'    => $one['state'],
				'failures' => $one['failures'],
			);
		}
		$last                    = $this->plugin->webhooks()->lastDelivery();
		list( $state, $problem ) = $isClone ? array( null, null ) : $this->receiver();
		return array(
			'vendor'          => $connection->vendor,
			'receiver'        => $connection->receiverUrl,
			'storeId'         => $connection->storeId,
			'connectedAt'     => self::time( $connection->connectedAt ),
			'user'            => false === $user ? null : array(
				'id'   => $user->ID,
				'name' => $user->display_name,
			),
			'key'             => null === $key ? null : array(
				'ends'       => $key['truncated'],
				'lastUsedAt' => self::timeOrNull( $key['lastAccess'] ),
			),
			'notifications'   => $notifications,
			'lastDelivery'    => null === $last ? null : array( 'at' => self::time( $last['at'] ) ) + $last,
			'waiting'         => array(
				'count'    => $pending['count'],
				'oldestAt' => null === $pending['oldest'] ? null : self::time( intdiv( $pending['oldest'], 1000 ) ),
			),
			'receiverState'   => $state,
			'receiverProblem' => $problem,
		);
	}

	/** @return array{0: array<string, mixed>|null, 1: array<string, mixed>|null} What DSTNC says of this shop, or why it says nothing. */
	private function receiver(): array {
		$kept = get_transient( self::KEPT );
		if ( is_array( $kept ) && array( 0, 1 ) === array_keys( $kept ) ) {
			/** @var array{0: array<string, mixed>|null, 1: array<string, mixed>|null} $kept */
			return $kept;
		}
		$answer = $this->plugin->receiver()->store();
		$said   = null === $answer->problem
			? array( self::state( Fields::of( $answer->body ) ), null )
			: array( null, $answer->problem->toArray() );
		set_transient( self::KEPT, $said, self::KEPT_SECONDS );
		return $said;
	}

	/** @return array<string, mixed> */
	private static function state( Fields $store ): array {
		$import = $store->fields( 'import' );
		$change = $store->fields( 'lastChange' );
		$code   = $store->fields( 'settings' )->text( 'language' );
		return array(
			'upTo'            => $store->text( 'upTo', self::time( time() ) ),
			'products'        => $store->number( 'products' ),
			'purchasable'     => $store->number( 'purchasable' ),
			'notPurchasable'  => $store->number( 'notPurchasable' ),
			'pending'         => $store->number( 'pending' ),
			'oldestPendingAt' => $store->textOrNull( 'oldestPending' ),
			'importing'       => 'running' !== $import->text( 'state' ) ? null : array(
				'done'        => $import->number( 'done' ),
				'total'       => $import->number( 'total' ),
				'secondsLeft' => $import->numberOrNull( 'secondsLeft' ),
			),
			'lastChange'      => ! $change->has( 'at' ) ? null : array(
				'at'     => $change->text( 'at' ),
				'lateMs' => $change->number( 'lateMs' ),
			),
			'language'        => '' === $code ? null : $code,
			'health'          => array() === $store->fields( 'flags' )->all() ? 'healthy' : 'attention',
		);
	}
}
