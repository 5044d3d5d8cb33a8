<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Tests\Catalog;

use Dstnc\WooCommerce\Catalog\StockRules;
use Dstnc\WooCommerce\Tests\TestCase;

/** The golden vectors that the receiver is held to, too. */
final class StockRulesTest extends TestCase {

	/** @return iterable<string, array{array<string, mixed>}> */
	public static function vectors(): iterable {
		$file = json_decode( (string) file_get_contents( dirname( __DIR__, 3 ) . '/shared/vectors/stock-rules.json' ), true );
		foreach ( $file['vectors'] as $vector ) {
			yield $vector['name'] => array( $vector );
		}
	}

	/**
	 * @dataProvider vectors
	 * @param array<string, mixed> $vector
	 */
	public function test_gives_the_answer_of_the_golden_vector( array $vector ): void {
		self::assertSame( $vector['expect'], StockRules::apply( $vector['facts'], $vector['options'] ?? array() ) );
	}

	public function test_there_are_vectors(): void {
		self::assertGreaterThan( 40, count( iterator_to_array( self::vectors() ) ) );
	}

	public function test_reads_fractions_as_they_are_written(): void {
		$quantity = static fn( $value ) => StockRules::apply( array( 'manage_stock' => true, 'stock_quantity' => $value ) )['quantity'];
		self::assertSame( 2, $quantity( 2.9999999999999996 ) );
		self::assertSame( 0, $quantity( 1.0E+25 ) );
		self::assertSame( 0, $quantity( "5\n" ) );
	}
}
