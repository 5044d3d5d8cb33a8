<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Orders;

use Dstnc\WooCommerce\Catalog\Verdict;

defined( 'ABSPATH' ) || exit;

/**
 * Whether the shop can deliver what DSTNC ordered: by the rules that the listing was made by, so that what is offered can be ordered, on
 * stock as it is in the database at this moment.
 */
final class Availability {

	/**
	 * Takes the stock of these products for the transaction that is open: whoever else wants to change it waits until the transaction ends.
	 * In the order of ids, so that two orders of the same products never wait for each other; and in the way that WooCommerce's own
	 * update of a quantity goes, for the same reason.
	 *
	 * @param list<int> $ids Of products and variations.
	 * @throws \RuntimeException Somebody else held one for too long: without the lock, WooCommerce's own update would fail unnoticed.
	 */
	public function hold( array $ids ): void {
		global $wpdb;
		sort( $ids );
		$before = $wpdb->suppress_errors( true );
		foreach ( $ids as $id ) {
			// phpcs:ignore WordPress.DB.DirectDatabaseQuery -- A lock.
			$wpdb->get_col( $wpdb->prepare( "SELECT meta_value FROM %i WHERE post_id = %d AND meta_key = '_stock' FOR UPDATE", $wpdb->postmeta, $id ) );
			if ( '' !== $wpdb->last_error ) {
				$wpdb->suppress_errors( $before );
				throw new \RuntimeException( 'The stock is held by somebody else.' );
			}
		}
		$wpdb->suppress_errors( $before );
		// What this process, or a cache that several share, has read before is of before.
		$this->forget( $ids );
	}

	/**
	 * What is cached of these products may be of a transaction that was undone.
	 *
	 * @param list<int> $ids
	 */
	public function forget( array $ids ): void {
		foreach ( $ids as $id ) {
			clean_post_cache( $id );
		}
	}

	/**
	 * The products of the lines, in their order; or why they can't be bought.
	 *
	 * @return list<\WC_Product>|Refusal
	 */
	public function products( OrderRequest $request ) {
		$products = array();
		$wanted   = array();
		foreach ( $request->lines as $line ) {
			$product = self::product( $line['productId'], $line['variationId'] );
			if ( null === $product ) {
				return Refusal::productGone( $line['externalId'] );
			}
			$verdict = Verdict::of( $product, $request->backorders );
			if ( 'deleted' === $verdict->state ) {
				return Refusal::productGone( $line['externalId'] );
			}
			$stock = $verdict->stock;
			if ( null === $stock ) {
				// Hidden; or a product with variations, of which one has to be named.
				return Refusal::notPurchasable( $line['externalId'], $verdict->sentence );
			}
			if ( 3 === $stock['rule'] ) {
				// Variations that share their product's stock share it within one order, too.
				$pool            = 'parent' === $stock['pool'] ? $line['productId'] : $product->get_id();
				$wanted[ $pool ] = ( $wanted[ $pool ] ?? 0 ) + $line['quantity'];
				$available       = (int) $stock['quantity'];
				if ( $wanted[ $pool ] > $available && ! $verdict->backordered ) {
					return Refusal::tooFew( $line['externalId'], $wanted[ $pool ], $available );
				}
			} elseif ( ! $stock['purchasable'] ) {
				return Refusal::notPurchasable( $line['externalId'], $verdict->sentence );
			}
			$products[] = $product;
		}
		return $products;
	}

	private static function product( int $productId, int $variationId ): ?\WC_Product {
		$product = wc_get_product( 0 === $variationId ? $productId : $variationId );
		if ( ! $product instanceof \WC_Product ) {
			return null;
		}
		return $product instanceof \WC_Product_Variation
			? ( 0 !== $variationId && $product->get_parent_id() === $productId ? $product : null )
			: ( 0 === $variationId ? $product : null );
	}
}
