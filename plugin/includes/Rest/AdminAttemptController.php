<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Rest;

use Dstnc\WooCommerce\Connection\Attempt;

defined( 'ABSPATH' ) || exit;

/** `dstnc-admin/v1/attempts`: connecting, one step per call. */
final class AdminAttemptController extends AdminController {

	private const ID = '(?P<id>[0-9a-f]{16})';

	private const SCHEMA = array(
		'id'        => array( 'type' => 'string' ),
		'startedBy' => array( 'type' => 'string' ),
		'mine'      => array( 'type' => 'boolean' ),
		'startedAt' => array(
			'type'   => 'string',
			'format' => 'date-time',
		),
		'steps'     => array(
			'type'  => 'array',
			'items' => array( 'type' => 'object' ),
		),
		'failed'    => array( 'type' => 'boolean' ),
		'finished'  => array( 'type' => 'boolean' ),
	);

	public function register(): void {
		$this->route(
			'POST',
			'/attempts',
			array( $this, 'begin' ),
			array(
				'code'   => array(
					'description' => 'The connection code, as it was pasted.',
					'type'        => 'string',
					'required'    => true,
					'maxLength'   => 8192,
				),
				'userId' => array(
					'description' => 'As whom DSTNC is to act.',
					'type'        => 'integer',
					'required'    => true,
				),
			),
			self::SCHEMA
		);
		$this->route( 'POST', '/attempts/' . self::ID . '/next', array( $this, 'next' ), array(), self::SCHEMA );
		$this->route( 'DELETE', '/attempts/' . self::ID, array( $this, 'giveUp' ) );
	}

	/**
	 * @param \WP_REST_Request<array<string, mixed>> $request
	 * @return mixed
	 */
	public function begin( \WP_REST_Request $request ) {
		$attempt = $this->plugin->attempts()->begin( self::text( $request['code'] ), is_int( $request['userId'] ) ? $request['userId'] : 0 );
		return $attempt instanceof Attempt ? new \WP_REST_Response( $attempt->toArray( get_current_user_id() ), 201 ) : $attempt;
	}

	/**
	 * @param \WP_REST_Request<array<string, mixed>> $request
	 * @return mixed
	 */
	public function next( \WP_REST_Request $request ) {
		$attempt = $this->plugin->attempts()->next( self::text( $request['id'] ) );
		return $attempt instanceof Attempt ? $attempt->toArray( get_current_user_id() ) : $attempt;
	}

	/**
	 * @param \WP_REST_Request<array<string, mixed>> $request
	 * @return mixed
	 */
	public function giveUp( \WP_REST_Request $request ) {
		return $this->plugin->attempts()->giveUp( self::text( $request['id'] ) ) ?? ( new AdminStateController( $this->plugin ) )->build();
	}

	/** @param mixed $value */
	private static function text( $value ): string {
		return is_string( $value ) ? $value : '';
	}
}
