<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Languages;

defined( 'ABSPATH' ) || exit;

/**
 * Polylang, free or Pro: a product of its own for each language. The language of a post is a term of the taxonomy `language`; its translations share
 * a term of `post_translations`. Everything but the condition of SQL and the current language goes through its documented functions
 * (polylang.pro/doc/function-reference).
 */
final class Polylang implements LanguagePlugin {

	public static function isActive(): bool {
		return defined( 'POLYLANG_VERSION' ) && function_exists( 'pll_get_post_translations' ) && function_exists( 'pll_languages_list' )
			&& function_exists( 'pll_default_language' ) && function_exists( 'pll_get_post' ) && function_exists( 'pll_get_term' ) && function_exists( 'pll_is_translated_post_type' );
	}

	public function id(): string {
		return 'polylang';
	}

	public function name(): string {
		return 'Polylang';
	}

	/** Without Polylang for WooCommerce products have no language, unless somebody gave them one in Polylang's settings. */
	public function isSupported(): bool {
		return '' !== $this->defaultLanguage() && true === pll_is_translated_post_type( 'product' );
	}

	public function defaultLanguage(): string {
		$default = pll_default_language();
		return is_string( $default ) ? $default : '';
	}

	public function languages(): array {
		$codes   = pll_languages_list();
		$locales = pll_languages_list( array( 'fields' => 'locale' ) );
		$found   = array();
		foreach ( is_array( $codes ) ? array_values( $codes ) : array() as $place => $code ) {
			if ( is_string( $code ) && '' !== $code ) {
				$locale         = is_array( $locales ) ? array_values( $locales )[ $place ] ?? '' : '';
				$found[ $code ] = is_string( $locale ) ? $locale : '';
			}
		}
		return $found;
	}

	public function translations( int $product ): array {
		$found        = pll_get_post_translations( $product );
		$translations = array();
		foreach ( is_array( $found ) ? $found : array() as $language => $id ) {
			if ( is_numeric( $id ) && (int) $id > 0 ) {
				$translations[ (string) $language ] = (int) $id;
			}
		}
		return $translations;
	}

	public function translation( int $id, string $type, string $language ): ?int {
		$translation = taxonomy_exists( $type ) ? pll_get_term( $id, $language ) : pll_get_post( $id, $language );
		return is_numeric( $translation ) && (int) $translation > 0 ? (int) $translation : null;
	}

	public function originals(): string {
		global $wpdb;
		$term    = get_term_by( 'slug', $this->defaultLanguage(), 'language' );
		$default = $term instanceof \WP_Term ? $term->term_taxonomy_id : 0;
		return "NOT EXISTS (
			SELECT 1 FROM {$wpdb->term_relationships} mine
			JOIN {$wpdb->term_taxonomy} family ON family.term_taxonomy_id = mine.term_taxonomy_id AND family.taxonomy = 'post_translations'
			JOIN {$wpdb->term_relationships} other ON other.term_taxonomy_id = mine.term_taxonomy_id AND other.object_id <> mine.object_id
			JOIN {$wpdb->posts} o ON o.ID = other.object_id AND o.post_type = 'product' AND o.post_status <> 'auto-draft'
			LEFT JOIN {$wpdb->term_relationships} own ON own.object_id = mine.object_id AND own.term_taxonomy_id = $default
			LEFT JOIN {$wpdb->term_relationships} best ON best.object_id = other.object_id AND best.term_taxonomy_id = $default
			WHERE mine.object_id = p.ID AND own.object_id IS NULL AND (best.object_id IS NOT NULL OR (other.object_id < mine.object_id AND NOT EXISTS (
				SELECT 1 FROM {$wpdb->term_relationships} member JOIN {$wpdb->term_relationships} spoken ON spoken.object_id = member.object_id AND spoken.term_taxonomy_id = $default
				WHERE member.term_taxonomy_id = mine.term_taxonomy_id
			)))
		)";
	}

	/** There is no function for this; the property is public, and the request's `lang` sets it, too (PLL_REST_Request::set_language). */
	public function within( ?string $language, callable $read ) {
		$polylang = function_exists( 'PLL' ) ? PLL() : null;
		if ( ! is_object( $polylang ) || ! property_exists( $polylang, 'curlang' ) ) {
			return $read();
		}
		$before = $polylang->curlang;
		// A PLL_Language object, by the code.
		$model             = isset( $polylang->model ) && is_object( $polylang->model ) ? $polylang->model : null;
		$polylang->curlang = null !== $language && null !== $model && is_callable( array( $model, 'get_language' ) ) ? $model->get_language( $language ) : null;
		try {
			return $read();
		} finally {
			$polylang->curlang = $before;
		}
	}
}
