<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Health\Checks;

use Dstnc\WooCommerce\Health\Check;
use Dstnc\WooCommerce\Plugin;

defined( 'ABSPATH' ) || exit;

/** The way of a change from the shop to DSTNC, as far as the shop knows by itself: it is noted, it is told, it waits. */
final class Delivery {

	/** Changes that wait longer than this didn't just miss a moment. */
	private const WAITING_SECONDS = 15 * MINUTE_IN_SECONDS;

	private Plugin $plugin;

	public function __construct( Plugin $plugin ) {
		$this->plugin = $plugin;
	}

	public function changeLog(): Check {
		$why = __( 'Your shop notes in a table of its own what has to be told to DSTNC.', 'dstnc-for-woocommerce' );
		if ( $this->hasTables() ) {
			return new Check( 'change_log', Check::OK, __( 'Changes are noted', 'dstnc-for-woocommerce' ), '', $why );
		}
		return new Check(
			'change_log',
			Check::PROBLEM,
			__( 'Changes in your shop are not noted', 'dstnc-for-woocommerce' ),
			__( 'The table for it is missing in the database. It may have been left out when the shop was moved or restored.', 'dstnc-for-woocommerce' ),
			$why,
			__( 'Let this plugin make the table again. If that fails, the database user may not create tables: ask your host.', 'dstnc-for-woocommerce' ),
			Button::remedy( 'repair' )
		);
	}

	public function notifications(): Check {
		$why       = __( 'By them DSTNC learns within a second that something was sold or changed.', 'dstnc-for-woocommerce' );
		$off       = array();
		$technical = array();
		foreach ( $this->plugin->webhooks()->state() as $topic => $one ) {
			if ( 'active' !== $one['state'] || ! $one['intact'] ) {
				$off[] = $one['label'];
			}
			$technical[] = sprintf( '%1$s: %2$s%3$s, %4$d failures', $topic, $one['state'], $one['intact'] ? '' : ' (edited)', $one['failures'] );
		}
		if ( array() === $off ) {
			return new Check( 'notifications', Check::OK, __( 'Notifications to DSTNC are switched on', 'dstnc-for-woocommerce' ), '', $why, '', null, implode( '; ', $technical ) );
		}
		return new Check(
			'notifications',
			Check::PROBLEM,
			__( 'Some notifications to DSTNC are switched off', 'dstnc-for-woocommerce' ),
			sprintf(
				/* translators: %s: list of notifications, as in "Stock, Completed orders". */
				__( 'They were paused, edited or deleted under WooCommerce > Settings > Advanced, or WooCommerce gave up on them: %s.', 'dstnc-for-woocommerce' ),
				implode( ', ', $off )
			),
			$why,
			__( 'Switch them on again.', 'dstnc-for-woocommerce' ),
			Button::remedy( 'repair', __( 'Switch them on', 'dstnc-for-woocommerce' ) ),
			implode( '; ', $technical )
		);
	}

	public function waiting(): Check {
		$why     = __( 'What waits here is not yet known at DSTNC.', 'dstnc-for-woocommerce' );
		$pending = $this->hasTables() ? $this->plugin->changeLog()->pending() : array(
			'count'  => 0,
			'oldest' => null,
		);
		$oldest  = null === $pending['oldest'] ? time() : intdiv( $pending['oldest'], 1000 );
		/* translators: 1: number of changes, 2: a length of time, as in "5 minutes". */
		$detail = sprintf( _n( '%1$s change waits, since %2$s.', '%1$s changes wait, the oldest since %2$s.', $pending['count'], 'dstnc-for-woocommerce' ), number_format_i18n( $pending['count'] ), human_time_diff( $oldest ) );
		if ( $pending['count'] > 0 && $oldest < time() - self::WAITING_SECONDS ) {
			return new Check(
				'waiting',
				Check::PROBLEM,
				__( 'Changes in your shop don’t get through to DSTNC', 'dstnc-for-woocommerce' ),
				$detail,
				$why,
				__( 'Check again to see what keeps them. They are sent as soon as the way is free; nothing is lost.', 'dstnc-for-woocommerce' ),
				Button::remedy( 'check' )
			);
		}
		return new Check( 'waiting', Check::OK, __( 'No change waits for long', 'dstnc-for-woocommerce' ), 0 === $pending['count'] ? '' : $detail, $why );
	}

	/** The note that they were made comes back with a backup even where they were left out of it. */
	private function hasTables(): bool {
		global $wpdb;
		if ( ! $this->plugin->changeLog()->ready() ) {
			return false;
		}
		// phpcs:ignore WordPress.DB.DirectDatabaseQuery -- WordPress has no function that asks for tables.
		$tables = $wpdb->get_col( $wpdb->prepare( 'SHOW TABLES LIKE %s', $wpdb->esc_like( $wpdb->prefix . 'dstnc_c' ) . '%' ) );
		return array() === array_diff( array( "{$wpdb->prefix}dstnc_changes", "{$wpdb->prefix}dstnc_change_marks", "{$wpdb->prefix}dstnc_cursors" ), $tables );
	}
}
