<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Tests\Connection;

use Dstnc\WooCommerce\Connection\Connection;
use Dstnc\WooCommerce\Connection\ReceiverAnswer;
use Dstnc\WooCommerce\Plugin;
use Dstnc\WooCommerce\Tests\TestCase;
use Dstnc\WooCommerce\Tests\Wordpress;

final class ReceiverClientTest extends TestCase {

	private static function plugin(): Plugin {
		$plugin     = new Plugin();
		$connection = Connection::fromArray(
			array(
				'storeId'     => 'st/1',
				'receiverUrl' => 'https://dstnc.example',
			)
		);
		$plugin->connections()->save( $connection, array( 'storeToken' => 'dst_token' ) );
		$plugin->siteIdentity()->remember();
		return $plugin;
	}

	/** @param mixed $answer What WordPress's HTTP API gives. */
	private static function answered( $answer ): ReceiverAnswer {
		Wordpress::$http = static fn() => $answer;
		return self::plugin()->receiver()->store();
	}

	/** @return array<string, mixed> */
	private static function http( int $status, string $body ): array {
		return array(
			'response' => array( 'code' => $status ),
			'headers'  => array(),
			'body'     => $body,
		);
	}

	public function test_asks_as_this_shop_and_follows_nobody_elsewhere(): void {
		$answer = self::answered( self::http( 200, '{"products":3}' ) );
		self::assertTrue( $answer->ok );
		self::assertSame( array( 'products' => 3 ), $answer->body );
		$request = Wordpress::$requests[0];
		self::assertSame( 'https://dstnc.example/v1/stores/st%2F1', $request['url'] );
		self::assertSame( 'Bearer dst_token', $request['args']['headers']['Authorization'] );
		self::assertSame( 0, $request['args']['redirection'] );
		self::assertSame( 3.0, $request['args']['timeout'] );
	}

	public function test_an_empty_success_is_one(): void {
		self::assertTrue( self::answered( self::http( 204, '' ) )->ok );
	}

	/**
	 * @dataProvider failures
	 * @param mixed $answer
	 */
	public function test_says_what_went_wrong( $answer, string $code ): void {
		$result = self::answered( $answer );
		self::assertFalse( $result->ok );
		self::assertNotNull( $result->problem );
		self::assertSame( $code, $result->problem->code );
		foreach ( array( 'title', 'detail', 'advice' ) as $part ) {
			self::assertNotSame( '', $result->problem->toArray()[ $part ] );
			self::assertStringNotContainsString( '<', (string) $result->problem->toArray()[ $part ] );
		}
		self::assertStringNotContainsString( 'dst_token', serialize( $result ) );
	}

	/** @return array<string, array{mixed, string}> */
	public static function failures(): array {
		$curl = static fn( int $number, string $text ) => new \WP_Error( 'http_request_failed', "cURL error $number: $text" );
		return array(
			'nobody there'          => array( $curl( 7, 'Failed to connect' ), 'receiver_unreachable' ),
			'no such name'          => array( $curl( 6, 'Could not resolve host' ), 'receiver_unreachable' ),
			'slow'                  => array( $curl( 28, 'Operation timed out' ), 'receiver_slow' ),
			'bad certificate'       => array( $curl( 60, 'SSL certificate problem' ), 'receiver_certificate' ),
			'calls are forbidden'   => array( new \WP_Error( 'http_request_not_executed', 'User has blocked requests through HTTP.' ), 'requests_blocked' ),
			'an unsafe address'     => array( new \WP_Error( 'http_request_failed', 'A valid URL was not provided.' ), 'receiver_address' ),
			'a page'                => array( self::http( 200, '<html>' ), 'receiver_not_dstnc' ),
			'a captive portal'      => array( self::http( 302, '' ), 'receiver_not_dstnc' ),
			'a broken gateway'      => array( self::http( 502, '<html>' ), 'receiver_down' ),
			'an overloaded DSTNC'   => array( self::http( 503, '{"type":"urn:dstnc:problem:unavailable"}' ), 'receiver_down' ),
			'a forgotten token'     => array( self::http( 401, '{"type":"urn:dstnc:problem:unauthorized"}' ), 'connection_unknown' ),
			'a forgotten shop'      => array( self::http( 404, '{"type":"urn:dstnc:problem:unknown-store"}' ), 'connection_unknown' ),
			'another shop leaving'  => array( self::http( 409, '{"type":"urn:dstnc:problem:vendor-withdrawing"}' ), 'vendor_withdrawing' ),
			'a refusal'             => array( self::http( 409, '{"type":"urn:dstnc:problem:disconnecting","title":"<b>Busy</b>"}' ), 'receiver_refused' ),
			'a number'              => array( self::http( 200, '7' ), 'receiver_not_dstnc' ),
		);
	}

	public function test_a_copy_of_the_shop_calls_nobody(): void {
		$plugin                     = self::plugin();
		Wordpress::$options['home'] = 'https://staging.example';
		foreach ( array( $plugin->receiver()->store(), $plugin->receiver()->sync(), $plugin->receiver()->disconnect(), $plugin->receiver()->connect( 'https://dstnc.example', array() ) ) as $answer ) {
			self::assertNotNull( $answer->problem );
			self::assertSame( 'clone', $answer->problem->code );
		}
		self::assertSame( array(), Wordpress::$requests );
	}

	public function test_without_a_connection_or_its_secrets_nobody_is_called(): void {
		$problem = ( new Plugin() )->receiver()->store()->problem;
		self::assertNotNull( $problem );
		self::assertSame( 'not_connected', $problem->code );
		$plugin = self::plugin();
		/** @var array<string, mixed> $stored */
		$stored = Wordpress::$options['dstnc_connection'];
		Wordpress::$options['dstnc_connection'] = array( 'sealed' => array( 'storeToken' => 'locked' ) ) + $stored;
		$problem = $plugin->receiver()->store()->problem;
		self::assertNotNull( $problem );
		self::assertSame( 'secrets_unreadable', $problem->code );
		self::assertSame( array(), Wordpress::$requests );
	}
}
