<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Health;

defined( 'ABSPATH' ) || exit;

/**
 * The shop asks itself over the network what DSTNC asks it: the same address, and query strings as long as DSTNC's. It shows what
 * stands in the way inside the server, in front of WordPress and in other plugins.
 *
 * The request acts as a user by a token that is good for this one address and for a minute: a failed login with invented credentials
 * would make security plugins block the shop's own server.
 */
final class SelfTest {

	private const ROUTE          = 'wc-dstnc/v1/status';
	private const TOKEN_HEADER   = 'HTTP_X_DSTNC_SELF_TEST';
	private const ANSWER_HEADER  = 'X-Dstnc-Self-Test';
	private const TOKEN_SECONDS  = 60;
	private const ANSWER_SECONDS = 10;

	/** The other end. Costs other requests a look into an array. */
	public static function listen(): void {
		if ( ! isset( $_SERVER[ self::TOKEN_HEADER ] ) ) {
			return;
		}
		// Before WooCommerce's (15) and WordPress's (20) own, which then take no notice of the made-up Authorization header.
		add_filter(
			'determine_current_user',
			static function ( $user ) {
				$tested = self::testedUser();
				return 0 === $tested ? $user : $tested;
			},
			14
		);
		add_filter(
			'rest_post_dispatch',
			static function ( $response ) {
				if ( $response instanceof \WP_REST_Response && 0 !== self::testedUser() ) {
					$arrived = isset( $_SERVER['PHP_AUTH_USER'] ) || isset( $_SERVER['HTTP_AUTHORIZATION'] ) || isset( $_SERVER['REDIRECT_HTTP_AUTHORIZATION'] );
					$response->header( self::ANSWER_HEADER, sprintf( 'authorization=%d; ssl=%d', $arrived, is_ssl() ) );
				}
				return $response;
			}
		);
	}

	/**
	 * @param int $userId Who asks; 0 for nobody.
	 */
	public function run( int $userId ): SelfTestResult {
		$url      = $this->url();
		$started  = microtime( true );
		$response = wp_remote_get(
			$url,
			array(
				'timeout'     => self::ANSWER_SECONDS,
				'redirection' => 0,
				/** This filter is documented in wp-includes/class-wp-http-streams.php: a server often can't verify its own certificate from inside. */
				'sslverify'   => (bool) apply_filters( 'https_local_ssl_verify', false, $url ),
				'headers'     => array(
					'Accept'            => 'application/json',
					'Cache-Control'     => 'no-cache',
					// phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions.obfuscation_base64_encode -- Basic credentials are written so.
					'Authorization'     => 'Basic ' . base64_encode( 'dstnc:self-test' ),
					'X-Dstnc-Self-Test' => self::token( $userId, self::addressed( $url ) ),
				),
			)
		);
		return SelfTestResult::of( $response, (int) round( 1000 * ( microtime( true ) - $started ) ), self::ANSWER_HEADER );
	}

	/** Over plain http DSTNC signs with OAuth in the query string, which some filters take for too long. */
	private function url(): string {
		$url   = rest_url( self::ROUTE );
		$query = array( 'dstnc_test' => wp_generate_password( 8, false ) );
		if ( 'https' !== wp_parse_url( $url, PHP_URL_SCHEME ) ) {
			$query += array(
				'oauth_consumer_key'     => 'ck_' . str_repeat( '0', 40 ),
				'oauth_nonce'            => str_repeat( '0', 32 ),
				'oauth_signature'        => str_repeat( '0', 40 ) . '%2B%3D',
				'oauth_signature_method' => 'HMAC-SHA256',
				'oauth_timestamp'        => (string) time(),
			);
		}
		return add_query_arg( $query, $url );
	}

	/** The user of this very request if it is a self-test of ours, else 0. */
	private static function testedUser(): int {
		// phpcs:disable WordPress.Security.ValidatedSanitizedInput -- compared with a hash, never used otherwise.
		$token  = is_string( $_SERVER[ self::TOKEN_HEADER ] ?? null ) ? $_SERVER[ self::TOKEN_HEADER ] : '';
		$uri    = is_string( $_SERVER['REQUEST_URI'] ?? null ) ? $_SERVER['REQUEST_URI'] : '';
		$method = is_string( $_SERVER['REQUEST_METHOD'] ?? null ) ? $_SERVER['REQUEST_METHOD'] : '';
		// phpcs:enable
		$parts = explode( '.', $token );
		if ( 3 !== count( $parts ) || 'GET' !== $method || abs( time() - (int) $parts[0] ) > self::TOKEN_SECONDS ) {
			return 0;
		}
		return hash_equals( self::signed( $parts[0], $parts[1], $uri ), $token ) ? (int) $parts[1] : 0;
	}

	private static function token( int $userId, string $uri ): string {
		return self::signed( (string) time(), (string) $userId, $uri );
	}

	private static function signed( string $time, string $user, string $uri ): string {
		return "$time.$user." . hash_hmac( 'sha256', "dstnc self-test|$time|$user|$uri", wp_salt( 'auth' ) );
	}

	/** What the server sees as REQUEST_URI. */
	private static function addressed( string $url ): string {
		$query = (string) wp_parse_url( $url, PHP_URL_QUERY );
		return (string) wp_parse_url( $url, PHP_URL_PATH ) . ( '' === $query ? '' : "?$query" );
	}
}
