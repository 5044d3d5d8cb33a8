<?php
/**
 * Plugin Name: Shout
 * Description: A shortcode, as plugins put them into descriptions.
 */

defined( 'ABSPATH' ) || exit;

add_action( 'init', static fn() => add_shortcode( 'shout', static fn( $attributes, $content = '' ) => strtoupper( (string) $content ) ) );
