<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Rest;

use Dstnc\WooCommerce\Fields;
use Dstnc\WooCommerce\Orders\OrderSummary;
use Dstnc\WooCommerce\Problem;

defined( 'ABSPATH' ) || exit;

/** `dstnc-admin/v1/orders`: what became of DSTNC's orders, and sending it once more. */
final class AdminOrderController extends AdminController {

	public function register(): void {
		$this->route(
			'GET',
			'/orders',
			array( $this, 'list' ),
			array(
				'before' => array(
					'description' => 'What `next` of the page before was.',
					'type'        => 'string',
					'maxLength'   => 200,
					'default'     => '',
				),
				'limit'  => array(
					'description' => 'How many orders at most.',
					'type'        => 'integer',
					'minimum'     => 1,
					'maximum'     => 50,
					'default'     => 20,
				),
			),
			array(
				'counts'  => array( 'type' => 'object' ),
				'orders'  => array(
					'type'  => 'array',
					'items' => array( 'type' => 'object' ),
				),
				'next'    => array( 'type' => array( 'string', 'null' ) ),
				'problem' => array( 'type' => array( 'object', 'null' ) ),
			)
		);
		// The reference is in the body: some servers accept no "/" in a path, however it is written.
		$this->route(
			'POST',
			'/orders/resend',
			array( $this, 'resend' ),
			array(
				'reference' => array(
					'description' => 'DSTNC\'s reference.',
					'type'        => 'string',
					'minLength'   => 1,
					'maxLength'   => 100,
					'required'    => true,
				),
			),
			array( 'message' => array( 'type' => 'string' ) )
		);
	}

	/**
	 * @param \WP_REST_Request<array<string, mixed>> $request
	 * @return array<string, mixed>
	 */
	public function list( \WP_REST_Request $request ): array {
		$fields = Fields::of( $request->get_params() );
		$page   = $this->plugin->orderDesk()->page( $fields->text( 'before' ), $fields->number( 'limit', 20 ) );
		return array(
			'counts'  => $this->plugin->orderDesk()->counts() + array( 'attention' => $page['attention'] ),
			'orders'  => array_map( static fn( OrderSummary $order ): array => $order->toArray(), $page['orders'] ),
			'next'    => $page['next'],
			'problem' => null === $page['problem'] ? null : $page['problem']->toArray(),
		);
	}

	/**
	 * @param \WP_REST_Request<array<string, mixed>> $request
	 * @return array{message: string}|Problem
	 */
	public function resend( \WP_REST_Request $request ) {
		$reference = Fields::of( $request->get_params() )->text( 'reference' );
		$problem   = $this->plugin->orderDesk()->sendAgain( $reference );
		/* translators: %s: DSTNC's reference of an order. */
		return $problem ?? array( 'message' => sprintf( __( 'DSTNC reads order %s again.', 'dstnc-for-woocommerce' ), $reference ) );
	}
}
