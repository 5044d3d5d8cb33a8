<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Connection;

use Dstnc\WooCommerce\Plugin;

defined( 'ABSPATH' ) || exit;

/**
 * Calls DSTNC. Never throws: whatever goes wrong comes back as a problem in the vendor's words. A copy of the shop calls nobody, so that
 * a staging site can neither read nor end the live shop's connection.
 */
final class ReceiverClient {

	/** Seconds. DSTNC calls the shop back before it answers. */
	private const CONNECT_SECONDS = 45;

	/** Seconds. */
	private const SECONDS = 10;

	/** Seconds. The page waits for this one. */
	private const STATE_SECONDS = 3;

	/** Seconds. For a call that a person's action doesn't depend on. */
	private const PARTING_SECONDS = 5;

	/** Far more than any answer has. */
	private const MOST_BYTES = 4194304;

	private Plugin $plugin;

	/** Where the call that is under way goes. */
	private string $calling = '';

	private bool $developmentAllowed = false;

	public function __construct( Plugin $plugin ) {
		$this->plugin = $plugin;
	}

	/**
	 * Asks DSTNC to connect this shop.
	 *
	 * @param array<string, mixed> $body
	 */
	public function connect( string $receiverUrl, array $body ): ReceiverAnswer {
		return $this->call( 'POST', $receiverUrl . '/v1/connections', null, $body, self::CONNECT_SECONDS );
	}

	/** How DSTNC sees this shop. */
	public function store(): ReceiverAnswer {
		return $this->ask( 'GET', '', null, self::STATE_SECONDS );
	}

	/** DSTNC's own checks, from outside in. */
	public function doctor(): ReceiverAnswer {
		return $this->ask( 'GET', '/doctor', null, self::CONNECT_SECONDS );
	}

	/** DSTNC is to read the whole catalogue again. */
	public function sync(): ReceiverAnswer {
		return $this->ask( 'POST', '/sync', null, self::SECONDS );
	}

	public function listing( string $externalId ): ReceiverAnswer {
		return $this->ask( 'GET', '/listings/' . rawurlencode( $externalId ), null, self::SECONDS );
	}

	/** DSTNC's orders from this shop, the newest first. `$before`: what `next` of the page before was; '' for the first. */
	public function orders( int $limit, string $before ): ReceiverAnswer {
		return $this->ask( 'GET', "/orders?limit=$limit" . ( '' === $before ? '' : '&before=' . rawurlencode( $before ) ), null, self::SECONDS );
	}

	/** What DSTNC knows of one of its orders. */
	public function order( string $reference ): ReceiverAnswer {
		return $this->ask( 'GET', '/orders/' . rawurlencode( $reference ), null, self::STATE_SECONDS );
	}

	/** DSTNC is to read one of its orders again, and to take what became of it. */
	public function resendOrder( string $reference ): ReceiverAnswer {
		return $this->ask( 'POST', '/orders/' . rawurlencode( $reference ) . '/resend', null, self::SECONDS );
	}

	/**
	 * DSTNC is to use another key. It tries it before it agrees.
	 *
	 * @param array<string, mixed> $body
	 */
	public function replaceCredentials( array $body ): ReceiverAnswer {
		return $this->ask( 'PATCH', '', $body, self::CONNECT_SECONDS );
	}

	/** DSTNC is to forget this shop and to withdraw its listings. */
	public function disconnect(): ReceiverAnswer {
		return $this->ask( 'DELETE', '', null, self::PARTING_SECONDS );
	}

	/** Takes back a connection that DSTNC has agreed to and that this shop could not keep. */
	public function takeBack( string $receiverUrl, string $storeId, string $storeToken ): ReceiverAnswer {
		return $this->call( 'DELETE', $receiverUrl . '/v1/stores/' . rawurlencode( $storeId ), $storeToken, null, self::PARTING_SECONDS );
	}

	/** @param array<string, mixed>|null $body */
	private function ask( string $method, string $path, ?array $body, int $seconds ): ReceiverAnswer {
		$connection = $this->plugin->connections()->current();
		if ( null === $connection ) {
			return new ReceiverAnswer( 0, array(), Problems::notConnected() );
		}
		$token = $this->plugin->connections()->storeToken();
		if ( null === $token ) {
			return new ReceiverAnswer( 0, array(), Problems::secretsUnreadable() );
		}
		return $this->call( $method, $connection->receiverUrl . '/v1/stores/' . rawurlencode( $connection->storeId ) . $path, $token, $body, $seconds );
	}

	/** @param array<string, mixed>|null $body */
	private function call( string $method, string $url, ?string $token, ?array $body, int $seconds ): ReceiverAnswer {
		$identity = $this->plugin->siteIdentity();
		// One that says that it is the live shop now tells DSTNC so, and nothing else.
		if ( $identity->isClone() && ! ( 'PATCH' === $method && $identity->isMoving() ) ) {
			return new ReceiverAnswer( 0, array(), Problems::isClone( $identity->homes()['stored'] ) );
		}
		if ( ! $this->developmentAllowed ) {
			DevelopmentReceiver::allow( fn() => $this->calling );
			$this->developmentAllowed = true;
		}
		$headers = array( 'Accept' => 'application/json' );
		if ( null !== $token ) {
			$headers['Authorization'] = 'Bearer ' . $token;
		}
		if ( null !== $body ) {
			$headers['Content-Type'] = 'application/json';
		}
		$this->calling = $url;
		$start         = microtime( true );
		$answer        = wp_safe_remote_request(
			$url,
			array(
				'method'              => $method,
				'timeout'             => (float) $seconds,
				'redirection'         => 0,
				'limit_response_size' => self::MOST_BYTES,
				'headers'             => $headers,
				'body'                => null === $body ? '' : (string) wp_json_encode( $body ),
				'user-agent'          => 'DSTNC-for-WooCommerce/' . DSTNC_PLUGIN_VERSION,
			)
		);
		$this->calling = '';
		$durationMs    = (int) round( ( microtime( true ) - $start ) * 1000 );
		if ( is_wp_error( $answer ) ) {
			return new ReceiverAnswer( 0, array(), Problems::unreachable( $answer, $url ), $durationMs );
		}
		return self::understood( $answer, $url, null !== $token, $durationMs );
	}

	/** @param array<array-key, mixed> $answer */
	private static function understood( array $answer, string $url, bool $asStore, int $durationMs ): ReceiverAnswer {
		$status = (int) wp_remote_retrieve_response_code( $answer );
		$text   = wp_remote_retrieve_body( $answer );
		$body   = json_decode( $text, true );
		if ( 204 === $status || ( $status >= 200 && $status < 300 && '' === trim( $text ) ) ) {
			return new ReceiverAnswer( $status, array(), null, $durationMs );
		}
		if ( $status >= 200 && $status < 300 && is_array( $body ) ) {
			return new ReceiverAnswer( $status, $body, null, $durationMs );
		}
		return new ReceiverAnswer(
			$status,
			is_array( $body ) ? $body : array(),
			is_array( $body ) && $status >= 400 ? Problems::refused( $status, $body, $asStore ) : Problems::notFromDstnc( $status, $url ),
			$durationMs
		);
	}
}
