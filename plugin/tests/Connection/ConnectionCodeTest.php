<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Tests\Connection;

use Dstnc\WooCommerce\Connection\ConnectionCode;
use Dstnc\WooCommerce\Problem;
use Dstnc\WooCommerce\Tests\TestCase;
use Dstnc\WooCommerce\Tests\Wordpress;

final class ConnectionCodeTest extends TestCase {

	/** @param array<string, mixed> $changes */
	private static function code( array $changes = array() ): string {
		$payload = array_merge(
			array(
				'v'        => 1,
				'receiver' => 'https://dstnc.example/',
				'vendor'   => 'nordic-lamps',
				'token'    => 't0ken',
				'exp'      => time() + 60,
			),
			$changes
		);
		$json = (string) json_encode( array_filter( $payload, static fn( $value ) => null !== $value ) );
		return 'dstnc1_' . rtrim( strtr( base64_encode( $json ), '+/', '-_' ), '=' ) . '.' . str_repeat( 'Ab-_', 10 );
	}

	public function test_reads_where_dstnc_is_and_keeps_the_code_as_it_is(): void {
		$code = ConnectionCode::parse( self::code() );
		self::assertInstanceOf( ConnectionCode::class, $code );
		self::assertSame( 'https://dstnc.example', $code->receiverUrl );
		self::assertSame( 'nordic-lamps', $code->vendor );
		self::assertSame( self::code(), $code->text );
	}

	/** @dataProvider pasted */
	public function test_finds_the_code_in_what_people_paste( string $before, string $between, string $after ): void {
		$text = self::code();
		$code = ConnectionCode::parse( $before . implode( $between, str_split( $text, 40 ) ) . $after );
		self::assertInstanceOf( ConnectionCode::class, $code );
		self::assertSame( $text, $code->text );
	}

	/** @return array<string, array{string, string, string}> */
	public static function pasted(): array {
		return array(
			'alone'                    => array( '', '', '' ),
			'with line breaks'         => array( "\r\n ", "\r\n\t", "\n\n" ),
			'with invisible letters'   => array( "\u{feff}", "\u{200b}", "\u{a0}" ),
			'as the link'              => array( 'https://shop.example/wp-admin/admin.php?page=dstnc&code=', '', '' ),
			'in quotes'                => array( '"', '', '",' ),
		);
	}

	/** @dataProvider refused */
	public function test_refuses_what_can_not_work( string $text, string $problem ): void {
		$result = ConnectionCode::parse( $text );
		self::assertInstanceOf( Problem::class, $result );
		self::assertSame( $problem, $result->code );
		self::assertNotSame( '', $result->advice );
	}

	/** @return array<string, array{string, string}> */
	public static function refused(): array {
		return array(
			'nothing'                 => array( '', 'code_malformed' ),
			'a word'                  => array( 'lamp', 'code_malformed' ),
			'only the beginning'      => array( 'dstnc1_', 'code_cut_short' ),
			'half'                    => array( substr( self::code(), 0, 60 ), 'code_cut_short' ),
			'without signature'       => array( strtok( self::code(), '.' ) . '.', 'code_cut_short' ),
			'expired'                 => array( self::code( array( 'exp' => time() - 1 ) ), 'code_expired' ),
			'without an end'          => array( self::code( array( 'exp' => null ) ), 'code_malformed' ),
			'without token'           => array( self::code( array( 'token' => null ) ), 'code_malformed' ),
			'without receiver'        => array( self::code( array( 'receiver' => null ) ), 'code_malformed' ),
			'of a later form'         => array( self::code( array( 'v' => 2 ) ), 'code_malformed' ),
			'of a later version'      => array( str_replace( 'dstnc1_', 'dstnc12_', self::code() ), 'code_too_new' ),
			'over plain http'         => array( self::code( array( 'receiver' => 'http://dstnc.example' ) ), 'code_malformed' ),
			'with a password'         => array( self::code( array( 'receiver' => 'https://u:p@dstnc.example' ) ), 'code_malformed' ),
			'with a query'            => array( self::code( array( 'receiver' => 'https://dstnc.example/?a=b' ) ), 'code_malformed' ),
			'a list for an address'   => array( self::code( array( 'receiver' => array( 'https://dstnc.example' ) ) ), 'code_malformed' ),
		);
	}

	public function test_allows_plain_http_where_plugins_are_developed(): void {
		Wordpress::$environment = 'local';
		self::assertInstanceOf( ConnectionCode::class, ConnectionCode::parse( self::code( array( 'receiver' => 'http://127.0.0.1:8080' ) ) ) );
	}
}
