<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Catalog;

defined( 'ABSPATH' ) || exit;

/**
 * Whether a product or a variation can be bought on DSTNC as it is in the shop now, and why (not), for the vendor. What DSTNC really shows is
 * decided there, by the same rules: receiver/src/catalog/build-listing.ts and StockRules.
 */
final class Verdict {

	/** `{productId}:{variationId}`, the latter 0 for a product. */
	public string $externalId;

	public string $title;

	public string $sku;

	/** Shown on DSTNC, and there is something to sell. */
	public bool $purchasable;

	/** Whether DSTNC shows it: 'active' or 'hidden', as the contract says; or 'deleted'. */
	public string $state;

	/** Why, in one sentence. */
	public string $sentence;

	/** @var array<string, string> The fields of WooCommerce that decide: value by the name that the vendor knows. */
	public array $fields;

	/**
	 * By the stock rules; null where DSTNC doesn't show it, and for a product with variations, which have stock of their own.
	 *
	 * @var array{rule: 1|2|3, tracked: bool, quantity: int|null, purchasable: bool, pool: 'own'|'parent'}|null
	 */
	public ?array $stock = null;

	/** More can be bought than there are in stock. */
	public bool $backordered = false;

	/** @param array<string, string> $fields */
	private function __construct( \WC_Product $product, string $state, bool $purchasable, string $sentence, array $fields ) {
		$parent            = $product instanceof \WC_Product_Variation ? $product->get_parent_id() : 0;
		$this->externalId  = 0 === $parent ? $product->get_id() . ':0' : $parent . ':' . $product->get_id();
		$this->title       = wp_strip_all_tags( $product->get_name() );
		$this->sku         = $product->get_sku();
		$this->purchasable = $purchasable;
		$this->state       = $state;
		$this->sentence    = $sentence;
		$this->fields      = $fields;
	}

	/** @param bool $backorders Whether DSTNC sells what is on backorder, as DSTNC sets it for each shop. */
	public static function of( \WC_Product $product, bool $backorders = false ): self {
		return BaseValues::read(
			static function () use ( $product, $backorders ): self {
				$parent = $product instanceof \WC_Product_Variation ? wc_get_product( $product->get_parent_id() ) : null;
				$parent = $parent instanceof \WC_Product ? $parent : null;
				$facts  = self::facts( $product );
				$fields = self::fields( $product, $facts );
				$hidden = self::hidden( $parent ?? $product ) ?? ( null === $parent ? null : self::omitted( $product ) );
				if ( null !== $hidden ) {
					return new self( $product, 'trash' === ( $parent ?? $product )->get_status() ? 'deleted' : 'hidden', false, $hidden, $fields );
				}
				if ( $product instanceof \WC_Product_Variable ) {
					return self::ofVariations( $product, $fields );
				}
				$options              = array( 'backorders' => $backorders ? 'allow' : 'deny' ) + ( null === $parent ? array() : array( 'parent' => self::facts( $parent ) ) );
				$stock                = StockRules::apply( $facts, $options );
				$verdict              = new self( $product, 'active', $stock['purchasable'], self::stockSentence( $facts, $stock ), $fields );
				$verdict->stock       = $stock;
				$verdict->backordered = 3 === $stock['rule'] && StockRules::canBeBackordered( $facts, $options );
				return $verdict;
			}
		);
	}

	/**
	 * Of each variation of a product; a product may have hundreds, and they are fetched at once.
	 *
	 * @return list<self>
	 */
	public static function each( \WC_Product_Variable $product ): array {
		return BaseValues::read(
			static function () use ( $product ): array {
				$ids = wp_parse_id_list( $product->get_children() );
				_prime_post_caches( $ids );
				$verdicts = array();
				foreach ( $ids as $id ) {
					$variation = wc_get_product( $id );
					if ( $variation instanceof \WC_Product_Variation ) {
						$verdicts[] = self::of( $variation );
					}
				}
				return $verdicts;
			}
		);
	}

	/** @param array<string, string> $fields */
	private static function ofVariations( \WC_Product_Variable $product, array $fields ): self {
		$verdicts = self::each( $product );
		$all      = count( $verdicts );
		$sold     = count( array_filter( $verdicts, static fn( self $verdict ) => $verdict->purchasable ) );
		$shown    = count( array_filter( $verdicts, static fn( self $verdict ) => 'active' === $verdict->state ) );
		if ( 0 === $all ) {
			$sentence = __( 'The product has no variations.', 'dstnc-for-woocommerce' );
		} else {
			$sentence = sprintf(
				/* translators: 1: number of variations that can be bought, 2: number of all variations. */
				_n( '%1$s of its %2$s variation can be bought.', '%1$s of its %2$s variations can be bought.', $all, 'dstnc-for-woocommerce' ),
				number_format_i18n( $sold ),
				number_format_i18n( $all )
			);
		}
		return new self( $product, 0 === $shown ? 'hidden' : 'active', $sold > 0, $sentence, $fields );
	}

