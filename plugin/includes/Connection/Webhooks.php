<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Connection;

use Dstnc\WooCommerce\Delivery\RingResult;
use Dstnc\WooCommerce\Fields;
use Dstnc\WooCommerce\Module;
use Dstnc\WooCommerce\Plugin;

defined( 'ABSPATH' ) || exit;

/**
 * The shop's notifications to DSTNC: three ordinary webhooks of WooCommerce, seen under WooCommerce > Settings > Advanced > Webhooks.
 *
 * Their topics begin with `action.woocommerce_`, for those stay valid while this plugin is switched off; topics of another form would be
 * erased by the next save. Nobody fires the actions that they are named after: {@see \Dstnc\WooCommerce\Delivery\Doorbell} delivers them
 * itself, at once, and WooCommerce's own queue must not deliver them a second time.
 *
 * phpcs:disable WordPress.DB.DirectDatabaseQuery -- WooCommerce can't search webhooks by topic.
 */
final class Webhooks implements Module {

	public const PRODUCT_CHANGED = 'action.woocommerce_dstnc_product_changed';
	public const STOCK_CHANGED   = 'action.woocommerce_dstnc_stock_changed';
	public const ORDER_COMPLETED = 'action.woocommerce_dstnc_order_completed';

	public const TOPICS = array( self::PRODUCT_CHANGED, self::STOCK_CHANGED, self::ORDER_COMPLETED );

	private const LAST_DELIVERY = 'dstnc_last_delivery';

	private Plugin $plugin;

	public function __construct( Plugin $plugin ) {
		$this->plugin = $plugin;
	}

	public function register(): void {
		add_filter( 'woocommerce_webhook_should_deliver', array( $this, 'keepFromQueue' ), PHP_INT_MAX, 2 );
		add_filter( 'http_request_args', array( $this, 'nameSource' ), 10, 2 );
		add_action( 'dstnc_rung', array( $this, 'noteDelivery' ) );
		DevelopmentReceiver::allow( fn() => $this->deliveryUrl() );
	}

	/**
	 * When DSTNC was notified last.
	 *
	 * @return array{at: int, ok: bool, durationMs: int}|null `at`: unix time, in seconds.
	 */
	public function lastDelivery(): ?array {
		$stored = Fields::of( get_option( self::LAST_DELIVERY ) );
		return ! $stored->has( 'at' ) ? null : array(
			'at'         => $stored->number( 'at' ),
			'ok'         => $stored->yes( 'ok' ),
			'durationMs' => $stored->number( 'durationMs' ),
		);
	}

	/** @param mixed $result */
	public function noteDelivery( $result ): void {
		// Where nothing was sent there is nothing to note.
		if ( $result instanceof RingResult && ( $result->durationMs > 0 || 0 !== $result->httpStatus ) ) {
			update_option(
				self::LAST_DELIVERY,
				array(
					'at'         => time(),
					'ok'         => $result->ok,
					'durationMs' => $result->durationMs,
				),
				false
			);
		}
	}

	/**
	 * Creates the webhooks, or corrects those that were made with the same secret before.
	 *
	 * @param string $secret Hex: WooCommerce decodes HTML entities in it.
	 * @param string $status 'active' or 'paused'.
	 * @return array<string, int> Ids by topic.
	 * @throws \RuntimeException Where the database keeps one from being written.
	 */
	public function create( string $deliveryUrl, string $secret, int $userId, string $status ): array {
		$ids = array();
		foreach ( $this->rows() as $id => $topic ) {
			$webhook = $this->load( $id );
			if ( null !== $webhook && $webhook->get_secret( 'edit' ) === $secret && ! isset( $ids[ $topic ] ) ) {
				$ids[ $topic ] = $id;
				$this->correct( $webhook, $deliveryUrl, $secret, $userId, $topic, $status );
			}
		}
		foreach ( self::TOPICS as $topic ) {
			if ( ! isset( $ids[ $topic ] ) ) {
				$ids[ $topic ] = $this->insert( $deliveryUrl, $secret, $userId, $topic, $status );
			}
		}
		return $ids;
	}

	/** @return array<string, \WC_Webhook> Those of the connection that are switched on, by topic. */
	public function active(): array {
		return array_filter( $this->ours(), static fn( \WC_Webhook $webhook ) => 'active' === $webhook->get_status( 'edit' ) );
	}

