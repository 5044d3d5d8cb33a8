<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Admin;

use Dstnc\WooCommerce\Module;
use Dstnc\WooCommerce\Orders\OrderMeta;
use Dstnc\WooCommerce\Orders\OrderSummary;
use Dstnc\WooCommerce\Plugin;

defined( 'ABSPATH' ) || exit;

/** A small box on the screen of an order from DSTNC: what became of it there. Wherever WooCommerce keeps orders. */
final class OrderPanel implements Module {

	private const AGAIN = 'dstnc_send_order_again';

	/** Transient with what came of it, by order. */
	private const SAID         = 'dstnc_order_said_';
	private const SAID_SECONDS = 60;

	private Plugin $plugin;

	public function __construct( Plugin $plugin ) {
		$this->plugin = $plugin;
	}

	public function register(): void {
		add_action( 'add_meta_boxes', array( $this, 'addBox' ), 10, 2 );
		add_action( 'admin_post_' . self::AGAIN, array( $this, 'sendAgain' ) );
	}

	/**
	 * @param mixed $screen Its id.
	 * @param mixed $shown  What is shown on it: an order, or a post.
	 */
	public function addBox( $screen, $shown = null ): void {
		$screens = array( 'shop_order', function_exists( 'wc_get_page_screen_id' ) ? wc_get_page_screen_id( 'shop-order' ) : '' );
		if ( is_string( $screen ) && in_array( $screen, $screens, true ) && null !== self::ours( $shown ) && current_user_can( 'manage_woocommerce' ) ) {
			add_meta_box( 'dstnc-order', __( 'DSTNC', 'dstnc-for-woocommerce' ), array( $this, 'show' ), $screen, 'side', 'high' );
		}
	}

	/** @param mixed $shown The order, or its post. */
	public function show( $shown ): void {
		$order = self::ours( $shown );
		if ( null === $order ) {
			return;
		}
		$reference = OrderMeta::reference( $order );
		/* translators: %s: DSTNC's reference of an order. */
		echo '<p>' . esc_html( sprintf( __( 'Order %s', 'dstnc-for-woocommerce' ), $reference ) ) . '</p>';
		if ( null === $this->plugin->connections()->current() ) {
			echo '<p>' . esc_html__( 'This shop isn’t connected to DSTNC any more.', 'dstnc-for-woocommerce' ) . '</p>';
			return;
		}
		if ( $this->plugin->siteIdentity()->isClone() ) {
			echo '<p>' . esc_html__( 'This is a copy of the connected shop. Nothing is sent to DSTNC from here.', 'dstnc-for-woocommerce' ) . '</p>';
			return;
		}
		$this->showState( $order );
		$said = get_transient( self::SAID . $order->get_id() );
		if ( is_string( $said ) ) {
			delete_transient( self::SAID . $order->get_id() );
			echo '<p role="status">' . esc_html( $said ) . '</p>';
		}
	}

	/** The link of the panel: asks DSTNC, and leads back to the order. */
	public function sendAgain(): void {
		// phpcs:ignore WordPress.Security.NonceVerification.Recommended -- It is verified as soon as it is known of which order.
		$id = isset( $_GET['order'] ) && is_numeric( $_GET['order'] ) ? (int) $_GET['order'] : 0;
		check_admin_referer( self::AGAIN . $id );
		$order = self::ours( wc_get_order( $id ) );
		if ( ! current_user_can( 'manage_woocommerce' ) || null === $order ) {
			wp_die( esc_html__( 'Sorry, only users who may manage the shop can do that.', 'dstnc-for-woocommerce' ), '', array( 'response' => 403 ) );
		}
		$problem = $this->plugin->orderDesk()->sendAgain( OrderMeta::reference( $order ) );
		set_transient(
			self::SAID . $id,
			null === $problem ? __( 'DSTNC reads this order again.', 'dstnc-for-woocommerce' ) : $problem->title . '. ' . $problem->advice,
			self::SAID_SECONDS
		);
		wp_safe_redirect( $order->get_edit_order_url() );
		exit;
	}

	private function showState( \WC_Order $order ): void {
		list( 'summary' => $summary, 'asked' => $asked ) = $this->plugin->orderDesk()->look( $order );
		printf( '<p><strong>%s</strong></p>', esc_html( $summary->label() ) );
		$this->showTracking( $summary );
		if ( '' !== $summary->lastError ) {
			/* translators: %s: what DSTNC says went wrong. */
			echo '<p>' . esc_html( sprintf( __( 'DSTNC said last: %s', 'dstnc-for-woocommerce' ), $summary->lastError ) ) . '</p>';
		}
		if ( ! $asked ) {
			echo '<p class="description">' . esc_html__( 'DSTNC has given no word of it: this is what your shop knows.', 'dstnc-for-woocommerce' ) . '</p>';
		}
		if ( $summary->canBeSentAgain() ) {
			$url = wp_nonce_url( admin_url( 'admin-post.php?action=' . self::AGAIN . '&order=' . $order->get_id() ), self::AGAIN . $order->get_id() );
			printf( '<p><a class="button" href="%1$s">%2$s</a></p>', esc_url( $url ), esc_html__( 'Send again', 'dstnc-for-woocommerce' ) );
		}
	}

	private function showTracking( OrderSummary $summary ): void {
		echo array() === $summary->tracking ? '' : '<ul>';
		foreach ( $summary->tracking as $parcel ) {
			$number = '' === $parcel['url']
				? esc_html( $parcel['number'] )
				: sprintf( '<a href="%1$s" target="_blank" rel="noopener noreferrer">%2$s</a>', esc_url( $parcel['url'] ), esc_html( $parcel['number'] ) );
			printf( '<li>%1$s %2$s</li>', esc_html( $parcel['carrier'] ), wp_kses_post( $number ) );
		}
		echo array() === $summary->tracking ? '' : '</ul>';
	}

	/**
	 * @param mixed $shown
	 * @return \WC_Order|null Null where it is no order of DSTNC's.
	 */
	private static function ours( $shown ): ?\WC_Order {
		$order = $shown instanceof \WP_Post ? wc_get_order( $shown->ID ) : $shown;
		return $order instanceof \WC_Order && '' !== OrderMeta::reference( $order ) ? $order : null;
	}
}
