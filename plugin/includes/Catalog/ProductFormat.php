<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Catalog;

defined( 'ABSPATH' ) || exit;

/** A product and a variation as wc/v3 puts them; see CatalogReader. */
final class ProductFormat {

	/** @var array<int, array<string, \WC_Product_Attribute>> Attributes by product and name. */
	private array $attributes = array();

	/** @return array<string, mixed> */
	public function product( \WC_Product $product ): array {
		$salePrice = $product->get_sale_price();
		return self::words( $product ) + array(
			'id'                => $product->get_id(),
			'date_modified_gmt' => self::date( $product ),
			'type'              => $product->get_type(),
			'status'            => $product->get_status(),
			'post_password'     => $product->get_post_password(),
			'parent_id'         => $product->get_parent_id(),
			'categories'        => self::terms( $product, 'product_cat' ),
			'brands'            => self::terms( $product, 'product_brand' ),
			'attributes'        => $this->attributes( $product ),
			'variations'        => array(),
			'sale_price'        => $salePrice ? $salePrice : '',
		) + self::common( $product );
	}

	/**
	 * What of a product is said in a language, beside the names of its terms.
	 *
	 * @return array<string, mixed>
	 */
	public static function words( \WC_Product $product ): array {
		return array(
			'name'              => $product->get_name(),
			'permalink'         => $product->get_permalink(),
			'description'       => wpautop( do_shortcode( $product->get_description() ) ),
			// phpcs:ignore WordPress.NamingConventions.PrefixAllGlobals.NonPrefixedHooknameFound -- WooCommerce's own.
			'short_description' => apply_filters( 'woocommerce_short_description', $product->get_short_description() ),
			'images'            => self::images( array_merge( array( $product->get_image_id() ), $product->get_gallery_image_ids() ) ),
		);
	}

	/** @return array<string, mixed> */
	public function variation( \WC_Product_Variation $variation, \WC_Product $parent ): array {
		$images = self::images( array( $variation->get_image_id() ) );
		return array(
			'id'                => $variation->get_id(),
			'type'              => 'variation',
			'parent_id'         => $variation->get_parent_id(),
			'date_modified_gmt' => self::date( $variation ),
			'status'            => $variation->get_status(),
			'description'       => '' === $variation->get_description() ? '' : wc_format_content( $variation->get_description() ),
			'sale_price'        => $variation->get_sale_price(),
			'on_sale'           => $variation->is_on_sale(),
			'purchasable'       => $variation->is_purchasable(),
			'image'             => $images[0] ?? null,
			'attributes'        => $this->options( $variation, $parent ),
		) + self::common( $variation );
	}

	/** @return array<string, mixed> */
	private static function common( \WC_Product $product ): array {
		return array(
			'sku'              => $product->get_sku(),
			// WooCommerce 9.2 and later.
			'global_unique_id' => is_callable( array( $product, 'get_global_unique_id' ) ) ? $product->get_global_unique_id() : '',
			'price'            => $product->get_price(),
			'regular_price'    => $product->get_regular_price(),
			'manage_stock'     => $product->managing_stock(),
			'stock_quantity'   => $product->get_stock_quantity(),
			'stock_status'     => $product->get_stock_status(),
			'backorders'       => $product->get_backorders(),
			'weight'           => $product->get_weight(),
			'dimensions'       => array(
				'length' => $product->get_length(),
				'width'  => $product->get_width(),
				'height' => $product->get_height(),
			),
		);
	}

	private static function date( \WC_Product $product ): ?string {
		$date = $product->get_date_modified();
		return null === $date ? null : gmdate( 'Y-m-d\TH:i:s', $date->getTimestamp() );
	}

	/** @return array<int, array{id: int, name: string}> */
	private static function terms( \WC_Product $product, string $taxonomy ): array {
		$terms = taxonomy_exists( $taxonomy ) ? get_the_terms( $product->get_id(), $taxonomy ) : false;
		return array_values(
			array_map(
				static fn( \WP_Term $term ) => array(
					'id'   => $term->term_id,
					'name' => $term->name,
				),
				is_array( $terms ) ? $terms : array()
			)
		);
	}

	/**
	 * @param array<mixed> $ids
	 * @return array<int, array{id: int, src: string, alt: string}>
	 */
	public static function images( array $ids ): array {
		$images = array();
		foreach ( $ids as $id ) {
			$id    = is_numeric( $id ) ? (int) $id : 0;
			$image = $id > 0 && null !== get_post( $id ) ? wp_get_attachment_image_src( $id, 'full' ) : false;
			if ( is_array( $image ) ) {
				$alt      = get_post_meta( $id, '_wp_attachment_image_alt', true );
				$images[] = array(
					'id'  => $id,
					'src' => $image[0],
					'alt' => is_string( $alt ) ? $alt : '',
				);
			}
		}
		return $images;
	}