	/**
	 * How each of the connection's webhooks is.
	 *
	 * @return array<string, array{id: int, label: string, state: 'active'|'paused'|'disabled'|'missing', failures: int, intact: bool}> By topic. `intact`:
	 *         nobody has edited it; a missing one isn't.
	 */
	public function state(): array {
		$connection = $this->plugin->connections()->current();
		$secret     = $this->plugin->connections()->webhookSecret();
		$ours       = $this->ours();
		$state      = array();
		foreach ( self::TOPICS as $topic ) {
			$webhook         = $ours[ $topic ] ?? null;
			$status          = null === $webhook ? 'missing' : $webhook->get_status( 'edit' );
			$state[ $topic ] = array(
				'id'       => null === $webhook ? 0 : $webhook->get_id(),
				'label'    => self::label( $topic ),
				'state'    => in_array( $status, array( 'active', 'paused', 'missing' ), true ) ? $status : 'disabled',
				'failures' => null === $webhook ? 0 : (int) $webhook->get_failure_count( 'edit' ),
				'intact'   => null !== $webhook && null !== $connection
					&& ! $this->isEdited( $webhook, $connection->webhookUrl, $secret ?? $webhook->get_secret( 'edit' ), $connection->userId, $topic ),
			);
		}
		return $state;
	}

