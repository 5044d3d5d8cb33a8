<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Tests\Connection;

use Dstnc\WooCommerce\Connection\SiteIdentity;
use Dstnc\WooCommerce\Tests\TestCase;
use Dstnc\WooCommerce\Tests\Wordpress;

final class SiteIdentityTest extends TestCase {

	private static function move( string $home, ?string $site = null ): void {
		Wordpress::$options['home']    = $home;
		Wordpress::$options['siteurl'] = $site ?? $home;
	}

	/** @dataProvider same */
	public function test_knows_itself( string $connected, string $now, ?string $site = null ): void {
		self::move( $connected );
		$identity = new SiteIdentity();
		$identity->remember();
		self::move( $now, $site );
		self::assertFalse( $identity->isClone() );
	}

	/** @return array<string, array<string>> */
	public static function same(): array {
		return array(
			'unchanged'            => array( 'https://shop.example', 'https://shop.example' ),
			'with https'           => array( 'http://shop.example', 'https://shop.example' ),
			'with www'             => array( 'https://shop.example', 'https://www.shop.example' ),
			'in capitals'          => array( 'https://shop.example/Lamps', 'https://SHOP.example/lamps/' ),
			'port of the scheme'   => array( 'https://shop.example', 'https://shop.example:443' ),
			'WordPress in a folder' => array( 'https://shop.example', 'https://shop.example', 'https://shop.example/wp' ),
			'no host on a console' => array( 'https://shop.example', 'http://' ),
		);
	}

	/** @dataProvider other */
	public function test_knows_a_copy( string $connected, string $now, ?string $site = null ): void {
		self::move( $connected );
		$identity = new SiteIdentity();
		$identity->remember();
		self::move( $now, $site );
		self::assertTrue( $identity->isClone() );
		self::assertSame( array( 'stored' => $connected, 'current' => $now ), $identity->homes() );
	}

	/** @return array<string, array<string>> */
	public static function other(): array {
		return array(
			'another host'            => array( 'https://shop.example', 'https://staging.shop.example' ),
			'another folder'          => array( 'https://host.example/shop', 'https://host.example/staging' ),
			'another port'            => array( 'http://shop.example', 'http://shop.example:8080' ),
			'only WordPress elsewhere' => array( 'https://shop.example', 'https://shop.example', 'https://staging.example' ),
		);
	}

	public function test_knows_whether_the_rest_api_is_where_it_was(): void {
		$identity = new SiteIdentity();
		self::assertFalse( $identity->restMoved() );
		self::move( 'http://shop.example' );
		$identity->remember();
		self::assertFalse( $identity->restMoved() );
		self::move( 'http://' );
		self::assertFalse( $identity->restMoved() );
		self::move( 'https://shop.example' );
		self::assertTrue( $identity->restMoved() );
		$identity->remember();
		self::assertFalse( $identity->restMoved() );
	}

	public function test_is_no_copy_of_nothing(): void {
		self::assertFalse( ( new SiteIdentity() )->isClone() );
		self::assertSame( '', ( new SiteIdentity() )->homes()['stored'] );
	}

	/** Whoever copies a shop replaces its address everywhere in the database: here there must be none to replace. */
	public function test_survives_search_and_replace(): void {
		( new SiteIdentity() )->remember();
		self::assertStringNotContainsString( 'shop.example', serialize( Wordpress::$options['dstnc_site'] ) );
	}

	public function test_asks_again_in_a_copy_of_the_copy(): void {
		$identity = new SiteIdentity();
		$identity->remember();
		self::move( 'https://staging.example' );
		self::assertNull( $identity->choice() );
		$identity->stayQuiet();
		self::assertSame( 'quiet', $identity->choice() );
		self::move( 'https://other.example' );
		self::assertNull( $identity->choice() );
		self::assertTrue( $identity->isClone() );
	}

	public function test_stays_a_copy_until_the_move_is_done(): void {
		$identity = new SiteIdentity();
		$identity->remember();
		self::move( 'https://new.example' );
		$identity->beginMove();
		self::assertSame( array( true, true ), array( $identity->isClone(), $identity->isMoving() ) );
		$identity->cancelMove();
		self::assertFalse( $identity->isMoving() );
		$identity->beginMove();
		self::assertStringNotContainsString( 'new.example', serialize( Wordpress::$options['dstnc_site'] ) );
		self::move( 'https://copy-of-it.example' );
		self::assertSame( array( true, false ), array( $identity->isClone(), $identity->isMoving() ) );
		self::move( 'https://new.example' );
		$identity->stayQuiet();
		self::assertFalse( $identity->isMoving() );
		$identity->beginMove();
		$identity->remember();
		self::assertSame( array( false, false ), array( $identity->isClone(), $identity->isMoving() ) );
	}
}
