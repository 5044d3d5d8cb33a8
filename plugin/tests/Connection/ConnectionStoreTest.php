<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Tests\Connection;

use Dstnc\WooCommerce\Connection\Connection;
use Dstnc\WooCommerce\Connection\ConnectionStore;
use Dstnc\WooCommerce\Connection\Seal;
use Dstnc\WooCommerce\Tests\TestCase;
use Dstnc\WooCommerce\Tests\Wordpress;

final class ConnectionStoreTest extends TestCase {

	public function test_gives_back_what_was_kept_and_hides_secrets(): void {
		$store = new ConnectionStore();
		self::assertNull( $store->current() );
		self::assertNull( $store->storeToken() );
		$connection = Connection::fromArray(
			array(
				'storeId'    => 'st_1',
				'keyId'      => 4,
				'userId'     => 1,
				'webhookIds' => array( 'a' => 7 ),
			)
		);
		$store->save( $connection, array( 'storeToken' => 'dst_secret' ) );
		self::assertEquals( $connection, $store->current() );
		self::assertSame( 'dst_secret', $store->storeToken() );
		self::assertStringNotContainsString( 'dst_secret', serialize( Wordpress::$options ) );

		$store->save( $connection->withPendingKey( 'new' )->withKey( 5, 'new', 2 )->withWebhooks( array( 'a' => 8 ) ) );
		self::assertSame( 'dst_secret', $store->storeToken() );
		$changed = $store->current();
		self::assertNotNull( $changed );
		self::assertSame( array( 5, array( 'new' ), 2, array( 'a' => 8 ) ), array( $changed->keyId, $changed->keys(), $changed->userId, $changed->webhookIds ) );
		self::assertSame( 4, $connection->keyId );
		$store->forget();
		self::assertNull( $store->current() );
	}

	public function test_knows_all_keys_until_one_counts(): void {
		$store      = new ConnectionStore();
		$connection = Connection::fromArray( array( 'keyHash' => 'old' ) )->withPendingKey( 'a' )->withPendingKey( 'b' );
		$store->save( $connection );
		$stored = $store->current();
		self::assertNotNull( $stored );
		self::assertSame( array( 'old', 'a', 'b' ), $stored->keys() );
		self::assertSame( array( 'old', 'b' ), $stored->withoutPendingKey( 'a' )->keys() );
		self::assertSame( array( 'new' ), $stored->withKey( 9, 'new', 1 )->keys() );
	}

	public function test_says_nothing_where_it_was_locked_with_other_salts(): void {
		$sealed                = Seal::close( 'dst_secret' );
		Wordpress::$options['dstnc_connection'] = array( 'sealed' => array( 'storeToken' => substr_replace( $sealed, 'AAAA', 40, 4 ) ) );
		self::assertNull( ( new ConnectionStore() )->storeToken() );
		self::assertNull( Seal::open( 'no base64!' ) );
		self::assertNull( Seal::open( '' ) );
		self::assertNotSame( $sealed, Seal::close( 'dst_secret' ) );
	}
}
