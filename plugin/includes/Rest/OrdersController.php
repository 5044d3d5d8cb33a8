<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Rest;

use Dstnc\WooCommerce\Fields;
use Dstnc\WooCommerce\Orders\OrderMeta;
use Dstnc\WooCommerce\Orders\OrderRequest;
use Dstnc\WooCommerce\Orders\OrderView;
use Dstnc\WooCommerce\Orders\Refusal;

defined( 'ABSPATH' ) || exit;

/**
 * `wc-dstnc/v1/orders`: DSTNC places orders, reads them and cancels them; of the shop's other orders it sees none. Answers and refusals are
 * those of shared/src/plugin/orders.ts.
 */
final class OrdersController extends StoreController {

	/** Orders in one answer. */
	private const MOST = 100;

	/** A decimal number, net amounts with digits behind the cent. */
	private const DECIMAL = '^\d{1,15}(\.\d{1,10})?$';

	/** What may be in a reference: it is printed, and comes back in addresses. */
	private const REFERENCE = '^[^\x00-\x1f\x7f]+$';

	public function register(): void {
		$this->route( '/orders', array( $this, 'get' ), self::query(), self::listProperties() );
		$this->route( '/orders', array( $this, 'place' ), self::body(), array(), \WP_REST_Server::CREATABLE );
		$this->route(
			'/orders/cancel',
			array( $this, 'cancel' ),
			array(
				'reference' => self::reference(),
				'reason'    => array(
					'description' => 'For the vendor.',
					'type'        => 'string',
					'maxLength'   => 500,
					'default'     => '',
				),
			),
			array( 'status' => array( 'type' => 'string' ) ),
			\WP_REST_Server::CREATABLE
		);
	}

	/**
	 * @param \WP_REST_Request<array<string, mixed>> $request
	 * @return mixed
	 */
	public function place( \WP_REST_Request $request ) {
		$order = new OrderRequest( $request->get_params() );
		if ( ! isset( wc_get_order_statuses()[ 'wc-' . $order->status ] ) ) {
			return new \WP_Error( 'rest_invalid_param', "The shop knows no status $order->status.", array( 'status' => 400 ) );
		}
		$placed = $this->plugin->orderPlacer()->place( $order );
		if ( $placed instanceof Refusal ) {
			return $placed->toError();
		}
		return new \WP_REST_Response( OrderView::of( $placed['order'] ) + array( 'created' => $placed['created'] ), $placed['created'] ? 201 : 200 );
	}

	/**
	 * @param \WP_REST_Request<array<string, mixed>> $request
	 * @return mixed
	 */
	public function cancel( \WP_REST_Request $request ) {
		$fields = Fields::of( $request->get_params() );
		$order  = $this->plugin->orderCanceller()->cancel( $fields->text( 'reference' ), sanitize_text_field( $fields->text( 'reason' ) ) );
		return $order instanceof Refusal ? $order->toError() : OrderView::of( $order );
	}

	/**
	 * @param \WP_REST_Request<array<string, mixed>> $request
	 * @return array<string, mixed>
	 */
	public function get( \WP_REST_Request $request ): array {
		$include    = $request->get_param( 'include' );
		$references = $request->get_param( 'references' );
		if ( is_array( $include ) ) {
			return $this->ofIds( array_map( static fn( $id ): int => is_numeric( $id ) ? (int) $id : 0, array_values( $include ) ) );
		}
		if ( is_array( $references ) ) {
			return $this->ofReferences( array_values( array_filter( $references, 'is_string' ) ) );
		}
		$fields = Fields::of( $request->get_params() );
		$finder = $this->plugin->orderFinder();
		$limit  = $fields->number( 'limit', self::MOST );
		$ids    = $finder->idsAfter( $fields->number( 'after' ), $limit + 1 );
		$page   = array_slice( $ids, 0, $limit );
		$last   = end( $page );
		return self::answer( $finder->only( $page ) ) + array( 'next' => count( $ids ) > $limit && false !== $last ? $last : null );
	}

	/**
	 * @param int[] $ids
	 * @return array<string, mixed>
	 */
	private function ofIds( array $ids ): array {
		$orders = $this->plugin->orderFinder()->only( array_values( array_unique( $ids ) ) );
		$found  = array_map( static fn( \WC_Order $order ): int => $order->get_id(), $orders );
		return self::answer( $orders, array_values( array_diff( $ids, $found ) ) );
	}

	/**
	 * @param list<string> $references
	 * @return array<string, mixed>
	 */
	private function ofReferences( array $references ): array {
		$orders  = array();
		$unknown = array();
		foreach ( array_values( array_unique( $references ) ) as $reference ) {
			$order = $this->plugin->orderFinder()->first( $reference );
			if ( null === $order ) {
				$unknown[] = $reference;
			} else {
				$orders[] = $order;
			}
		}
		return self::answer( $orders, array(), $unknown );
	}

	/**
	 * @param list<\WC_Order> $orders
	 * @param list<int>       $gone
	 * @param list<string>    $unknown
	 * @return array<string, mixed>
	 */
	private static function answer( array $orders, array $gone = array(), array $unknown = array() ): array {
		return array(
			'orders'  => array_map( array( OrderView::class, 'of' ), $orders ),
			'gone'    => $gone,
			'unknown' => $unknown,
		);
	}

