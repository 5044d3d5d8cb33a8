<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Install;

use Dstnc\WooCommerce\Connection\Attempt;
use Dstnc\WooCommerce\Connection\ConnectionStore;
use Dstnc\WooCommerce\Module;
use Dstnc\WooCommerce\Plugin;

defined( 'ABSPATH' ) || exit;

/** The plugin is switched on, switched off and updated. Its removal is uninstall.php's. */
final class Lifecycle implements Module {

	/** The version that was last set up here; only while the shop is connected. */
	private const VERSION = 'dstnc_version';

	/** Transient: somebody saw to it lately that the connection is looked after. */
	private const SEEN_TO = 'dstnc_seen_to';

	private Plugin $plugin;

	public function __construct( Plugin $plugin ) {
		$this->plugin = $plugin;
	}

	public function register(): void {
		register_activation_hook( DSTNC_PLUGIN_FILE, array( $this, 'activate' ) );
		register_deactivation_hook( DSTNC_PLUGIN_FILE, array( $this, 'deactivate' ) );
		add_action( 'before_woocommerce_init', array( $this, 'declareCompatibility' ) );
		add_action( 'woocommerce_init', array( $this, 'upgrade' ) );
		add_action( 'admin_init', array( $this, 'seeTo' ) );
		add_action( Attempt::OVERDUE, array( $this, 'sweepAttempt' ) );
		add_filter( 'plugin_action_links_' . plugin_basename( DSTNC_PLUGIN_FILE ), array( $this, 'addPageLink' ) );
	}

	/**
	 * A shop that was connected before is connected again, at once. A shop that was not is left as it is: what connecting needs is made
	 * when it is connected.
	 *
	 * @param mixed $networkWide
	 */
	public function activate( $networkWide = false ): void {
		$this->onSites(
			true === $networkWide,
			function (): void {
				if ( $this->plugin->requirements()->met() ) {
					$this->setUp();
				}
			}
		);
	}

	/**
	 * Nothing is sent, queued or repeated while the plugin is off.
	 *
	 * @param mixed $networkWide
	 */
	public function deactivate( $networkWide = false ): void {
		$this->onSites(
			true === $networkWide,
			function (): void {
				if ( $this->plugin->requirements()->met() ) {
					$this->plugin->attempts()->abandon();
					$this->plugin->webhooks()->pause();
					as_unschedule_all_actions( '', array(), 'dstnc' );
				}
				delete_option( self::VERSION );
			}
		);
	}

	public function declareCompatibility(): void {
		// WooCommerce 7.1 and later.
		if ( class_exists( \Automattic\WooCommerce\Utilities\FeaturesUtil::class ) ) {
			foreach ( array( 'custom_order_tables', 'cart_checkout_blocks' ) as $feature ) {
				\Automattic\WooCommerce\Utilities\FeaturesUtil::declare_compatibility( $feature, DSTNC_PLUGIN_FILE, true );
			}
		}
	}

	/**
	 * After an update of the plugin, in the first request to the shop; otherwise one comparison. What a shop that isn't connected hasn't got
	 * would be asked of the database in each request: only what WordPress has loaded anyway is asked for.
	 */
	public function upgrade(): void {
		$loaded = wp_load_alloptions();
		if ( isset( $loaded[ ConnectionStore::OPTION ] ) && null !== $this->plugin->connections()->current() && get_option( self::VERSION ) !== DSTNC_PLUGIN_VERSION && $this->plugin->requirements()->met() ) {
			$this->setUp();
		}
	}

	/** Now and then, in wp-admin: whatever ended the regular looks at the connection (a cleaned queue, a restored backup), they begin again. */
	public function seeTo(): void {
		if ( ! $this->plugin->requirements()->met() || null === $this->plugin->connections()->current() || false !== get_transient( self::SEEN_TO ) ) {
			return;
		}
		set_transient( self::SEEN_TO, 1, HOUR_IN_SECONDS );
		$this->plugin->healthMonitor()->start();
	}

	/** Nobody came back to the page: what was half-made is undone. */
	public function sweepAttempt(): void {
		if ( $this->plugin->requirements()->met() ) {
			$this->plugin->attempts()->sweep();
		}
	}

	/**
	 * @param mixed $links
	 * @return mixed
	 */
	public function addPageLink( $links ) {
		if ( ! is_array( $links ) || ! $this->plugin->requirements()->met() || ! current_user_can( 'manage_woocommerce' ) ) {
			return $links;
		}
		$link = sprintf( '<a href="%1$s">%2$s</a>', esc_url( admin_url( 'admin.php?page=dstnc' ) ), esc_html__( 'Open DSTNC', 'dstnc-for-woocommerce' ) );
		return array_merge( array( 'dstnc' => $link ), $links );
	}

	private function setUp(): void {
		if ( null === $this->plugin->connections()->current() ) {
			return;
		}
		$this->plugin->changeLog()->installTables();
		$this->plugin->placements()->installTable();
		$this->plugin->webhooks()->resume();
		// After an update this is too early for Action Scheduler; on activation all is there, but the monitor has not heard of the connection.
		if ( did_action( 'wp_loaded' ) ) {
			$this->plugin->healthMonitor()->start();
		} else {
			add_action( 'wp_loaded', array( $this->plugin->healthMonitor(), 'start' ), 10, 0 );
		}
		update_option( self::VERSION, DSTNC_PLUGIN_VERSION, true );
	}

	/** @param callable(): void $do */
	private function onSites( bool $all, callable $do ): void {
		if ( ! $all || ! is_multisite() ) {
			$do();
			return;
		}
		foreach ( get_sites( array( 'fields' => 'ids', 'number' => 0 ) ) as $id ) {
			switch_to_blog( (int) $id );
			$do();
			restore_current_blog();
		}
	}
}
