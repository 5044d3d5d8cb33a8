<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Orders;

defined( 'ABSPATH' ) || exit;

/** Why an order was not placed, or not cancelled: for programs by its code, for DSTNC's operators in a sentence without personal data. */
final class Refusal {

	/** Stable: `dstnc_too_few`. */
	public string $code;

	/** A sentence for DSTNC's operators, in English. */
	public string $message;

	/** HTTP status. 500 is safe to repeat; 409 is worth repeating later. */
	public int $status;

	/** @var array<string, scalar> Facts for programs. */
	public array $facts;

	/** @param array<string, scalar> $facts */
	public function __construct( string $code, int $status, string $message, array $facts = array() ) {
		$this->code    = $code;
		$this->status  = $status;
		$this->message = $message;
		$this->facts   = $facts;
	}

	/** Somebody else is placing it at this moment. */
	public static function inProgress( int $retryAfterSeconds ): self {
		return new self( 'dstnc_order_in_progress', 409, 'This order is being placed at this moment.', array( 'retryAfterSeconds' => $retryAfterSeconds ) );
	}

	/** Another order has the reference. */
	public static function referenceReused(): self {
		return new self( 'dstnc_reference_reused', 422, 'Another order was placed under this reference before.' );
	}

	/** It was placed, and somebody deleted it for good. Not placed again: what became of it only the vendor knows. */
	public static function gone( int $orderId ): self {
		return new self( 'dstnc_order_gone', 410, 'This order was placed before, and was deleted in the shop.', array( 'orderId' => $orderId ) );
	}

	public static function productGone( string $externalId ): self {
		return new self( 'dstnc_product_gone', 422, "The shop has no product $externalId any more.", array( 'externalId' => $externalId ) );
	}

	/** @param string $reason A sentence in the shop's language, as the shop's own page says it. */
	public static function notPurchasable( string $externalId, string $reason ): self {
		return new self(
			'dstnc_not_purchasable',
			422,
			"The product $externalId can't be bought: $reason",
			array(
				'externalId' => $externalId,
				'reason'     => $reason,
			)
		);
	}

	public static function tooFew( string $externalId, int $wanted, int $available ): self {
		return new self(
			'dstnc_too_few',
			422,
			"Of $externalId, $wanted are wanted and $available are in stock.",
			array(
				'externalId' => $externalId,
				'wanted'     => $wanted,
				'available'  => $available,
			)
		);
	}

	public static function wrongCurrency( string $wanted, string $got ): self {
		return new self(
			'dstnc_wrong_currency',
			422,
			"The order is in $wanted, and the shop sells in $got.",
			array(
				'wanted' => $wanted,
				'got'    => $got,
			)
		);
	}

	public static function unknownCountry( string $country ): self {
		return new self( 'dstnc_unknown_country', 422, "The shop's WooCommerce knows no country $country.", array( 'country' => $country ) );
	}

	public static function totalDiffers( string $wanted, string $got ): self {
		return new self(
			'dstnc_total_differs',
			422,
			"The order comes to $wanted at DSTNC and to $got in the shop.",
			array(
				'wanted' => $wanted,
				'got'    => $got,
			)
		);
	}

	/** What can be tried again as it is: everything that was begun has been undone, or is found again. */
	public static function failed( string $why ): self {
		return new self( 'dstnc_order_failed', 500, $why );
	}

	/** No order of DSTNC's has the reference. */
	public static function unknownOrder(): self {
		return new self( 'dstnc_unknown_order', 404, 'The shop has no order of this reference.' );
	}

	/** @param string $status WooCommerce's, without `wc-`. */
	public static function tooLate( string $status ): self {
		return new self( 'dstnc_too_late', 409, "The order is $status already.", array( 'status' => $status ) );
	}

	/** As WordPress answers it. An order's own status gives way to HTTP's, and is `orderStatus`. */
	public function toError(): \WP_Error {
		$facts = $this->facts;
		if ( isset( $facts['status'] ) ) {
			$facts['orderStatus'] = $facts['status'];
		}
		return new \WP_Error( $this->code, $this->message, array( 'status' => $this->status ) + $facts );
	}
}
