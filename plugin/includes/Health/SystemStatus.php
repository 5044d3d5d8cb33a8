<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Health;

use Dstnc\WooCommerce\Module;
use Dstnc\WooCommerce\Plugin;

defined( 'ABSPATH' ) || exit;

/** The troubleshooter in WooCommerce > Status, where vendors copy the report for support, and two buttons under its Tools. */
final class SystemStatus implements Module {

	private Plugin $plugin;

	public function __construct( Plugin $plugin ) {
		$this->plugin = $plugin;
	}

	public function register(): void {
		add_action( 'woocommerce_system_status_report', array( $this, 'show' ) );
		add_filter( 'woocommerce_debug_tools', array( $this, 'addTools' ) );
	}

	public function show(): void {
		if ( ! current_user_can( 'manage_woocommerce' ) ) {
			return;
		}
		// The export of the report reads data-export-label, and takes the third cell's text.
		echo '<table class="wc_status_table widefat" cellspacing="0"><thead><tr><th colspan="3" data-export-label="DSTNC"><h2>' . esc_html__( 'DSTNC', 'dstnc-for-woocommerce' ) . '</h2></th></tr></thead><tbody>';
		$connection = $this->plugin->connections()->current();
		$this->row(
			'Connection',
			__( 'Connection', 'dstnc-for-woocommerce' ),
			null === $connection ? __( 'Not connected', 'dstnc-for-woocommerce' ) : "$connection->vendor, $connection->receiverUrl, $connection->storeId",
			''
		);
		foreach ( $this->plugin->checks()->run( false ) as $check ) {
			$isBad = in_array( $check->status, array( Check::PROBLEM, Check::WARNING ), true );
			$this->row( $check->id, $check->title, trim( $check->detail . ' ' . ( $isBad ? $check->advice : '' ) . ( '' === $check->technical ? '' : " ($check->technical)" ) ), $check->status );
		}
		echo '</tbody></table>';
	}

	/**
	 * @param mixed $tools
	 * @return mixed
	 */
	public function addTools( $tools ) {
		if ( ! is_array( $tools ) || null === $this->plugin->connections()->current() ) {
			return $tools;
		}
		$tools['dstnc_check']  = array(
			'name'     => __( 'Check the connection to DSTNC', 'dstnc-for-woocommerce' ),
			'button'   => __( 'Check again', 'dstnc-for-woocommerce' ),
			'desc'     => __( 'Looks at everything that could come between your shop and DSTNC.', 'dstnc-for-woocommerce' ),
			'callback' => array( $this, 'check' ),
		);
		$tools['dstnc_repair'] = array(
			'name'     => __( 'Repair the connection to DSTNC', 'dstnc-for-woocommerce' ),
			'button'   => __( 'Repair', 'dstnc-for-woocommerce' ),
			'desc'     => __( 'Switches notifications on again and gives DSTNC a new key if the old one is gone.', 'dstnc-for-woocommerce' ),
			'callback' => array( $this, 'repair' ),
		);
		return $tools;
	}

	/** @return string What WooCommerce shows as the result. */
	public function check(): string {
		$wrong = array();
		foreach ( $this->plugin->healthMonitor()->check() as $check ) {
			if ( Check::PROBLEM === $check->status ) {
				$wrong[] = "$check->title: $check->advice";
			}
		}
		return array() === $wrong ? __( 'All is well between your shop and DSTNC.', 'dstnc-for-woocommerce' ) : implode( ' ', $wrong );
	}

	/** @return string What WooCommerce shows as the result. */
	public function repair(): string {
		$problem = $this->plugin->connectionManager()->repair();
		return null === $problem ? $this->check() : "$problem->title: $problem->advice";
	}

	private function row( string $exported, string $title, string $text, string $status ): void {
		$marks = array(
			Check::OK      => '<mark class="yes"><span class="dashicons dashicons-yes"></span></mark> ',
			Check::WARNING => '<mark class="error"><span class="dashicons dashicons-warning"></span></mark> ',
			Check::PROBLEM => '<mark class="error"><span class="dashicons dashicons-no"></span></mark> ',
		);
		printf(
			'<tr><td data-export-label="%1$s">%2$s:</td><td class="help">&nbsp;</td><td style="overflow-wrap:anywhere">%3$s%4$s</td></tr>',
			esc_attr( $exported ),
			esc_html( $title ),
			wp_kses_post( $marks[ $status ] ?? '' ),
			esc_html( $text )
		);
	}
}
