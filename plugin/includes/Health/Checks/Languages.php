<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Health\Checks;

use Dstnc\WooCommerce\Health\Check;
use Dstnc\WooCommerce\Plugin;

defined( 'ABSPATH' ) || exit;

/** Which of the shop's languages DSTNC can show. */
final class Languages {

	private Plugin $plugin;

	public function __construct( Plugin $plugin ) {
		$this->plugin = $plugin;
	}

	/** @return Check|null Null: the shop has one language, and there is nothing to say. */
	public function languages(): ?Check {
		$languages = $this->plugin->languages()->plugin();
		$name      = $languages->name();
		if ( '' === $name ) {
			return null;
		}
		$why = __( 'DSTNC shows your shop’s own language, unless DSTNC’s staff have chosen another one. Nothing is translated automatically.', 'dstnc-for-woocommerce' );
		if ( $languages->isSupported() ) {
			return new Check(
				'language',
				Check::OK,
				/* translators: %s: name of a plugin that translates the shop. */
				sprintf( __( 'DSTNC can read the translations of %s', 'dstnc-for-woocommerce' ), $name ),
				/* translators: 1: code of a language, 2: codes of languages, separated by commas. */
				sprintf( __( 'The shop’s own language is %1$s; its languages are %2$s. A product and its translations are one product on DSTNC.', 'dstnc-for-woocommerce' ), $languages->defaultLanguage(), implode( ', ', array_map( 'strval', array_keys( $languages->languages() ) ) ) ),
				$why
			);
		}
		// Not a warning: as long as nobody wants another language on DSTNC, nothing is amiss.
		return new Check(
			'language',
			Check::OK,
			/* translators: %s: name of a plugin that translates the shop. */
			sprintf( __( 'DSTNC can’t read the translations of %s', 'dstnc-for-woocommerce' ), $name ),
			null === $languages->id()
				? __( 'This language plugin is not supported. Your products are on DSTNC in your shop’s own language.', 'dstnc-for-woocommerce' )
				: __( 'It doesn’t translate products: that takes its part for WooCommerce. Your products are on DSTNC in your shop’s own language.', 'dstnc-for-woocommerce' ),
			$why,
			'',
			null,
			$name
		);
	}
}
