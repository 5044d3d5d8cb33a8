<?php
/**
 * Plugin Name: Polylang stand-in
 * Description: The part of Polylang Pro and Polylang for WooCommerce that DSTNC asks, written from their public documentation: the functions of
 *              polylang.pro/doc/function-reference, the REST API of polylang.pro/doc/rest-api, and the taxonomies in which languages and translations are kept.
 *              Languages: en (its own), de and fr.
 */

defined( 'ABSPATH' ) || exit;

if ( wp_installing() ) {
	return;
}

define( 'POLYLANG_VERSION', '3.7.0' );

final class Polylang_Stand_In {

	const LANGUAGES = array(
		'en' => 'en_US',
		'de' => 'de_DE',
		'fr' => 'fr_FR',
	);

	/** The current language, as in Polylang: an object with its slug, or nothing. */
	public $curlang = null;

	public $model;

	public function __construct() {
		$this->model = $this;
	}

	public function register() {
		foreach ( array( 'language', 'post_translations' ) as $taxonomy ) {
			register_taxonomy( $taxonomy, array( 'product' ), array( 'public' => false ) );
		}
		foreach ( array( 'term_language', 'term_translations' ) as $taxonomy ) {
			register_taxonomy( $taxonomy, array(), array( 'public' => false ) );
		}
		foreach ( array_keys( self::LANGUAGES ) as $slug ) {
			if ( ! term_exists( $slug, 'language' ) ) {
				wp_insert_term( $slug, 'language', array( 'slug' => $slug ) );
			}
		}
		add_filter( 'rest_pre_dispatch', array( $this, 'choose' ), 10, 3 );
		// What isn't in the current language is left out.
		add_filter( 'get_terms', array( $this, 'narrow_terms' ), 10, 2 );
		add_filter( 'pre_transient_wc_system_status_active_plugins', static fn() => array( array( 'plugin' => 'polylang-pro/polylang.php' ) ) );
		add_filter( 'woocommerce_rest_prepare_product_object', array( $this, 'tell' ), 10, 2 );
		add_filter( 'woocommerce_rest_product_object_query', array( $this, 'narrow' ) );
		add_filter( 'woocommerce_attribute_label', fn( $label ) => null !== $this->curlang && 'de' === $this->curlang->slug && 'Colour' === $label ? 'Farbe' : $label );
	}

	public function get_language( $slug ) {
		return isset( self::LANGUAGES[ $slug ] ) ? (object) array( 'slug' => $slug, 'locale' => self::LANGUAGES[ $slug ] ) : false;
	}

	public function choose( $result, $server, $request ) {
		if ( is_string( $request['lang'] ) && '' !== $request['lang'] ) {
			$this->curlang = $this->get_language( $request['lang'] ) ?: $this->get_language( 'en' );
		}
		return $result;
	}

	public function narrow_terms( $terms, $taxonomies ) {
		if ( null === $this->curlang || ! is_array( $terms ) || array() === array_filter( (array) $taxonomies, static fn( $one ) => is_string( $one ) && ( 'product_cat' === $one || 0 === strpos( $one, 'pa_' ) ) ) ) {
			return $terms;
		}
		return array_values( array_filter( $terms, fn( $term ) => ! $term instanceof WP_Term || in_array( get_term_meta( $term->term_id, 'language', true ), array( '', $this->curlang->slug ), true ) ) );
	}

	public function tell( $response, $product ) {
		$response->data['lang']         = pll_get_post_language( $product->get_id() );
		$response->data['translations'] = pll_get_post_translations( $product->get_id() );
		return $response;
	}

	public function narrow( $args ) {
		if ( null !== $this->curlang ) {
			$args['tax_query'][] = array( 'taxonomy' => 'language', 'field' => 'slug', 'terms' => $this->curlang->slug );
		}
		return $args;
	}
}

$GLOBALS['polylang'] = new Polylang_Stand_In();
add_action( 'init', array( $GLOBALS['polylang'], 'register' ), 4 );

function PLL() {
	return $GLOBALS['polylang'];
}

function pll_default_language( $field = 'slug' ) {
	return 'slug' === $field ? 'en' : 'en_US';
}

function pll_languages_list( $args = array() ) {
	return 'locale' === ( $args['fields'] ?? 'slug' ) ? array_values( Polylang_Stand_In::LANGUAGES ) : array_keys( Polylang_Stand_In::LANGUAGES );
}

function pll_is_translated_post_type( $type ) {
	return in_array( $type, array( 'product', 'product_variation' ), true );
}

function pll_set_post_language( $id, $language ) {
	wp_set_object_terms( $id, $language, 'language' );
}

function pll_get_post_language( $id ) {
	$terms = get_the_terms( $id, 'language' );
	return is_array( $terms ) ? $terms[0]->slug : false;
}

function pll_save_post_translations( $translations ) {
	$term = wp_insert_term( uniqid( 'pll_' ), 'post_translations', array( 'description' => maybe_serialize( $translations ) ) );
	foreach ( $translations as $id ) {
		wp_set_object_terms( $id, $term['term_id'], 'post_translations' );
	}
}

function pll_get_post_translations( $id ) {
	$terms = get_the_terms( $id, 'post_translations' );
	if ( is_array( $terms ) ) {
		return array_filter( maybe_unserialize( $terms[0]->description ), 'get_post' );
	}
	$language = pll_get_post_language( $id );
	return false === $language ? array() : array( $language => $id );
}

function pll_get_post( $id, $language = '' ) {
	return pll_get_post_translations( $id )[ $language ] ?? false;
}

function pll_set_term_language( $id, $language ) {
	update_term_meta( $id, 'language', $language );
}

function pll_save_term_translations( $translations ) {
	foreach ( $translations as $id ) {
		update_term_meta( $id, 'translations', $translations );
	}
}

function pll_get_term( $id, $language = '' ) {
	$translations = get_term_meta( $id, 'translations', true );
	return is_array( $translations ) ? $translations[ $language ] ?? false : false;
}