	/** Why DSTNC doesn't show a product at all; null if it does. */
	private static function hidden( \WC_Product $product ): ?string {
		switch ( $product->get_status() ) {
			case 'publish':
				break;
			case 'private':
				return __( 'The product is private in your shop.', 'dstnc-for-woocommerce' );
			case 'trash':
				return __( 'The product is in the trash.', 'dstnc-for-woocommerce' );
			case 'future':
				return __( 'The product is scheduled and not published yet.', 'dstnc-for-woocommerce' );
			default:
				return __( 'The product is a draft and not published yet.', 'dstnc-for-woocommerce' );
		}
		if ( '' !== $product->get_post_password() ) {
			return __( 'The product is protected by a password.', 'dstnc-for-woocommerce' );
		}
		switch ( $product->get_type() ) {
			case 'simple':
				return self::noPrice( $product );
			case 'variable':
				return null;
			case 'grouped':
				return __( 'A grouped product can’t be bought by itself; the products in it can.', 'dstnc-for-woocommerce' );
			case 'external':
				return __( 'An external product is sold on another website.', 'dstnc-for-woocommerce' );
			default:
				/* translators: %s: a product type of WooCommerce, as in "bundle" or "subscription". */
				return sprintf( __( 'DSTNC can’t sell products of the type “%s”.', 'dstnc-for-woocommerce' ), $product->get_type() );
		}
	}

	/** Why a variation of a product that is shown is left out; null if it isn't. */
	private static function omitted( \WC_Product $variation ): ?string {
		return 'publish' === $variation->get_status()
			? self::noPrice( $variation )
			: __( 'The variation is switched off in your shop.', 'dstnc-for-woocommerce' );
	}

	private static function noPrice( \WC_Product $product ): ?string {
		if ( '' === $product->get_price() ) {
			return __( 'It has no price.', 'dstnc-for-woocommerce' );
		}
		return $product->is_purchasable() ? null : __( 'Another plugin in your shop says that it can’t be bought.', 'dstnc-for-woocommerce' );
	}

	/**
	 * @param array<string, mixed>                                     $facts
	 * @param array{rule: int, quantity: int|null, purchasable: bool, pool: string} $stock
	 */
	private static function stockSentence( array $facts, array $stock ): string {
		if ( 1 === $stock['rule'] ) {
			return __( 'Stock is not managed here and the product is in stock.', 'dstnc-for-woocommerce' );
		}
		if ( 2 === $stock['rule'] ) {
			return 'onbackorder' === $facts['stock_status']
				? __( 'Stock is not managed here and the product is on backorder, which DSTNC doesn’t sell.', 'dstnc-for-woocommerce' )
				: __( 'Stock is not managed here and the product is marked as sold out.', 'dstnc-for-woocommerce' );
		}
		return sprintf(
			'parent' === $stock['pool']
				/* translators: %s: a quantity. */
				? __( 'Stock is managed here for all variations together and the quantity is %s.', 'dstnc-for-woocommerce' )
				/* translators: %s: a quantity. */
				: __( 'Stock is managed here and the quantity is %s.', 'dstnc-for-woocommerce' ),
			number_format_i18n( (float) $stock['quantity'] )
		);
	}

	/** @return array{manage_stock: mixed, stock_status: string, stock_quantity: mixed, backorders: string} In wc/v3's words. */
	private static function facts( \WC_Product $product ): array {
		return array(
			'manage_stock'   => $product->managing_stock(),
			'stock_status'   => $product->get_stock_status(),
			'stock_quantity' => $product->get_stock_quantity(),
			'backorders'     => $product->get_backorders(),
		);
	}

	/**
	 * @param array{manage_stock: mixed, stock_status: string, stock_quantity: mixed, backorders: string} $facts
	 * @return array<string, string>
	 */
	private static function fields( \WC_Product $product, array $facts ): array {
		$statuses = wc_get_product_stock_status_options();
		$status   = $statuses[ $facts['stock_status'] ] ?? $facts['stock_status'];
		$post     = get_post_status_object( $product->get_status() );
		$managed  = 'parent' === $facts['manage_stock']
			? __( 'for all variations together', 'dstnc-for-woocommerce' )
			: ( $facts['manage_stock'] ? __( 'yes', 'dstnc-for-woocommerce' ) : __( 'no', 'dstnc-for-woocommerce' ) );
		$fields   = array(
			__( 'Status', 'dstnc-for-woocommerce' )       => is_object( $post ) && is_string( $post->label ) ? $post->label : $product->get_status(),
			__( 'Price', 'dstnc-for-woocommerce' )        => '' === $product->get_price() ? __( 'none', 'dstnc-for-woocommerce' ) : $product->get_price(),
			__( 'Stock managed', 'dstnc-for-woocommerce' ) => $managed,
			__( 'Stock status', 'dstnc-for-woocommerce' ) => is_string( $status ) ? $status : $facts['stock_status'],
		);
		if ( $facts['manage_stock'] ) {
			$quantity = $facts['stock_quantity'];
			$fields[ __( 'Quantity', 'dstnc-for-woocommerce' ) ] = is_numeric( $quantity ) ? (string) $quantity : __( 'none', 'dstnc-for-woocommerce' );
		}
		return $fields;
	}
}
