<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Rest;

use Dstnc\WooCommerce\Health\Check;
use Dstnc\WooCommerce\Health\Checks;

defined( 'ABSPATH' ) || exit;

/** `dstnc-admin/v1/activity` and `…/checks`: what happened, and the troubleshooter. */
final class AdminHealthController extends AdminController {

	public function register(): void {
		$list = array(
			'type'  => 'array',
			'items' => array( 'type' => 'object' ),
		);
		$this->route( 'GET', '/activity', fn(): array => array( 'entries' => $this->plugin->activity()->entries() ), array(), array( 'entries' => $list ) );
		$this->route(
			'GET',
			'/checks',
			array( $this, 'check' ),
			array(
				'fresh' => array(
					'description' => 'Look again now, also over the network and from outside.',
					'type'        => 'boolean',
					'default'     => false,
				),
			),
			array(
				'checkedAt' => array(
					'type'   => 'string',
					'format' => 'date-time',
				),
				'checks'    => $list,
			)
		);
	}

	/**
	 * @param \WP_REST_Request<array<string, mixed>> $request
	 * @return mixed
	 */
	public function check( \WP_REST_Request $request ) {
		$isFresh = true === $request['fresh'];
		$kept    = $isFresh ? false : get_transient( Checks::KEPT );
		if ( is_array( $kept ) ) {
			return $kept;
		}
		$report = array(
			'checkedAt' => self::time( time() ),
			'checks'    => array_map( static fn( Check $check ) => $check->toArray(), $isFresh ? $this->plugin->healthMonitor()->check() : $this->plugin->checks()->run( false ) ),
		);
		if ( $isFresh ) {
			set_transient( Checks::KEPT, $report, 5 * MINUTE_IN_SECONDS );
		}
		return $report;
	}
}
