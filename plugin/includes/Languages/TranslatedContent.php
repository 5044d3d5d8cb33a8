<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Languages;

use Dstnc\WooCommerce\Catalog\ProductFormat;

defined( 'ABSPATH' ) || exit;

/**
 * Puts the words of a translation into a product group. What the product is (its id, stock, prices, which categories, options and variations
 * it has) stays the original's; what has no translation stays in the original's language.
 *
 * @phpstan-type Group array{groupId: int, product: array<string, mixed>, variations: array<int, array<string, mixed>>}
 */
final class TranslatedContent {

	/** Fields that are taken as they are in the translation. */
	private const TEXTS = array( 'name', 'permalink', 'description', 'short_description' );

	private Languages $languages;

	private LanguagePlugin $plugin;

	/** As it was asked for; null: each product's own. */
	private ?string $wanted;

	/** The shop's language that is meant; null: it has none such. */
	private ?string $language;

	/** @var array<string, string> Names of terms by taxonomy and the original's id. */
	private array $terms = array();

	public function __construct( Languages $languages, ?string $wanted ) {
		$this->languages = $languages;
		$this->plugin    = $languages->plugin();
		$this->wanted    = $wanted;
		$this->language  = null === $wanted ? null : $languages->named( $wanted );
	}

	/**
	 * Fetches at once what the translations of these products would be fetched for one by one.
	 *
	 * @param int[] $originals
	 */
	public function prime( array $originals ): void {
		if ( null === $this->language ) {
			return;
		}
		$translations = array();
		foreach ( $originals as $id ) {
			$translations[] = $this->plugin->translations( $id )[ $this->language ] ?? 0;
		}
		$translations = array_diff( array_filter( $translations ), $originals );
		if ( array() !== $translations ) {
			_prime_post_caches( array_values( $translations ), true, true );
		}
	}

	/**
	 * @param Group $group As the original is.
	 * @return array{groupId: int, product: array<string, mixed>, variations: array<int, array<string, mixed>>, locale: string|null, fallback: bool}
	 *         `locale`: the language that it is in, null where the shop has one only; `fallback`: which isn't the one that was asked for.
	 */
	public function of( \WC_Product $original, array $group ): array {
		$translations = $this->languages->translations( $original->get_id() );
		$own          = array_search( $original->get_id(), $translations, true );
		$own          = false === $own ? null : (string) $own;
		$said         = array(
			'locale'   => $own,
			'fallback' => null !== $this->wanted && ( null === $this->language || $own !== $this->language ),
		);
		if ( ! $said['fallback'] || null === $this->language ) {
			return $group + $said;
		}
		$translation = $this->published( $translations[ $this->language ] ?? 0, $original );
		if ( null === $translation ) {
			return $group + $said;
		}
		return $this->put( $translation, $original, $group ) + array(
			'locale'   => $this->language,
			'fallback' => false,
		);
	}

	/** A translation that is still being written is none yet, unless the original is being written, too. */
	private function published( int $id, \WC_Product $original ): ?\WC_Product {
		$translation = $id > 0 ? wc_get_product( $id ) : null;
		return $translation instanceof \WC_Product && in_array( $translation->get_status(), array( 'publish', $original->get_status() ), true ) ? $translation : null;
	}

	/**
	 * @param Group $group
	 * @return Group
	 */
	private function put( \WC_Product $translation, \WC_Product $original, array $group ): array {
		$words = $this->plugin->within( $this->language, static fn() => ProductFormat::words( $translation ) );
		foreach ( self::TEXTS as $field ) {
			$group['product'][ $field ] = $words[ $field ];
		}
		foreach ( array( 'categories' => 'product_cat', 'brands' => 'product_brand' ) as $field => $taxonomy ) {
			$group['product'][ $field ] = $this->names( $group['product'][ $field ], $taxonomy );
		}
		$group['product']['images'] = array() === $words['images'] ? $this->images( $group['product']['images'] ) : $words['images'];

		$called                         = $this->called( $original, $translation );
		$group['product']['attributes'] = self::inWords( $called, $group['product']['attributes'] );
		foreach ( $group['variations'] as $place => $variation ) {
			$group['variations'][ $place ]['attributes'] = self::inWords( $called, $variation['attributes'] );
			$group['variations'][ $place ]['image']      = $this->images( array( $variation['image'] ) )[0] ?? null;
		}
		return $group;
	}

	/**
	 * @param mixed $terms A product's, as wc/v3 has them.
	 * @return list<array<string, mixed>> The same, by the names of their translations.
	 */
	private function names( $terms, string $taxonomy ): array {
		$named = array();
		foreach ( is_array( $terms ) ? $terms : array() as $term ) {
			if ( is_array( $term ) && is_int( $term['id'] ?? null ) && is_string( $term['name'] ?? null ) ) {
				$named[] = array(
					'id'   => $term['id'],
					'name' => $this->term( $term['id'], $taxonomy, $term['name'] ),
				);
			}
		}
		return $named;
	}

