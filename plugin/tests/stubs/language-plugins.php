<?php
/*
 * Those of Polylang's functions that the plugin calls, as its function reference has them (polylang.pro/doc/function-reference).
 */

/** @return string|false */
function pll_default_language( string $field = 'slug' ) {}

/**
 * @param array<string, mixed> $args
 * @return list<mixed>
 */
function pll_languages_list( array $args = array() ) {}

/** @return int|false|null */
function pll_get_post( int $post_id, string $slug = '' ) {}

/** @return int|false|null */
function pll_get_term( int $term_id, string $slug = '' ) {}

/** @return array<string, int> */
function pll_get_post_translations( int $post_id ) {}

function pll_is_translated_post_type( string $post_type ): bool {}

/** @return object|null */
function PLL() {}
