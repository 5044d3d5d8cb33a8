<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Orders;

use Dstnc\WooCommerce\Fields;

defined( 'ABSPATH' ) || exit;

/** One of DSTNC's orders for the vendor's eyes: in the list of the plugin's page, and in the panel on the order's own screen. */
final class OrderSummary {

	/** States of which there is something for DSTNC to take again. */
	private const TOLD = array( 'completed', 'shipped', 'cancelled', 'refunded', 'attention' );

	/** What WooCommerce's statuses mean to DSTNC. Any other is being worked at. */
	private const STATES = array(
		'pending'   => 'placing',
		'completed' => 'completed',
		'cancelled' => 'cancelled',
		'failed'    => 'cancelled',
		'trash'     => 'cancelled',
		'refunded'  => 'refunded',
	);

	public string $reference;

	/** placing, placed, completed, shipped, cancelled, refunded, attention. */
	public string $state;

	/** @var list<array{carrier: string, number: string, url: string}> */
	public array $tracking;

	/** What DSTNC failed at last, in its words; '' for nothing. */
	public string $lastError;

	/** RFC 3339, UTC; '' if unknown. */
	public string $updatedAt;

	/** In the shop; null if it is no more. */
	public ?\WC_Order $order;

	private string $number;

	/** @param list<array{carrier: string, number: string, url: string}> $tracking */
	private function __construct( string $reference, string $state, array $tracking, ?\WC_Order $order ) {
		$this->reference = $reference;
		$this->state     = $state;
		$this->tracking  = $tracking;
		$this->order     = $order;
		$this->lastError = '';
		$this->updatedAt = '';
		$this->number    = null === $order ? '' : (string) $order->get_order_number();
	}

	/** As the shop knows it by itself: whether DSTNC has taken what became of it, it doesn't. */
	public static function ofShop( \WC_Order $order ): self {
		$tracking = array();
		foreach ( Fulfillments::of( $order ) ?? array() as $one ) {
			$fields = Fields::of( $one );
			if ( $fields->has( 'trackingNumber' ) ) {
				$tracking[] = self::parcel( $fields->text( 'provider' ), $fields->text( 'trackingNumber' ), $fields->text( 'trackingUrl' ) );
			}
		}
		foreach ( TrackingItems::of( $order ) as $one ) {
			$fields     = Fields::of( $one );
			$custom     = $fields->text( 'customProvider' );
			$tracking[] = self::parcel( '' === $custom ? $fields->text( 'provider' ) : $custom, $fields->text( 'trackingNumber' ), $fields->text( 'customUrl' ) );
		}
		$summary            = new self( OrderMeta::reference( $order ), self::STATES[ $order->get_status() ] ?? 'placed', $tracking, $order );
		$modified           = $order->get_date_modified();
		$summary->updatedAt = null === $modified ? '' : self::time( $modified->getTimestamp() );
		return $summary;
	}

	/** @param Fields $told As DSTNC tells it. */
	public static function ofDstnc( Fields $told, ?\WC_Order $order ): self {
		$tracking = array();
		foreach ( $told->each( 'tracking' ) as $one ) {
			$tracking[] = self::parcel( $one->text( 'carrier' ), $one->text( 'number' ), $one->text( 'url' ) );
		}
		$summary            = new self( $told->text( 'reference' ), $told->text( 'state', 'placed' ), $tracking, $order );
		$summary->lastError = self::plain( $told->text( 'lastError' ) );
		$updated            = strtotime( $told->text( 'updatedAt' ) );
		$summary->updatedAt = false === $updated ? '' : self::time( $updated );
		$summary->number    = null === $order ? $told->text( 'storeOrderNumber' ) : $summary->number;
		return $summary;
	}

	/** The state in the vendor's words. */
	public function label(): string {
		switch ( $this->state ) {
			case 'placing':
				return __( 'Being placed', 'dstnc-for-woocommerce' );
			case 'placed':
				return __( 'To ship', 'dstnc-for-woocommerce' );
			case 'completed':
				return __( 'Completed, on its way to DSTNC', 'dstnc-for-woocommerce' );
			case 'shipped':
				return array() === $this->tracking ? __( 'Shipped, without a tracking number', 'dstnc-for-woocommerce' ) : __( 'Shipped', 'dstnc-for-woocommerce' );
			case 'cancelled':
				return __( 'Cancelled', 'dstnc-for-woocommerce' );
			case 'refunded':
				return __( 'Refunded', 'dstnc-for-woocommerce' );
			case 'attention':
				return __( 'Needs attention', 'dstnc-for-woocommerce' );
			default:
				return $this->state;
		}
	}

	/** Whether DSTNC can be asked to take it again. */
	public function canBeSentAgain(): bool {
		return in_array( $this->state, self::TOLD, true );
	}

	/** @return array<string, mixed> As the page wants it. */
	public function toArray(): array {
		return array(
			'reference'    => $this->reference,
			'number'       => '' === $this->number ? null : $this->number,
			'editUrl'      => null === $this->order ? null : $this->order->get_edit_order_url(),
			'state'        => $this->state,
			'label'        => $this->label(),
			'tracking'     => $this->tracking,
			'lastError'    => '' === $this->lastError ? null : $this->lastError,
			'updatedAt'    => '' === $this->updatedAt ? null : $this->updatedAt,
			'canSendAgain' => $this->canBeSentAgain(),
		);
	}

	/** @return array{carrier: string, number: string, url: string} */
	private static function parcel( string $carrier, string $number, string $url ): array {
		return array(
			'carrier' => self::plain( $carrier ),
			'number'  => self::plain( $number ),
			'url'     => esc_url_raw( $url, array( 'http', 'https' ) ),
		);
	}

	private static function time( int $seconds ): string {
		return gmdate( 'Y-m-d\TH:i:s\Z', $seconds );
	}

	/** What others wrote, as one line of text. */
	private static function plain( string $text ): string {
		return wp_html_excerpt( sanitize_text_field( $text ), 500 );
	}
}
