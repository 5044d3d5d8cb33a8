<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Health\Checks;

use Dstnc\WooCommerce\Fields;
use Dstnc\WooCommerce\Health\Check;
use Dstnc\WooCommerce\Plugin;

defined( 'ABSPATH' ) || exit;

/** What DSTNC sees when it looks at the shop from outside. */
final class Outside {

	/** Checks from outside, and those from inside that may have said the same already. */
	private const TWINS = array(
		'outside_https'                => array( 'https' ),
		'outside_rest_api'             => array( 'rest_api' ),
		'outside_authorization_header' => array( 'authorization' ),
		'outside_key'                  => array( 'key', 'user' ),
		'outside_permissions'          => array( 'key', 'user' ),
		'outside_notifications'        => array( 'notifications' ),
		'outside_clone'                => array( 'clone' ),
		'outside_user'                 => array( 'key', 'user' ),
		'outside_woocommerce'          => array( 'woocommerce' ),
		'outside_legacy_api'           => array( 'legacy_api' ),
		'outside_filters'              => array( 'filters' ),
	);

	private Plugin $plugin;

	public function __construct( Plugin $plugin ) {
		$this->plugin = $plugin;
	}

	/** @return list<Check> Empty where it wasn't asked, or couldn't be. */
	public function seen(): array {
		if ( null === $this->plugin->connections()->current() || $this->plugin->siteIdentity()->isClone() ) {
			return array();
		}
		$answer = $this->plugin->receiver()->doctor();
		if ( ! $answer->ok ) {
			return array();
		}
		$checks = array();
		foreach ( Fields::of( $answer->body )->each( 'checks' ) as $check ) {
			$status   = $check->text( 'status' );
			$isFine   = Check::OK === $status;
			$checks[] = new Check(
				'outside_' . sanitize_key( $check->text( 'id' ) ),
				in_array( $status, array( Check::OK, Check::WARNING, Check::PROBLEM ), true ) ? $status : Check::UNKNOWN,
				/* translators: %s: what DSTNC found when it looked at the shop. */
				sprintf( __( 'Seen from DSTNC: %s', 'dstnc-for-woocommerce' ), $check->text( 'title' ) ),
				$check->text( 'detail' ),
				$check->text( 'why' ),
				$check->text( 'advice' ),
				$isFine ? null : Button::remedy( 'check' ),
				$check->text( 'technical' )
			);
		}
		return $checks;
	}

	/**
	 * What DSTNC saw from outside, without what this shop has said by itself.
	 *
	 * @param list<Check>       $outside
	 * @param array<int, Check> $own
	 * @return list<Check>
	 */
	public static function withoutTwins( array $outside, array $own ): array {
		$isNew = static function ( Check $seen ) use ( $own ): bool {
			foreach ( $own as $check ) {
				$isTwin = in_array( $check->id, self::TWINS[ $seen->id ] ?? array(), true );
				if ( $isTwin && Check::UNKNOWN !== $check->status && Check::UNKNOWN !== $seen->status && ( Check::OK === $check->status ) === ( Check::OK === $seen->status ) ) {
					return false;
				}
			}
			return true;
		};
		return array_values( array_filter( $outside, $isNew ) );
	}

	/**
	 * Whether DSTNC got in just now.
	 *
	 * @param list<Check> $outside
	 */
	public static function gotIn( array $outside ): bool {
		$fine = array();
		foreach ( $outside as $check ) {
			if ( Check::OK === $check->status ) {
				$fine[] = $check->id;
			}
		}
		return array() === array_diff( array( 'outside_rest_api', 'outside_key' ), $fine );
	}
}
