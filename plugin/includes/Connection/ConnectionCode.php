<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Connection;

use Dstnc\WooCommerce\Fields;
use Dstnc\WooCommerce\Problem;

defined( 'ABSPATH' ) || exit;

/**
 * The code of a vendor's invitation: `dstnc1_`, base64url of JSON `{v, receiver, vendor, token, exp}`, a dot, and DSTNC's signature. Only
 * DSTNC can check the signature and whether the code was used before; what can be seen without asking is refused here.
 */
final class ConnectionCode {

	/** As DSTNC wants it back. */
	public string $text;

	/** Where DSTNC is called, without a trailing slash. */
	public string $receiverUrl;

	/** DSTNC's name for the vendor. */
	public string $vendor;

	private function __construct( string $text, string $receiverUrl, string $vendor ) {
		$this->text        = $text;
		$this->receiverUrl = $receiverUrl;
		$this->vendor      = $vendor;
	}

	/**
	 * Reads what somebody pasted: a code, also broken into lines by a mail program, or the whole link that carries it.
	 *
	 * @return self|Problem
	 */
	public static function parse( string $pasted ) {
		$text = (string) preg_replace( '/[^\x21-\x7e]+/', '', $pasted );
		if ( 1 !== preg_match( '/dstnc(\d+)_([A-Za-z0-9_-]*)(\.[A-Za-z0-9_-]*)?/', $text, $found ) ) {
			return Problems::codeMalformed();
		}
		if ( '1' !== $found[1] ) {
			return Problems::codeTooNew();
		}
		$payload = self::decoded( $found[2] );
		if ( null === $payload || strlen( $found[3] ?? '' ) < 2 ) {
			return Problems::codeCutShort();
		}
		$receiver = self::address( $payload->text( 'receiver' ) );
		if ( 1 !== $payload->number( 'v' ) || null === $receiver || '' === $payload->text( 'token' ) || ! $payload->has( 'exp' ) ) {
			return Problems::codeMalformed();
		}
		if ( $payload->number( 'exp' ) <= time() ) {
			return Problems::codeExpired();
		}
		return new self( $found[0], $receiver, $payload->text( 'vendor' ) );
	}

	private static function decoded( string $base64url ): ?Fields {
		// phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions.obfuscation_base64_decode -- The form of the code.
		$json  = base64_decode( strtr( $base64url, '-_', '+/' ), true );
		$value = false === $json ? null : json_decode( $json, true );
		return is_array( $value ) ? Fields::of( $value ) : null;
	}

	/** A secure address without credentials or query; null for any other. */
	private static function address( string $url ): ?string {
		$parts  = wp_parse_url( $url );
		$scheme = is_array( $parts ) ? strtolower( $parts['scheme'] ?? '' ) : '';
		if ( ! is_array( $parts ) || '' === ( $parts['host'] ?? '' ) || isset( $parts['user'] ) || isset( $parts['pass'] ) || isset( $parts['query'] ) || isset( $parts['fragment'] ) ) {
			return null;
		}
		return 'https' === $scheme || ( 'http' === $scheme && DevelopmentReceiver::isAllowed() ) ? untrailingslashit( $url ) : null;
	}
}
