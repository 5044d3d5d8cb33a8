<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Connection;

defined( 'ABSPATH' ) || exit;

/**
 * Lets a shop under development call a receiver under development. WordPress refuses private addresses and ports other than 80, 443 and
 * 8080, and rightly so: the exception holds for the receiver's own host and port, and only where WordPress is told that this is a `local`
 * or `development` environment.
 */
final class DevelopmentReceiver {

	public static function isAllowed(): bool {
		return in_array( wp_get_environment_type(), array( 'local', 'development' ), true );
	}

	/**
	 * @param callable(): string $url Gives the receiver's address when a request is made; '' for none.
	 */
	public static function allow( callable $url ): void {
		if ( ! self::isAllowed() ) {
			return;
		}
		add_filter(
			'http_request_host_is_external',
			/**
			 * @param mixed $external
			 * @param mixed $host
			 * @param mixed $asked
			 */
			static function ( $external, $host = '', $asked = '' ) use ( $url ) {
				return self::isSame( $url(), $asked ) ? true : $external;
			},
			10,
			3
		);
		add_filter(
			'http_allowed_safe_ports',
			/**
			 * @param mixed $ports
			 * @param mixed $host
			 * @param mixed $asked
			 */
			static function ( $ports, $host = '', $asked = '' ) use ( $url ) {
				$receiver = $url();
				$port     = wp_parse_url( $receiver, PHP_URL_PORT );
				return is_array( $ports ) && is_int( $port ) && self::isSame( $receiver, $asked ) ? array_merge( $ports, array( $port ) ) : $ports;
			},
			10,
			3
		);
	}

	/**
	 * Whether two addresses have the same host and port.
	 *
	 * @param mixed $asked
	 */
	private static function isSame( string $receiver, $asked ): bool {
		if ( '' === $receiver || ! is_string( $asked ) ) {
			return false;
		}
		return wp_parse_url( $receiver, PHP_URL_HOST ) === wp_parse_url( $asked, PHP_URL_HOST )
			&& wp_parse_url( $receiver, PHP_URL_PORT ) === wp_parse_url( $asked, PHP_URL_PORT );
	}
}
