<?php
/**
 * Plugin Name: Impatient
 * Description: Nobody wants to wait 45 seconds for a receiver that is slow on purpose.
 */

defined( 'ABSPATH' ) || exit;

add_filter( 'http_request_args', static fn( $args ) => array( 'timeout' => min( $args['timeout'], 2 ) ) + $args );
