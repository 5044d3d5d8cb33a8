<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Rest;

use Dstnc\WooCommerce\Connection\ApiKeys;
use Dstnc\WooCommerce\Problem;

defined( 'ABSPATH' ) || exit;

/** `dstnc-admin/v1/keys`: API keys that a vendor enters at DSTNC by hand. */
final class AdminKeyController extends AdminController {

	public function register(): void {
		$this->route(
			'POST',
			'/keys',
			array( $this, 'create' ),
			array(
				'userId'      => array(
					'description' => 'As whom the key acts.',
					'type'        => 'integer',
					'required'    => true,
				),
				'description' => array(
					'description'       => 'What the key is for.',
					'type'              => 'string',
					'default'           => '',
					'maxLength'         => 200,
					'sanitize_callback' => 'sanitize_text_field',
				),
			),
			array(
				'id'             => array( 'type' => 'integer' ),
				'consumerKey'    => array( 'type' => 'string' ),
				'consumerSecret' => array( 'type' => 'string' ),
				'url'            => array( 'type' => 'string' ),
			)
		);
		$this->route( 'DELETE', '/keys/(?P<id>\d+)', array( $this, 'revoke' ), array( 'id' => array( 'type' => 'integer' ) ) );
	}

	/**
	 * @param \WP_REST_Request<array<string, mixed>> $request
	 * @return mixed
	 */
	public function create( \WP_REST_Request $request ) {
		$userId      = is_int( $request['userId'] ) ? $request['userId'] : 0;
		$description = is_string( $request['description'] ) && '' !== $request['description'] ? $request['description'] : __( 'DSTNC, entered by hand', 'dstnc-for-woocommerce' );
		if ( ! $this->plugin->apiKeys()->isEligible( $userId ) || ! $this->plugin->apiKeys()->mayHandOut( $userId ) ) {
			return new Problem(
				'user_not_able',
				__( 'A key can\'t be made for this user', 'dstnc-for-woocommerce' ),
				__( 'It has to be you, or a user whom you may edit, and who may manage the shop.', 'dstnc-for-woocommerce' ),
				__( 'Choose another user.', 'dstnc-for-woocommerce' )
			);
		}
		$key = $this->plugin->apiKeys()->createByHand( $userId, $description );
		return new \WP_REST_Response(
			array(
				'id'             => $key['keyId'],
				'consumerKey'    => $key['consumerKey'],
				'consumerSecret' => $key['consumerSecret'],
				'url'            => $this->plugin->siteIdentity()->homes()['current'],
			),
			201
		);
	}

	/**
	 * @param \WP_REST_Request<array<string, mixed>> $request
	 * @return mixed
	 */
	public function revoke( \WP_REST_Request $request ) {
		$id = is_int( $request['id'] ) ? $request['id'] : 0;
		if ( ! $this->plugin->apiKeys()->revokeByHand( $id ) ) {
			return new Problem(
				'unknown_key',
				__( 'This key was not made here', 'dstnc-for-woocommerce' ),
				__( 'It was revoked already, or it was made elsewhere.', 'dstnc-for-woocommerce' ),
				__( 'Look under WooCommerce > Settings > Advanced > REST API for all keys.', 'dstnc-for-woocommerce' ),
				'',
				array(
					'label' => __( 'REST API keys', 'dstnc-for-woocommerce' ),
					'url'   => admin_url( 'admin.php?page=wc-settings&tab=advanced&section=keys' ),
				)
			);
		}
		return array( 'manualKeys' => self::view( $this->plugin->apiKeys() ) );
	}

	/** @return list<array<string, mixed>> The keys made by hand, as the page shows them. */
	public static function view( ApiKeys $keys ): array {
		return array_map(
			static fn( array $key ): array => array(
				'id'          => $key['id'],
				'description' => $key['description'],
				'user'        => $key['user'],
				'ends'        => $key['ends'],
				'lastUsedAt'  => self::timeOrNull( $key['lastAccess'] ),
			),
			$keys->byHand()
		);
	}
}
