<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Health\Checks;

use Dstnc\WooCommerce\Health\Check;

defined( 'ABSPATH' ) || exit;

/** What the shop does while nobody waits. */
final class BackgroundWork {

	/** Background tasks of WordPress that are later than this are stuck: they need a visitor or a cron job of the server. */
	private const LATE_SECONDS = 30 * MINUTE_IN_SECONDS;

	/** WP-Cron. */
	public function cron(): Check {
		$why     = __( 'WordPress runs tasks in the background while people visit the shop. Sales begin and end by them, and failed notifications are repeated.', 'dstnc-for-woocommerce' );
		$isOff   = defined( 'DISABLE_WP_CRON' ) && DISABLE_WP_CRON;
		$ready   = wp_get_ready_cron_jobs();
		$oldest  = array() === $ready ? time() : (int) min( array_keys( $ready ) );
		$isLate  = $oldest < time() - self::LATE_SECONDS;
		$through = 'DISABLE_WP_CRON ' . ( $isOff ? 'true' : 'false' );
		if ( ! $isLate ) {
			$detail = $isOff ? __( 'Your server starts them itself, which is the best way.', 'dstnc-for-woocommerce' ) : '';
			return new Check( 'cron', Check::OK, __( 'Background tasks run in time', 'dstnc-for-woocommerce' ), $detail, $why, '', null, $through );
		}
		return new Check(
			'cron',
			Check::WARNING,
			__( 'Background tasks are late', 'dstnc-for-woocommerce' ),
			/* translators: %s: a length of time, as in "2 hours". */
			sprintf( __( 'One has waited for %s.', 'dstnc-for-woocommerce' ), human_time_diff( $oldest ) ) . ' ' . ( $isOff
				? __( 'WordPress was told not to run them itself (DISABLE_WP_CRON), and nobody else does.', 'dstnc-for-woocommerce' )
				: __( 'Nobody visits the shop, or its server can’t call itself.', 'dstnc-for-woocommerce' ) ),
			$why,
			__( 'Ask your host for a cron job that calls wp-cron.php every minute.', 'dstnc-for-woocommerce' ),
			Button::link( __( 'How a host does that', 'dstnc-for-woocommerce' ), 'https://developer.wordpress.org/plugins/cron/hooking-wp-cron-into-the-system-task-scheduler/' ),
			$through
		);
	}

	/** The Action Scheduler. */
	public function queue(): ?Check {
		if ( ! class_exists( \ActionScheduler::class ) || ! \ActionScheduler::is_initialized() ) {
			return null;
		}
		$why  = __( 'WooCommerce keeps its own tasks in a queue. Failed notifications to DSTNC are repeated from there.', 'dstnc-for-woocommerce' );
		$store = \ActionScheduler::store();
		$late  = ! $store instanceof \ActionScheduler_Store ? 0 : $store->query_actions(
			array(
				'status'       => \ActionScheduler_Store::STATUS_PENDING,
				'date'         => as_get_datetime_object( time() - self::LATE_SECONDS ),
				'date_compare' => '<=',
			),
			'count'
		);
		$late = is_numeric( $late ) ? (int) $late : 0;
		$url  = 'admin.php?page=wc-status&tab=action-scheduler&status=pending';
		if ( 0 === $late ) {
			return new Check( 'queue', Check::OK, __( 'WooCommerce’s queue is up to date', 'dstnc-for-woocommerce' ), '', $why );
		}
		return new Check(
			'queue',
			Check::WARNING,
			__( 'WooCommerce’s queue is late', 'dstnc-for-woocommerce' ),
			sprintf(
				/* translators: %s: number of tasks. */
				_n( '%s task should have run half an hour ago or earlier.', '%s tasks should have run half an hour ago or earlier.', $late, 'dstnc-for-woocommerce' ),
				number_format_i18n( $late )
			),
			$why,
			__( 'Ask your host for a cron job that calls wp-cron.php every minute. If there is one, look into the queue for a task that fails again and again.', 'dstnc-for-woocommerce' ),
			Button::page( __( 'Show the queue', 'dstnc-for-woocommerce' ), $url )
		);
	}
}
