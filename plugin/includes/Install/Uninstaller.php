<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Install;

use Dstnc\WooCommerce\Connection\Attempt;
use Dstnc\WooCommerce\Connection\Webhooks;
use Dstnc\WooCommerce\Plugin;

defined( 'ABSPATH' ) || exit;

/**
 * Removes everything that this plugin ever wrote, on every site of a network, also where WooCommerce is off, or gone.
 *
 * phpcs:disable WordPress.DB.DirectDatabaseQuery -- Where WooCommerce is off, its tables are all that there is.
 */
final class Uninstaller {

	private Plugin $plugin;

	public function __construct( Plugin $plugin ) {
		$this->plugin = $plugin;
	}

	public function run(): void {
		if ( ! is_multisite() ) {
			$this->clear();
			return;
		}
		foreach ( get_sites( array( 'fields' => 'ids', 'number' => 0 ) ) as $id ) {
			switch_to_blog( (int) $id );
			$this->clear();
			restore_current_blog();
		}
	}

	private function clear(): void {
		// DSTNC withdraws the listings. From a copy of the shop nobody is called.
		if ( null !== $this->plugin->connections()->current() ) {
			$this->plugin->receiver()->disconnect();
		}
		$this->removeKeys();
		$traces = new Traces();
		$traces->removeActions( $this->removeWebhooks() );
		$this->plugin->changeLog()->dropTables();
		$this->plugin->placements()->dropTable();
		$traces->removeOptions();
		wp_clear_scheduled_hook( Attempt::OVERDUE );
	}

	private function removeKeys(): void {
		global $wpdb;
		$connection = $this->plugin->connections()->current();
		$attempt    = Attempt::load();
		$table      = $wpdb->prefix . 'woocommerce_api_keys';
		if ( ! $this->isThere( $table ) ) {
			return;
		}
		$hashes = array_merge(
			$this->plugin->apiKeys()->hashesByHand(),
			null === $connection ? array() : $connection->keys(),
			null === $attempt ? array() : array( $attempt->keyHash )
		);
		foreach ( array_diff( $hashes, array( '' ) ) as $hash ) {
			$wpdb->delete( $table, array( 'consumer_key' => $hash ), array( '%s' ) );
		}
	}

	/** @return list<int> Ids of the webhooks that were removed. */
	private function removeWebhooks(): array {
		global $wpdb;
		$table = $wpdb->prefix . 'wc_webhooks';
		if ( ! $this->isThere( $table ) ) {
			return array();
		}
		$ids = $wpdb->get_col( $wpdb->prepare( 'SELECT webhook_id FROM %i WHERE topic IN (%s, %s, %s)', array_merge( array( $table ), Webhooks::TOPICS ) ) );
		$ids = array_map( static fn( $id ): int => is_numeric( $id ) ? (int) $id : 0, $ids );
		if ( function_exists( 'wc_get_webhook' ) ) {
			$this->plugin->webhooks()->remove();
			return array_values( $ids );
		}
		foreach ( $ids as $id ) {
			$wpdb->delete( $table, array( 'webhook_id' => $id ), array( '%d' ) );
			wp_cache_delete( $id, 'webhooks' );
		}
		// WooCommerce's memory of which webhooks there are: once it is on again it would look for ours, and fail.
		foreach ( array( '', '_status_active', '_status_paused', '_status_disabled' ) as $status ) {
			delete_transient( 'woocommerce_webhook_ids' . $status );
		}
		return array_values( $ids );
	}

	private function isThere( string $table ): bool {
		global $wpdb;
		return null !== $wpdb->get_var( $wpdb->prepare( 'SHOW TABLES LIKE %s', $wpdb->esc_like( $table ) ) );
	}
}
