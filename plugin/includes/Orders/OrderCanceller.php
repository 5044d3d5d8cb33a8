<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Orders;

use Dstnc\WooCommerce\Lock;

defined( 'ABSPATH' ) || exit;

/** Cancels DSTNC's orders for DSTNC, until they are completed; their stock comes back once, however often DSTNC asks. */
final class OrderCanceller {

	/** Statuses after which it is too late: it was shipped, paid back, or thrown away by the vendor. */
	private const TOO_LATE = array( 'completed', 'refunded', 'trash' );

	/** Seconds to wait for another call that cancels the same order. */
	private const PATIENCE = 5;

	private Placements $placements;

	private OrderFinder $finder;

	public function __construct( Placements $placements, OrderFinder $finder ) {
		$this->placements = $placements;
		$this->finder     = $finder;
	}

	/**
	 * @param string $reason For the order's notes, which only the vendor reads; '' for none.
	 * @return \WC_Order|Refusal The cancelled order, also if it was cancelled before.
	 */
	public function cancel( string $reference, string $reason ) {
		ignore_user_abort( true );
		try {
			return ( new Lock( 'order_' . substr( md5( $reference ), 0, 16 ) ) )->synchronized(
				self::PATIENCE,
				fn() => $this->cancelAlone( $reference, $reason )
			) ?? Refusal::inProgress( self::PATIENCE );
		} catch ( \Throwable $error ) {
			return Refusal::failed( 'The shop failed at it: ' . get_class( $error ) . '.' );
		}
	}

	/** @return \WC_Order|Refusal */
	private function cancelAlone( string $reference, string $reason ) {
		if ( $this->placements->isUnderWay( $reference ) ) {
			return Refusal::inProgress( self::PATIENCE );
		}
		$order = $this->finder->first( $reference );
		if ( null === $order ) {
			return Refusal::unknownOrder();
		}
		if ( $order->has_status( self::TOO_LATE ) ) {
			return Refusal::tooLate( $order->get_status() );
		}
		$this->restoreStock( $order );
		// As it is without its stock.
		$order = wc_get_order( $order->get_id() );
		if ( $order instanceof \WC_Order && ! $order->has_status( 'cancelled' ) ) {
			$order->set_status(
				'cancelled',
				'' === $reason
					? __( 'Cancelled by DSTNC.', 'dstnc-for-woocommerce' )
					/* translators: %s: DSTNC's reason. */
					: sprintf( __( 'Cancelled by DSTNC: %s', 'dstnc-for-woocommerce' ), $reason )
			);
			$order->save();
		}
		return $order instanceof \WC_Order ? $order : Refusal::unknownOrder();
	}

	/**
	 * All of it, with WooCommerce's notes of what it had reduced, or nothing: a process that dies in between leaves neither half. Before the
	 * status, upon which WooCommerce would do it without such care, and finds nothing left to do.
	 *
	 * @throws \RuntimeException The database undid it.
	 */
	private function restoreStock( \WC_Order $order ): void {
		$ids = array();
		foreach ( $order->get_items() as $item ) {
			if ( $item instanceof \WC_Order_Item_Product ) {
				array_push( $ids, $item->get_product_id(), $item->get_variation_id() );
			}
		}
		$ids          = array_values( array_filter( array_unique( $ids ) ) );
		$availability = new Availability();
		$transaction  = new Transaction();
		if ( ! $transaction->begin() ) {
			throw new \RuntimeException( 'A transaction is open.' );
		}
		try {
			$availability->hold( $ids );
			wc_maybe_increase_stock_levels( $order->get_id() );
			if ( ! $transaction->commit() ) {
				throw new \RuntimeException( 'The database did not say that it kept the stock.' );
			}
		} finally {
			$transaction->rollBack();
			$availability->forget( $ids );
		}
	}
}
