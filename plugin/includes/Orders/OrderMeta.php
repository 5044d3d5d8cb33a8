<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Orders;

defined( 'ABSPATH' ) || exit;

/** What this plugin and others write to DSTNC's orders, by name. */
final class OrderMeta {

	/** DSTNC's reference. An order with it is DSTNC's, whoever placed it: this plugin, or DSTNC itself over wc/v3. */
	public const REFERENCE = '_dstnc_reference';

	/** SHA-256 of what was ordered, by which DSTNC's repetition is told from another order under the same reference. */
	public const FINGERPRINT = '_dstnc_fingerprint';

	/** Where Shipment Tracking and Advanced Shipment Tracking keep tracking numbers. */
	public const TRACKING = '_wc_shipment_tracking_items';

	/** Orders of this plugin: `created_via`. */
	public const CREATED_VIA = 'dstnc';

	/** DSTNC's reference of an order; '' if it isn't DSTNC's. */
	public static function reference( \WC_Order $order ): string {
		$reference = $order->get_meta( self::REFERENCE );
		return is_scalar( $reference ) ? (string) $reference : '';
	}
}
