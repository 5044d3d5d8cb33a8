<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Health\Checks;

use Dstnc\WooCommerce\Health\Check;
use Dstnc\WooCommerce\Health\SelfTestResult;

defined( 'ABSPATH' ) || exit;

/** The way of DSTNC's requests into the shop, as far as it can be told from inside. */
final class RestApi {

	private RecentChanges $changes;

	private Unreachable $unreachable;

	public function __construct( RecentChanges $changes, Unreachable $unreachable ) {
		$this->changes     = $changes;
		$this->unreachable = $unreachable;
	}

	/** Whether the REST API answers DSTNC, as far as it can be told from inside. */
	public function restApi( SelfTestResult $result ): Check {
		$id        = 'rest_api';
		$why       = __( 'DSTNC reads your products and places its orders through the REST API of your shop.', 'dstnc-for-woocommerce' );
		$technical = trim( "$result->outcome $result->status $result->evidence" );
		switch ( $result->outcome ) {
			case SelfTestResult::ANSWERED:
				return new Check(
					$id,
					Check::OK,
					__( 'The REST API answers', 'dstnc-for-woocommerce' ),
					/* translators: %s: a number of seconds, as in 0.4. */
					sprintf( __( 'Your shop asked itself what DSTNC asks it, and had the answer after %s s.', 'dstnc-for-woocommerce' ), number_format_i18n( $result->durationMs / 1000, 1 ) ),
					$why,
					'',
					null,
					$technical
				);
			case SelfTestResult::SILENT:
				return new Check(
					$id,
					Check::UNKNOWN,
					__( 'This shop can’t call itself', 'dstnc-for-woocommerce' ),
					__( 'Many hosts don’t allow that. It proves nothing about calls from DSTNC.', 'dstnc-for-woocommerce' ),
					$why,
					'',
					null,
					$technical
				);
			case SelfTestResult::MISSING:
				return new Check(
					$id,
					Check::PROBLEM,
					__( 'The addresses that DSTNC calls are not there', 'dstnc-for-woocommerce' ),
					__( 'The REST API answers, but without the part for DSTNC. A plugin or a snippet of code removes addresses from it, or the shop sends visitors to another site.', 'dstnc-for-woocommerce' ),
					$why,
					__( 'Look for a setting that restricts the REST API, and let “wc-dstnc” through.', 'dstnc-for-woocommerce' ),
					Button::remedy( 'check' ),
					$technical
				);
			case SelfTestResult::FAILED:
				$changes = $this->changes->sentences();
				return new Check(
					$id,
					Check::PROBLEM,
					__( 'Your shop breaks down when DSTNC asks it something', 'dstnc-for-woocommerce' ),
					trim( __( 'There is a program error in the shop, in a plugin or in the theme.', 'dstnc-for-woocommerce' ) . ' ' . ( array() === $changes ? '' : $this->changes->detail( $changes ) ) ),
					$why,
					array() === $changes
						? __( 'Look for “Fatal error” in the logs, which name the plugin, and update it or switch it off.', 'dstnc-for-woocommerce' )
						: __( 'Undo the last change to see whether it is the one: switch that plugin off for a moment and check again.', 'dstnc-for-woocommerce' ),
					Button::page( __( 'Show the logs', 'dstnc-for-woocommerce' ), 'admin.php?page=wc-status&tab=logs' ),
					$technical
				);
			case SelfTestResult::REDIRECTED:
				return new Check(
					$id,
					Check::PROBLEM,
					__( 'DSTNC is sent to another address', 'dstnc-for-woocommerce' ),
					/* translators: %s: address of a page. */
					sprintf( __( 'Instead of an answer from the REST API there is a redirection to %s. DSTNC does not follow it, as it would have to show its key there.', 'dstnc-for-woocommerce' ), $result->evidence ),
					$why,
					__( 'If that is the right address of your shop (with or without www, or with https), set it as both addresses in the general settings. If not, look for a plugin that redirects, such as one for maintenance or membership.', 'dstnc-for-woocommerce' ),
					Button::page( __( 'General settings', 'dstnc-for-woocommerce' ), 'options-general.php' ),
					$technical
				);
		}
		return $this->unreachable->check( $id, '', $result );
	}

	/** Whether DSTNC's login arrives. Null where it isn't needed, or can't be told. */
	public function authorization( SelfTestResult $result ): ?Check {
		if ( null === $result->authorization ) {
			return null;
		}
		$isHttps = Address::isHttps();
		$why     = __( 'DSTNC logs in with each request. Some servers remove the login before WordPress sees it.', 'dstnc-for-woocommerce' );
		if ( $result->authorization || ! $isHttps ) {
			return new Check(
				'authorization',
				Check::OK,
				__( 'DSTNC’s login arrives', 'dstnc-for-woocommerce' ),
				$isHttps ? '' : __( 'Over http, DSTNC signs its requests instead.', 'dstnc-for-woocommerce' ),
				$why,
				'',
				null,
				$result->authorization ? '' : 'Authorization: removed'
			);
		}
		return new Check(
			'authorization',
			Check::WARNING,
			__( 'Your server removes DSTNC’s login', 'dstnc-for-woocommerce' ),
			__( 'The “Authorization” header of a request does not arrive at WordPress. DSTNC gets in by a detour, which some security plugins don’t like.', 'dstnc-for-woocommerce' ),
			$why,
			__( 'Save the permalink settings once, which renews the rules of your server. If this stays, ask your host to pass the “Authorization” header on to PHP.', 'dstnc-for-woocommerce' ),
			Button::page( __( 'Permalink settings', 'dstnc-for-woocommerce' ), 'options-permalink.php' ),
			'Authorization: removed'
		);
	}
}
