<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Rest;

use Dstnc\WooCommerce\Module;
use Dstnc\WooCommerce\Plugin;
use Dstnc\WooCommerce\Problem;

defined( 'ABSPATH' ) || exit;

/**
 * What the routes of the page have in common: they are for users who may manage the shop and are signed in in wp-admin (cookie and nonce,
 * which WordPress checks before: without a nonce there is no user), and what goes wrong they tell as a problem in the vendor's words.
 */
abstract class AdminController implements Module {

	/** What of the problems isn't simply a refusal. */
	private const STATUS = array(
		'busy'                 => 409,
		'attempt_gone'         => 404,
		'not_connected'        => 409,
		'clone'                => 409,
		'renewal_in_doubt'     => 502,
		'unknown_product'      => 404,
		'unknown_key'          => 404,
		'unknown_order'        => 404,
		'receiver_unreachable' => 502,
		'receiver_slow'        => 504,
		'receiver_certificate' => 502,
		'receiver_down'        => 502,
		'receiver_not_dstnc'   => 502,
	);

	protected Plugin $plugin;

	public function __construct( Plugin $plugin ) {
		$this->plugin = $plugin;
	}

	/**
	 * Adds one route with one method.
	 *
	 * @param non-falsy-string                                        $path
	 * @param callable(\WP_REST_Request<array<string, mixed>>): mixed $answer Gives the answer's body, a response, or a problem.
	 * @param array<string, array<string, mixed>>                     $args
	 * @param array<string, array<string, mixed>>                     $properties Schema of the answer.
	 */
	protected function route( string $method, string $path, callable $answer, array $args = array(), array $properties = array() ): void {
		register_rest_route(
			RestApi::ADMIN_NAMESPACE,
			$path,
			array(
				array(
					'methods'             => $method,
					'callback'            => static function ( \WP_REST_Request $request ) use ( $answer ) {
						$result = $answer( $request );
						return $result instanceof Problem ? self::error( $result ) : rest_ensure_response( $result );
					},
					'permission_callback' => array( self::class, 'permit' ),
					'args'                => $args,
				),
				'schema' => static fn(): array => array(
					'$schema'    => 'http://json-schema.org/draft-04/schema#',
					'title'      => 'dstnc_admin_' . trim( (string) preg_replace( '/[^a-z]+/', '_', (string) preg_replace( '/\(.*?\)/', '', $path ) ), '_' ),
					'type'       => 'object',
					'properties' => $properties,
				),
			)
		);
	}

	/** @return true|\WP_Error */
	public static function permit() {
		return current_user_can( 'manage_woocommerce' ) ? true : new \WP_Error(
			'rest_forbidden',
			__( 'Sorry, only users who may manage the shop can do that.', 'dstnc-for-woocommerce' ),
			array( 'status' => rest_authorization_required_code() )
		);
	}

	/** Unix time, in seconds, as the page wants it. */
	protected static function time( int $seconds ): string {
		return gmdate( 'Y-m-d\TH:i:s\Z', $seconds );
	}

	protected static function timeOrNull( ?int $seconds ): ?string {
		return null === $seconds ? null : self::time( $seconds );
	}

	private static function error( Problem $problem ): \WP_Error {
		return new \WP_Error(
			$problem->code,
			$problem->title,
			array(
				'status'  => self::STATUS[ $problem->code ] ?? 422,
				'problem' => $problem->toArray(),
			)
		);
	}
}
