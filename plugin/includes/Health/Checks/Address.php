<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Health\Checks;

use Dstnc\WooCommerce\Health\Check;
use Dstnc\WooCommerce\Health\SelfTestResult;
use Dstnc\WooCommerce\Plugin;

defined( 'ABSPATH' ) || exit;

/** Where the shop is: that it is this one, and under which address it is found. */
final class Address {

	private Plugin $plugin;

	public function __construct( Plugin $plugin ) {
		$this->plugin = $plugin;
	}

	/** This is a copy of the connected shop. */
	public function copy(): Check {
		$why = __( 'A copy of a shop that reported its own stock to DSTNC would sell what is not there.', 'dstnc-for-woocommerce' );
		if ( ! $this->plugin->siteIdentity()->isClone() ) {
			return new Check( 'clone', Check::OK, __( 'This is the shop that is connected', 'dstnc-for-woocommerce' ), '', $why );
		}
		$homes = $this->plugin->siteIdentity()->homes();
		return new Check(
			'clone',
			Check::PROBLEM,
			__( 'This is a copy of the connected shop', 'dstnc-for-woocommerce' ),
			sprintf(
				/* translators: 1: address of the connected shop, 2: address of this one. */
				__( 'The connection belongs to %1$s, and this is %2$s. Nothing is sent to DSTNC from here.', 'dstnc-for-woocommerce' ),
				$homes['stored'],
				$homes['current']
			),
			$why,
			__( 'Open the DSTNC page and say whether this is the live shop now.', 'dstnc-for-woocommerce' ),
			Button::page( __( 'Open the DSTNC page', 'dstnc-for-woocommerce' ), 'admin.php?page=dstnc' )
		);
	}

	public function https( ?SelfTestResult $selfTest ): Check {
		$id   = 'https';
		$why  = __( 'Keys must not travel readable, and WooCommerce lets DSTNC in another way over https than over http.', 'dstnc-for-woocommerce' );
		// As set, and not as home_url() makes them of the scheme of this request.
		$home = self::option( 'home' );
		$site = self::option( 'siteurl' );
		// phpcs:ignore WordPress.Security.ValidatedSanitizedInput -- compared only.
		$forwarded = isset( $_SERVER['HTTP_X_FORWARDED_PROTO'] ) && is_string( $_SERVER['HTTP_X_FORWARDED_PROTO'] ) && 0 === stripos( $_SERVER['HTTP_X_FORWARDED_PROTO'], 'https' );
		$isHttps   = 'https' === wp_parse_url( $home, PHP_URL_SCHEME );
		if ( ( $forwarded && ! is_ssl() ) || ( $isHttps && null !== $selfTest && false === $selfTest->ssl ) ) {
			return new Check(
				$id,
				Check::PROBLEM,
				__( 'WordPress does not notice that your shop uses https', 'dstnc-for-woocommerce' ),
				__( 'A proxy in front of your server receives https and passes it on as http. WooCommerce then refuses DSTNC’s login.', 'dstnc-for-woocommerce' ),
				$why,
				__( 'Ask your host to pass https on, or to add the line for “X-Forwarded-Proto” to wp-config.php that WordPress’s documentation on reverse proxies names.', 'dstnc-for-woocommerce' ),
				Button::link( __( 'Show me that documentation', 'dstnc-for-woocommerce' ), 'https://developer.wordpress.org/advanced-administration/security/https/#using-a-reverse-proxy' ),
				'is_ssl() is false; X-Forwarded-Proto: ' . ( $forwarded ? 'https' : '-' )
			);
		}
		if ( wp_parse_url( $home, PHP_URL_SCHEME ) !== wp_parse_url( $site, PHP_URL_SCHEME ) ) {
			return new Check(
				$id,
				Check::WARNING,
				__( 'The two addresses of your site differ in https', 'dstnc-for-woocommerce' ),
				/* translators: 1 and 2: addresses. */
				sprintf( __( 'The site’s address is %1$s and WordPress’s address is %2$s.', 'dstnc-for-woocommerce' ), $home, $site ),
				$why,
				__( 'Set both to https in the general settings.', 'dstnc-for-woocommerce' ),
				Button::page( __( 'General settings', 'dstnc-for-woocommerce' ), 'options-general.php' )
			);
		}
		if ( ! $isHttps ) {
			return new Check(
				$id,
				Check::WARNING,
				__( 'Your shop does not use https', 'dstnc-for-woocommerce' ),
				__( 'DSTNC signs its requests instead of sending its password, so that the connection works. What it reads can be read on the way, though.', 'dstnc-for-woocommerce' ),
				$why,
				__( 'Ask your host for a certificate, and switch to https.', 'dstnc-for-woocommerce' ),
				Button::page( __( 'Open Site Health', 'dstnc-for-woocommerce' ), 'site-health.php' )
			);
		}
		return new Check( $id, Check::OK, __( 'Your shop uses https', 'dstnc-for-woocommerce' ), '', $why );
	}

	public function permalinks(): Check {
		$why       = __( 'They decide under which address DSTNC finds the REST API.', 'dstnc-for-woocommerce' );
		$structure = self::option( 'permalink_structure' );
		if ( '' === $structure ) {
			return new Check(
				'permalinks',
				Check::OK,
				__( 'Permalinks are “Plain”, which works', 'dstnc-for-woocommerce' ),
				__( 'WooCommerce by itself refuses keys with plain permalinks. This plugin sees to it that DSTNC’s is accepted.', 'dstnc-for-woocommerce' ),
				$why,
				'',
				null,
				rest_url()
			);
		}
		return new Check( 'permalinks', Check::OK, __( 'Permalinks are fine', 'dstnc-for-woocommerce' ), '', $why, '', null, "$structure " . rest_url() );
	}

	/** As set, and not as home_url() makes it of the scheme of this request. */
	public static function isHttps(): bool {
		return 'https' === wp_parse_url( self::option( 'home' ), PHP_URL_SCHEME );
	}

	private static function option( string $name ): string {
		$value = get_option( $name );
		return is_string( $value ) ? $value : '';
	}
}