	private function term( int $id, string $taxonomy, string $name ): string {
		$key = "$taxonomy $id";
		if ( ! isset( $this->terms[ $key ] ) ) {
			$translation         = null === $this->language ? null : $this->plugin->translation( $id, $taxonomy, $this->language );
			$term                = null === $translation ? null : get_term( $translation, $taxonomy );
			$this->terms[ $key ] = $term instanceof \WP_Term ? $term->name : $name;
		}
		return $this->terms[ $key ];
	}

	/**
	 * @param mixed $images As wc/v3 has them.
	 * @return list<array<mixed>> Those of them that are translated (their description, or the whole picture), and the rest as it was.
	 */
	private function images( $images ): array {
		$translated = array();
		foreach ( is_array( $images ) ? $images : array() as $image ) {
			if ( is_array( $image ) && is_int( $image['id'] ?? null ) ) {
				$id           = null === $this->language ? null : $this->plugin->translation( $image['id'], 'attachment', $this->language );
				$translated[] = ProductFormat::images( array( $id ?? 0 ) )[0] ?? $image;
			}
		}
		return $translated;
	}

	/**
	 * What the product's attributes and their options are called in the translation.
	 *
	 * @return array<string, array{name: string, options: array<string, string>}> By the names that they have in the original.
	 */
	private function called( \WC_Product $original, \WC_Product $translation ): array {
		$own    = ( new ProductFormat() )->attributesOf( $original );
		$theirs = ( new ProductFormat() )->attributesOf( $translation );
		$called = array();
		foreach ( array_keys( $own ) as $place => $key ) {
			$attribute = $own[ $key ];
			$other     = $theirs[ $key ] ?? ( count( $own ) === count( $theirs ) ? array_values( $theirs )[ $place ] : null );
			if ( $attribute->is_taxonomy() ) {
				$options = $this->options( $original, $attribute->get_name() );
			} elseif ( null !== $other && ! $other->is_taxonomy() ) {
				$options = self::pairs( $attribute->get_options(), $other->get_options() );
			} else {
				continue;
			}
			$name = $attribute->is_taxonomy() || null === $other ? $attribute->get_name() : $other->get_name();
			// WooCommerce Multilingual and Polylang for WooCommerce keep the names apart, and answer for them here.
			$called[ ProductFormat::label( $attribute ) ] = array(
				'name'    => $this->plugin->within( $this->language, static fn() => wc_attribute_label( $name, $translation ) ),
				'options' => $options,
			);
		}
		return $called;
	}

	/** @return array<string, string> Names of a product's terms, by the names that they have in the original. */
	private function options( \WC_Product $original, string $taxonomy ): array {
		$options = array();
		$terms   = get_the_terms( $original->get_id(), $taxonomy );
		foreach ( is_array( $terms ) ? $terms : array() as $term ) {
			$options[ $term->name ] = $this->term( $term->term_id, $taxonomy, $term->name );
		}
		return $options;
	}

	/**
	 * Options that are mere text belong together by their places in the list; lists of different lengths don't.
	 *
	 * @param array<mixed> $own
	 * @param array<mixed> $theirs
	 * @return array<string, string>
	 */
	private static function pairs( array $own, array $theirs ): array {
		$texts = static fn( array $options ): array => array_values( array_map( 'trim', array_filter( $options, 'is_string' ) ) );
		list( $own, $theirs ) = array( $texts( $own ), $texts( $theirs ) );
		$pairs = array();
		foreach ( count( $own ) === count( $theirs ) ? $own : array() as $place => $option ) {
			$pairs[ $option ] = $theirs[ $place ];
		}
		return $pairs;
	}

	/**
	 * @param array<string, array{name: string, options: array<string, string>}> $called
	 * @param mixed                                                              $attributes Of a product or a variation, as wc/v3 has them.
	 * @return list<array<mixed>>
	 */
	private static function inWords( array $called, $attributes ): array {
		$words = array();
		foreach ( is_array( $attributes ) ? $attributes : array() as $attribute ) {
			$attribute = is_array( $attribute ) ? $attribute : array();
			$name      = is_string( $attribute['name'] ?? null ) ? $attribute['name'] : '';
			if ( isset( $called[ $name ] ) ) {
				$say               = static fn( $option ) => is_string( $option ) ? $called[ $name ]['options'][ $option ] ?? $option : $option;
				$attribute['name'] = $called[ $name ]['name'];
				if ( isset( $attribute['options'] ) && is_array( $attribute['options'] ) ) {
					$attribute['options'] = array_map( $say, $attribute['options'] );
				}
				if ( isset( $attribute['option'] ) ) {
					$attribute['option'] = $say( $attribute['option'] );
				}
			}
			$words[] = $attribute;
		}
		return $words;
	}
}
