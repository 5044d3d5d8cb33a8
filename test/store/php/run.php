<?php
/**
 * Runs the PHP of the file STORE_CODE inside WordPress and writes what it returns, as JSON, to the file STORE_RESULT.
 * A file and not the output: hooks may print, and the shutdown hooks, webhooks among them, run after it.
 */

error_reporting( E_ALL & ~E_DEPRECATED & ~E_NOTICE & ~E_USER_DEPRECATED & ~E_USER_NOTICE );
$_SERVER['HTTP_HOST']      = getenv( 'STORE_HOST' );
$_SERVER['SERVER_NAME']    = 'localhost';
$_SERVER['REQUEST_URI']    = '/';
$_SERVER['REQUEST_METHOD'] = 'GET';
$_SERVER['REMOTE_ADDR']    = '127.0.0.1';
define( 'WP_USE_THEMES', false );
if ( getenv( 'STORE_INSTALLING' ) ) {
	define( 'WP_INSTALLING', true );
}

// Inside a function, as WordPress is in a request's: variables of the code must not overwrite globals of core.
require getenv( 'STORE_DOCROOT' ) . '/wp-load.php';

/**
 * Includes the code with the arguments it was given, and keeps its result.
 */
function store_harness_run() {
	$store_user = (int) getenv( 'STORE_USER' );
	if ( $store_user && function_exists( 'wp_set_current_user' ) ) {
		wp_set_current_user( $store_user );
	}
	$args = json_decode( (string) getenv( 'STORE_ARGS' ), true );
	try {
		$answer = array( 'value' => require getenv( 'STORE_CODE' ) );
	} catch ( Throwable $error ) {
		$answer = array( 'error' => get_class( $error ) . ': ' . $error->getMessage() . ' in ' . $error->getFile() . ':' . $error->getLine() );
	}
	file_put_contents( getenv( 'STORE_RESULT' ), json_encode( $answer, JSON_UNESCAPED_SLASHES | JSON_PARTIAL_OUTPUT_ON_ERROR ) );
}
store_harness_run();
