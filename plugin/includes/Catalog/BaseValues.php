<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Catalog;

defined( 'ABSPATH' ) || exit;

/**
 * Reads products as the shop keeps them, whoever asks: currency switchers, role prices, member discounts and the like answer to the
 * visitor of the moment, through the filters of WooCommerce's getters. The getters' "edit" context would leave them out, too, but with it
 * a variation doesn't say what it has from its product.
 */
final class BaseValues {

	/** Prefixes of the hooks that make a product's values depend on the request. */
	private const HOOKS = '/^woocommerce_(product_get_|product_variation_get_|product_is_on_sale$)/';

	/**
	 * @template T
	 * @param callable(): T $read
	 * @return T
	 */
	public static function read( callable $read ) {
		/** @var array<string, \WP_Hook> $wp_filter */
		global $wp_filter;
		$aside = array();
		foreach ( array_keys( $wp_filter ) as $hook ) {
			if ( 1 === preg_match( self::HOOKS, $hook ) ) {
				$aside[ $hook ] = $wp_filter[ $hook ];
				unset( $wp_filter[ $hook ] );
			}
		}
		// Reading a variation makes up its title anew, with a query for each option, and writes it where it differs. The one that it has will do.
		$noOptions = static fn() => false;
		$asIs      = static fn( $title, $variation ) => $variation instanceof \WC_Product ? $variation->get_name( 'edit' ) : $title;
		add_filter( 'woocommerce_product_variation_title_include_attributes', $noOptions, PHP_INT_MAX );
		add_filter( 'woocommerce_product_variation_title', $asIs, PHP_INT_MAX, 2 );
		try {
			return $read();
		} finally {
			remove_filter( 'woocommerce_product_variation_title_include_attributes', $noOptions, PHP_INT_MAX );
			remove_filter( 'woocommerce_product_variation_title', $asIs, PHP_INT_MAX );
			foreach ( $aside as $hook => $callbacks ) {
				$wp_filter[ $hook ] = $callbacks; // phpcs:ignore WordPress.WP.GlobalVariablesOverride -- Put back as it was.
			}
		}
	}
}
