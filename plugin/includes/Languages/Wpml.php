<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Languages;

use Dstnc\WooCommerce\Fields;

defined( 'ABSPATH' ) || exit;

/**
 * WPML, with WooCommerce Multilingual: a product of its own for each language, tied together by a row each in `icl_translations`. Everything
 * but the condition of SQL goes through its documented hooks (wpml.org/documentation/support/wpml-coding-api).
 *
 * phpcs:disable WordPress.NamingConventions.PrefixAllGlobals.NonPrefixedHooknameFound -- WPML's own hooks.
 */
final class Wpml implements LanguagePlugin {

	/** WPML takes this for a language: nothing is filtered by language. */
	private const ALL = 'all';

	/** @var array<string, string>|null */
	private ?array $languages = null;

	/** Polylang answers to many of WPML's hooks, too, but doesn't call itself this. */
	public static function isActive(): bool {
		return defined( 'ICL_SITEPRESS_VERSION' );
	}

	public function id(): string {
		return 'wpml';
	}

	public function name(): string {
		return 'WPML';
	}

	public function isSupported(): bool {
		return (bool) apply_filters( 'wpml_is_translated_post_type', false, 'product' );
	}

	public function defaultLanguage(): string {
		return self::text( apply_filters( 'wpml_default_language', null ) );
	}

	public function languages(): array {
		if ( null === $this->languages ) {
			$this->languages = array();
			$active          = apply_filters( 'wpml_active_languages', null, 'skip_missing=0' );
			foreach ( is_array( $active ) ? $active : array() as $code => $language ) {
				$this->languages[ (string) $code ] = Fields::of( $language )->text( 'default_locale' );
			}
		}
		return $this->languages;
	}

	public function translations( int $product ): array {
		$translations = array();
		foreach ( array_keys( $this->languages() ) as $language ) {
			$id = $this->translation( $product, 'product', $language );
			// Where products are not translated, each is its own translation into every language.
			if ( null !== $id && ! in_array( $id, $translations, true ) ) {
				$translations[ $language ] = $id;
			}
		}
		return 1 === count( $translations ) && ! $this->isSupported() ? array() : $translations;
	}

	public function translation( int $id, string $type, string $language ): ?int {
		$translation = apply_filters( 'wpml_object_id', $id, $type, false, $language );
		return is_numeric( $translation ) && (int) $translation > 0 ? (int) $translation : null;
	}

	public function originals(): string {
		global $wpdb;
		$default = preg_replace( '/[^A-Za-z0-9_-]/', '', $this->defaultLanguage() );
		return "NOT EXISTS (
			SELECT 1 FROM {$wpdb->prefix}icl_translations mine
			JOIN {$wpdb->prefix}icl_translations other ON other.trid = mine.trid AND other.element_type = 'post_product' AND other.element_id <> mine.element_id
			JOIN {$wpdb->posts} o ON o.ID = other.element_id AND o.post_type = 'product' AND o.post_status <> 'auto-draft'
			WHERE mine.element_type = 'post_product' AND mine.element_id = p.ID AND mine.language_code <> '$default'
			AND (other.language_code = '$default' OR (other.element_id < mine.element_id AND NOT EXISTS (
				SELECT 1 FROM {$wpdb->prefix}icl_translations best WHERE best.trid = mine.trid AND best.element_type = 'post_product' AND best.language_code = '$default'
			)))
		)";
	}

	public function within( ?string $language, callable $read ) {
		$before = self::text( apply_filters( 'wpml_current_language', null ) );
		do_action( 'wpml_switch_language', $language ?? self::ALL );
		try {
			return $read();
		} finally {
			do_action( 'wpml_switch_language', '' === $before ? null : $before );
		}
	}

	/** @param mixed $value */
	private static function text( $value ): string {
		return is_string( $value ) ? $value : '';
	}
}
