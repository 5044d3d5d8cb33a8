<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Tests\Catalog;

use Dstnc\WooCommerce\Catalog\StockRules;
use Dstnc\WooCommerce\Tests\TestCase;

/** What may be ordered beyond what is in stock: only where DSTNC sells that, and the vendor lets WooCommerce. */
final class BackordersTest extends TestCase {

	/** @return iterable<string, array{bool, string, string, array<string, mixed>|null}> */
	public static function cases(): iterable {
		yield 'both agree' => array( true, 'allow', 'notify', null );
		yield 'DSTNC doesn’t' => array( false, 'deny', 'yes', null );
		yield 'the vendor doesn’t' => array( false, 'allow', 'no', null );
		yield 'the product’s pool decides, not its variation' => array(
			false,
			'allow',
			'yes',
			array(
				'manage_stock'   => true,
				'stock_quantity' => 5,
				'backorders'     => 'no',
			),
		);
	}

	/**
	 * @dataProvider cases
	 * @param array<string, mixed>|null $parent
	 */
	public function test_can_be_ordered_without_stock( bool $can, string $dstnc, string $vendor, ?array $parent ): void {
		$facts   = array(
			'manage_stock'   => null === $parent ? true : 'parent',
			'stock_quantity' => 7,
			'backorders'     => $vendor,
		);
		$options = array( 'backorders' => $dstnc ) + ( null === $parent ? array() : array( 'parent' => $parent ) );
		self::assertSame( $can, StockRules::canBeBackordered( $facts, $options ) );
	}
}
