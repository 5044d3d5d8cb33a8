<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Rest;

use Dstnc\WooCommerce\Connection\Problems;
use Dstnc\WooCommerce\Problem;

defined( 'ABSPATH' ) || exit;

/** `dstnc-admin/v1/connection` and `…/clone`: what can be done with a connection. */
final class AdminConnectionController extends AdminController {

	public function register(): void {
		$this->route( 'POST', '/connection/sync', array( $this, 'sync' ), array(), array( 'message' => array( 'type' => 'string' ) ) );
		$this->route(
			'POST',
			'/connection/test',
			array( $this, 'test' ),
			array(),
			array(
				'ok'         => array( 'type' => 'boolean' ),
				'durationMs' => array( 'type' => 'integer' ),
				'problem'    => array( 'type' => array( 'object', 'null' ) ),
			)
		);
		$this->route(
			'POST',
			'/connection/rotate',
			array( $this, 'rotate' ),
			array(
				'userId' => array(
					'description' => 'As whom DSTNC is to act from now on; by default as before.',
					'type'        => 'integer',
				),
			)
		);
		$this->route( 'POST', '/connection/repair', array( $this, 'repair' ) );
		$this->route(
			'DELETE',
			'/connection',
			array( $this, 'disconnect' ),
			array(),
			array(
				'told'    => array( 'type' => 'boolean' ),
				'problem' => array( 'type' => array( 'object', 'null' ) ),
			)
		);
		$this->route(
			'POST',
			'/clone',
			array( $this, 'choose' ),
			array(
				'choice' => array(
					'description' => 'What this copy of the shop is.',
					'type'        => 'string',
					'enum'        => array( 'live', 'quiet' ),
					'required'    => true,
				),
			)
		);
	}

	/** @return mixed */
	public function sync() {
		$answer = $this->plugin->receiver()->sync();
		if ( null !== $answer->problem ) {
			return $answer->problem;
		}
		$this->plugin->activity()->note( 'info', __( 'DSTNC was asked to read all products again.', 'dstnc-for-woocommerce' ) );
		return array( 'message' => __( 'DSTNC reads all your products again. That may take some minutes.', 'dstnc-for-woocommerce' ) );
	}

	/** @return mixed */
	public function test() {
		if ( null === $this->plugin->connections()->current() ) {
			return Problems::notConnected();
		}
		$identity = $this->plugin->siteIdentity();
		if ( $identity->isClone() ) {
			return Problems::isClone( $identity->homes()['stored'] );
		}
		$result  = $this->plugin->doorbell()->test();
		$problem = null;
		if ( ! $result->ok ) {
			$problem = array() === $this->plugin->webhooks()->active() ? self::notificationsOff() : self::notDelivered( $result->httpStatus, $result->error );
		}
		return array(
			'ok'         => $result->ok,
			'durationMs' => $result->durationMs,
			'problem'    => null === $problem ? null : $problem->toArray(),
		);
	}

	/**
	 * @param \WP_REST_Request<array<string, mixed>> $request
	 * @return mixed
	 */
	public function rotate( \WP_REST_Request $request ) {
		$userId = $request['userId'];
		return $this->orState( $this->plugin->connectionManager()->rotate( is_int( $userId ) ? $userId : null ) );
	}

	/** @return mixed */
	public function repair() {
		return $this->orState( $this->plugin->connectionManager()->repair() );
	}

	/** @return mixed */
	public function disconnect() {
		if ( null === $this->plugin->connections()->current() ) {
			return Problems::notConnected();
		}
		$farewell = $this->plugin->connectionManager()->disconnect();
		if ( null !== $farewell['problem'] && 'busy' === $farewell['problem']->code ) {
			return $farewell['problem'];
		}
		return array(
			'told'    => $farewell['told'],
			'problem' => null === $farewell['problem'] ? null : $farewell['problem']->toArray(),
		);
	}

	/**
	 * @param \WP_REST_Request<array<string, mixed>> $request
	 * @return mixed
	 */
	public function choose( \WP_REST_Request $request ) {
		if ( ! $this->plugin->siteIdentity()->isClone() ) {
			return $this->orState( null );
		}
		if ( 'live' === $request['choice'] ) {
			return $this->orState( $this->plugin->connectionManager()->becomeLive() );
		}
		$this->plugin->siteIdentity()->stayQuiet();
		return $this->orState( null );
	}

	/** @return mixed The problem, or the page's state. */
	private function orState( ?Problem $problem ) {
		return $problem ?? ( new AdminStateController( $this->plugin ) )->build();
	}

	private static function notificationsOff(): Problem {
		return new Problem(
			'notifications_off',
			__( 'The notifications to DSTNC are switched off', 'dstnc-for-woocommerce' ),
			__( 'Somebody paused or deleted them, or WooCommerce switched them off after several failures.', 'dstnc-for-woocommerce' ),
			__( 'Press Repair on this page.', 'dstnc-for-woocommerce' )
		);
	}

	private static function notDelivered( int $status, string $error ): Problem {
		return new Problem(
			'test_failed',
			__( 'The test did not reach DSTNC', 'dstnc-for-woocommerce' ),
			0 === $status
				? __( 'DSTNC didn\'t answer. What changes in your shop is kept and sent as soon as it does.', 'dstnc-for-woocommerce' )
				: __( 'DSTNC answered, but didn\'t take the notification.', 'dstnc-for-woocommerce' ),
			__( 'Try again in some minutes. If it stays so, press Check again and follow the advice.', 'dstnc-for-woocommerce' ),
			trim( ( 0 === $status ? '' : "HTTP $status " ) . $error )
		);
	}
}
