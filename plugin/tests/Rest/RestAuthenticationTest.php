<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Tests\Rest;

use Dstnc\WooCommerce\Rest\RestAuthentication;
use Dstnc\WooCommerce\Tests\TestCase;
use Dstnc\WooCommerce\Tests\Wordpress;

final class RestAuthenticationTest extends TestCase {

	protected function tearDown(): void {
		unset( $_SERVER['REQUEST_URI'] );
		$_GET = array();
		parent::tearDown();
	}

	/** @dataProvider requests */
	public function test_lets_keys_count_for_routes_of_woocommerce_only( string $home, string $uri, bool $counts ): void {
		Wordpress::$options['home'] = $home;
		$_SERVER['REQUEST_URI']     = $uri;
		parse_str( (string) parse_url( 'http://x' . $uri, PHP_URL_QUERY ), $_GET );
		self::assertSame( $counts, ( new RestAuthentication() )->recognise( false ) );
		self::assertTrue( ( new RestAuthentication() )->recognise( true ) );
	}

	/** @return array<string, array{string, string, bool}> */
	public static function requests(): array {
		return array(
			'front page'          => array( 'https://shop.example', '/?rest_route=/wc/v3/products', true ),
			'its script'          => array( 'https://shop.example', '/index.php?rest_route=/wc/v3/products', true ),
			'our own'             => array( 'https://shop.example', '/index.php?rest_route=/wc-dstnc/v1/status', true ),
			'encoded'             => array( 'https://shop.example', '/?rest_route=%2Fwc%2Fv3%2Fproducts', true ),
			'in a folder'         => array( 'https://host.example/shop', '/shop/index.php?rest_route=/wc/v3/products', true ),
			'other folder'        => array( 'https://host.example/shop', '/?rest_route=/wc/v3/products', false ),
			'another API'         => array( 'https://shop.example', '/?rest_route=/wp/v2/users', false ),
			'the page in wp-admin' => array( 'https://shop.example', '/?rest_route=/dstnc-admin/v1/state', false ),
			'elsewhere'           => array( 'https://shop.example', '/wp-login.php?rest_route=/wc/v3/products', false ),
			'a page of the shop'  => array( 'https://shop.example', '/my-account/?rest_route=/wc/v3/products', false ),
			'a list'              => array( 'https://shop.example', '/?rest_route[]=/wc/v3/products', false ),
			'nothing'             => array( 'https://shop.example', '/', false ),
		);
	}
}
