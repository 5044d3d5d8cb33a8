<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Rest;

use Dstnc\WooCommerce\Changes\ChangeRow;

defined( 'ABSPATH' ) || exit;

/** `GET wc-dstnc/v1/changes`: what changed since a cursor. The answer is that of shared/src/plugin/changes-page.ts. */
final class ChangesController extends StoreController {

	private const MOST = 2000;

	public function register(): void {
		$this->route(
			'/changes',
			array( $this, 'get' ),
			array(
				'after' => array(
					'description' => 'What `next` of the last answer was; without it, from the beginning.',
					'type'        => 'string',
					'maxLength'   => 100,
				),
				'limit' => array(
					'description' => 'How many changes at most.',
					'type'        => 'integer',
					'minimum'     => 1,
					'maximum'     => self::MOST,
					'default'     => 500,
				),
			),
			array(
				'changes' => array(
					'description' => 'Product groups and orders that changed, oldest change first.',
					'type'        => 'array',
					'items'       => array(
						'type'       => 'object',
						'properties' => array(
							'groupId' => array( 'type' => 'integer' ),
							'orderId' => array( 'type' => 'integer' ),
							'kind'    => array( 'type' => 'string' ),
						),
					),
				),
				'next'    => array(
					'description' => 'What `after` of the next call is.',
					'type'        => 'string',
				),
				'more'    => array(
					'description' => 'Whether more changes wait behind `next`.',
					'type'        => 'boolean',
				),
				'reset'   => array(
					'description' => 'Whether `after` is unknown here, so that the whole catalogue has to be read.',
					'type'        => 'boolean',
				),
			)
		);
	}

	/**
	 * @param \WP_REST_Request<array<string, mixed>> $request
	 * @return array<string, mixed>|\WP_Error
	 */
	public function get( \WP_REST_Request $request ) {
		$after = $request->get_param( 'after' );
		$limit = $request->get_param( 'limit' );
		$page  = $this->plugin->changeLog()->after(
			is_string( $after ) && '' !== $after ? $after : null,
			is_numeric( $limit ) ? (int) $limit : 1
		);
		if ( null === $page ) {
			return new \WP_Error( 'dstnc_changes_unavailable', 'The shop’s list of changes can’t be read at the moment.', array( 'status' => 503 ) );
		}
		$page['changes'] = array_map( static fn( ChangeRow $row ) => $row->toArray(), $page['changes'] );
		return $page;
	}
}
