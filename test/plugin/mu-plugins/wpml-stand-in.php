<?php
/**
 * Plugin Name: WPML stand-in
 * Description: The part of WPML and WooCommerce Multilingual that DSTNC asks, written from their public documentation: the hooks of
 *              wpml.org/documentation/support/wpml-coding-api/wpml-hooks-reference, the table icl_translations of …/support/wpml-tables, and the REST API of
 *              …/woocommerce-multilingual/using-wordpress-rest-api-woocommerce-multilingual. Languages: en (its own), de and fr.
 */

defined( 'ABSPATH' ) || exit;

define( 'ICL_SITEPRESS_VERSION', '4.7.0' );

final class Wpml_Stand_In {

	const LANGUAGES = array(
		'en' => 'en_US',
		'de' => 'de_DE',
		'fr' => 'fr_FR',
	);

	/** As the request says; shop visitors choose it by `?lang=`. */
	private $current = 'en';

	public function register() {
		global $wpdb;
		if ( false === get_option( 'wpml_stand_in' ) ) {
			$wpdb->query(
				"CREATE TABLE IF NOT EXISTS {$wpdb->prefix}icl_translations (
					translation_id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
					element_type varchar(60) NOT NULL DEFAULT 'post_post',
					element_id bigint DEFAULT NULL,
					trid bigint NOT NULL,
					language_code varchar(7) NOT NULL,
					source_language_code varchar(7),
					UNIQUE KEY el_type_id (element_type, element_id),
					UNIQUE KEY trid_lang (trid, language_code)
				)"
			);
			update_option( 'wpml_stand_in', 1 );
		}
		$asked = isset( $_GET['lang'] ) ? (string) $_GET['lang'] : '';
		if ( 'all' === $asked || isset( self::LANGUAGES[ $asked ] ) ) {
			$this->current = $asked;
		}
		add_filter( 'wpml_default_language', static fn() => 'en' );
		add_filter( 'wpml_current_language', fn() => $this->current );
		add_filter( 'wpml_active_languages', array( $this, 'languages' ) );
		add_filter( 'wpml_is_translated_post_type', static fn( $empty, $type ) => in_array( $type, array( 'product', 'product_variation' ), true ), 10, 2 );
		add_filter( 'wpml_object_id', array( $this, 'object' ), 10, 4 );
		add_action( 'wpml_switch_language', array( $this, 'to' ) );
		add_action( 'wpml_set_element_language_details', array( $this, 'set' ) );
		add_action( 'before_delete_post', array( $this, 'forget' ) );
		// "Adjust IDs for multilingual functionality", which is switched on by default.
		add_filter( 'get_term', array( $this, 'adjust' ), 10, 2 );
		add_filter( 'woocommerce_attribute_label', array( $this, 'label' ) );
		add_filter( 'pre_transient_wc_system_status_active_plugins', static fn() => array( array( 'plugin' => 'sitepress-multilingual-cms/sitepress.php' ) ) );
		add_filter( 'woocommerce_rest_prepare_product_object', array( $this, 'tell' ), 10, 2 );
		add_filter( 'woocommerce_rest_product_object_query', array( $this, 'narrow' ) );
	}

	public function languages() {
		$languages = array();
		foreach ( self::LANGUAGES as $code => $locale ) {
			$languages[ $code ] = array(
				'active'         => (int) ( $code === $this->current ),
				'default_locale' => $locale,
				'language_code'  => $code,
			);
		}
		return $languages;
	}

	public function to( $language ) {
		$this->current = $language ?? 'en';
	}

	public function object( $id, $type, $original = false, $language = null ) {
		global $wpdb;
		$kind = self::kind( $type );
		$id   = (int) $id;
		$row  = $wpdb->get_row( $wpdb->prepare( "SELECT trid FROM {$wpdb->prefix}icl_translations WHERE element_type = %s AND element_id = %d", $kind, self::element( $id, $type ) ) );
		if ( null === $row ) {
			return $id;
		}
		$found = $wpdb->get_var( $wpdb->prepare( "SELECT element_id FROM {$wpdb->prefix}icl_translations WHERE element_type = %s AND trid = %d AND language_code = %s", $kind, $row->trid, $language ?? $this->current ) );
		if ( null === $found ) {
			return $original ? $id : null;
		}
		return taxonomy_exists( $type ) ? (int) $wpdb->get_var( $wpdb->prepare( "SELECT term_id FROM {$wpdb->term_taxonomy} WHERE term_taxonomy_id = %d", $found ) ) : (int) $found;
	}

	/** @param array<string, mixed> $given */
	public function set( $given ) {
		global $wpdb;
		$trid = $given['trid'] ? $given['trid'] : 1 + (int) $wpdb->get_var( "SELECT MAX(trid) FROM {$wpdb->prefix}icl_translations" );
		$wpdb->replace(
			"{$wpdb->prefix}icl_translations",
			array(
				'element_type'         => $given['element_type'],
				'element_id'           => $given['element_id'],
				'trid'                 => $trid,
				'language_code'        => $given['language_code'],
				'source_language_code' => $given['source_language_code'] ?? null,
			)
		);
		do_action( 'wpml_translation_update', array( 'type' => 'update', 'trid' => $trid, 'element_id' => $given['element_id'], 'element_type' => $given['element_type'] ) );
	}

	public function forget( $id ) {
		global $wpdb;
		$wpdb->delete( "{$wpdb->prefix}icl_translations", array( 'element_type' => 'post_' . get_post_type( $id ), 'element_id' => $id ) );
	}

	public function adjust( $term, $taxonomy ) {
		if ( ! $term instanceof WP_Term || 'all' === $this->current ) {
			return $term;
		}
		$id = $this->object( $term->term_id, $taxonomy, true );
		if ( $id === $term->term_id ) {
			return $term;
		}
		remove_filter( 'get_term', array( $this, 'adjust' ) );
		$adjusted = get_term( $id, $taxonomy );
		add_filter( 'get_term', array( $this, 'adjust' ), 10, 2 );
		return $adjusted;
	}

	public function label( $label ) {
		return 'de' === $this->current && 'Colour' === $label ? 'Farbe' : $label;
	}

	public function tell( $response, $product ) {
		$response->data['translations'] = array();
		foreach ( array_keys( self::LANGUAGES ) as $language ) {
			$id = $this->object( $product->get_id(), 'product', false, $language );
			if ( null !== $id ) {
				$response->data['translations'][ $language ] = (string) $id;
			}
		}
		$response->data['lang'] = array_search( (string) $product->get_id(), $response->data['translations'], true );
		return $response;
	}

	public function narrow( $args ) {
		global $wpdb;
		if ( 'all' !== $this->current ) {
			$others               = $wpdb->get_col( $wpdb->prepare( "SELECT element_id FROM {$wpdb->prefix}icl_translations WHERE element_type = 'post_product' AND language_code <> %s", $this->current ) );
			$args['post__not_in'] = array_merge( $args['post__not_in'] ?? array(), array_map( 'intval', $others ) );
		}
		return $args;
	}

	private static function kind( $type ) {
		return ( taxonomy_exists( $type ) ? 'tax_' : 'post_' ) . $type;
	}

	/** Terms are kept by their term_taxonomy_id. */
	private static function element( $id, $type ) {
		global $wpdb;
		return taxonomy_exists( $type ) ? (int) $wpdb->get_var( $wpdb->prepare( "SELECT term_taxonomy_id FROM {$wpdb->term_taxonomy} WHERE term_id = %d AND taxonomy = %s", $id, $type ) ) : $id;
	}
}

if ( ! wp_installing() ) {
	( new Wpml_Stand_In() )->register();
}
