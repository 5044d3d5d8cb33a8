<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Orders;

use Automattic\WooCommerce\Utilities\FeaturesUtil;
use Dstnc\WooCommerce\Fields;

defined( 'ABSPATH' ) || exit;

/**
 * WooCommerce's own fulfillments of an order (10.2 and later, where the vendor has switched them on): parcels, each with what is in it.
 * Their classes have moved between versions, so that the store is looked for where it has been, and what it gives is read by its meta.
 */
final class Fulfillments {

	/** Who reads them, since 10.8 and before. */
	private const STORES = array(
		'Automattic\\WooCommerce\\Admin\\Features\\Fulfillments\\DataStore\\FulfillmentsDataStore',
		'Automattic\\WooCommerce\\Internal\\DataStores\\Fulfillments\\FulfillmentsDataStore',
	);

	/** Until this version, WooCommerce kept their dates in the shop's time zone. */
	private const UTC_SINCE = '10.8';

	/**
	 * @return list<array<string, mixed>>|null Null where there is no such thing.
	 */
	public static function of( \WC_Order $order ): ?array {
		$read = self::reader();
		if ( null === $read ) {
			return null;
		}
		try {
			$found = $read( \WC_Order::class, (string) $order->get_id() );
		} catch ( \Throwable $error ) {
			unset( $error );
			return null;
		}
		$fulfillments = array();
		foreach ( is_array( $found ) ? $found : array() as $one ) {
			if ( $one instanceof \WC_Data ) {
				$fulfillments[] = self::read( $one );
			}
		}
		return $fulfillments;
	}

	/** What reads them; null where they are off, or this WooCommerce has none. */
	private static function reader(): ?callable {
		if ( ! class_exists( FeaturesUtil::class ) || ! FeaturesUtil::feature_is_enabled( 'fulfillments' ) ) {
			return null;
		}
		foreach ( self::STORES as $class ) {
			$read = array( class_exists( $class ) ? wc_get_container()->get( $class ) : null, 'read_fulfillments' );
			if ( is_callable( $read ) ) {
				return $read;
			}
		}
		return null;
	}

	/** @return array<string, mixed> */
	private static function read( \WC_Data $fulfillment ): array {
		$data  = Fields::of( $fulfillment->get_data() );
		$items = array();
		foreach ( Fields::of( array( 'items' => $fulfillment->get_meta( '_items' ) ) )->each( 'items' ) as $item ) {
			$items[] = array(
				'lineId'   => $item->number( 'item_id' ),
				'quantity' => $item->number( 'qty' ),
			);
		}
		return array(
			'id'             => $fulfillment->get_id(),
			'status'         => $data->text( 'status' ),
			'fulfilled'      => 1 === (int) $data->yes( 'is_fulfilled' ) || 1 === $data->number( 'is_fulfilled' ),
			'items'          => $items,
			'trackingNumber' => self::meta( $fulfillment, '_tracking_number' ),
			'provider'       => self::provider( $fulfillment ),
			'trackingUrl'    => self::meta( $fulfillment, '_tracking_url' ),
			'dateUpdated'    => self::date( $data->text( 'date_updated' ) ),
		);
	}

	/** The carrier's slug, or the name that the vendor gave one that WooCommerce doesn't know. */
	private static function provider( \WC_Data $fulfillment ): ?string {
		$slug = self::meta( $fulfillment, '_shipment_provider' ) ?? self::meta( $fulfillment, '_shipping_provider' );
		$name = self::meta( $fulfillment, '_provider_name' );
		return null === $slug || 'other' === $slug ? ( $name ?? $slug ) : $slug;
	}

	private static function meta( \WC_Data $fulfillment, string $key ): ?string {
		$value = $fulfillment->get_meta( $key );
		$value = is_scalar( $value ) ? trim( (string) $value ) : '';
		return '' === $value ? null : $value;
	}

	private static function date( string $written ): ?string {
		$utc  = version_compare( WC_VERSION, self::UTC_SINCE, '>=' ) ? $written : get_gmt_from_date( $written );
		$time = '' === $written ? false : strtotime( "$utc UTC" );
		return false === $time ? null : gmdate( 'Y-m-d\TH:i:s\Z', $time );
	}
}
