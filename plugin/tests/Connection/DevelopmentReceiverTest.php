<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Tests\Connection;

use Dstnc\WooCommerce\Connection\DevelopmentReceiver;
use Dstnc\WooCommerce\Tests\TestCase;
use Dstnc\WooCommerce\Tests\Wordpress;

final class DevelopmentReceiverTest extends TestCase {

	private const RECEIVER = 'http://10.0.0.5:8091/v1/webhooks/k';

	private static function isCallable( string $url ): bool {
		$host = (string) parse_url( $url, PHP_URL_HOST );
		return true === apply_filters( 'http_request_host_is_external', false, $host, $url )
			&& in_array( parse_url( $url, PHP_URL_PORT ), (array) apply_filters( 'http_allowed_safe_ports', array( 80, 443, 8080 ), $host, $url ), true );
	}

	/** @dataProvider environments */
	public function test_opens_private_addresses_for_developers_only( string $environment, bool $open ): void {
		Wordpress::$environment = $environment;
		DevelopmentReceiver::allow( static fn() => self::RECEIVER );
		self::assertSame( $open, self::isCallable( self::RECEIVER ) );
	}

	/** @return array<string, array{string, bool}> */
	public static function environments(): array {
		return array(
			'local'       => array( 'local', true ),
			'development' => array( 'development', true ),
			'staging'     => array( 'staging', false ),
			'production'  => array( 'production', false ),
		);
	}

	/** @dataProvider others */
	public function test_opens_nothing_else( string $url ): void {
		Wordpress::$environment = 'local';
		DevelopmentReceiver::allow( static fn() => self::RECEIVER );
		self::assertFalse( self::isCallable( $url ) );
	}

	/** @return array<array{string}> */
	public static function others(): array {
		return array( array( 'http://10.0.0.5:22/' ), array( 'http://10.0.0.6:8091/' ), array( 'http://169.254.169.254:8091/latest' ) );
	}

	public function test_opens_nothing_while_nobody_is_connected(): void {
		Wordpress::$environment = 'local';
		DevelopmentReceiver::allow( static fn() => '' );
		self::assertFalse( self::isCallable( self::RECEIVER ) );
	}
}
