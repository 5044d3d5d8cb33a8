<?php
/**
 * Runs PHP inside WordPress and writes what it returns, as JSON, to a file: hooks may print, and the shutdown hooks,
 * webhooks among them, run after it. In a process of its own the run is described by the environment variable STORE_RUN;
 * in the web server, where this file lies in the docroot, by the request, which has to know the harness's secret.
 *
 * The run: docroot, host, code and result (files), args, user, installing.
 */

$store_run = json_decode( 'cli' === PHP_SAPI ? (string) getenv( 'STORE_RUN' ) : (string) file_get_contents( 'php://input' ), true );
if ( 'cli' === PHP_SAPI ) {
	error_reporting( E_ALL & ~E_DEPRECATED & ~E_NOTICE & ~E_USER_DEPRECATED & ~E_USER_NOTICE );
	$_SERVER['HTTP_HOST']      = $store_run['host'];
	$_SERVER['SERVER_NAME']    = 'localhost';
	$_SERVER['REQUEST_URI']    = '/';
	$_SERVER['REQUEST_METHOD'] = 'GET';
	$_SERVER['REMOTE_ADDR']    = '127.0.0.1';
}
define( 'WP_USE_THEMES', false );
if ( ! empty( $store_run['installing'] ) ) {
	define( 'WP_INSTALLING', true );
}

require ( 'cli' === PHP_SAPI ? $store_run['docroot'] : __DIR__ ) . '/wp-load.php';

/**
 * Includes the code with the arguments it was given, and keeps its result. In a function: the code's variables must not
 * overwrite globals of WordPress.
 *
 * @param array $run The run, as described above.
 */
function store_harness_run( $run ) {
	if ( 'cli' !== PHP_SAPI && ! hash_equals( STORE_HARNESS_SECRET, (string) ( $_SERVER['HTTP_X_STORE_HARNESS'] ?? '' ) ) ) {
		http_response_code( 403 );
		return;
	}
	if ( empty( $run['installing'] ) ) {
		wp_set_current_user( (int) $run['user'] );
	}
	$args = $run['args'];
	try {
		$answer = array( 'value' => require $run['code'] );
	} catch ( Throwable $error ) {
		$answer = array( 'error' => get_class( $error ) . ': ' . $error->getMessage() . ' in ' . $error->getFile() . ':' . $error->getLine() );
	}
	file_put_contents( $run['result'], json_encode( $answer, JSON_UNESCAPED_SLASHES | JSON_PARTIAL_OUTPUT_ON_ERROR ) );
}
store_harness_run( $store_run );
