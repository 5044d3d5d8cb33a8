<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Orders;

defined( 'ABSPATH' ) || exit;

/** The right to place one order, for as long as its lease lasts. */
final class Claim {

	public string $reference;

	/** By which this holder is told from those before and after it. */
	public string $word;

	/** The key that WooCommerce is to give the order: by it an order is found that was left half-made. */
	public string $orderKey;

	/** The order, if an earlier holder got as far as that. */
	public ?int $orderId;

	/** Somebody held it before, and didn't finish. */
	public bool $takenOver;

	public function __construct( string $reference, string $word, string $orderKey, ?int $orderId, bool $takenOver ) {
		$this->reference = $reference;
		$this->word      = $word;
		$this->orderKey  = $orderKey;
		$this->orderId   = $orderId;
		$this->takenOver = $takenOver;
	}
}
