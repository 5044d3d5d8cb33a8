<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Health\Checks;

use Dstnc\WooCommerce\Health\Check;

defined( 'ABSPATH' ) || exit;

/** What runs in the shop, and how old it is. */
final class Versions {

	public function woocommerce(): Check {
		$why     = __( 'A newer version may have mended what hinders DSTNC.', 'dstnc-for-woocommerce' );
		$version = WC()->version;
		$updates = get_site_transient( 'update_plugins' );
		$offered = is_object( $updates ) && isset( $updates->response ) && is_array( $updates->response ) ? $updates->response['woocommerce/woocommerce.php'] ?? null : null;
		$newest  = is_object( $offered ) && isset( $offered->new_version ) && is_string( $offered->new_version ) ? $offered->new_version : '';
		/* translators: %s: version of WooCommerce. */
		$title = sprintf( __( 'WooCommerce %s works with DSTNC', 'dstnc-for-woocommerce' ), $version );
		if ( '' === $newest || version_compare( $newest, $version, '<=' ) ) {
			return new Check( 'woocommerce', Check::OK, $title, '', $why );
		}
		return new Check(
			'woocommerce',
			(int) $newest > (int) $version ? Check::WARNING : Check::OK,
			$title,
			/* translators: %s: version of WooCommerce. */
			sprintf( __( 'Version %s is available.', 'dstnc-for-woocommerce' ), $newest ),
			$why,
			__( 'Update WooCommerce. Make a backup first.', 'dstnc-for-woocommerce' ),
			Button::page( __( 'Updates', 'dstnc-for-woocommerce' ), 'update-core.php' )
		);
	}

	/** Old instructions tell vendors to switch it on: say that there is no need. */
	public function legacyApi(): Check {
		return new Check(
			'legacy_api',
			Check::OK,
			__( 'The Legacy API is not needed', 'dstnc-for-woocommerce' ),
			__( 'This plugin uses WooCommerce’s current REST API, which is always switched on.', 'dstnc-for-woocommerce' ),
			__( 'Only shops older than WooCommerce 5.8, in which this plugin does not run, need it.', 'dstnc-for-woocommerce' ),
			'',
			null,
			'woocommerce_api_enabled: ' . ( 'yes' === get_option( 'woocommerce_api_enabled' ) ? 'yes' : 'no' )
		);
	}

	public function versions(): Check {
		$why       = __( 'Old versions of PHP and WordPress get no repairs any more.', 'dstnc-for-woocommerce' );
		$technical = sprintf( 'PHP %1$s, WordPress %2$s, DSTNC for WooCommerce %3$s', PHP_VERSION, get_bloginfo( 'version' ), DSTNC_PLUGIN_VERSION );
		// WordPress asks for it now and then; nobody is called here.
		$php = get_site_transient( 'php_check_' . md5( PHP_VERSION ) );
		if ( is_array( $php ) && isset( $php['is_secure'] ) && ! $php['is_secure'] ) {
			return new Check(
				'versions',
				Check::WARNING,
				/* translators: %s: version of PHP. */
				sprintf( __( 'PHP %s is out of date', 'dstnc-for-woocommerce' ), PHP_VERSION ),
				__( 'DSTNC works with it, but nobody mends its security holes any more.', 'dstnc-for-woocommerce' ),
				$why,
				__( 'Ask your host to update PHP.', 'dstnc-for-woocommerce' ),
				Button::page( __( 'Open Site Health', 'dstnc-for-woocommerce' ), 'site-health.php' ),
				$technical
			);
		}
		return new Check( 'versions', Check::OK, __( 'PHP and WordPress are recent enough', 'dstnc-for-woocommerce' ), $technical, $why, '', null, $technical );
	}
}