	/** @return array<int, array<string, mixed>> */
	private function attributes( \WC_Product $product ): array {
		$attributes = array();
		foreach ( $this->attributesOf( $product ) as $attribute ) {
			$attributes[] = array(
				'id'        => $attribute->is_taxonomy() ? $attribute->get_id() : 0,
				'name'      => self::label( $attribute ),
				'variation' => $attribute->get_variation(),
				'options'   => $attribute->is_taxonomy()
					? array_column( self::sortedTerms( $product, $attribute->get_name() ), 'name' )
					: array_values( array_map( 'trim', array_filter( $attribute->get_options(), 'is_string' ) ) ),
			);
		}
		return $attributes;
	}

	/**
	 * What a variation has of its product's attributes. "Any" is left out.
	 *
	 * @return array<int, array{id: int, name: string, option: string}>
	 */
	private function options( \WC_Product_Variation $variation, \WC_Product $parent ): array {
		$options = array();
		foreach ( $variation->get_variation_attributes() as $key => $value ) {
			if ( ! is_string( $value ) || '' === $value ) {
				continue;
			}
			$name      = str_replace( 'attribute_', '', (string) $key );
			$slug      = wc_attribute_taxonomy_slug( $name );
			$known     = $this->attributesOf( $parent );
			$attribute = $known[ wc_attribute_taxonomy_name( $slug ) ] ?? $known[ $slug ] ?? null;
			$global    = 0 === strpos( $name, 'pa_' );
			$options[] = array(
				'id'     => $global ? wc_attribute_taxonomy_id_by_name( $name ) : 0,
				'name'   => null === $attribute ? $slug : self::label( $attribute ),
				'option' => $global ? self::termName( $parent, $name, $value ) : $value,
			);
		}
		return $options;
	}

	/** The name of a term by its slug. The product has all terms that its variations use, unless somebody took one from it. */
	private static function termName( \WC_Product $parent, string $taxonomy, string $slug ): string {
		$terms = get_the_terms( $parent->get_id(), $taxonomy );
		foreach ( is_array( $terms ) ? $terms : array() as $term ) {
			if ( $term->slug === $slug ) {
				return rawurldecode( $term->name );
			}
		}
		$term = get_term_by( 'slug', $slug, $taxonomy );
		return rawurldecode( $term instanceof \WP_Term ? $term->name : $slug );
	}

	/** @return array<string, \WC_Product_Attribute> A product's attributes, by the names that WooCommerce keeps them under. */
	public function attributesOf( \WC_Product $product ): array {
		$id = $product->get_id();
		if ( ! isset( $this->attributes[ $id ] ) ) {
			$this->attributes[ $id ] = array();
			foreach ( $product->get_attributes() as $key => $attribute ) {
				if ( $attribute instanceof \WC_Product_Attribute ) {
					$this->attributes[ $id ][ wc_sanitize_taxonomy_name( (string) $key ) ] = $attribute;
				}
			}
		}
		return $this->attributes[ $id ];
	}

	/** What an attribute is called. */
	public static function label( \WC_Product_Attribute $attribute ): string {
		$taxonomy = $attribute->is_taxonomy() ? $attribute->get_taxonomy_object() : null;
		return is_object( $taxonomy ) && isset( $taxonomy->attribute_label ) && is_string( $taxonomy->attribute_label ) ? $taxonomy->attribute_label : $attribute->get_name();
	}

	/**
	 * A product's terms in the order that the shop set for their attribute. wc_get_product_terms() would ask the database for each product.
	 *
	 * @return \WP_Term[]
	 */
	private static function sortedTerms( \WC_Product $product, string $taxonomy ): array {
		$found = get_the_terms( $product->get_id(), $taxonomy );
		$terms = is_array( $found ) ? array_values( $found ) : array(); // By name.
		switch ( wc_attribute_orderby( $taxonomy ) ) {
			case 'menu_order':
				$order = static function ( \WP_Term $term ): int {
					$place = get_term_meta( $term->term_id, 'order', true );
					return is_numeric( $place ) ? (int) $place : 0;
				};
				break;
			case 'name_num':
				$order = static fn( \WP_Term $term ): float => (float) $term->name;
				break;
			case 'id':
				$order = static fn( \WP_Term $term ): int => $term->term_id;
				break;
			default:
				return $terms;
		}
		$keys = array_map( $order, $terms );
		// The second list keeps the names' order among equals.
		array_multisort( $keys, range( 0, max( 0, count( $terms ) - 1 ) ), $terms );
		return $terms;
	}
}
