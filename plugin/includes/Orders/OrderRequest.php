<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Orders;

use Dstnc\WooCommerce\Fields;

defined( 'ABSPATH' ) || exit;

/** An order as DSTNC wants it placed; its form was checked by the route. Money is decimal strings. */
final class OrderRequest {

	/** DSTNC's purchase-order number. */
	public string $reference;

	/** SHA-256 of the order, in hex, as DSTNC counted it. */
	public string $fingerprint;

	/** ISO 4217. */
	public string $currency;

	/** WooCommerce's status for it, without `wc-`. */
	public string $status;

	/** @var array<string, string> In WooCommerce's words: first_name, address_1 … */
	public array $billing;

	/** @var array<string, string> */
	public array $shipping;

	/** @var list<array{externalId: string, productId: int, variationId: int, quantity: int, total: string, totalTax: string}> Of whole lines, net and tax. */
	public array $lines;

	/** @var list<array{title: string, total: string, totalTax: string}> */
	public array $shippingLines;

	/** Gross, of everything. */
	public string $total;

	/** For whoever packs it. */
	public string $note;

	/** Whether what is on backorder may be ordered. */
	public bool $backorders;

	/** @param array<array-key, mixed> $body */
	public function __construct( array $body ) {
		$fields              = Fields::of( $body );
		$this->reference     = $fields->text( 'reference' );
		$this->fingerprint   = strtolower( $fields->text( 'fingerprint' ) );
		$this->currency      = strtoupper( $fields->text( 'currency' ) );
		$this->status        = $fields->text( 'status', 'processing' );
		$this->billing       = self::address( $fields->fields( 'billing' ) );
		$this->shipping      = array_diff_key( self::address( $fields->fields( 'shipping' ) ), array( 'email' => '' ) );
		$this->total         = $fields->text( 'total' );
		$this->note          = sanitize_textarea_field( $fields->text( 'note' ) );
		$this->backorders    = 'allow' === $fields->text( 'backorders' );
		$this->lines         = array_map(
			static function ( Fields $line ): array {
				list( $productId, $variationId ) = array_map( 'intval', explode( ':', $line->text( 'externalId' ) . ':0' ) );
				return array(
					'externalId'  => $line->text( 'externalId' ),
					'productId'   => $productId,
					'variationId' => $variationId,
					'quantity'    => $line->number( 'quantity' ),
					'total'       => $line->text( 'total', '0' ),
					'totalTax'    => $line->text( 'totalTax', '0' ),
				);
			},
			$fields->each( 'lines' )
		);
		$this->shippingLines = array_map(
			static fn( Fields $line ): array => array(
				'title'    => sanitize_text_field( $line->text( 'title' ) ),
				'total'    => $line->text( 'total', '0' ),
				'totalTax' => $line->text( 'totalTax', '0' ),
			),
			$fields->each( 'shippingLines' )
		);
	}

	/** @return list<int> Of products and variations, each once. */
	public function productIds(): array {
		$ids = array_merge( array_column( $this->lines, 'productId' ), array_column( $this->lines, 'variationId' ) );
		return array_values( array_filter( array_unique( $ids ) ) );
	}

	/** @return array<string, string> */
	private static function address( Fields $address ): array {
		return array(
			'first_name' => sanitize_text_field( $address->text( 'firstName' ) ),
			'last_name'  => sanitize_text_field( $address->text( 'lastName' ) ),
			'company'    => sanitize_text_field( $address->text( 'company' ) ),
			'address_1'  => sanitize_text_field( $address->text( 'address1' ) ),
			'address_2'  => sanitize_text_field( $address->text( 'address2' ) ),
			'city'       => sanitize_text_field( $address->text( 'city' ) ),
			'state'      => sanitize_text_field( $address->text( 'state' ) ),
			'postcode'   => sanitize_text_field( $address->text( 'postcode' ) ),
			'country'    => strtoupper( $address->text( 'country' ) ),
			'email'      => sanitize_email( $address->text( 'email' ) ),
			'phone'      => sanitize_text_field( $address->text( 'phone' ) ),
		);
	}
}
