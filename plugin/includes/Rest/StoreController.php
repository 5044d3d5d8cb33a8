<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Rest;

use Dstnc\WooCommerce\Module;
use Dstnc\WooCommerce\Plugin;

defined( 'ABSPATH' ) || exit;

/**
 * What the routes of `wc-dstnc/v1` have in common: they are for DSTNC, with an API key of WooCommerce. For what isn't a GET, WooCommerce wants one that
 * may write.
 */
abstract class StoreController implements Module {

	protected Plugin $plugin;

	public function __construct( Plugin $plugin ) {
		$this->plugin = $plugin;
	}

	/**
	 * Adds one route.
	 *
	 * @param non-falsy-string                                        $path
	 * @param callable(\WP_REST_Request<array<string, mixed>>): mixed $answer Gives the answer's body, or an error.
	 * @param array<string, array<string, mixed>>                     $args
	 * @param array<string, array<string, mixed>>                     $properties Schema of the answer.
	 * @param string                                                  $method     Several methods of one path are added one by one.
	 */
	protected function route( string $path, callable $answer, array $args, array $properties, string $method = \WP_REST_Server::READABLE ): void {
		register_rest_route(
			RestApi::STORE_NAMESPACE,
			$path,
			array(
				array(
					'methods'             => $method,
					'callback'            => static fn( \WP_REST_Request $request ) => rest_ensure_response( $answer( $request ) ),
					'permission_callback' => array( self::class, 'permit' ),
					'args'                => $args,
				),
				'schema' => static fn(): array => array(
					'$schema'    => 'http://json-schema.org/draft-04/schema#',
					'title'      => 'dstnc_' . trim( $path, '/' ),
					'type'       => 'object',
					'properties' => $properties,
				),
			)
		);
	}

	/**
	 * WooCommerce has looked at the key before, and at whether it may read or write.
	 *
	 * @return true|\WP_Error
	 */
	public static function permit() {
		return current_user_can( 'manage_woocommerce' ) ? true : new \WP_Error(
			'dstnc_forbidden',
			__( 'This is for DSTNC, with an API key of a user who may manage the shop.', 'dstnc-for-woocommerce' ),
			array( 'status' => rest_authorization_required_code() )
		);
	}
}
