<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Catalog;

defined( 'ABSPATH' ) || exit;

/**
 * The stock rules, as DSTNC applies them: the twin of shared/src/stock/stock-rules.ts, held to the same answers by the same golden vectors
 * (shared/vectors/stock-rules.json).
 *
 * 1. Stock is not managed, status `instock`: not tracked, purchasable.
 * 2. Stock is not managed, any other status: tracked, quantity 0, not purchasable.
 * 3. Stock is managed: tracked, quantity max(0, floor(quantity)), purchasable if and only if it is greater than 0.
 */
final class StockRules {

	/** The largest number that JavaScript counts exactly. */
	private const MAX_UNITS = 9007199254740991;

	/**
	 * @param array<string, mixed> $facts   manage_stock (true, false or 'parent'), stock_status, stock_quantity, backorders, in wc/v3's words.
	 * @param array<string, mixed> $options backorders ('allow' or 'deny'), and for a variation parent: the facts of its product.
	 * @return array{rule: 1|2|3, tracked: bool, quantity: int|null, purchasable: bool, pool: 'own'|'parent'}
	 */
	public static function apply( array $facts, array $options = array() ): array {
		$tracking = self::managed( $facts['manage_stock'] ?? null );
		$status   = $facts['stock_status'] ?? null;
		$status   = is_string( $status ) ? strtolower( $status ) : $status;
		$allow    = 'allow' === ( $options['backorders'] ?? null );

		if ( false === $tracking ) {
			return 'instock' === $status
				? array(
					'rule'        => 1,
					'tracked'     => false,
					'quantity'    => null,
					'purchasable' => true,
					'pool'        => 'own',
				)
				: array(
					'rule'        => 2,
					'tracked'     => true,
					'quantity'    => 0,
					'purchasable' => $allow && 'onbackorder' === $status,
					'pool'        => 'own',
				);
		}

		// The product is asked only if it keeps stock itself: a plugin can leave "parent" on a variation whose product doesn't.
		$parent = $options['parent'] ?? null;
		$source = 'parent' === $tracking && is_array( $parent ) && true === self::managed( $parent['manage_stock'] ?? null ) ? $parent : $facts;
		$units  = self::units( $source['stock_quantity'] ?? null );
		$orders = $source['backorders'] ?? $facts['backorders'] ?? null;
		return array(
			'rule'        => 3,
			'tracked'     => true,
			'quantity'    => $units,
			'purchasable' => $units > 0 || ( $allow && in_array( $orders, array( 'yes', 'notify' ), true ) ),
			'pool'        => 'parent' === $tracking ? 'parent' : 'own',
		);
	}

	/**
	 * Whether something whose stock is managed could be bought if there were none of it.
	 *
	 * @param array<string, mixed> $facts   As for `apply()`.
	 * @param array<string, mixed> $options As for `apply()`.
	 */
	public static function canBeBackordered( array $facts, array $options ): bool {
		$none = array( 'stock_quantity' => 0 );
		if ( is_array( $options['parent'] ?? null ) ) {
			$options['parent'] = $none + $options['parent'];
		}
		return self::apply( $none + $facts, $options )['purchasable'];
	}

	/**
	 * Plugins and old versions send "yes", "1", 1.
	 *
	 * @param mixed $value
	 * @return bool|'parent'
	 */
	private static function managed( $value ) {
		if ( is_string( $value ) ) {
			$word = strtolower( $value );
			return 'parent' === $word ? 'parent' : in_array( $word, array( 'yes', 'true', '1' ), true );
		}
		return true === $value || 1 === $value || 1.0 === $value;
	}

	/**
	 * Whole sellable units. What isn't a plain decimal number counts as 0: what can't be counted must not be oversold. The digits are read
	 * as text, so that "9.999999999999999999" is 9 and not 10.
	 *
	 * @param mixed $value
	 */
	private static function units( $value ): int {
		$text = is_float( $value ) ? json_encode( $value ) : $value;
		if ( ! ( is_string( $text ) || is_int( $text ) ) || 1 !== preg_match( '/^(-?)(\d+)(?:\.\d+)?$/D', (string) $text, $found ) || '-' === $found[1] ) {
			return 0;
		}
		$digits = ltrim( $found[2], '0' );
		return strlen( $digits ) > 16 ? self::MAX_UNITS : min( self::MAX_UNITS, (int) $digits );
	}
}
