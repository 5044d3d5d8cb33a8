<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Orders;

defined( 'ABSPATH' ) || exit;

/** An order as DSTNC reads it: what became of what it ordered. Nothing about the shopper, whom DSTNC knows. */
final class OrderView {

	/** @return array<string, mixed> */
	public static function of( \WC_Order $order ): array {
		$lines = array();
		foreach ( $order->get_items() as $item ) {
			if ( $item instanceof \WC_Order_Item_Product ) {
				$lines[] = array(
					'lineId'     => $item->get_id(),
					'externalId' => self::externalId( $item ),
					'quantity'   => (int) $item->get_quantity(),
					'refunded'   => (int) abs( (float) $order->get_qty_refunded_for_item( $item->get_id() ) ),
				);
			}
		}
		return array(
			'orderId'       => $order->get_id(),
			'reference'     => OrderMeta::reference( $order ),
			'number'        => (string) $order->get_order_number(),
			'status'        => $order->get_status(),
			'currency'      => $order->get_currency(),
			'total'         => self::money( (float) $order->get_total() ),
			'dateCreated'   => self::time( $order->get_date_created() ),
			'dateCompleted' => self::time( $order->get_date_completed() ),
			'dateModified'  => self::time( $order->get_date_modified() ),
			'lines'         => $lines,
			'refundedTotal' => self::money( (float) $order->get_total_refunded() ),
			'fulfillments'  => Fulfillments::of( $order ),
			'trackingItems' => TrackingItems::of( $order ),
		);
	}

	/** `{productId}:{variationId}`, the latter 0 for a product. */
	public static function externalId( \WC_Order_Item_Product $item ): string {
		return $item->get_product_id() . ':' . $item->get_variation_id();
	}

	/** With as many decimals as the shop has, and no fewer than two. */
	private static function money( float $amount ): string {
		return number_format( $amount, max( 2, wc_get_price_decimals() ), '.', '' );
	}

	private static function time( ?\WC_DateTime $time ): ?string {
		return null === $time ? null : gmdate( 'Y-m-d\TH:i:s\Z', $time->getTimestamp() );
	}
}
