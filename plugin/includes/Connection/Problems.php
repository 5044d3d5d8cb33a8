<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Connection;

use Dstnc\WooCommerce\Fields;
use Dstnc\WooCommerce\Problem;

defined( 'ABSPATH' ) || exit;

/** What can go wrong between this shop and DSTNC, in the vendor's words. */
final class Problems {

	public static function codeMalformed(): Problem {
		return new Problem(
			'code_malformed',
			__( 'This is not a connection code', 'dstnc-for-woocommerce' ),
			__( 'A connection code begins with "dstnc1_" and is a few lines long.', 'dstnc-for-woocommerce' ),
			__( 'Copy the whole code from your DSTNC invitation and paste it again.', 'dstnc-for-woocommerce' )
		);
	}

	public static function codeCutShort(): Problem {
		return new Problem(
			'code_cut_short',
			__( 'The connection code is not complete', 'dstnc-for-woocommerce' ),
			__( 'It begins like one, but a part is missing: it was probably not copied to its end.', 'dstnc-for-woocommerce' ),
			__( 'Copy the whole code from your DSTNC invitation and paste it again.', 'dstnc-for-woocommerce' )
		);
	}

	public static function codeTooNew(): Problem {
		return new Problem(
			'code_too_new',
			__( 'This plugin is too old for the connection code', 'dstnc-for-woocommerce' ),
			__( 'The code was made for a newer version of DSTNC for WooCommerce.', 'dstnc-for-woocommerce' ),
			__( 'Update DSTNC for WooCommerce under Plugins, then paste the code again.', 'dstnc-for-woocommerce' ),
			'',
			self::pluginsPage()
		);
	}

	public static function codeExpired(): Problem {
		return new Problem(
			'code_expired',
			__( 'The connection code has expired', 'dstnc-for-woocommerce' ),
			__( 'Codes are valid for some days only.', 'dstnc-for-woocommerce' ),
			__( 'Ask DSTNC for a new invitation.', 'dstnc-for-woocommerce' )
		);
	}

	public static function notConnected(): Problem {
		return new Problem(
			'not_connected',
			__( 'This shop is not connected to DSTNC', 'dstnc-for-woocommerce' ),
			__( 'There is no connection yet, or it was ended.', 'dstnc-for-woocommerce' ),
			__( 'Connect it under WooCommerce > DSTNC.', 'dstnc-for-woocommerce' ),
			'',
			self::page()
		);
	}

	public static function secretsUnreadable(): Problem {
		return new Problem(
			'secrets_unreadable',
			__( 'The connection to DSTNC can no longer be opened', 'dstnc-for-woocommerce' ),
			__( 'The security keys in wp-config.php were changed since this shop was connected, as after a move or a clean-up, and the connection was locked with the old ones.', 'dstnc-for-woocommerce' ),
			__( 'Ask DSTNC for a new connection code and connect again. Your listings stay.', 'dstnc-for-woocommerce' ),
			'',
			self::page()
		);
	}

	/**
	 * The shop has moved to another address and got other salts on the way.
	 *
	 * @param array{stored: string, current: string} $homes
	 */
	public static function movedAndLocked( array $homes ): Problem {
		return new Problem(
			'moved_and_locked',
			__( 'This shop has to be connected anew', 'dstnc-for-woocommerce' ),
			sprintf(
				/* translators: %s: address of a shop. */
				__( 'The connection was made at %s and locked with the security keys that wp-config.php had there. Here they are others, so it can\'t be opened any more. This shop has put it away; DSTNC was not told.', 'dstnc-for-woocommerce' ),
				$homes['stored']
			),
			sprintf(
				/* translators: %s: address of a shop. */
				__( 'Tell DSTNC that your shop has moved to %s, and ask for a new connection code for this address. Then paste it here.', 'dstnc-for-woocommerce' ),
				$homes['current']
			),
			'',
			self::page()
		);
	}

