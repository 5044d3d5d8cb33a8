<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Tests;

/** A test with a fresh pretended WordPress. */
abstract class TestCase extends \PHPUnit\Framework\TestCase {

	protected function setUp(): void {
		parent::setUp();
		Wordpress::reset();
	}
}