	/** Whether all of the connection's webhooks are there, as they were made, and switched on. */
	public function healthy(): bool {
		foreach ( $this->state() as $one ) {
			if ( 'active' !== $one['state'] || ! $one['intact'] ) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Makes the connection's webhooks as they have to be: again where they were deleted, right where they were edited, on where they were
	 * paused or WooCommerce disabled them. Does nothing on a copy of the shop.
	 *
	 * @return bool Whether anything had to be done.
	 */
	public function repair(): bool {
		$store      = $this->plugin->connections();
		$connection = $store->current();
		if ( null === $connection || $this->plugin->siteIdentity()->isClone() || $this->healthy() ) {
			return false;
		}
		$secret = $store->webhookSecret() ?? $this->secretInUse();
		if ( null === $secret ) {
			return false;
		}
		try {
			$ids = $this->create( $connection->webhookUrl, $secret, $connection->userId, 'active' );
		} catch ( \RuntimeException $error ) {
			return false;
		}
		// That took a while: it may have got another key meanwhile, or be gone.
		$connection = $store->fresh();
		if ( null === $connection ) {
			array_map( array( $this, 'delete' ), $ids );
			return false;
		}
		$store->save( $connection->withWebhooks( $ids ), array( 'webhookSecret' => $secret ) );
		$this->remove( $ids );
		return true;
	}

	/**
	 * Deletes all webhooks with our topics, also those that nobody knows of any more.
	 *
	 * @param array<int> $except
	 */
	public function remove( array $except = array() ): void {
		foreach ( array_keys( $this->rows() ) as $id ) {
			if ( ! in_array( $id, $except, true ) ) {
				$this->delete( $id );
			}
		}
	}

	/** Nothing is sent until {@see resume()}. */
	public function pause(): void {
		foreach ( $this->ours() as $webhook ) {
			if ( 'active' === $webhook->get_status( 'edit' ) ) {
				$webhook->set_status( 'paused' );
				$webhook->save();
			}
		}
	}

	public function resume(): void {
		$this->repair();
	}

	/** What a notification is about, for the vendor. */
	public static function label( string $topic ): string {
		switch ( $topic ) {
			case self::PRODUCT_CHANGED:
				return __( 'Products and prices', 'dstnc-for-woocommerce' );
			case self::STOCK_CHANGED:
				return __( 'Stock', 'dstnc-for-woocommerce' );
			default:
				return __( 'Completed orders', 'dstnc-for-woocommerce' );
		}
	}

	/**
	 * WooCommerce must not queue our webhooks, whoever fires an action of their name.
	 *
	 * @param mixed $should
	 * @param mixed $webhook
	 * @return mixed
	 */
	public function keepFromQueue( $should, $webhook ) {
		return $webhook instanceof \WC_Webhook && in_array( $webhook->get_topic( 'edit' ), self::TOPICS, true ) ? false : $should;
	}

	/**
	 * Language plugins change `home_url()` with the request, and DSTNC takes a shop with another address for a copy: our webhooks name the
	 * address that is set up.
	 *
	 * @param mixed $args
	 * @param mixed $url
	 * @return mixed
	 */
	public function nameSource( $args, $url ) {
		if ( ! is_array( $args ) || ! is_array( $args['headers'] ?? null ) || ! isset( $args['headers']['X-WC-Webhook-Source'] ) || $url !== $this->deliveryUrl() ) {
			return $args;
		}
		$args['headers']['X-WC-Webhook-Source'] = trailingslashit( $this->plugin->siteIdentity()->homes()['current'] );
		return $args;
	}

	private function deliveryUrl(): string {
		$connection = $this->plugin->connections()->current();
		return null === $connection ? '' : $connection->webhookUrl;
	}

	/** @return array<string, \WC_Webhook> The connection's webhooks that exist, by topic. */
	private function ours(): array {
		$connection = $this->plugin->connections()->current();
		$webhooks   = array();
		foreach ( null === $connection ? array() : $connection->webhookIds as $topic => $id ) {
			$webhook = $this->load( $id );
			if ( null !== $webhook ) {
				$webhooks[ $topic ] = $webhook;
			}
		}
		return $webhooks;
	}

	/** @return array<int, string> Topics of all webhooks that are ours by topic, by id, oldest first. */
	private function rows(): array {
		global $wpdb;
		$rows   = $wpdb->get_results(
			$wpdb->prepare(
				'SELECT webhook_id, topic FROM %i WHERE topic IN (%s, %s, %s) ORDER BY webhook_id',
				array_merge( array( $wpdb->prefix . 'wc_webhooks' ), self::TOPICS )
			),
			ARRAY_A
		);
		$topics = array();
		foreach ( is_array( $rows ) ? $rows : array() as $row ) {
			if ( is_array( $row ) && is_numeric( $row['webhook_id'] ) && is_string( $row['topic'] ) ) {
				$topics[ (int) $row['webhook_id'] ] = $row['topic'];
			}
		}
		return $topics;
	}

	private function load( int $id ): ?\WC_Webhook {
		try {
			$webhook = wc_get_webhook( $id );
		} catch ( \Exception $error ) {
			return null;
		}
		return $webhook instanceof \WC_Webhook ? $webhook : null;
	}

	/** Not the connection's secret, but the one that what is left of its webhooks was made with. */
	private function secretInUse(): ?string {
		foreach ( $this->ours() as $webhook ) {
			$secret = $webhook->get_secret( 'edit' );
			if ( 1 === preg_match( '/^[0-9a-f]{64}$/', $secret ) ) {
				return $secret;
			}
		}
		return null;
	}

	private function isEdited( \WC_Webhook $webhook, string $deliveryUrl, string $secret, int $userId, string $topic ): bool {
		return $webhook->get_delivery_url( 'edit' ) !== $deliveryUrl
			|| $webhook->get_secret( 'edit' ) !== $secret
			|| (int) $webhook->get_user_id( 'edit' ) !== $userId
			|| $webhook->get_topic( 'edit' ) !== $topic
			|| 'wp_api_v3' !== $webhook->get_api_version( 'edit' );
	}

	/** @throws \RuntimeException Where the database keeps it from being written. */
	private function insert( string $deliveryUrl, string $secret, int $userId, string $topic, string $status ): int {
		$webhook = new \WC_Webhook();
		/* translators: %s: what DSTNC is told of: products and prices, stock, completed orders. */
		$webhook->set_name( sprintf( __( 'DSTNC: %s', 'dstnc-for-woocommerce' ), self::label( $topic ) ) );
		$webhook->set_topic( $topic );
		// A new webhook is saved as waiting for its first ping unless that field has *changed* to false; while it waits, each delivery
		// is followed by a ping.
		$webhook->set_pending_delivery( true );
		$this->set( $webhook, $deliveryUrl, $secret, $userId, $status );
		$webhook->save();
		if ( 0 === $webhook->get_id() ) {
			throw new \RuntimeException( 'WooCommerce could not save the webhook.' );
		}
		return $webhook->get_id();
	}

	/** Makes a webhook right, without WooCommerce pinging its address: it does that when the address of an active one changes. */
	private function correct( \WC_Webhook $webhook, string $deliveryUrl, string $secret, int $userId, string $topic, string $status ): void {
		$webhook->set_topic( $topic );
		$this->set( $webhook, $deliveryUrl, $secret, $userId, 'paused' );
		$webhook->save();
		if ( 'paused' !== $status ) {
			$webhook->set_status( $status );
			// Declared as bool; it is a number.
			// @phpstan-ignore argument.type
			$webhook->set_failure_count( 0 );
			$webhook->save();
		}
	}

	private function set( \WC_Webhook $webhook, string $deliveryUrl, string $secret, int $userId, string $status ): void {
		$webhook->set_delivery_url( $deliveryUrl );
		$webhook->set_secret( $secret );
		$webhook->set_user_id( $userId );
		$webhook->set_api_version( 'wp_api_v3' );
		$webhook->set_status( $status );
		$webhook->set_pending_delivery( false );
	}

	private function delete( int $id ): void {
		$webhook = $this->load( $id );
		if ( null !== $webhook ) {
			$webhook->delete( true );
		}
	}
}