	/** DSTNC was given a new key, tried it, and its answer got lost. */
	public static function renewalInDoubt( string $technical ): Problem {
		return new Problem(
			'renewal_in_doubt',
			__( 'It is not certain that DSTNC has the new key', 'dstnc-for-woocommerce' ),
			__( 'DSTNC tried the new key, but its answer did not arrive. Until that is settled the old key and the new one both work, so nothing is lost.', 'dstnc-for-woocommerce' ),
			__( 'Try again in some minutes.', 'dstnc-for-woocommerce' ),
			$technical
		);
	}

	public static function busy( ?Attempt $attempt ): Problem {
		$user = null === $attempt ? false : get_userdata( $attempt->startedBy );
		return new Problem(
			'busy',
			__( 'Somebody else is at it', 'dstnc-for-woocommerce' ),
			false === $user
				? __( 'The connection to DSTNC is being changed at this moment.', 'dstnc-for-woocommerce' )
				/* translators: %s: name of a user. */
				: sprintf( __( '%s is connecting this shop to DSTNC at this moment.', 'dstnc-for-woocommerce' ), $user->display_name ),
			__( 'Wait a moment, then load this page again.', 'dstnc-for-woocommerce' )
		);
	}

	public static function attemptGone(): Problem {
		return new Problem(
			'attempt_gone',
			__( 'Connecting was ended', 'dstnc-for-woocommerce' ),
			__( 'It was given up, or it took too long. Everything was undone.', 'dstnc-for-woocommerce' ),
			__( 'Load this page again to see how things are.', 'dstnc-for-woocommerce' )
		);
	}

	public static function interrupted(): Problem {
		return new Problem(
			'interrupted',
			__( 'Connecting was interrupted', 'dstnc-for-woocommerce' ),
			__( 'This step was begun and not finished: the server stopped it, or the page was closed. Everything was undone.', 'dstnc-for-woocommerce' ),
			__( 'Connect again. If DSTNC says that the code was used, ask for a new one.', 'dstnc-for-woocommerce' )
		);
	}

	public static function unexpected( \Throwable $error ): Problem {
		return new Problem(
			'unexpected',
			__( 'Something went wrong in your shop', 'dstnc-for-woocommerce' ),
			__( 'Another plugin or the database stopped this step. Everything was undone.', 'dstnc-for-woocommerce' ),
			__( 'Try again. If it fails again, send the details below to DSTNC.', 'dstnc-for-woocommerce' ),
			get_class( $error ) . ': ' . $error->getMessage()
		);
	}

	public static function databaseRefused(): Problem {
		global $wpdb;
		return new Problem(
			'database',
			__( 'Your shop\'s database refused', 'dstnc-for-woocommerce' ),
			__( 'An API key for DSTNC could not be saved.', 'dstnc-for-woocommerce' ),
			__( 'Ask your host whether the database is full or damaged, then try again.', 'dstnc-for-woocommerce' ),
			$wpdb->last_error
		);
	}

	public static function userNotAble(): Problem {
		return new Problem(
			'user_not_able',
			__( 'This user can\'t act for DSTNC', 'dstnc-for-woocommerce' ),
			__( 'DSTNC needs a user who may manage products and orders: yourself, or an administrator or shop manager whom you may edit.', 'dstnc-for-woocommerce' ),
			__( 'Choose another user.', 'dstnc-for-woocommerce' )
		);
	}

	public static function isClone( string $liveShop ): Problem {
		return new Problem(
			'clone',
			__( 'This is a copy of your shop, and it keeps quiet', 'dstnc-for-woocommerce' ),
			sprintf(
				/* translators: %s: address of a shop. */
				__( 'The shop that is connected to DSTNC is %s. So that this copy can\'t change or end its connection, it doesn\'t call DSTNC.', 'dstnc-for-woocommerce' ),
				$liveShop
			),
			__( 'If this is the live shop now, say so under WooCommerce > DSTNC.', 'dstnc-for-woocommerce' ),
			'',
			self::page()
		);
	}

