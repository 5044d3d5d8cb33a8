<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Orders;

defined( 'ABSPATH' ) || exit;

/**
 * Places DSTNC's orders, each exactly once, however often DSTNC asks and wherever this process, or another one, dies.
 *
 * 1. The reference is claimed: a row with a lease (Placements).
 * 2. In one transaction: stock is taken and looked at, the order is made as `pending` (no mail), WooCommerce reduces its stock, and the
 *    order's id is noted in the row, if the row still is this process's. Whoever dies before the end of it leaves nothing.
 * 3. The order is given its status, upon which WooCommerce and other plugins do what they do with paid orders. That is no part of the
 *    transaction: a mail can't be undone. Whoever dies here leaves an order that is known by its row, and the next call goes on with it.
 *
 * A transaction that another plugin ended early can leave half an order. It has the reference, or the key that the row has, is found by
 * either, and is deleted. An order of the reference that no row knows (the plugin was removed in between, or DSTNC placed it over wc/v3) is
 * taken for what it is: placed.
 */
final class OrderPlacer {

	private Placements $placements;

	private OrderFinder $finder;

	private Availability $availability;

	public function __construct( Placements $placements, OrderFinder $finder ) {
		$this->placements   = $placements;
		$this->finder       = $finder;
		$this->availability = new Availability();
	}

	/**
	 * @return array{order: \WC_Order, created: bool}|Refusal `created`: by this call.
	 */
	public function place( OrderRequest $request ) {
		// DSTNC may have given up waiting: what was begun is still finished.
		ignore_user_abort( true );
		$claim = $this->placements->claim( $request->reference, $request->fingerprint );
		if ( $claim instanceof Refusal ) {
			return $claim;
		}
		if ( is_int( $claim ) ) {
			return $this->placed( $claim );
		}
		try {
			return $this->placeClaimed( $request, $claim );
		} catch ( \Throwable $error ) {
			$this->placements->expire( $claim );
			// Its message may carry what it failed at, such as an address.
			return Refusal::failed( 'The shop failed at it: ' . get_class( $error ) . '.' );
		}
	}

	/**
	 * @return array{order: \WC_Order, created: bool}|Refusal
	 * @throws \RuntimeException What was done is unknown.
	 */
	private function placeClaimed( OrderRequest $request, Claim $claim ) {
		$order = null === $claim->orderId ? $this->found( $request, $claim ) : wc_get_order( $claim->orderId );
		if ( false === $order || $order instanceof \WC_Order_Refund ) {
			$this->placements->expire( $claim );
			return Refusal::gone( (int) $claim->orderId );
		}
		$created = null === $order;
		if ( null === $order ) {
			$order = $this->create( $request, $claim );
		}
		if ( $order instanceof Refusal ) {
			$this->placements->release( $claim );
			return $order;
		}
		$order = $this->promote( $order, $request );
		if ( $claim->takenOver ) {
			self::tellMerchant( $order );
		}
		$this->placements->finish( $claim );
		return array(
			'order'   => $order,
			'created' => $created || $claim->takenOver,
		);
	}

	/** @return array{order: \WC_Order, created: bool}|Refusal */
	private function placed( int $orderId ) {
		$order = wc_get_order( $orderId );
		return $order instanceof \WC_Order
			? array(
				'order'   => $order,
				'created' => false,
			)
			: Refusal::gone( $orderId );
	}

	/**
	 * An order of this reference that the row doesn't know of; null if there is none. Halves are removed.
	 *
	 * @return \WC_Order|Refusal|null
	 * @throws \RuntimeException Somebody else has the row by now.
	 */
	private function found( OrderRequest $request, Claim $claim ) {
		$whole = null;
		foreach ( array_merge( $this->finder->ofReference( $request->reference ), $claim->takenOver ? $this->finder->halfMade( $claim->orderKey ) : array() ) as $order ) {
			if ( self::isHalf( $order ) ) {
				$order->delete( true );
			} else {
				$whole = $whole ?? $order;
			}
		}
		if ( null === $whole ) {
			return null;
		}
		$fingerprint = $whole->get_meta( OrderMeta::FINGERPRINT );
		if ( '' !== $fingerprint && $fingerprint !== $request->fingerprint ) {
			return Refusal::referenceReused();
		}
		$this->note( $claim, $whole );
		return $whole;
	}

	/** Whether this plugin began an order and didn't get as far as its stock, which is reduced last. */
	private static function isHalf( \WC_Order $order ): bool {
		return OrderMeta::CREATED_VIA === $order->get_created_via() && $order->has_status( 'pending' ) && ! self::stockIsReduced( $order );
	}

	/**
	 * @return \WC_Order|Refusal
	 * @throws \RuntimeException It can't be said whether the order was made.
	 */
	private function create( OrderRequest $request, Claim $claim ) {
		$refusal = self::unfit( $request );
		if ( null !== $refusal ) {
			return $refusal;
		}
		$transaction = new Transaction();
		if ( ! $transaction->begin() ) {
			throw new \RuntimeException( 'A transaction is open.' );
		}
		$kept = false;
		try {
			$this->availability->hold( $request->productIds() );
			$order = $this->make( $request, $claim, $transaction );
			if ( $order instanceof \WC_Order ) {
				$this->note( $claim, $order );
				$kept = $transaction->commit();
				if ( ! $kept ) {
					throw new \RuntimeException( 'The database did not say that it kept the order.' );
				}
			}
			return $order;
		} finally {
			$transaction->rollBack();
			if ( ! $kept ) {
				$this->availability->forget( $request->productIds() );
			}
		}
	}

