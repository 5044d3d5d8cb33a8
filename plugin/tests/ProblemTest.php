<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Tests;

use Dstnc\WooCommerce\Problem;

final class ProblemTest extends TestCase {

	public function test_reaches_the_page_with_every_part(): void {
		$problem = new Problem( 'code', 'What', 'Why', 'Do', '503', array( 'label' => 'There', 'url' => 'https://shop.example' ) );
		self::assertSame( array( 'code', 'title', 'detail', 'advice', 'technical', 'link' ), array_keys( $problem->toArray() ) );
		self::assertSame( 'https://shop.example', $problem->toArray()['link']['url'] );
	}
}