	/** Nobody answered. */
	public static function unreachable( \WP_Error $error, string $url ): Problem {
		$message   = $error->get_error_message();
		$technical = self::withoutQuery( $url ) . ': ' . $message;
		$curl      = 1 === preg_match( '/cURL error (\d+)/', $message, $found ) ? (int) $found[1] : 0;
		if ( in_array( $curl, array( 35, 51, 53, 58, 60, 66, 77, 80, 83, 90 ), true ) || false !== stripos( $message, 'certificate' ) ) {
			return new Problem(
				'receiver_certificate',
				__( 'The secure connection to DSTNC failed', 'dstnc-for-woocommerce' ),
				__( 'The certificate that answered at DSTNC\'s address isn\'t one that this shop trusts. So nothing was sent.', 'dstnc-for-woocommerce' ),
				__( 'Try again later. If it stays so, ask your host whether the server\'s clock and certificates are up to date, and tell DSTNC.', 'dstnc-for-woocommerce' ),
				$technical
			);
		}
		if ( 28 === $curl || false !== stripos( $message, 'timed out' ) ) {
			return new Problem(
				'receiver_slow',
				__( 'DSTNC takes too long to answer', 'dstnc-for-woocommerce' ),
				__( 'DSTNC was called and didn\'t answer in time.', 'dstnc-for-woocommerce' ),
				__( 'Try again in some minutes. Nothing is lost: what changes meanwhile is sent later.', 'dstnc-for-woocommerce' ),
				$technical
			);
		}
		if ( 'http_request_not_executed' === $error->get_error_code() || 'http_request_block' === $error->get_error_code() || 'http_request_blocked' === $error->get_error_code() ) {
			return new Problem(
				'requests_blocked',
				__( 'This shop isn\'t allowed to call DSTNC', 'dstnc-for-woocommerce' ),
				__( 'A setting of this WordPress (WP_HTTP_BLOCK_EXTERNAL), a plugin or the host blocks calls to other servers.', 'dstnc-for-woocommerce' ),
				sprintf(
					/* translators: %s: name of a server. */
					__( 'Allow calls to %s, or ask your host to.', 'dstnc-for-woocommerce' ),
					self::host( $url )
				),
				$technical
			);
		}
		if ( 0 === $curl && false === stripos( $message, 'resolve' ) ) {
			// WordPress refused the address before calling: a private address, or a port that it doesn't call.
			return new Problem(
				'receiver_address',
				__( 'DSTNC\'s address can\'t be called from this shop', 'dstnc-for-woocommerce' ),
				__( 'WordPress refuses to call it.', 'dstnc-for-woocommerce' ),
				__( 'Ask DSTNC for a new invitation, and send them the details below.', 'dstnc-for-woocommerce' ),
				$technical
			);
		}
		return new Problem(
			'receiver_unreachable',
			__( 'DSTNC can\'t be reached', 'dstnc-for-woocommerce' ),
			__( 'Nobody answered at DSTNC\'s address: DSTNC is down, or this shop\'s server can\'t call out.', 'dstnc-for-woocommerce' ),
			__( 'Try again in some minutes. If it stays so, ask your host whether the server may call other servers.', 'dstnc-for-woocommerce' ),
			$technical
		);
	}

	/** Something else than DSTNC answered: a web page, a proxy. */
	public static function notFromDstnc( int $status, string $url ): Problem {
		$technical = self::withoutQuery( $url ) . ': ' . $status;
		if ( $status >= 500 ) {
			return new Problem(
				'receiver_down',
				__( 'DSTNC is out of order at the moment', 'dstnc-for-woocommerce' ),
				__( 'The server at DSTNC\'s address answered that it can\'t serve right now.', 'dstnc-for-woocommerce' ),
				__( 'Try again in some minutes. Nothing is lost: what changes meanwhile is sent later.', 'dstnc-for-woocommerce' ),
				$technical
			);
		}
		return new Problem(
			'receiver_not_dstnc',
			__( 'Something else answered in DSTNC\'s place', 'dstnc-for-woocommerce' ),
			__( 'A web page came back where DSTNC should answer: a proxy or firewall stands in between, or the address is wrong.', 'dstnc-for-woocommerce' ),
			__( 'Ask your host whether a proxy or firewall changes calls to other servers. If not, tell DSTNC.', 'dstnc-for-woocommerce' ),
			$technical
		);
	}

