<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Tests;

use Dstnc\WooCommerce\Health\Activity;

final class ActivityTest extends TestCase {

	public function test_shows_the_newest_first(): void {
		$activity = new Activity();
		$activity->note( 'info', 'First.' );
		$activity->note( 'bad', 'Second.' );
		self::assertSame( array( 'Second.', 'First.' ), array_column( $activity->entries(), 'text' ) );
		self::assertSame( array( 'bad', 'info' ), array_column( $activity->entries(), 'kind' ) );
		self::assertMatchesRegularExpression( '/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/', $activity->entries()[0]['at'] );
	}

	public function test_keeps_fifty(): void {
		$activity = new Activity();
		for ( $i = 1; $i <= 60; $i++ ) {
			$activity->note( 'info', "Number $i." );
		}
		self::assertCount( 50, $activity->entries() );
		self::assertSame( 'Number 60.', $activity->entries()[0]['text'] );
		self::assertSame( 'Number 11.', $activity->entries()[49]['text'] );
	}

	public function test_survives_what_others_wrote(): void {
		Wordpress::$options['dstnc_activity'] = array( 'junk', array( 'at' => 5 ), array( 'at' => '2026-01-01T00:00:00Z', 'kind' => 'good', 'text' => 'Fine.' ) );
		self::assertSame( array( 'Fine.' ), array_column( ( new Activity() )->entries(), 'text' ) );
		Wordpress::$options['dstnc_activity'] = 'junk';
		self::assertSame( array(), ( new Activity() )->entries() );
	}
}
