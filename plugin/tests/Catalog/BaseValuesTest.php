<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Tests\Catalog;

use Dstnc\WooCommerce\Catalog\BaseValues;
use Dstnc\WooCommerce\Tests\TestCase;

final class BaseValuesTest extends TestCase {

	protected function setUp(): void {
		parent::setUp();
		$GLOBALS['wp_filter'] = array(
			'woocommerce_product_get_price'           => 'a currency switcher',
			'woocommerce_product_variation_get_price' => 'role prices',
			'woocommerce_product_is_on_sale'          => 'a discount',
			'woocommerce_is_purchasable'              => 'catalogue mode',
		);
	}

	public function test_takes_away_what_depends_on_the_visitor_and_nothing_else(): void {
		$inside = BaseValues::read( static fn() => array_keys( $GLOBALS['wp_filter'] ) );
		self::assertSame( array( 'woocommerce_is_purchasable' ), $inside );
	}

	public function test_puts_everything_back_also_after_a_failure(): void {
		$before = $GLOBALS['wp_filter'];
		try {
			BaseValues::read(
				static function (): void {
					throw new \RuntimeException( 'A product that cannot be read.' );
				}
			);
			self::fail( 'It swallowed a failure.' );
		} catch ( \RuntimeException $error ) {
			ksort( $before );
			$after = $GLOBALS['wp_filter'];
			ksort( $after );
			self::assertSame( $before, $after );
		}
	}
}
