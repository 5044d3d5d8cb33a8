<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Admin;

use Dstnc\WooCommerce\Health\Incidents;
use Dstnc\WooCommerce\Module;
use Dstnc\WooCommerce\Plugin;

defined( 'ABSPATH' ) || exit;

/** One notice in wp-admin while something is wrong, for those who can do something about it. Our own page shows it in its own way. */
final class Notices implements Module {

	private const ACTION = 'dstnc_dismiss';

	private Plugin $plugin;

	public function __construct( Plugin $plugin ) {
		$this->plugin = $plugin;
	}

	public function register(): void {
		add_action( 'admin_notices', array( $this, 'show' ) );
		add_action( 'admin_post_' . self::ACTION, array( $this, 'dismiss' ) );
	}

	public function show(): void {
		// phpcs:ignore WordPress.Security.NonceVerification -- nothing is changed by it.
		$isOurPage = isset( $_GET['page'] ) && AdminPage::SLUG === $_GET['page'];
		if ( $isOurPage || ! current_user_can( 'manage_woocommerce' ) || null === $this->plugin->connections()->current() ) {
			return;
		}
		if ( $this->plugin->siteIdentity()->isClone() ) {
			$this->showCopy();
			return;
		}
		$incident = $this->plugin->incidents()->current();
		if ( null === $incident || in_array( get_current_user_id(), $incident->dismissedBy, true ) ) {
			return;
		}
		$problem = $incident->problem;
		printf(
			'<div class="notice notice-error dstnc-notice"><p><strong>%1$s</strong> %2$s</p><p>%3$s %4$s</p><p><a class="button button-primary" href="%5$s">%6$s</a> %7$s<a class="button-link" href="%8$s">%9$s</a></p></div>',
			/* translators: %s: what is wrong. */
			esc_html( sprintf( __( 'DSTNC: %s.', 'dstnc-for-woocommerce' ), rtrim( $problem->title, '.' ) ) ),
			/* translators: %s: date and time. */
			esc_html( sprintf( __( 'Since %s.', 'dstnc-for-woocommerce' ), Incidents::dateTime( $incident->since ) ) ),
			esc_html( $problem->detail ),
			esc_html( $problem->advice ),
			esc_url( Incidents::pageUrl() ),
			esc_html__( 'Open the DSTNC page', 'dstnc-for-woocommerce' ),
			null === $problem->link ? '' : sprintf( '<a class="button" href="%1$s">%2$s</a> ', esc_url( $problem->link['url'] ), esc_html( $problem->link['label'] ) ),
			esc_url( wp_nonce_url( admin_url( 'admin-post.php?action=' . self::ACTION ), self::ACTION ) ),
			esc_html__( 'Don’t show this again', 'dstnc-for-woocommerce' )
		);
	}

	/** Goes back to the page from where it was asked for. */
	public function dismiss(): void {
		if ( ! current_user_can( 'manage_woocommerce' ) ) {
			wp_die( esc_html__( 'You may not do this.', 'dstnc-for-woocommerce' ), '', array( 'response' => 403 ) );
		}
		check_admin_referer( self::ACTION );
		$this->plugin->incidents()->dismiss( get_current_user_id() );
		$from = wp_get_referer();
		wp_safe_redirect( false === $from ? admin_url() : $from );
		exit;
	}

	/** Until somebody has said what this site is. */
	private function showCopy(): void {
		if ( null !== $this->plugin->siteIdentity()->choice() ) {
			return;
		}
		printf(
			'<div class="notice notice-warning dstnc-notice"><p><strong>%1$s</strong> %2$s</p><p><a class="button" href="%3$s">%4$s</a></p></div>',
			esc_html__( 'DSTNC: this is a copy of the connected shop.', 'dstnc-for-woocommerce' ),
			/* translators: %s: address of a shop. */
			esc_html( sprintf( __( 'The connection belongs to %s, and nothing is sent to DSTNC from here.', 'dstnc-for-woocommerce' ), $this->plugin->siteIdentity()->homes()['stored'] ) ),
			esc_url( Incidents::pageUrl() ),
			esc_html__( 'Say whether this is the live shop now', 'dstnc-for-woocommerce' )
		);
	}
}
