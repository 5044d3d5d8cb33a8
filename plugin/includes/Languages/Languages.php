<?php
declare(strict_types=1);

namespace Dstnc\WooCommerce\Languages;

defined( 'ABSPATH' ) || exit;

/** The languages of this shop: which plugin keeps them, and which of several products that translate each other DSTNC lists. */
final class Languages {

	/** Plugins by their folder: their translations are made as a page is shown, or elsewhere, and no product can be asked for them. */
	private const UNREADABLE = array(
		'translatepress-multilingual' => 'TranslatePress',
		'weglot'                      => 'Weglot',
		'qtranslate-xt'               => 'qTranslate-XT',
		'qtranslate-x'                => 'qTranslate X',
		'wp-multilang'                => 'WP Multilang',
		'gtranslate'                  => 'GTranslate',
		'multilingualpress'           => 'MultilingualPress',
		'multilingual-press'          => 'MultilingualPress',
		'conveythis-translate'        => 'ConveyThis',
		'linguise'                    => 'Linguise',
		'falang'                      => 'Falang',
		'sublanguage'                 => 'Sublanguage',
		'bogo'                        => 'Bogo',
	);

	private ?LanguagePlugin $plugin = null;

	/** The plugin that keeps them. Not before `plugins_loaded`. */
	public function plugin(): LanguagePlugin {
		if ( null === $this->plugin ) {
			$this->plugin = self::detect();
		}
		return $this->plugin;
	}

	private static function detect(): LanguagePlugin {
		if ( Wpml::isActive() ) {
			return new Wpml();
		}
		return Polylang::isActive() ? new Polylang() : new SingleLanguage( self::unreadable() );
	}

	private static function unreadable(): string {
		$own     = get_option( 'active_plugins' );
		$network = is_multisite() ? array_keys( (array) get_site_option( 'active_sitewide_plugins' ) ) : array();
		foreach ( array_merge( is_array( $own ) ? $own : array(), $network ) as $file ) {
			$folder = is_string( $file ) ? explode( '/', $file )[0] : '';
			if ( isset( self::UNREADABLE[ $folder ] ) ) {
				return self::UNREADABLE[ $folder ];
			}
		}
		return '';
	}

	/**
	 * The one of a product and its translations that DSTNC lists: that in the shop's own language, or, where there is none, the oldest.
	 */
	public function originalOf( int $product ): int {
		$translations = $this->translations( $product );
		if ( array() === $translations ) {
			return $product;
		}
		return $translations[ $this->plugin()->defaultLanguage() ] ?? min( $translations );
	}

	/**
	 * A product and its translations, those that are there.
	 *
	 * @return array<string, int> Ids by language.
	 */
	public function translations( int $product ): array {
		return array_filter(
			$this->plugin()->translations( $product ),
			static function ( int $id ) use ( $product ): bool {
				if ( $id === $product ) {
					return true;
				}
				$post = get_post( $id );
				return $post instanceof \WP_Post && 'product' === $post->post_type && 'auto-draft' !== $post->post_status;
			}
		);
	}

	/**
	 * The language of the shop that is meant by a code or a locale: `pt-BR`, `pt_BR` and `pt-br` are one.
	 *
	 * @return string|null As the language plugin names it; null: the shop has no such language.
	 */
	public function named( string $wanted ): ?string {
		$same      = static fn( string $one ): bool => 0 === strcasecmp( str_replace( '_', '-', $one ), str_replace( '_', '-', $wanted ) );
		$languages = $this->plugin()->languages();
		foreach ( array_keys( $languages ) as $code ) {
			if ( $same( (string) $code ) ) {
				return (string) $code;
			}
		}
		foreach ( $languages as $code => $locale ) {
			if ( $same( $locale ) ) {
				return (string) $code;
			}
		}
		return null;
	}

	/** @return array{plugin: string|null, name: string, supported: bool, default: string|null, available: list<string>} As `status` tells it. */
	public function toArray(): array {
		$plugin = $this->plugin();
		return array(
			'plugin'    => $plugin->id(),
			'name'      => $plugin->name(),
			'supported' => $plugin->isSupported(),
			'default'   => '' === $plugin->defaultLanguage() ? null : $plugin->defaultLanguage(),
			'available' => array_map( 'strval', array_keys( $plugin->languages() ) ),
		);
	}
}
