<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Rest;

use Dstnc\WooCommerce\Connection\Connection;
use Dstnc\WooCommerce\Health\Check;

defined( 'ABSPATH' ) || exit;

/** `GET wc-dstnc/v1/status`: who answers here, and what the key that asks may do. */
final class StatusController extends StoreController {

	public function register(): void {
		$text = static fn( string $description ) => array(
			'description' => $description,
			'type'        => 'string',
			'readonly'    => true,
		);
		$this->route(
			'/status',
			array( $this, 'show' ),
			array(
				'checks' => array(
					'description' => 'Make the shop\'s own checks, too; they take a moment.',
					'type'        => 'boolean',
					'default'     => false,
				),
			),
			array(
				'contractVersion' => array(
					'description' => 'Version of the words between plugin and DSTNC.',
					'type'        => 'integer',
					'readonly'    => true,
				),
				'plugin'          => $text( 'Version of this plugin.' ),
				'woocommerce'     => $text( 'Version of WooCommerce.' ),
				'wordpress'       => $text( 'Version of WordPress.' ),
				'php'             => $text( 'Version of PHP.' ),
				'home'            => $text( 'The address that this database was connected under, or, not connected, the shop\'s. No trailing slash.' ),
				'restUrl'         => $text( 'Where the REST API answers.' ),
				'currency'        => array( 'type' => array( 'string', 'null' ) ) + $text( 'ISO 4217.' ),
				'taxIncluded'     => array(
					'description' => 'Whether the prices that the vendor enters include tax.',
					'type'        => 'boolean',
					'readonly'    => true,
				),
				'locale'          => $text( 'BCP 47.' ),
				'products'        => array(
					'description' => 'Product groups that the catalogue lists.',
					'type'        => 'integer',
					'readonly'    => true,
				),
				'permissions'     => array(
					'enum' => array( 'read', 'write', 'read_write', null ),
					'type' => array( 'string', 'null' ),
				) + $text( 'What the key that asks may do.' ),
				'clone'           => array(
					'description' => 'This is a copy of the connected shop, and it keeps quiet.',
					'type'        => 'boolean',
					'readonly'    => true,
				),
				'languages'       => array(
					'description' => 'What translates the shop: the plugin, whether DSTNC can read it, the shop\'s own language, and all of them.',
					'type'        => 'object',
					'readonly'    => true,
				),
				'checks'          => array(
					'description' => 'The shop\'s own checks.',
					'type'        => 'array',
					'items'       => array( 'type' => 'object' ),
					'readonly'    => true,
				),
			)
		);
	}

	/**
	 * @param \WP_REST_Request<array<string, mixed>> $request
	 * @return array<string, mixed>
	 */
	public function show( \WP_REST_Request $request ): array {
		$identity = $this->plugin->siteIdentity();
		$homes    = $identity->homes();
		$isClone  = $identity->isClone() && ! $identity->isMoving();
		$currency = get_option( 'woocommerce_currency' );
		$status   = array(
			'contractVersion' => Connection::CONTRACT_VERSION,
			'plugin'          => DSTNC_PLUGIN_VERSION,
			'woocommerce'     => WC_VERSION,
			'wordpress'       => get_bloginfo( 'version' ),
			'php'             => PHP_VERSION,
			'home'            => '' === $homes['stored'] || $identity->isMoving() ? $homes['current'] : $homes['stored'],
			'restUrl'         => rest_url(),
			'currency'        => is_string( $currency ) && '' !== $currency ? $currency : null,
			'taxIncluded'     => 'yes' === get_option( 'woocommerce_prices_include_tax' ),
			'locale'          => str_replace( '_', '-', self::siteLocale() ),
			'products'        => $this->plugin->catalogReader()->total(),
			'permissions'     => $this->permissions( $request ),
			'clone'           => $isClone,
			'languages'       => $this->plugin->languages()->toArray(),
		);
		if ( true === $request['checks'] ) {
			$status['checks'] = array_map( static fn( Check $check ) => $check->toArray(), $this->plugin->checks()->run( false ) );
		}
		return $status;
	}

	/**
	 * WooCommerce keeps the key that it found to itself. It looks for it in these places.
	 *
	 * @param \WP_REST_Request<array<string, mixed>> $request
	 */
	private function permissions( \WP_REST_Request $request ): ?string {
		// phpcs:disable WordPress.Security.ValidatedSanitizedInput -- Compared by hash only.
		$given   = array( $request->get_param( 'consumer_key' ), $request->get_param( 'oauth_consumer_key' ), $_SERVER['PHP_AUTH_USER'] ?? null );
		$given[] = 1 === preg_match( '/oauth_consumer_key="([^"]+)"/', (string) $request->get_header( 'authorization' ), $found ) ? $found[1] : null;
		// phpcs:enable
		foreach ( $given as $consumerKey ) {
			$permissions = is_string( $consumerKey ) && '' !== $consumerKey ? $this->plugin->apiKeys()->permissionsOf( $consumerKey, get_current_user_id() ) : null;
			if ( null !== $permissions ) {
				return $permissions;
			}
		}
		return null;
	}

	/** The shop's language, not that of the user who asks. */
	private static function siteLocale(): string {
		$locale = get_option( 'WPLANG' );
		return is_string( $locale ) && '' !== $locale ? $locale : 'en_US';
	}
}
