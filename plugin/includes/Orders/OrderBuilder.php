<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Orders;

defined( 'ABSPATH' ) || exit;

/**
 * Makes the order that DSTNC wants, in memory. Net amounts and taxes are DSTNC's to the last digit: WooCommerce calculates nothing, so that
 * neither the shop's rates nor how it rounds can change them.
 */
final class OrderBuilder {

	/**
	 * @param list<\WC_Product> $products Of the lines, in their order.
	 * @return \WC_Order|Refusal
	 */
	public function build( OrderRequest $request, array $products, string $orderKey ) {
		$order = new \WC_Order();
		$order->set_status( 'pending' );
		$order->set_created_via( OrderMeta::CREATED_VIA );
		$order->set_order_key( $orderKey );
		$order->set_currency( $request->currency );
		$order->set_prices_include_tax( wc_prices_include_tax() );
		$order->set_payment_method_title( 'DSTNC' );
		$order->set_transaction_id( $request->reference );
		$order->set_customer_note( trim( "DSTNC order $request->reference\n$request->note" ) );
		$order->update_meta_data( OrderMeta::REFERENCE, $request->reference );
		$order->update_meta_data( OrderMeta::FINGERPRINT, $request->fingerprint );
		$this->address( $order, 'billing', $request->billing );
		$this->address( $order, 'shipping', $request->shipping );

		$shares = new TaxShares( $request->shipping );
		$taxes  = array();
		$sums   = array(
			'line'     => 0.0,
			'lineTax'  => 0.0,
			'shipping' => 0.0,
			'shipTax'  => 0.0,
		);
		foreach ( $request->lines as $index => $line ) {
			$product = $products[ $index ];
			$tax     = $shares->of( $line['total'], $line['totalTax'], $product->get_tax_class(), false );
			$item    = new \WC_Order_Item_Product();
			$item->set_product( $product );
			$item->set_quantity( $line['quantity'] );
			$item->set_subtotal( $line['total'] );
			$item->set_total( $line['total'] );
			$item->set_taxes(
				array(
					'total'    => $tax,
					'subtotal' => $tax,
				)
			);
			$order->add_item( $item );
			$taxes            = self::added( $taxes, $tax, 0 );
			$sums['line']    += (float) $line['total'];
			$sums['lineTax'] += (float) $line['totalTax'];
		}
		foreach ( $request->shippingLines as $line ) {
			$tax  = $shares->of( $line['total'], $line['totalTax'], '', true );
			$item = new \WC_Order_Item_Shipping();
			$item->set_method_title( $line['title'] );
			$item->set_method_id( 'dstnc' );
			$item->set_total( $line['total'] );
			$item->set_taxes( array( 'total' => $tax ) );
			$order->add_item( $item );
			$taxes             = self::added( $taxes, $tax, 1 );
			$sums['shipping'] += (float) $line['total'];
			$sums['shipTax']  += (float) $line['totalTax'];
		}
		foreach ( $taxes as $rate => $amounts ) {
			$order->add_item( self::taxItem( $rate, $amounts, $sums['line'] + $sums['shipping'] ) );
		}
		$order->set_shipping_total( (string) wc_format_decimal( $sums['shipping'], 6 ) );
		$order->set_cart_tax( (string) wc_format_decimal( $sums['lineTax'], 6 ) );
		$order->set_shipping_tax( (string) wc_format_decimal( $sums['shipTax'], 6 ) );
		$order->set_total( (string) wc_format_decimal( array_sum( $sums ), wc_get_price_decimals() ) );
		return self::agreed( $order, $request );
	}

	/**
	 * The order, if it comes to what DSTNC wants.
	 *
	 * @return \WC_Order|Refusal
	 */
	public static function agreed( \WC_Order $order, OrderRequest $request ) {
		$got = (float) $order->get_total( 'edit' );
		return 0.0 === round( $got - (float) $request->total, 6 )
			? $order
			: Refusal::totalDiffers( $request->total, (string) wc_format_decimal( $got, max( 2, wc_get_price_decimals() ) ) );
	}

	/** @param array<string, string> $address */
	private function address( \WC_Order $order, string $which, array $address ): void {
		foreach ( $address as $name => $value ) {
			// WooCommerce before 5.6 has no telephone number for shipping.
			$set = array( $order, "set_{$which}_$name" );
			if ( '' !== $value && is_callable( $set ) ) {
				$set( $value );
			}
		}
	}

	/**
	 * @param array<int, array{float, float}> $taxes  By rate: of lines, of shipping.
	 * @param array<int, float>               $more   By rate.
	 * @param 0|1                             $column
	 * @return array<int, array{float, float}>
	 */
	private static function added( array $taxes, array $more, int $column ): array {
		foreach ( $more as $rate => $amount ) {
			$taxes[ $rate ]             = $taxes[ $rate ] ?? array( 0.0, 0.0 );
			$taxes[ $rate ][ $column ] += $amount;
		}
		return $taxes;
	}

	/**
	 * What wp-admin and the shop's reports show a tax by.
	 *
	 * @param array{float, float} $amounts Of lines, of shipping.
	 */
	private static function taxItem( int $rate, array $amounts, float $net ): \WC_Order_Item_Tax {
		$item = new \WC_Order_Item_Tax();
		if ( 0 === $rate ) {
			$item->set_rate_id( 0 );
			$item->set_rate_code( 'DSTNC-TAX' );
			$item->set_label( __( 'Tax (by DSTNC)', 'dstnc-for-woocommerce' ) );
			if ( $net > 0 ) {
				$item->set_rate_percent( round( array_sum( $amounts ) / $net * 100, 2 ) );
			}
		} else {
			$item->set_rate( $rate );
		}
		$item->set_tax_total( (string) wc_format_decimal( $amounts[0], 6 ) );
		$item->set_shipping_tax_total( (string) wc_format_decimal( $amounts[1], 6 ) );
		return $item;
	}
}