	/** DSTNC agreed, but with words that this plugin doesn't understand. */
	public static function answerNotUnderstood( string $technical ): Problem {
		return new Problem(
			'receiver_not_understood',
			__( 'DSTNC\'s answer can\'t be understood', 'dstnc-for-woocommerce' ),
			__( 'DSTNC answered, but not with what this plugin needs.', 'dstnc-for-woocommerce' ),
			__( 'Update DSTNC for WooCommerce under Plugins and try again. If it stays so, tell DSTNC.', 'dstnc-for-woocommerce' ),
			$technical,
			self::pluginsPage()
		);
	}

	public static function contractTooNew( string $technical = '' ): Problem {
		return new Problem(
			'contract_too_new',
			__( 'DSTNC must update first', 'dstnc-for-woocommerce' ),
			__( 'This plugin is newer than what DSTNC runs at the moment.', 'dstnc-for-woocommerce' ),
			__( 'Try again in some days, or tell DSTNC. There is nothing to do in your shop.', 'dstnc-for-woocommerce' ),
			$technical
		);
	}

	/**
	 * DSTNC answered no.
	 *
	 * @param array<array-key, mixed> $body    RFC 9457 problem details.
	 * @param bool                    $asStore Whether the shop called as the connected shop.
	 */
	public static function refused( int $status, array $body, bool $asStore ): Problem {
		$fields    = Fields::of( $body );
		$type      = $fields->text( 'type' );
		$code      = str_replace( '-', '_', (string) preg_replace( '/^.*[:\/]/', '', $type ) );
		$technical = trim( $status . ' ' . $code . ' ' . self::plain( $fields->text( 'technical' ) ) );
		switch ( $code ) {
			case 'code_malformed':
				// Here it was whole enough to be read.
				return self::with( self::codeCutShort(), $technical );
			case 'code_expired':
				return self::with( self::codeExpired(), $technical );
			case 'code_used':
				return new Problem(
					$code,
					__( 'The connection code was already used', 'dstnc-for-woocommerce' ),
					__( 'A code connects a shop once.', 'dstnc-for-woocommerce' ),
					__( 'Ask DSTNC for a new invitation.', 'dstnc-for-woocommerce' ),
					$technical
				);
			case 'code_foreign':
				return new Problem(
					$code,
					__( 'DSTNC doesn\'t know this connection code', 'dstnc-for-woocommerce' ),
					__( 'It was not made by the DSTNC that it names, or it was changed on its way.', 'dstnc-for-woocommerce' ),
					__( 'Copy the whole code from your invitation again. If that doesn\'t help, ask DSTNC for a new invitation.', 'dstnc-for-woocommerce' ),
					$technical
				);
			case 'contract_too_old':
				return new Problem(
					$code,
					__( 'This plugin is too old for DSTNC', 'dstnc-for-woocommerce' ),
					__( 'DSTNC no longer serves this version of DSTNC for WooCommerce.', 'dstnc-for-woocommerce' ),
					__( 'Update DSTNC for WooCommerce under Plugins, then connect again.', 'dstnc-for-woocommerce' ),
					$technical,
					self::pluginsPage()
				);
			case 'contract_too_new':
				return self::contractTooNew( $technical );
			case 'vendor_taken':
				return new Problem(
					$code,
					__( 'Another shop is connected already', 'dstnc-for-woocommerce' ),
					__( 'Your DSTNC account has a shop at another address, and it can have one only.', 'dstnc-for-woocommerce' ),
					__( 'Disconnect the other shop first, or ask DSTNC to. Then connect this one with the same code.', 'dstnc-for-woocommerce' ),
					$technical
				);
			case 'vendor_withdrawing':
				return new Problem(
					$code,
					__( 'Your other shop is still being disconnected', 'dstnc-for-woocommerce' ),
					__( 'Your DSTNC account can have one shop only, and DSTNC is still withdrawing the products of the one before.', 'dstnc-for-woocommerce' ),
					__( 'Try again with the same code in some minutes. If it stays so, tell DSTNC.', 'dstnc-for-woocommerce' ),
					$technical
				);
			case 'store_refused':
				return new Problem(
					$code,
					__( 'DSTNC can\'t use this shop\'s address', 'dstnc-for-woocommerce' ),
					self::plain( $fields->text( 'reason', $fields->text( 'detail' ) ) ),
					__( 'Set the address that shoppers use under Settings > General (WordPress Address and Site Address), then try again.', 'dstnc-for-woocommerce' ),
					$technical,
					array(
						'label' => __( 'Settings > General', 'dstnc-for-woocommerce' ),
						'url'   => admin_url( 'options-general.php' ),
					)
				);
			case 'callback_failed':
				return new Problem(
					$code,
					__( 'DSTNC can\'t reach this shop', 'dstnc-for-woocommerce' ),
					self::plain( $fields->text( 'reason' ) ),
					self::plain( $fields->text( 'detail', __( 'Ask your host whether a firewall, a password or a security plugin keeps others from calling the shop, then try again.', 'dstnc-for-woocommerce' ) ) ),
					trim( $technical . ' ' . self::plain( $fields->text( 'code' ) ) )
				);
		}
		if ( $asStore && in_array( $status, array( 401, 403, 404 ), true ) && in_array( $code, array( '', 'blank', 'unauthorized', 'not_found', 'unknown_store', 'store_unknown' ), true ) ) {
			return new Problem(
				'connection_unknown',
				__( 'DSTNC no longer knows this connection', 'dstnc-for-woocommerce' ),
				__( 'It was ended by DSTNC, or the shop was connected again from elsewhere.', 'dstnc-for-woocommerce' ),
				__( 'Ask DSTNC for a new connection code and connect again.', 'dstnc-for-woocommerce' ),
				$technical,
				self::page()
			);
		}
		if ( 429 === $status || $status >= 500 ) {
			return new Problem(
				'receiver_down',
				__( 'DSTNC is out of order at the moment', 'dstnc-for-woocommerce' ),
				__( 'DSTNC answered that it can\'t serve right now.', 'dstnc-for-woocommerce' ),
				__( 'Try again in some minutes. Nothing is lost: what changes meanwhile is sent later.', 'dstnc-for-woocommerce' ),
				$technical
			);
		}
		$reason = self::plain( $fields->text( 'title' ) . ' ' . $fields->text( 'detail' ) );
		return new Problem(
			'receiver_refused',
			__( 'DSTNC refused', 'dstnc-for-woocommerce' ),
			'' === $reason ? __( 'DSTNC gave no reason.', 'dstnc-for-woocommerce' ) : $reason,
			__( 'Try again. If it stays so, send DSTNC the details below.', 'dstnc-for-woocommerce' ),
			$technical
		);
	}

	/** @return array{label: string, url: string} */
	public static function page(): array {
		return array(
			'label' => __( 'WooCommerce > DSTNC', 'dstnc-for-woocommerce' ),
			'url'   => admin_url( 'admin.php?page=dstnc' ),
		);
	}

	/** @return array{label: string, url: string} */
	private static function pluginsPage(): array {
		return array(
			'label' => __( 'Plugins', 'dstnc-for-woocommerce' ),
			'url'   => admin_url( 'plugins.php' ),
		);
	}

	private static function with( Problem $problem, string $technical ): Problem {
		return new Problem( $problem->code, $problem->title, $problem->detail, $problem->advice, $technical, $problem->link );
	}

	/** Text from outside, short and without markup. */
	private static function plain( string $text ): string {
		return mb_substr( trim( wp_strip_all_tags( $text, true ) ), 0, 500 );
	}

	private static function withoutQuery( string $url ): string {
		return (string) preg_replace( '/[?#].*$/', '', $url );
	}

	private static function host( string $url ): string {
		$host = wp_parse_url( $url, PHP_URL_HOST );
		return is_string( $host ) ? $host : '';
	}
}
