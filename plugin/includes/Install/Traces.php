<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Install;

defined( 'ABSPATH' ) || exit;

/**
 * What this plugin writes all over the database in the course of time. It goes when the shop is disconnected, and when the plugin is deleted.
 *
 * phpcs:disable WordPress.DB.DirectDatabaseQuery -- Neither WordPress nor the Action Scheduler can remove by name or group.
 */
final class Traces {

	/**
	 * Our tasks of WooCommerce's queue with their logs, those done long ago, too, and what it may have queued for our webhooks.
	 *
	 * @param array<int> $webhookIds
	 * @param string     $except     Status of tasks that stay: a runner would miss the one that it runs.
	 */
	public function removeActions( array $webhookIds, string $except = '' ): void {
		global $wpdb;
		$actions = $wpdb->prefix . 'actionscheduler_actions';
		$groups  = $wpdb->prefix . 'actionscheduler_groups';
		$logs    = $wpdb->prefix . 'actionscheduler_logs';
		foreach ( array( $actions, $groups, $logs ) as $table ) {
			if ( null === $wpdb->get_var( $wpdb->prepare( 'SHOW TABLES LIKE %s', $wpdb->esc_like( $table ) ) ) ) {
				return;
			}
		}
		$wpdb->query( (string) $wpdb->prepare( 'DELETE l FROM %i l JOIN %i a ON a.action_id = l.action_id JOIN %i g ON g.group_id = a.group_id WHERE g.slug = %s AND a.status <> %s', $logs, $actions, $groups, 'dstnc', $except ) );
		$wpdb->query( (string) $wpdb->prepare( 'DELETE a FROM %i a JOIN %i g ON g.group_id = a.group_id WHERE g.slug = %s AND a.status <> %s', $actions, $groups, 'dstnc', $except ) );
		$wpdb->query( (string) $wpdb->prepare( 'DELETE g FROM %i g LEFT JOIN %i a ON a.group_id = g.group_id WHERE g.slug = %s AND a.action_id IS NULL', $groups, $actions, 'dstnc' ) );
		foreach ( $webhookIds as $id ) {
			$arguments = $wpdb->esc_like( '{"webhook_id":' . $id . ',' ) . '%';
			$wpdb->query( (string) $wpdb->prepare( 'DELETE l FROM %i l JOIN %i a ON a.action_id = l.action_id WHERE a.hook = %s AND a.args LIKE %s', $logs, $actions, 'woocommerce_deliver_webhook_async', $arguments ) );
			$wpdb->query( (string) $wpdb->prepare( 'DELETE FROM %i WHERE hook = %s AND args LIKE %s', $actions, 'woocommerce_deliver_webhook_async', $arguments ) );
		}
	}

	/**
	 * Options and transients, by name.
	 *
	 * @param array<string> $except
	 */
	public function removeOptions( array $except = array() ): void {
		global $wpdb;
		foreach ( array( 'dstnc_', '_transient_dstnc_', '_transient_timeout_dstnc_' ) as $beginning ) {
			$names = $wpdb->get_col( $wpdb->prepare( 'SELECT option_name FROM %i WHERE option_name LIKE %s', $wpdb->options, $wpdb->esc_like( $beginning ) . '%' ) );
			foreach ( $names as $name ) {
				if ( is_string( $name ) && ! in_array( $name, $except, true ) ) {
					delete_option( $name );
				}
			}
		}
	}
}
