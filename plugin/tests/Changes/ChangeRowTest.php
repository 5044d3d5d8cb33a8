<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Tests\Changes;

use Dstnc\WooCommerce\Changes\ChangeLog;
use Dstnc\WooCommerce\Changes\ChangeRow;
use Dstnc\WooCommerce\Tests\TestCase;

final class ChangeRowTest extends TestCase {

	public function test_names_its_id_by_what_changed(): void {
		self::assertSame( array( 'groupId' => 7, 'kind' => 'stock' ), ( new ChangeRow( ChangeLog::GROUP, 7, 'stock', 1, 0 ) )->toArray() );
		self::assertSame( array( 'orderId' => 8, 'kind' => 'completed' ), ( new ChangeRow( ChangeLog::ORDER, 8, 'completed', 1, 0 ) )->toArray() );
	}
}