	/**
	 * Makes the order, within the transaction.
	 *
	 * @return \WC_Order|Refusal
	 * @throws \RuntimeException WooCommerce didn't.
	 */
	private function make( OrderRequest $request, Claim $claim, Transaction $transaction ) {
		$products = $this->availability->products( $request );
		if ( $products instanceof Refusal ) {
			return $products;
		}
		$built = ( new OrderBuilder() )->build( $request, $products, $claim->orderKey );
		if ( $built instanceof Refusal ) {
			return $built;
		}
		$id = $built->save();
		// As the shop reads it: another plugin may have changed it on its way, and the shop may round more coarsely than DSTNC.
		$order = $id > 0 ? wc_get_order( $id ) : false;
		if ( ! $order instanceof \WC_Order ) {
			throw new \RuntimeException( 'WooCommerce made no order.' );
		}
		$agreed = OrderBuilder::agreed( $order, $request );
		if ( $agreed instanceof Refusal ) {
			if ( ! $transaction->isOpen() ) {
				$order->delete( true );
			}
			return $agreed;
		}
		$this->stillThere( $id, $transaction );
		wc_maybe_reduce_stock_levels( $id );
		if ( ! self::stockIsReduced( $order ) ) {
			// A plugin forbade it, for this shop or this order: the vendor's will. The mark says that the order is whole.
			self::markReduced( $order );
		}
		$this->stillThere( $id, $transaction );
		return $order;
	}

	/**
	 * A transaction that is no longer open was either committed early, by another plugin: then the order is there, and is gone on with, with a
	 * little less protection. Or it was undone, by a deadlock or a lost connection: then nothing must be noted of it.
	 *
	 * @throws \RuntimeException It was undone.
	 */
	private function stillThere( int $id, Transaction $transaction ): void {
		if ( ! $transaction->isOpen() && ! $this->finder->exists( $id ) ) {
			throw new \RuntimeException( 'The database undid the order.' );
		}
	}

	/**
	 * Gives a new order its status. One that has another status already keeps it.
	 *
	 * @throws \RuntimeException It didn't take it.
	 */
	private function promote( \WC_Order $order, OrderRequest $request ): \WC_Order {
		$id    = $order->get_id();
		$order = wc_get_order( $id ); // As it is since its stock was reduced.
		if ( $order instanceof \WC_Order && $order->has_status( 'pending' ) && 'pending' !== $request->status ) {
			try {
				if ( null === $order->get_date_paid( 'edit' ) ) {
					$order->set_date_paid( time() );
				}
				$order->set_status( $request->status, __( 'Ordered and paid at DSTNC.', 'dstnc-for-woocommerce' ) );
				$order->save();
			} catch ( \Throwable $error ) {
				// Another plugin's, after the status was saved; or not, which is seen now.
				unset( $error );
			}
			$order = wc_get_order( $id );
		}
		if ( ! $order instanceof \WC_Order || ( $order->has_status( 'pending' ) && 'pending' !== $request->status ) ) {
			throw new \RuntimeException( 'The order did not take its status.' );
		}
		return $order;
	}

	/** @throws \RuntimeException Somebody else has the row by now. */
	private function note( Claim $claim, \WC_Order $order ): void {
		if ( ! $this->placements->note( $claim, $order->get_id() ) ) {
			throw new \RuntimeException( 'Another process places this order.' );
		}
	}

	/** What can't be ordered here, whatever is in stock. */
	private static function unfit( OrderRequest $request ): ?Refusal {
		// The shop's own, whatever a currency switcher says to this request.
		$currency = get_option( 'woocommerce_currency' );
		$currency = is_string( $currency ) ? $currency : '';
		if ( $request->currency !== $currency ) {
			return Refusal::wrongCurrency( $request->currency, $currency );
		}
		$countries = WC()->countries->get_countries();
		foreach ( array( $request->billing['country'], $request->shipping['country'] ) as $country ) {
			if ( ! isset( $countries[ $country ] ) ) {
				return Refusal::unknownCountry( $country );
			}
		}
		return null;
	}

	/** The merchant's mail of a new order, which a process that died may not have sent. WooCommerce sends it once an order. */
	private static function tellMerchant( \WC_Order $order ): void {
		$mail = WC()->mailer()->get_emails()['WC_Email_New_Order'] ?? null;
		if ( $mail instanceof \WC_Email_New_Order && $order->is_paid() ) {
			$mail->trigger( $order->get_id(), $order );
		}
	}

	private static function stockIsReduced( \WC_Order $order ): bool {
		// @phpstan-ignore method.notFound (The order's data store has it; WC_Data_Store passes the call on.)
		return (bool) $order->get_data_store()->get_stock_reduced( $order->get_id() );
	}

	private static function markReduced( \WC_Order $order ): void {
		// @phpstan-ignore method.notFound (As above.)
		$order->get_data_store()->set_stock_reduced( $order->get_id(), true );
	}
}
