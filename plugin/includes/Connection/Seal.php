<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Connection;

defined( 'ABSPATH' ) || exit;

/**
 * Encrypts what must not be read from a database dump. The key comes from the salts in wp-config.php; once they are changed, nothing
 * sealed before can be opened, and the shop has to be connected again.
 */
final class Seal {

	public static function close( string $text ): string {
		$nonce = random_bytes( SODIUM_CRYPTO_SECRETBOX_NONCEBYTES );
		// phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions.obfuscation_base64_encode -- Ciphertext is binary, options are text.
		return base64_encode( $nonce . sodium_crypto_secretbox( $text, $nonce, self::key() ) );
	}

	/** @return string|null Null where it was sealed with other salts, or is nothing sealed. */
	public static function open( string $sealed ): ?string {
		// phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions.obfuscation_base64_decode -- See close().
		$binary = base64_decode( $sealed, true );
		if ( false === $binary || strlen( $binary ) <= SODIUM_CRYPTO_SECRETBOX_NONCEBYTES ) {
			return null;
		}
		$nonce = substr( $binary, 0, SODIUM_CRYPTO_SECRETBOX_NONCEBYTES );
		$text  = sodium_crypto_secretbox_open( substr( $binary, SODIUM_CRYPTO_SECRETBOX_NONCEBYTES ), $nonce, self::key() );
		return false === $text ? null : $text;
	}

	private static function key(): string {
		return hash_hmac( 'sha256', 'dstnc connection', wp_salt( 'auth' ), true );
	}
}
