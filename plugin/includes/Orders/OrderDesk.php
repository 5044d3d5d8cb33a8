<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Orders;

use Dstnc\WooCommerce\Connection\ReceiverClient;
use Dstnc\WooCommerce\Fields;
use Dstnc\WooCommerce\Problem;

defined( 'ABSPATH' ) || exit;

/**
 * DSTNC's orders for the vendor: what the shop knows of them, and what DSTNC has taken. Where DSTNC gives no answer, or doesn't know
 * orders yet, the shop's own knowledge stands alone.
 */
final class OrderDesk {

	/** Statuses in which the vendor has something to ship. */
	private const TO_SHIP = array( 'processing', 'on-hold' );

	/** Transient: DSTNC gave no answer lately, and nobody waits for it at each order. */
	private const SILENT         = 'dstnc_orders_silent';
	private const SILENT_SECONDS = 60;

	private ReceiverClient $receiver;

	private OrderFinder $finder;

	public function __construct( ReceiverClient $receiver, OrderFinder $finder ) {
		$this->receiver = $receiver;
		$this->finder   = $finder;
	}

	/**
	 * A page of orders, the newest first.
	 *
	 * @param string $before What `next` of the page before was; '' for the first.
	 * @return array{orders: list<OrderSummary>, next: string|null, attention: int|null, problem: Problem|null} `attention`: how many of all orders need
	 *         it, null if unknown; `problem`: why DSTNC's word is missing.
	 */
	public function page( string $before, int $limit ): array {
		// The shop's own pages go on from an order's id, and DSTNC's from whatever it says: one begun here is ended here.
		$own = 1 === preg_match( '/^shop:(\d{1,18})$/', $before, $found );
		if ( ! $own ) {
			$answer = $this->receiver->orders( $limit, $before );
			if ( $answer->ok ) {
				$told = Fields::of( $answer->body );
				return array(
					'orders'    => array_map( array( $this, 'joined' ), $told->each( 'orders' ) ),
					'next'      => $told->textOrNull( 'next' ),
					'attention' => $told->fields( 'counts' )->numberOrNull( 'attention' ),
					'problem'   => null,
				);
			}
		}
		$ids  = $this->finder->idsBefore( $own ? (int) $found[1] : PHP_INT_MAX, $limit + 1 );
		$page = array_slice( $ids, 0, $limit );
		$last = end( $page );
		return array(
			'orders'    => array_map( array( OrderSummary::class, 'ofShop' ), $this->finder->only( $page ) ),
			'next'      => count( $ids ) > $limit && false !== $last ? "shop:$last" : null,
			'attention' => null,
			// A DSTNC that knows no orders is no trouble of the vendor's.
			'problem'   => ! isset( $answer ) || 404 === $answer->status ? null : $answer->problem,
		);
	}

	/** @return array{toShip: int, shipped: int} By the shop's own orders. */
	public function counts(): array {
		$counts = $this->finder->countByStatus();
		return array(
			'toShip'  => array_sum( array_intersect_key( $counts, array_flip( self::TO_SHIP ) ) ),
			'shipped' => $counts['completed'] ?? 0,
		);
	}

	/**
	 * One order of the shop, as DSTNC knows it if it answers at once.
	 *
	 * @return array{summary: OrderSummary, asked: bool} `asked`: whether it is DSTNC's word.
	 */
	public function look( \WC_Order $order ): array {
		if ( false === get_transient( self::SILENT ) ) {
			$answer = $this->receiver->order( OrderMeta::reference( $order ) );
			$told   = Fields::of( $answer->body );
			if ( $answer->ok && $told->has( 'state' ) ) {
				return array(
					'summary' => OrderSummary::ofDstnc( $told, $order ),
					'asked'   => true,
				);
			}
			if ( 404 !== $answer->status ) {
				set_transient( self::SILENT, 1, self::SILENT_SECONDS );
			}
		}
		return array(
			'summary' => OrderSummary::ofShop( $order ),
			'asked'   => false,
		);
	}

	/** Asks DSTNC to read an order again, and to take what became of it. It can't make a second shipment of it. */
	public function sendAgain( string $reference ): ?Problem {
		$answer = $this->receiver->resendOrder( $reference );
		return 404 !== $answer->status ? $answer->problem : new Problem(
			'unknown_order',
			__( 'DSTNC doesn’t know this order', 'dstnc-for-woocommerce' ),
			__( 'It was placed through another connection, or it is too old.', 'dstnc-for-woocommerce' ),
			__( 'Tell DSTNC the reference of the order.', 'dstnc-for-woocommerce' ),
			"$reference: 404"
		);
	}

	/** What DSTNC tells of an order, with the shop's own one. */
	private function joined( Fields $told ): OrderSummary {
		$orders = $this->finder->only( array( $told->number( 'storeOrderId' ) ) );
		$order  = $orders[0] ?? null;
		return OrderSummary::ofDstnc( $told, null !== $order && OrderMeta::reference( $order ) === $told->text( 'reference' ) ? $order : null );
	}
}
