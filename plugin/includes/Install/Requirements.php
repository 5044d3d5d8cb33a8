<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Install;

use Dstnc\WooCommerce\Module;
use Dstnc\WooCommerce\Problem;

defined( 'ABSPATH' ) || exit;

/** What this plugin needs to run at all. Where it is missing, a notice in wp-admin says so, and the plugin does nothing else. */
final class Requirements implements Module {

	private const WOOCOMMERCE = '5.8';
	private const WORDPRESS   = '6.6';

	/** Asked once per request, after all plugins are loaded; cheap. */
	public function met(): bool {
		return '' !== $this->woocommerce() && version_compare( $this->woocommerce(), self::WOOCOMMERCE, '>=' ) && $this->wordpressIsNewEnough();
	}

	/** What is missing; null where all is there. */
	public function problem(): ?Problem {
		if ( $this->met() ) {
			return null;
		}
		if ( '' === $this->woocommerce() ) {
			return new Problem(
				'woocommerce_off',
				__( 'WooCommerce is switched off', 'dstnc-for-woocommerce' ),
				__( 'DSTNC for WooCommerce works with a WooCommerce shop, and none is running here. Nothing is sent to DSTNC meanwhile.', 'dstnc-for-woocommerce' ),
				__( 'Switch on WooCommerce under Plugins.', 'dstnc-for-woocommerce' ),
				'',
				array(
					'label' => __( 'Plugins', 'dstnc-for-woocommerce' ),
					'url'   => admin_url( 'plugins.php' ),
				)
			);
		}
		$wordpress = ! $this->wordpressIsNewEnough();
		return new Problem(
			$wordpress ? 'wordpress_too_old' : 'woocommerce_too_old',
			sprintf(
				/* translators: %s: WordPress or WooCommerce. */
				__( 'This %s is too old for DSTNC', 'dstnc-for-woocommerce' ),
				$wordpress ? 'WordPress' : 'WooCommerce'
			),
			sprintf(
				/* translators: 1: WordPress or WooCommerce, 2: the version needed, 3: the version that runs. */
				__( 'DSTNC for WooCommerce needs %1$s %2$s or newer, and this shop runs %3$s. The shop works as before; nothing is sent to DSTNC meanwhile.', 'dstnc-for-woocommerce' ),
				$wordpress ? 'WordPress' : 'WooCommerce',
				$wordpress ? self::WORDPRESS : self::WOOCOMMERCE,
				$wordpress ? get_bloginfo( 'version' ) : $this->woocommerce()
			),
			sprintf(
				/* translators: %s: WordPress or WooCommerce. */
				__( 'Update %s. Make a backup first.', 'dstnc-for-woocommerce' ),
				$wordpress ? 'WordPress' : 'WooCommerce'
			),
			'',
			array(
				'label' => __( 'Updates', 'dstnc-for-woocommerce' ),
				'url'   => admin_url( 'update-core.php' ),
			)
		);
	}

	/** Tells in wp-admin what is missing. */
	public function register(): void {
		add_action( 'admin_notices', array( $this, 'showNotice' ) );
	}

	public function showNotice(): void {
		$problem = $this->problem();
		if ( null === $problem || ! current_user_can( 'activate_plugins' ) ) {
			return;
		}
		printf(
			'<div class="notice notice-error"><p><strong>%1$s</strong></p><p>%2$s %3$s%4$s</p></div>',
			esc_html( $problem->title ),
			esc_html( $problem->detail ),
			esc_html( $problem->advice ),
			null === $problem->link ? '' : sprintf( ' <a href="%1$s">%2$s</a>', esc_url( $problem->link['url'] ), esc_html( $problem->link['label'] ) )
		);
	}

	/** The running version; '' where WooCommerce is off. */
	private function woocommerce(): string {
		return class_exists( 'WooCommerce', false ) && defined( 'WC_VERSION' ) ? WC_VERSION : '';
	}

	private function wordpressIsNewEnough(): bool {
		return version_compare( get_bloginfo( 'version' ), self::WORDPRESS, '>=' );
	}
}
