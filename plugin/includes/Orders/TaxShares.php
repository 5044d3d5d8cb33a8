<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Orders;

defined( 'ABSPATH' ) || exit;

/**
 * Under which of the shop's tax rates DSTNC's tax of a line is entered. The amount is DSTNC's in any case; the shop's rates only name it.
 *
 * Where the shop would come to the same amount, up to rounding, the tax stands under the shop's own rates, and its tax reports count it
 * with its other orders. Otherwise (no rate for the country, or another one) it stands under a rate of its own, with id 0.
 */
final class TaxShares {

	/** How far the shop's own result may be from DSTNC's, in the currency: several units rounded one by one, or all at once. */
	private const ROUNDING = 0.03;

	/** @var array<string, array<int, array<string, mixed>>> Rates by tax class, and by whether they are for shipping. */
	private array $rates = array();

	/** @var array<string, string> */
	private array $address;

	/** @param array<string, string> $address Where it goes to, in WooCommerce's words. */
	public function __construct( array $address ) {
		$this->address = $address;
	}

	/**
	 * @return array<int, float> Tax by the id of a rate; their sum is the tax.
	 */
	public function of( string $net, string $tax, string $taxClass, bool $shipping ): array {
		$tax = (float) $tax;
		if ( 0.0 === $tax ) {
			return array();
		}
		$shares = array_map( static fn( $share ): float => is_numeric( $share ) ? (float) $share : 0.0, \WC_Tax::calc_tax( (float) $net, $this->rates( $taxClass, $shipping ) ) );
		if ( array() === $shares || abs( array_sum( $shares ) - $tax ) > self::ROUNDING ) {
			return array( 0 => $tax );
		}
		$entered = array();
		foreach ( array_keys( $shares ) as $rate ) {
			$entered[ (int) $rate ] = (float) wc_format_decimal( $shares[ $rate ], wc_get_price_decimals() );
		}
		// The last one carries what rounding left over.
		$last             = (int) array_key_last( $shares );
		$entered[ $last ] = (float) wc_format_decimal( $tax - ( array_sum( $entered ) - $entered[ $last ] ), 6 );
		return array_filter( $entered );
	}

	/** @return array<int, array<string, mixed>> */
	private function rates( string $taxClass, bool $shipping ): array {
		$key = $taxClass . ( $shipping ? ' shipping' : '' );
		if ( ! isset( $this->rates[ $key ] ) ) {
			$where = array(
				'country'   => $this->address['country'] ?? '',
				'state'     => $this->address['state'] ?? '',
				'postcode'  => $this->address['postcode'] ?? '',
				'city'      => $this->address['city'] ?? '',
				'tax_class' => $taxClass,
			);
			/** @var array<int, array<string, mixed>> $found */
			$found               = $shipping ? \WC_Tax::find_shipping_rates( $where ) : \WC_Tax::find_rates( $where );
			$this->rates[ $key ] = $found;
		}
		return $this->rates[ $key ];
	}
}
