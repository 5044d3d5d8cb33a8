<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Admin;

use Dstnc\WooCommerce\Module;

defined( 'ABSPATH' ) || exit;

/** WooCommerce > DSTNC: the frame of the page, whose inside is `admin/` in TypeScript. */
final class AdminPage implements Module {

	public const SLUG = 'dstnc';

	private const HANDLE = 'dstnc-page';

	/** WordPress's name for the page; empty for users who don't see it. */
	private string $hook = '';

	public function register(): void {
		// After WooCommerce has made its menu (9) and most of what is in it.
		add_action( 'admin_menu', array( $this, 'addPage' ), 60 );
		add_action( 'admin_enqueue_scripts', array( $this, 'addAssets' ) );
		add_action( 'admin_init', array( $this, 'addPrivacyText' ) );
	}

	public function addPage(): void {
		$hook       = add_submenu_page( 'woocommerce', __( 'DSTNC', 'dstnc-for-woocommerce' ), __( 'DSTNC', 'dstnc-for-woocommerce' ), 'manage_woocommerce', self::SLUG, array( $this, 'show' ) );
		$this->hook = false === $hook ? '' : $hook;
	}

	public function show(): void {
		// The rule is where WordPress's script puts other plugins' notices; without it they would land inside our page.
		echo '<div class="wrap"><hr class="wp-header-end">';
		if ( null === $this->build() ) {
			echo '<h1>' . esc_html__( 'DSTNC', 'dstnc-for-woocommerce' ) . '</h1><p>'
				. esc_html__( 'This copy of the plugin is not complete: the files of this page are missing. Install DSTNC for WooCommerce again; the connection stays as it is.', 'dstnc-for-woocommerce' )
				. '</p>';
		} else {
			echo '<div id="dstnc-page"></div><noscript><p>'
				. esc_html__( 'This page needs JavaScript. Allow it in your browser for this site.', 'dstnc-for-woocommerce' )
				. '</p></noscript>';
		}
		echo '</div>';
	}

	/** @param mixed $hook Name of the page that is shown. */
	public function addAssets( $hook ): void {
		$build = $this->build();
		if ( '' === $this->hook || $hook !== $this->hook || null === $build ) {
			return;
		}
		wp_enqueue_script( self::HANDLE, plugins_url( 'build/page.js', DSTNC_PLUGIN_FILE ), $build['dependencies'], $build['version'], array( 'in_footer' => true ) );
		wp_set_script_translations( self::HANDLE, 'dstnc-for-woocommerce', plugin_dir_path( DSTNC_PLUGIN_FILE ) . 'languages' );
		wp_enqueue_style( self::HANDLE, plugins_url( 'build/page.css', DSTNC_PLUGIN_FILE ), array( 'wp-components' ), $build['version'] );
		wp_style_add_data( self::HANDLE, 'rtl', 'replace' );
		$preloaded = rest_preload_api_request( array(), '/dstnc-admin/v1/state' );
		wp_add_inline_script( 'wp-api-fetch', sprintf( 'wp.apiFetch.use( wp.apiFetch.createPreloadingMiddleware( %s ) );', wp_json_encode( $preloaded, JSON_HEX_TAG | JSON_HEX_AMP ) ), 'after' );
	}

	/** For Settings > Privacy: what an owner may want to write into the shop's privacy policy. */
	public function addPrivacyText(): void {
		wp_add_privacy_policy_content(
			__( 'DSTNC for WooCommerce', 'dstnc-for-woocommerce' ),
			wp_kses_post(
				'<p>' . __( 'We sell on the marketplace DSTNC, too. For that, our shop sends DSTNC our products with their prices and stock, which is no personal data, and lets DSTNC read and write orders.', 'dstnc-for-woocommerce' ) . '</p>'
				. '<p>' . __( 'If you order from us at DSTNC, DSTNC gives us your name, your addresses and what you ordered, so that we can deliver it, and we tell DSTNC when it was shipped and under which tracking number. Orders that you place in this shop are not sent to DSTNC.', 'dstnc-for-woocommerce' ) . '</p>'
			)
		);
	}

	/** @return array{dependencies: list<non-empty-string>, version: string}|null Null: the page was not built. */
	private function build(): ?array {
		$file = plugin_dir_path( DSTNC_PLUGIN_FILE ) . 'build/page.asset.php';
		if ( ! is_readable( $file ) ) {
			return null;
		}
		$asset = require $file;
		if ( ! is_array( $asset ) || ! is_array( $asset['dependencies'] ?? null ) ) {
			return null;
		}
		return array(
			'dependencies' => array_values( array_filter( $asset['dependencies'], static fn( $handle ): bool => is_string( $handle ) && '' !== $handle ) ),
			'version'      => is_string( $asset['version'] ?? null ) ? $asset['version'] : DSTNC_PLUGIN_VERSION,
		);
	}
}
