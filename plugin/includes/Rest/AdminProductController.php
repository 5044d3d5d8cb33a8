<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Rest;

use Dstnc\WooCommerce\Catalog\Verdict;
use Dstnc\WooCommerce\Connection\ReceiverAnswer;
use Dstnc\WooCommerce\Fields;
use Dstnc\WooCommerce\Problem;

defined( 'ABSPATH' ) || exit;

/**
 * `dstnc-admin/v1/products`: why is this product (not) purchasable on DSTNC?
 *
 * Searched is the shop and not DSTNC: what DSTNC hasn't heard of yet is what is asked for most, and nobody waits for the network at
 * every letter.
 */
final class AdminProductController extends AdminController {

	private const MOST = 20;

	public function register(): void {
		$this->route(
			'GET',
			'/products',
			array( $this, 'search' ),
			array(
				'search' => array(
					'description'       => 'A part of a name or SKU.',
					'type'              => 'string',
					'default'           => '',
					'maxLength'         => 200,
					'sanitize_callback' => 'sanitize_text_field',
				),
			),
			array(
				'items' => array(
					'type'  => 'array',
					'items' => array( 'type' => 'object' ),
				),
			)
		);
		$this->route(
			'GET',
			'/products/(?P<externalId>\d+:\d+)',
			array( $this, 'show' ),
			array(),
			array(
				'externalId'  => array( 'type' => 'string' ),
				'title'       => array( 'type' => 'string' ),
				'sku'         => array( 'type' => 'string' ),
				'purchasable' => array( 'type' => 'boolean' ),
				'sentence'    => array( 'type' => 'string' ),
				'onDstnc'     => array( 'type' => array( 'object', 'null' ) ),
				'shop'        => array( 'type' => 'object' ),
				'editUrl'     => array( 'type' => 'string' ),
			)
		);
	}

	/**
	 * @param \WP_REST_Request<array<string, mixed>> $request
	 * @return mixed
	 */
	public function search( \WP_REST_Request $request ) {
		$search = is_string( $request['search'] ) ? trim( $request['search'] ) : '';
		$items  = array();
		foreach ( '' === $search ? array() : $this->found( $search ) as $product ) {
			$verdict = Verdict::of( $product );
			$image   = wp_get_attachment_image_url( (int) $product->get_image_id(), 'thumbnail' );
			$items[] = array(
				'externalId'  => $verdict->externalId,
				'title'       => $verdict->title,
				'sku'         => $verdict->sku,
				'purchasable' => $verdict->purchasable,
				'image'       => false === $image ? null : $image,
			);
		}
		return array( 'items' => $items );
	}

	/**
	 * @param \WP_REST_Request<array<string, mixed>> $request
	 * @return mixed
	 */
	public function show( \WP_REST_Request $request ) {
		$externalId = is_string( $request['externalId'] ) ? $request['externalId'] : '';
		list( $productId, $variationId ) = array_map( 'intval', explode( ':', $externalId . ':0' ) );
		$product = wc_get_product( 0 === $variationId ? $productId : $variationId );
		if ( ! $product instanceof \WC_Product || ( 0 !== $variationId && $product->get_parent_id() !== $productId ) ) {
			return new Problem(
				'unknown_product',
				__( 'This product is no longer in your shop', 'dstnc-for-woocommerce' ),
				__( 'It was deleted. DSTNC doesn\'t sell it any more.', 'dstnc-for-woocommerce' ),
				__( 'Search for another one.', 'dstnc-for-woocommerce' )
			);
		}
		$verdict = Verdict::of( $product );
		$listing = null === $this->plugin->connections()->current() ? null : $this->plugin->receiver()->listing( $externalId );
		$onDstnc = null === $listing ? null : self::onDstnc( $listing );
		$fields  = array();
		foreach ( $verdict->fields as $name => $value ) {
			$fields[] = array(
				'name'  => (string) $name,
				'value' => $value,
			);
		}
		$edit = get_edit_post_link( $productId, 'raw' );
		return array(
			'externalId'  => $externalId,
			'title'       => $verdict->title,
			'sku'         => $verdict->sku,
			'purchasable' => null === $onDstnc ? $verdict->purchasable : $onDstnc['purchasable'],
			'sentence'    => $verdict->sentence,
			'onDstnc'     => $onDstnc,
			// DSTNC could not be asked; that it has no listing is no problem.
			'problem'     => null === $listing || null === $listing->problem || 404 === $listing->status ? null : $listing->problem->toArray(),
			'shop'        => array(
				'purchasable' => $verdict->purchasable,
				'sentence'    => $verdict->sentence,
				'fields'      => $fields,
			),
			'editUrl'     => is_string( $edit ) ? $edit : '',
		);
	}

	/** @return array{purchasable: bool, quantity: int|null, state: string, acceptedAt: string|null, pendingSince: string|null, rejected: string|null}|null */
	private static function onDstnc( ReceiverAnswer $answer ): ?array {
		if ( ! $answer->ok ) {
			return null;
		}
		$listing   = Fields::of( $answer->body );
		$inventory = $listing->fields( 'variant' )->fields( 'inventory' );
		$state     = $listing->fields( 'product' )->text( 'state', 'unknown' );
		return array(
			'purchasable'  => 'active' === $state && $inventory->yes( 'purchasable' ),
			'quantity'     => $inventory->yes( 'tracked' ) ? $inventory->numberOrNull( 'quantity' ) : null,
			'state'        => $state,
			'acceptedAt'   => $listing->textOrNull( 'acceptedAt' ),
			'pendingSince' => $listing->fields( 'pending' )->textOrNull( 'since' ),
			'rejected'     => $listing->fields( 'rejected' )->textOrNull( 'reason' ),
		);
	}

	/** @return array<int, \WC_Product> What can be sold of what was found: variations in place of their product. */
	private function found( string $search ): array {
		$store = \WC_Data_Store::load( 'product' );
		// @phpstan-ignore method.notFound (WC_Product_Data_Store_CPT has it; WC_Data_Store passes the call on.)
		$ids      = $store->search_products( $search, '', true, true, self::MOST );
		$products = array();
		foreach ( is_array( $ids ) ? $ids : array() as $id ) {
			$product = is_numeric( $id ) ? wc_get_product( (int) $id ) : false;
			if ( ! $product instanceof \WC_Product ) {
				continue;
			}
			$children = $product->is_type( 'variable' ) ? $product->get_children() : array();
			foreach ( array() === $children ? array( $product->get_id() ) : $children as $one ) {
				$item = wc_get_product( $one );
				if ( $item instanceof \WC_Product && count( $products ) < self::MOST ) {
					$products[ $item->get_id() ] = $item;
				}
			}
		}
		return $products;
	}
}
