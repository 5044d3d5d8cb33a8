<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Orders;

use Dstnc\WooCommerce\Fields;

defined( 'ABSPATH' ) || exit;

/**
 * Tracking numbers that the plugins Shipment Tracking and Advanced Shipment Tracking (AST) keep at an order. Both use the same meta; AST also
 * writes what is in a parcel.
 */
final class TrackingItems {

	/** Fields that only AST writes. */
	private const AST = array( 'products_list', 'status_shipped', 'tracking_product_code' );

	/** @return list<array<string, mixed>> */
	public static function of( \WC_Order $order ): array {
		$items = array();
		// Lists of arrays; AST puts objects into them.
		$meta = json_decode( (string) wp_json_encode( $order->get_meta( OrderMeta::TRACKING ) ), true );
		foreach ( Fields::of( array( 'items' => $meta ) )->each( 'items' ) as $item ) {
			if ( '' !== trim( $item->text( 'tracking_number' ) ) ) {
				$items[] = self::read( $item, $order );
			}
		}
		return $items;
	}

	/** @return array<string, mixed> */
	private static function read( Fields $item, \WC_Order $order ): array {
		$isAst = array() !== array_intersect_key( $item->all(), array_flip( self::AST ) );
		$lines = $isAst ? $item->each( 'products_list' ) : array();
		return array(
			'provider'       => $item->text( 'tracking_provider' ),
			'customProvider' => $item->text( 'custom_tracking_provider' ),
			'customUrl'      => $item->text( 'custom_tracking_link' ),
			'trackingNumber' => trim( $item->text( 'tracking_number' ) ),
			'dateShipped'    => self::time( $item->text( 'date_shipped' ) ),
			'trackingId'     => $item->text( 'tracking_id' ),
			'items'          => array() === $lines ? null : array_map( static fn( Fields $line ): array => self::line( $line, $order ), $lines ),
			'source'         => $isAst ? 'ast' : 'shipment_tracking',
		);
	}

	/**
	 * What AST says of a line: the line's id, or the product's or the variation's id, or its SKU.
	 *
	 * @return array{lineId: int|null, externalId: string|null, quantity: int}
	 */
	private static function line( Fields $line, \WC_Order $order ): array {
		$lineId    = $line->number( 'item_id' );
		$productId = $line->number( 'product' );
		$sku       = $line->text( 'sku' );
		$found     = null;
		foreach ( $order->get_items() as $item ) {
			if ( ! $item instanceof \WC_Order_Item_Product ) {
				continue;
			}
			$product = $lineId > 0 || $productId > 0 || '' === $sku ? false : $item->get_product();
			if ( $lineId > 0
				? $item->get_id() === $lineId
				: ( $productId > 0 && in_array( $productId, array( $item->get_product_id(), $item->get_variation_id() ), true ) ) || ( $product instanceof \WC_Product && $product->get_sku() === $sku )
			) {
				$found = $item;
				break;
			}
		}
		return array(
			'lineId'     => null === $found ? null : $found->get_id(),
			'externalId' => null === $found ? null : OrderView::externalId( $found ),
			'quantity'   => $line->number( 'qty', $line->number( 'quantity' ) ),
		);
	}

	/** Unix time. Some versions wrote a date instead. */
	private static function time( string $written ): ?int {
		if ( is_numeric( $written ) ) {
			return (int) $written;
		}
		$time = '' === $written ? false : strtotime( $written );
		return false === $time ? null : $time;
	}
}