	/** @return array<string, array<string, mixed>> */
	private static function query(): array {
		return array(
			'include'    => array(
				'description' => 'Ids of orders. What is no order of DSTNC\'s is as if it weren\'t there.',
				'type'        => 'array',
				'items'       => array(
					'type'    => 'integer',
					'minimum' => 1,
				),
				'minItems'    => 1,
				'maxItems'    => self::MOST,
			),
			'references' => array(
				'description' => 'DSTNC\'s references.',
				'type'        => 'array',
				'items'       => array(
					'type'      => 'string',
					'minLength' => 1,
					'maxLength' => 100,
				),
				'minItems'    => 1,
				'maxItems'    => self::MOST,
			),
			'after'      => array(
				'description' => 'DSTNC\'s orders with a higher id than this.',
				'type'        => 'integer',
				'minimum'     => 0,
				'default'     => 0,
			),
			'limit'      => array(
				'description' => 'How many orders at most.',
				'type'        => 'integer',
				'minimum'     => 1,
				'maximum'     => self::MOST,
				'default'     => self::MOST,
			),
		);
	}

	/** @return array<string, array<string, mixed>> */
	private static function listProperties(): array {
		return array(
			'orders'  => array(
				'description' => 'DSTNC\'s orders, without anything about the shopper.',
				'type'        => 'array',
				'items'       => array( 'type' => 'object' ),
			),
			'gone'    => array(
				'description' => 'Ids that were asked for and are no order of DSTNC\'s.',
				'type'        => 'array',
				'items'       => array( 'type' => 'integer' ),
			),
			'unknown' => array(
				'description' => 'References that were asked for and that no order has.',
				'type'        => 'array',
				'items'       => array( 'type' => 'string' ),
			),
			'next'    => array(
				'description' => 'What `after` of the next page is; null on the last.',
				'type'        => array( 'integer', 'null' ),
			),
		);
	}

	/** @return array<string, array<string, mixed>> */
	private static function body(): array {
		$money = array(
			'type'     => 'string',
			'pattern'  => self::DECIMAL,
			'required' => true,
		);
		return array(
			'reference'     => self::reference(),
			'fingerprint'   => array(
				'description' => 'SHA-256 of the order, in hex: the same order has the same.',
				'type'        => 'string',
				'pattern'     => '^[0-9a-fA-F]{64}$',
				'required'    => true,
			),
			'currency'      => array(
				'type'     => 'string',
				'pattern'  => '^[A-Z]{3}$',
				'required' => true,
			),
			'status'        => array(
				'description' => 'WooCommerce\'s status for it, without `wc-`.',
				'type'        => 'string',
				'pattern'     => '^[a-z0-9_-]{1,17}$',
				'default'     => 'processing',
			),
			'billing'       => self::address( true ),
			'shipping'      => self::address( false ),
			'lines'         => array(
				'type'     => 'array',
				'minItems' => 1,
				'maxItems' => 1000,
				'required' => true,
				'items'    => array(
					'type'       => 'object',
					'properties' => array(
						'externalId' => array(
							'type'     => 'string',
							'pattern'  => '^[1-9]\d{0,15}:(0|[1-9]\d{0,15})$',
							'required' => true,
						),
						'quantity'   => array(
							'type'     => 'integer',
							'minimum'  => 1,
							'maximum'  => 1000000,
							'required' => true,
						),
						'total'      => $money,
						'totalTax'   => $money,
					),
				),
			),
			'shippingLines' => array(
				'type'     => 'array',
				'maxItems' => 20,
				'default'  => array(),
				'items'    => array(
					'type'       => 'object',
					'properties' => array(
						'title'    => array(
							'type'      => 'string',
							'maxLength' => 200,
							'required'  => true,
						),
						'total'    => $money,
						'totalTax' => $money,
					),
				),
			),
			'total'         => array( 'description' => 'Gross, of everything.' ) + $money,
			'note'          => array(
				'type'      => 'string',
				'maxLength' => 2000,
				'default'   => '',
			),
			'backorders'    => array(
				'description' => 'Whether what is on backorder may be ordered.',
				'type'        => 'string',
				'enum'        => array( 'allow', 'deny' ),
				'default'     => 'deny',
			),
		);
	}

	/** @return array<string, mixed> */
	private static function reference(): array {
		return array(
			'description' => 'DSTNC\'s own reference, the order\'s meta ' . OrderMeta::REFERENCE . '.',
			'type'        => 'string',
			'minLength'   => 1,
			'maxLength'   => 100,
			'pattern'     => self::REFERENCE,
			'required'    => true,
		);
	}

	/** @return array<string, mixed> */
	private static function address( bool $billing ): array {
		$text       = array(
			'type'      => 'string',
			'maxLength' => 200,
		);
		$properties = array();
		foreach ( array( 'firstName', 'lastName', 'company', 'address1', 'address2', 'city', 'state', 'postcode', 'phone' ) as $name ) {
			$properties[ $name ] = $text;
		}
		$properties['country'] = array(
			'type'     => 'string',
			'pattern'  => '^[A-Z]{2}$',
			'required' => true,
		);
		if ( $billing ) {
			$properties['email'] = array(
				'type'   => 'string',
				'format' => 'email',
			);
		}
		return array(
			'type'       => 'object',
			'required'   => true,
			'properties' => $properties,
		);
	}
}
