<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Health;

defined( 'ABSPATH' ) || exit;

/** What came back when the shop asked itself. */
final class SelfTestResult {

	/** The REST API answered as it does to DSTNC. */
	public const ANSWERED = 'answered';
	/** The REST API answered, but another plugin's refusal. */
	public const REFUSED = 'refused';
	/** The shop broke down over it: a program error. */
	public const FAILED = 'failed';
	/** Something that isn't the REST API answered: a page of a firewall, a login, a maintenance page. */
	public const BLOCKED = 'blocked';
	/** The REST API answered, but doesn't know our address. */
	public const MISSING = 'missing';
	/** The request was sent elsewhere. */
	public const REDIRECTED = 'redirected';
	/** No answer. Many hosts don't let a server call itself: this alone proves nothing. */
	public const SILENT = 'silent';

	/** One of the constants. */
	public string $outcome;

	/** HTTP status, 0 without an answer. */
	public int $status;

	/** Code and message of a refusal, the start of a page, or where it was sent. */
	public string $evidence;

	/** Who seems to have answered: `Wordfence`; empty if nothing gives it away. */
	public string $by;

	/** Whether the Authorization header arrived; null: not known. */
	public ?bool $authorization = null;

	/** Whether WordPress saw that the request was https; null: not known. */
	public ?bool $ssl = null;

	public int $durationMs;

	private const SIGNS = array(
		'Wordfence'                     => '/wordfence/i',
		'Solid Security'                => '/ithemes[ -]?security|solid[ -]?security|better-wp-security|itsec/i',
		'All-In-One Security'           => '/all[ -]in[ -]one[ -](wp[ -])?security|aiowps/i',
		'Sucuri'                        => '/sucuri/i',
		'Imunify360'                    => '/imunify360/i',
		'Cerber Security'               => '/wp cerber|cerber security/i',
		'Cloudflare'                    => '/cf-ray|cloudflare/i',
		'ModSecurity'                   => '/mod_?security|not acceptable!/i',
	);

	private function __construct( string $outcome, int $status, string $evidence, string $by, int $durationMs ) {
		$this->outcome    = $outcome;
		$this->status     = $status;
		$this->evidence   = $evidence;
		$this->by         = $by;
		$this->durationMs = $durationMs;
	}

	/**
	 * @param array<array-key, mixed>|\WP_Error $response     Of wp_remote_get().
	 * @param string                            $answerHeader In which our other end says what it saw.
	 */
	public static function of( $response, int $durationMs, string $answerHeader ): self {
		if ( is_wp_error( $response ) ) {
			return new self( self::SILENT, 0, $response->get_error_message(), '', $durationMs );
		}
		$status = (int) wp_remote_retrieve_response_code( $response );
		$body   = wp_remote_retrieve_body( $response );
		$data   = json_decode( $body, true );
		if ( is_array( $data ) ) {
			$result = self::ofJson( $data, $status, $durationMs );
			$seen   = wp_remote_retrieve_header( $response, $answerHeader );
			if ( is_string( $seen ) && 1 === preg_match( '/authorization=([01]); ssl=([01])/', $seen, $matches ) ) {
				$result->authorization = '1' === $matches[1];
				$result->ssl           = '1' === $matches[2];
			}
			return $result;
		}
		$location = wp_remote_retrieve_header( $response, 'location' );
		if ( $status >= 300 && $status < 400 && is_string( $location ) && '' !== $location ) {
			return new self( self::REDIRECTED, $status, (string) strtok( $location, '?' ), '', $durationMs );
		}
		$server = wp_remote_retrieve_header( $response, 'server' );
		$text   = trim( (string) preg_replace( '/\s+/', ' ', wp_strip_all_tags( $body ) ) );
		if ( 500 === $status ) {
			return new self( self::FAILED, $status, mb_substr( $text, 0, 200 ), '', $durationMs );
		}
		$by = '';
		foreach ( self::SIGNS as $name => $sign ) {
			if ( 1 === preg_match( $sign, $body . ' ' . ( is_string( $server ) ? $server : '' ) ) ) {
				$by = $name;
				break;
			}
		}
		$challenge = wp_remote_retrieve_header( $response, 'www-authenticate' );
		if ( 401 === $status && is_string( $challenge ) && 0 === stripos( $challenge, 'basic' ) ) {
			$by = 'password';
		}
		return new self( self::BLOCKED, $status, mb_substr( $text, 0, 200 ), $by, $durationMs );
	}

	/** @param array<array-key, mixed> $data */
	private static function ofJson( array $data, int $status, int $durationMs ): self {
		$code     = is_string( $data['code'] ?? null ) ? $data['code'] : '';
		$message  = is_string( $data['message'] ?? null ) ? wp_strip_all_tags( $data['message'] ) : '';
		$evidence = trim( "$code $message" );
		if ( isset( $data['contractVersion'] ) ) {
			return new self( self::ANSWERED, $status, '', '', $durationMs );
		}
		if ( 'rest_no_route' === $code ) {
			return new self( self::MISSING, $status, $evidence, '', $durationMs );
		}
		if ( 500 === $status ) {
			return new self( self::FAILED, $status, $evidence, '', $durationMs );
		}
		// WooCommerce's and our own refusals show that the request came through; that its user may not is told elsewhere.
		if ( 0 === strpos( $code, 'woocommerce_rest_' ) || 0 === strpos( $code, 'dstnc_' ) || 'rest_forbidden' === $code ) {
			return new self( self::ANSWERED, $status, $evidence, '', $durationMs );
		}
		return new self( self::REFUSED, $status, $evidence, '', $durationMs );
	}

	/** The REST API is there for DSTNC; null: it can't be told from inside. */
	public function reached(): ?bool {
		return self::SILENT === $this->outcome ? null : self::ANSWERED === $this->outcome;
	}
}
